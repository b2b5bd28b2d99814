#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {
namespace {

using nlohmann::json;
using state::ContainerState;
using state::Health;

/// As an engine of API 1.41 answers for a running box; shortened.
json recorded() {
  return json::parse(R"({
    "Id": "4f66ad9a", "Created": "2026-11-24T20:31:01.123456789Z", "Path": "httpd", "Args": ["-f"],
    "State": {"Status": "running", "Running": true, "Paused": false, "Restarting": false,
              "OOMKilled": false, "Dead": false, "Pid": 77, "ExitCode": 0, "Error": "",
              "StartedAt": "2026-11-24T20:31:02.5Z", "FinishedAt": "0001-01-01T00:00:00Z",
              "Health": {"Status": "healthy", "FailingStreak": 0, "Log": []}},
    "Image": "sha256:131e0075", "Name": "/box-ada", "RestartCount": 2,
    "HostConfig": {
      "Binds": null, "NetworkMode": "traefik-public",
      "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
      "PortBindings": {"53/udp": [{"HostIp": "127.0.0.1", "HostPort": "5353"}],
                       "22/tcp": [{"HostIp": "", "HostPort": "2222"}]},
      "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
      "Memory": 2147483648, "MemorySwap": 4294967296, "NanoCpus": 1500000000, "CpuPeriod": 0,
      "CpuQuota": 0, "PidsLimit": 4096, "Init": true},
    "Mounts": [
      {"Type": "volume", "Name": "box-ada-workspace", "Source": "/data/volumes/x", "Driver": "local",
       "Destination": "/home/coder/workspace", "Mode": "z", "RW": true, "Propagation": ""},
      {"Type": "volume", "Name": "box-ada-cache", "Source": "/data/volumes/y", "Driver": "local",
       "Destination": "/home/coder/.cache", "Mode": "z", "RW": true, "Propagation": ""}],
    "Config": {"Hostname": "ada", "User": "", "Tty": false,
      "Env": ["EDITOR=vim", "EMPTY=", "BARE", "URL=a=b"], "Cmd": ["httpd", "-f"],
      "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 30000000000, "Timeout": 3000000000,
                      "StartPeriod": 10000000000, "Retries": 3},
      "Image": "box-base:1", "Volumes": null, "Entrypoint": null, "StopTimeout": 10,
      "Labels": {"dev.boxwright.installation": "default", "dev.boxwright.uid": "0011",
                 "dev.boxwright.box": "ada", "traefik.enable": "true"}},
    "NetworkSettings": {"Networks": {"traefik-public": {"NetworkID": "n1", "IPAddress": "172.18.0.2",
      "GlobalIPv6Address": "", "Aliases": ["4f66ad9a"]}}}})");
}

state::ObservedContainer read(const json& document) {
  const auto container = read_container(document.dump());
  EXPECT_TRUE(container.has_value()) << (container ? "" : container.error().message);
  return container.value_or(state::ObservedContainer{});
}

TEST(ReadContainer, GivesIdentityAndState) {
  const state::ObservedContainer seen = read(recorded());
  EXPECT_EQ(seen.id.str(), "4f66ad9a");
  EXPECT_EQ(seen.name, "box-ada");
  EXPECT_EQ(seen.owner.box.str(), "ada");
  EXPECT_EQ(seen.owner.uid.str(), "0011");
  EXPECT_EQ(seen.state, ContainerState::Running);
  EXPECT_EQ(seen.health, Health::Healthy);
  EXPECT_EQ(seen.created_at, parse_rfc3339("2026-11-24T20:31:01.123Z").value());
  EXPECT_EQ(seen.started_at, parse_rfc3339("2026-11-24T20:31:02.500Z").value());
  EXPECT_EQ(seen.finished_at, std::nullopt);
  EXPECT_EQ(seen.restart_count, 2);
  EXPECT_EQ(seen.image_id.str(), "sha256:131e0075");
  EXPECT_EQ(seen.attachments,
            (std::vector<state::Attachment>{{"traefik-public", NetworkId{"n1"}, true}}));
}

