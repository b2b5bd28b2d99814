#include <gtest/gtest.h>

#include "controller/engine/docker/json_access.h"
#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {
namespace {

TEST(ParseJson, RefusesDeepNestingBeforeParsing) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const auto parsed = parse_json(deep);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_NE(parsed.error().message.find("deeper than 64"), std::string::npos);
}

TEST(ParseJson, AcceptsSixtyFourLevelsAndBracketsInStrings) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')).has_value());
  EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')).has_value());
  EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"")
                  .has_value());
}

TEST(ReadImage, TakesWhatItBringsAlong) {
  const auto image = read_image(R"({"Id": "sha256:1", "Config": {
    "Env": ["PATH=/bin"], "Cmd": ["httpd"], "Entrypoint": ["/init"], "Labels": {"a": "b"},
    "Volumes": {"/z": {}, "/data": {}}, "Healthcheck": {"Test": ["NONE"]}}})");
  ASSERT_TRUE(image.has_value()) << image.error().message;
  EXPECT_EQ(image->volumes, (std::vector<std::string>{"/data", "/z"}));
  EXPECT_EQ(image->env.at("PATH"), "/bin");
  EXPECT_EQ(image->entrypoint, std::vector<std::string>{"/init"});
  EXPECT_EQ(image->healthcheck.test, std::vector<std::string>{"NONE"});
}

TEST(ReadImage, TakesAnOmittedConfigAsEmpty) {
  const auto image = read_image(R"({"Id": "sha256:1"})");
  ASSERT_TRUE(image.has_value()) << image.error().message;
  EXPECT_TRUE(image->command.empty());
  EXPECT_FALSE(read_image("{}").has_value());
}

TEST(ReadVolumeList, KnowsThatTheZeroTimeMeansALostDirectory) {
  const auto volumes = read_volume_list(R"({"Volumes": [
    {"Name": "a", "CreatedAt": "2026-11-24T20:31:01Z", "Labels": {"dev.boxwright.uid": "7"}},
    {"Name": "b", "CreatedAt": "0001-01-01T00:00:00Z", "Labels": null},
    {"Name": "c"}], "Warnings": null})");
  ASSERT_TRUE(volumes.has_value()) << volumes.error().message;
  ASSERT_EQ(volumes->size(), 3U);
  EXPECT_FALSE(volumes->at(0).directory_missing);
  EXPECT_EQ(volumes->at(0).owner.uid.str(), "7");
  EXPECT_TRUE(volumes->at(1).directory_missing);
  EXPECT_FALSE(volumes->at(2).directory_missing);
}

TEST(ReadVolumeList, TakesNullAsNone) {
  EXPECT_TRUE(read_volume_list(R"({"Volumes": null})").value().empty());
  EXPECT_FALSE(read_volume_list(R"({"Volumes": [{}]})").has_value());
  EXPECT_FALSE(read_volume_list(R"({"Volumes": {}})").has_value());
  EXPECT_FALSE(read_volume_list("[]").has_value());
}

TEST(ReadNetworkList, GivesNamesAndIds) {
  const auto networks = read_network_list(R"([{"Name": "bridge", "Id": "n0", "Labels": {}}])");
  ASSERT_TRUE(networks.has_value()) << networks.error().message;
  EXPECT_EQ(networks->at(0).name, "bridge");
  EXPECT_FALSE(read_network_list(R"([{"Name": "x"}])").has_value());
}

TEST(ReadInfo, GivesTheFactsAboutTheEngine) {
  const auto info = read_info(
      R"({"ID": "A:B", "DockerRootDir": "/data", "NCPU": 2, "MemTotal": 1024, "CgroupVersion": "1"})");
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->id, "A:B");
  EXPECT_EQ(info->data_root, "/data");
  EXPECT_EQ(info->cpus, 2);
  EXPECT_EQ(info->memory, Bytes{1024});
  EXPECT_EQ(info->cgroup_version, 1);
}

TEST(ReadReply, KeepsWarnings) {
  const auto reply = read_reply(R"({"Id": "c1", "Warnings": ["no swap limit"]})");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->created.str(), "c1");
  EXPECT_EQ(reply->warnings, std::vector<std::string>{"no swap limit"});
  EXPECT_TRUE(read_reply(R"({"Id": "c1", "Warnings": null})").value().warnings.empty());
}

TEST(ReadExitCode, IsEmptyWhileItRuns) {
  EXPECT_EQ(read_exit_code(R"({"Running": true, "ExitCode": null})").value(), std::nullopt);
  EXPECT_EQ(read_exit_code(R"({"Running": false, "ExitCode": 3})").value(), 3);
}

TEST(ReadMemoryInUse, LeavesInactiveFileCacheOut) {
  EXPECT_EQ(read_memory_in_use(R"({"memory_stats": {"usage": 100, "stats":
              {"inactive_file": 1, "total_inactive_file": 30}}})")
                .value(),
            Bytes{70});
  EXPECT_EQ(
      read_memory_in_use(R"({"memory_stats": {"usage": 100, "stats": {"inactive_file": 20}}})")
          .value(),
      Bytes{80});
  EXPECT_EQ(read_memory_in_use(R"({"memory_stats": {}})").value(), Bytes{0});
  EXPECT_EQ(read_memory_in_use(R"({"memory_stats": {"usage": 18446744073709551615}})").value(),
            Bytes{INT64_MAX});
}

