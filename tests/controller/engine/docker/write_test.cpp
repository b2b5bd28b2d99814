#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/engine/docker/json_write.h"
#include "controller/engine/hide_values.h"

namespace boxwright::docker {
namespace {

using nlohmann::json;

constexpr ApiVersion kOld{1, 41};
constexpr ApiVersion kNew{1, 44};

engine::CreateContainer step() {
  engine::CreateContainer step;
  step.name = "box-ada";
  step.config.image = "box-base:1";
  step.config.env = {{"EDITOR", Secret{"vim"}}, {"TOKEN", Secret{"a=\"b\"\n"}}};
  step.config.labels = {{"dev.boxwright.box", "ada"}};
  step.config.hostname = "ada";
  step.config.mounts = {{VolumeName{"v1"}, "/a"}, {VolumeName{"v2"}, "/b"}};
  step.config.healthcheck = {
      {"CMD", "true"}, Duration{30'000}, Duration{1'500}, Duration{10'000}, 3};
  step.config.stop_timeout = Duration{10'000};
  step.config.network = "traefik-public";
  step.config.publish = {
      {"127.0.0.1", 2222, 22, "tcp"}, {"", 5353, 53, "udp"}, {"", 2223, 22, "tcp"}};
  step.config.log_driver = "json-file";
  step.config.log_options = {{"max-size", "10m"}};
  step.config.limits = {NanoCpus{1'500'000'000}, Bytes{kGiB}, Bytes{2 * kGiB}, 4096};
  step.config.restart = specs::RestartPolicy::UnlessStopped;
  step.no_copy = {VolumeName{"v2"}};
  return step;
}

json body(const engine::CreateContainer& create, ApiVersion version = kOld) {
  return json::parse(create_body(create, version).reveal());
}

TEST(HoldBody, MountsWithoutARightToAnything) {
  engine::CreateHold hold;
  hold.name = "boxwright-hold-lab";
  hold.image = "boxwright/hold:1";
  hold.labels = {{"dev.boxwright.role", "hold"}};
  hold.volumes = {VolumeName{"box-ada-cache"}};
  hold.stray = {{"dev.boxwright.role", "stray"}};
  const json sent = json::parse(hold_body(hold).reveal());
  EXPECT_EQ(sent["Image"], "boxwright/hold:1");
  EXPECT_EQ(sent["Entrypoint"], json::array({"/hold"}));
  EXPECT_EQ(sent["User"], "65534:65534");
  EXPECT_EQ(sent["Labels"], (json{{"dev.boxwright.role", "hold"}}));
  const json& host = sent["HostConfig"];
  EXPECT_EQ(host["NetworkMode"], "none");
  EXPECT_EQ(host["ReadonlyRootfs"], true);
  EXPECT_EQ(host["CapDrop"], json::array({"ALL"}));
  EXPECT_EQ(host["SecurityOpt"], json::array({"no-new-privileges:true"}));
  EXPECT_EQ(host["RestartPolicy"]["Name"], "unless-stopped");
  EXPECT_EQ(host["Memory"], host["MemorySwap"]);
  EXPECT_LT(host["Memory"], 64 * kMiB);
  ASSERT_EQ(host["Mounts"].size(), 1U);
  const json& mount = host["Mounts"][0];
  EXPECT_EQ(mount["Source"], "box-ada-cache");
  EXPECT_EQ(mount["ReadOnly"], true);
  EXPECT_EQ(mount["VolumeOptions"]["NoCopy"], true);
  EXPECT_EQ(mount["VolumeOptions"]["Labels"], (json{{"dev.boxwright.role", "stray"}}));
}

TEST(CreateBody, HoldsTheWholeConfiguration) {
  const json sent = body(step());
  EXPECT_EQ(sent["Image"], "box-base:1");
  EXPECT_EQ(sent["Env"], json({"EDITOR=vim", "TOKEN=a=\"b\"\n"}));
  EXPECT_EQ(sent["Labels"], (json{{"dev.boxwright.box", "ada"}}));
  EXPECT_EQ(sent["Hostname"], "ada");
  EXPECT_EQ(sent["StopTimeout"], 10);
  EXPECT_EQ(sent["Healthcheck"], (json{{"Test", {"CMD", "true"}},
                                       {"Interval", 30'000'000'000},
                                       {"Timeout", 1'500'000'000},
                                       {"StartPeriod", 10'000'000'000},
                                       {"Retries", 3}}));
  const json& host = sent["HostConfig"];
  EXPECT_EQ(host["LogConfig"], (json{{"Type", "json-file"}, {"Config", {{"max-size", "10m"}}}}));
  EXPECT_EQ(host["Init"], true);
  EXPECT_EQ(host["NanoCpus"], 1'500'000'000);
  EXPECT_EQ(host["Memory"], kGiB);
  EXPECT_EQ(host["MemorySwap"], 2 * kGiB);
  EXPECT_EQ(host["PidsLimit"], 4096);
  EXPECT_EQ(host["RestartPolicy"]["Name"], "unless-stopped");
}

TEST(CreateBody, LeavesTheImagesCommandAloneUnlessOneIsGiven) {
  engine::CreateContainer create = step();
  EXPECT_FALSE(body(create).contains("Cmd"));
  EXPECT_FALSE(body(create).contains("Entrypoint"));
  create.config.command = {"sleep", "1"};
  EXPECT_EQ(body(create)["Cmd"], json({"sleep", "1"}));
}

TEST(CreateBody, MountsVolumesThatExistedBeforeWithoutCopying) {
  const json mounts = body(step())["HostConfig"]["Mounts"];
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0], (json{{"Type", "volume"},
                             {"Source", "v1"},
                             {"Target", "/a"},
                             {"VolumeOptions", {{"NoCopy", false}}}}));
  EXPECT_EQ(mounts[1]["VolumeOptions"]["NoCopy"], true);
}

TEST(CreateBody, NamesTheNetworkInBothPlaces) {
  const json sent = body(step());
  EXPECT_EQ(sent["HostConfig"]["NetworkMode"], "traefik-public");
  EXPECT_TRUE(sent["NetworkingConfig"]["EndpointsConfig"].contains("traefik-public"));
}

TEST(CreateBody, ExposesAndBindsPublishedPorts) {
  const json sent = body(step());
  EXPECT_EQ(sent["ExposedPorts"], (json{{"22/tcp", json::object()}, {"53/udp", json::object()}}));
  EXPECT_EQ(sent["HostConfig"]["PortBindings"]["22/tcp"],
            json::array({{{"HostIp", "127.0.0.1"}, {"HostPort", "2222"}},
                         {{"HostIp", ""}, {"HostPort", "2223"}}}));
}

TEST(CreateBody, SendsAStartIntervalOnlyWhereTheEngineKnowsIt) {
  EXPECT_FALSE(body(step(), kOld)["Healthcheck"].contains("StartInterval"));
  EXPECT_EQ(body(step(), kNew)["Healthcheck"]["StartInterval"], 1'000'000'000);
  engine::CreateContainer without = step();
  without.config.healthcheck.start_period = Duration{0};
  EXPECT_FALSE(body(without, kNew)["Healthcheck"].contains("StartInterval"));
}

TEST(CreateBody, InheritsTheImagesHealthCheckWhenThereIsNone) {
  engine::CreateContainer create = step();
  create.config.healthcheck = {};
  EXPECT_FALSE(body(create).contains("Healthcheck"));
}

TEST(CreateBody, RoundsTheStopTimeoutUp) {
  engine::CreateContainer create = step();
  create.config.stop_timeout = Duration{1'001};
  EXPECT_EQ(body(create)["StopTimeout"], 2);
}

TEST(CreateBody, SurvivesBytesThatAreNoText) {
  engine::CreateContainer create = step();
  create.config.env["RAW"] = Secret{"\xff\xfe"};
  EXPECT_TRUE(json::accept(create_body(create, kOld).reveal()));
}

TEST(UpdateBody, SendsMemoryAndSwapTogether) {
  const json sent = json::parse(update_body({ContainerId{"c"}, step().config.limits, {}}).reveal());
  EXPECT_EQ(sent, (json{{"NanoCpus", 1'500'000'000},
                        {"Memory", kGiB},
                        {"MemorySwap", 2 * kGiB},
                        {"PidsLimit", 4096}}));
}

TEST(UpdateBody, SendsThePolicyAlone) {
  const json sent =
      json::parse(update_body({ContainerId{"c"}, {}, specs::RestartPolicy::No}).reveal());
  EXPECT_EQ(sent, (json{{"RestartPolicy", {{"Name", "no"}, {"MaximumRetryCount", 0}}}}));
}

TEST(OtherBodies, AreWhatTheApiWants) {
  EXPECT_EQ(json::parse(volume_body({VolumeName{"v"}, {{"a", "b"}}}).reveal()),
            (json{{"Name", "v"}, {"Driver", "local"}, {"Labels", {{"a", "b"}}}}));
  EXPECT_EQ(json::parse(network_body({"n", {}}).reveal())["CheckDuplicate"], true);
  EXPECT_EQ(json::parse(exec_body({"a", "b c"}).reveal())["Cmd"], json({"a", "b c"}));
  EXPECT_EQ(json::parse(filters({{"label", {"a=b"}}})), (json{{"label", {"a=b"}}}));
}

TEST(HideValues, RemovesEveryPieceOfAValueHoweverItIsQuoted) {
  const std::map<std::string, Secret> env = {{"A", Secret{"swordfish"}},
                                             {"B", Secret{"two\nlines"}}};
  EXPECT_EQ(engine::hide_values("bad swordfish, swordfish", env), "bad (hidden), (hidden)");
  EXPECT_EQ(engine::hide_values(R"-(bad "two\nlines")-", env), R"-(bad "(hidden)\n(hidden)")-");
  EXPECT_EQ(engine::hide_values("nothing here", env), "nothing here");
}

TEST(HideValues, PrefersTheLongerOfTwoValues) {
  EXPECT_EQ(engine::hide_values("pass-word", {{"A", Secret{"pass"}}, {"B", Secret{"pass-word"}}}),
            "(hidden)");
}

TEST(HideValues, LeavesShortPiecesAlone) {
  EXPECT_EQ(engine::hide_values("port 80", {{"A", Secret{"80"}}}), "port 80");
}

}  // namespace
}  // namespace boxwright::docker