TEST(ReadContainer, GivesTheConfiguration) {
  const state::ContainerConfig config = read(recorded()).config;
  EXPECT_EQ(config.image, "box-base:1");
  EXPECT_EQ(config.command, (std::vector<std::string>{"httpd", "-f"}));
  EXPECT_EQ(config.env, (std::map<std::string, Secret>{{"EDITOR", Secret{"vim"}},
                                                       {"EMPTY", Secret{}},
                                                       {"BARE", Secret{}},
                                                       {"URL", Secret{"a=b"}}}));
  EXPECT_EQ(config.hostname, "ada");
  EXPECT_EQ(config.labels.at("traefik.enable"), "true");
  EXPECT_EQ(config.healthcheck,
            (state::EngineHealthCheck{
                {"CMD-SHELL", "true"}, Duration{30'000}, Duration{3'000}, Duration{10'000}, 3}));
  EXPECT_EQ(config.stop_timeout, Duration{10'000});
  EXPECT_EQ(config.network, "traefik-public");
  EXPECT_EQ(config.publish, (std::vector<specs::PublishedPort>{{"", 2222, 22, "tcp"},
                                                               {"127.0.0.1", 5353, 53, "udp"}}));
  EXPECT_TRUE(config.init);
  EXPECT_EQ(config.log_driver, "json-file");
  EXPECT_EQ(config.log_options.at("max-size"), "10m");
  EXPECT_EQ(config.limits,
            (state::Limits{NanoCpus{1'500'000'000}, Bytes{2 * kGiB}, Bytes{4 * kGiB}, 4096}));
  EXPECT_EQ(config.restart, specs::RestartPolicy::UnlessStopped);
}

TEST(ReadContainer, SortsMountsByTargetInWhateverOrderTheyCome) {
  json turned = recorded();
  std::swap(turned["Mounts"][0], turned["Mounts"][1]);
  const std::vector<state::Mount> expected = {
      {VolumeName{"box-ada-cache"}, "/home/coder/.cache"},
      {VolumeName{"box-ada-workspace"}, "/home/coder/workspace"}};
  EXPECT_EQ(read(recorded()).config.mounts, expected);
  EXPECT_EQ(read(turned).config.mounts, expected);
}

TEST(ReadContainer, ShowsMountsThatAreNoPlainVolumesUnderNamesThatNoVolumeHas) {
  json document = recorded();
  document["Mounts"] = json::parse(R"([
    {"Type": "bind", "Source": "/srv/x", "Destination": "/a", "RW": true},
    {"Type": "volume", "Name": "v", "Destination": "/b", "RW": false},
    {"Type": "volume", "Name": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
     "Destination": "/c", "RW": true}])");
  EXPECT_EQ(read(document).config.mounts,
            (std::vector<state::Mount>{{VolumeName{"/srv/x"}, "/a"}, {VolumeName{"v:ro"}, "/b"}}));
}

TEST(ReadContainer, TakesNullAndAbsentAsEmpty) {
  json document = recorded();
  document["Mounts"] = nullptr;
  document["HostConfig"]["PidsLimit"] = nullptr;
  document["HostConfig"]["Init"] = nullptr;
  document["HostConfig"]["PortBindings"] = nullptr;
  document["Config"]["Cmd"] = nullptr;
  document["Config"].erase("StopTimeout");
  document["Config"].erase("Healthcheck");
  document["State"].erase("Health");
  document["NetworkSettings"]["Networks"] = nullptr;
  const state::ObservedContainer seen = read(document);
  EXPECT_EQ(seen.health, Health::None);
  EXPECT_EQ(seen.config.limits.pids, 0);
  EXPECT_FALSE(seen.config.init);
  EXPECT_TRUE(seen.config.publish.empty());
  EXPECT_TRUE(seen.config.command.empty());
  EXPECT_EQ(seen.config.stop_timeout, Duration{0});
  EXPECT_TRUE(seen.attachments.empty());
}

TEST(ReadContainer, NormalisesWhatEnginesWriteDifferently) {
  json document = recorded();
  document["HostConfig"]["PidsLimit"] = -1;
  document["HostConfig"]["RestartPolicy"]["Name"] = "";
  document["HostConfig"]["NetworkMode"] = "default";
  document["HostConfig"]["NanoCpus"] = 0;
  document["HostConfig"]["CpuQuota"] = 150000;
  const state::ContainerConfig config = read(document).config;
  EXPECT_EQ(config.limits.pids, 0);
  EXPECT_EQ(config.restart, specs::RestartPolicy::No);
  EXPECT_EQ(config.network, "bridge");
  EXPECT_EQ(config.limits.cpus, NanoCpus{1'500'000'000});
}

TEST(ReadContainer, ForgetsTheHealthOfAStoppedContainer) {
  json document = recorded();
  document["State"]["Status"] = "exited";
  document["State"]["FinishedAt"] = "2026-11-24T21:00:00Z";
  document["State"]["ExitCode"] = 137;
  const state::ObservedContainer seen = read(document);
  EXPECT_EQ(seen.health, Health::None);
  EXPECT_EQ(seen.exit_code, 137);
  EXPECT_TRUE(seen.finished_at.has_value());
}

TEST(ReadContainer, TakesUnhealthyWithoutAFailedCheckForNotKnownYet) {
  json document = recorded();
  document["State"]["Health"] = {{"Status", "unhealthy"}, {"FailingStreak", 0}};
  EXPECT_EQ(read(document).health, Health::Starting) << "as after an unpause";
  document["State"]["Health"]["FailingStreak"] = 3;
  EXPECT_EQ(read(document).health, Health::Unhealthy);
}

struct StateCase {
  const char* name;
  ContainerState state;
};

TEST(ReadContainer, KnowsEveryState) {
  for (const StateCase& each :
       {StateCase{"created", ContainerState::Created},
        StateCase{"running", ContainerState::Running}, StateCase{"paused", ContainerState::Paused},
        StateCase{"restarting", ContainerState::Restarting},
        StateCase{"removing", ContainerState::Removing},
        StateCase{"exited", ContainerState::Exited}, StateCase{"dead", ContainerState::Dead}}) {
    json document = recorded();
    document["State"]["Status"] = each.name;
    EXPECT_EQ(read(document).state, each.state) << each.name;
  }
}

TEST(ReadContainer, RefusesWhatItDoesNotUnderstandAndNamesTheField) {
  const auto problem = [](const char* pointer, const json& value) {
    json document = recorded();
    document[json::json_pointer(pointer)] = value;
    const auto container = read_container(document.dump());
    return container ? std::string("accepted") : container.error().message;
  };
  EXPECT_EQ(problem("/State/Status", "sleeping"), "State.Status is not a known state");
  EXPECT_EQ(problem("/Id", 7), "Id is not a string");
  EXPECT_EQ(problem("/HostConfig/Memory", "much"), "HostConfig.Memory is not a whole number");
  EXPECT_EQ(problem("/Config/Env", "EDITOR=vim"), "Config.Env is not a list of strings");
  EXPECT_EQ(problem("/Config/Labels", json::array({1})), "Config.Labels is not a map of strings");
  EXPECT_EQ(problem("/State", 3), "State is number, not an object");
  EXPECT_EQ(problem("/State/StartedAt", "yesterday"), "State.StartedAt is not a time");
  EXPECT_EQ(problem("/HostConfig/PortBindings", json{{"x/tcp", nullptr}}),
            "HostConfig.PortBindings is not a port");
  EXPECT_NE(problem("/HostConfig/RestartPolicy/Name", "sometimes").find("known restart policy"),
            std::string::npos);
}

TEST(ReadContainer, NeverCrashesOnAnyCutOfTheText) {
  const std::string text = recorded().dump();
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(read_container(text.substr(0, length)).has_value()) << length;
  }
}

TEST(ReadContainer, SurvivesEveryFieldHavingEveryOtherType) {
  const json flat = recorded().flatten();
  for (const auto& [pointer, unused] : flat.items()) {
    for (const json& value : {json(nullptr), json(-1), json(1.5), json("x"), json(true),
                              json::array({json::object()}), json{{"a", json::array()}}}) {
      json document = recorded();
      document[json::json_pointer(pointer)] = value;
      const auto container = read_container(document.dump());
      if (container) continue;
      EXPECT_EQ(container.error().code, ErrorCode::Corrupt) << pointer;
    }
  }
}

TEST(ReadContainerList, GivesNamesAndOwners) {
  const auto listed = read_container_list(R"([
    {"Id": "a1", "Names": ["/other/alias", "/box-ada"], "Image": "bb:1",
     "Labels": {"dev.boxwright.installation": "default"}},
    {"Id": "b2", "Names": [], "Image": "sha256:1", "Labels": null},
    {"Id": "c3", "Image": "x"}])");
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ(listed->at(0).name, "box-ada");
  EXPECT_EQ(listed->at(0).owner.installation.str(), "default");
  EXPECT_EQ(listed->at(1).name, "");
  EXPECT_TRUE(listed->at(1).owner.installation.empty());
}

TEST(ReadContainerList, TellsAllOfWhatHoldsVolumesAndLittleOfOthers) {
  const auto listed = read_container_list(R"([
    {"Id": "a1", "Names": ["/boxwright-hold-default"], "Image": "boxwright/hold:1", "ImageID": "sha256:9",
     "State": "paused", "Labels": {"dev.boxwright.role": "hold"},
     "Mounts": [{"Type": "volume", "Name": "box-ada-cache"}, {"Type": "bind", "Source": "/etc"}]},
    {"Id": "b2", "State": "odd", "Labels": {"dev.boxwright.role": "box"}, "Mounts": "odd"}])");
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  EXPECT_EQ(listed->at(0).image_id.str(), "sha256:9");
  EXPECT_EQ(listed->at(0).state, state::ContainerState::Paused);
  EXPECT_EQ(listed->at(0).volumes, std::set<VolumeName>{VolumeName{"box-ada-cache"}});
  EXPECT_TRUE(listed->at(1).volumes.empty());
  EXPECT_FALSE(read_container_list(
                   R"([{"Id": "a1", "State": "odd", "Labels": {"dev.boxwright.role": "hold"}}])")
                   .has_value());
}

TEST(ReadContainerList, RefusesWhatIsNoList) {
  for (const char* text :
       {"{}", "[1]", "[{}]", "[{\"Id\":1}]", "\"\"", "", "[", "[{\"Id\":\"a\"},]"}) {
    EXPECT_FALSE(read_container_list(text).has_value()) << text;
  }
  EXPECT_EQ(read_container_list("null").value().size(), 0U);
}

}  // namespace
}  // namespace boxwright::docker