TEST(ReadPullLine, FindsProgressAndErrors) {
  const auto line = read_pull_line(
      R"({"status": "Downloading", "progressDetail": {"current": 4, "total": 10}, "id": "l1"})");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->current, 4);
  EXPECT_EQ(
      read_pull_line(R"({"errorDetail": {"message": "denied"}, "error": "denied"})").value().error,
      "denied");
  EXPECT_EQ(read_pull_line(R"({"error": "old style"})").value().error, "old style");
  EXPECT_FALSE(read_pull_line("oops").has_value());
}

std::optional<engine::EngineEvent> event(const std::string& line) {
  const auto read = read_event(line);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return read.value_or(std::nullopt);
}

TEST(ReadEvent, TellsTheBoxByItsLabel) {
  const auto died =
      event(R"({"Type": "container", "Action": "die", "Actor": {"ID": "c1", "Attributes":
    {"dev.boxwright.box": "ada", "name": "whatever", "exitCode": "1"}},
    "time": 1764016261, "timeNano": 1764016261123456789})");
  ASSERT_TRUE(died.has_value());
  EXPECT_EQ(died->box.str(), "ada");
  EXPECT_EQ(died->container.str(), "c1");
  EXPECT_EQ(died->action, "die");
  EXPECT_EQ(died->at, WallTime{std::chrono::milliseconds{1764016261123}});
}

TEST(ReadEvent, TellsTheBoxByTheNameOfAForeignContainer) {
  const auto created = event(R"({"Type": "container", "Action": "create",
    "Actor": {"ID": "c1", "Attributes": {"name": "box-ada.next"}}})");
  ASSERT_TRUE(created.has_value());
  EXPECT_EQ(created->box.str(), "ada");
  EXPECT_FALSE(event(R"({"Type": "container", "Action": "create",
    "Actor": {"ID": "c1", "Attributes": {"name": "postgres"}}})")
                   .has_value());
}

TEST(ReadEvent, LooksAtTheOldNameOfARename) {
  const auto renamed = event(R"({"Type": "container", "Action": "rename",
    "Actor": {"ID": "c1", "Attributes": {"name": "aside", "oldName": "/box-ada"}}})");
  ASSERT_TRUE(renamed.has_value());
  EXPECT_EQ(renamed->box.str(), "ada");
}

TEST(ReadEvent, LeavesOutWhatChangesNothing) {
  for (const char* action :
       {"exec_create: wget", "exec_start: wget", "exec_die", "attach", "top", "resize"}) {
    const std::string line =
        std::string(R"({"Type": "container", "Action": ")") + action +
        R"(", "Actor": {"ID": "c1", "Attributes": {"dev.boxwright.box": "ada"}}})";
    EXPECT_FALSE(event(line).has_value()) << action;
  }
  EXPECT_FALSE(event(R"({"Type": "volume", "Action": "mount", "Actor": {"ID": "box-ada-work"}})")
                   .has_value());
  EXPECT_FALSE(
      event(R"({"Type": "daemon", "Action": "reload", "Actor": {"ID": "x"}})").has_value());
}

TEST(ReadEvent, KeepsHealthChanges) {
  const auto changed = event(R"({"Type": "container", "Action": "health_status: unhealthy",
    "Actor": {"ID": "c1", "Attributes": {"dev.boxwright.box": "ada"}}})");
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->action, "health_status: unhealthy");
}

TEST(ReadEvent, TellsTheBoxOfAVolumeByItsName) {
  const auto gone =
      event(R"({"Type": "volume", "Action": "destroy", "Actor": {"ID": "box-a-b-work"}})");
  ASSERT_TRUE(gone.has_value());
  EXPECT_EQ(gone->box.str(), "a-b");
  EXPECT_TRUE(gone->container.empty());
  for (const char* name : {"box-", "box-x", "data", "-"}) {
    EXPECT_FALSE(event(std::string(R"({"Type": "volume", "Action": "destroy", "Actor": {"ID": ")") +
                       name + R"("}})")
                     .has_value())
        << name;
  }
}

TEST(ReadEvent, GivesTheContainerOfANetworkEvent) {
  const auto left = event(R"({"Type": "network", "Action": "disconnect",
    "Actor": {"ID": "n1", "Attributes": {"container": "c1", "name": "net", "type": "bridge"}}})");
  ASSERT_TRUE(left.has_value());
  EXPECT_TRUE(left->box.empty());
  EXPECT_EQ(left->container.str(), "c1");
}

TEST(ReadEvent, RefusesWhatIsNoEvent) {
  for (const char* text :
       {"", "[]", "{", R"({"Type": 1})", R"({"Actor": {"Attributes": {"a": 1}}})"}) {
    EXPECT_FALSE(read_event(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace boxwright::docker
