// What holds the volumes, against the prunes that people run at night.

#include <fmt/core.h>

#include <algorithm>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kHold = "boxwright-hold-default";

class HeldVolumes : public EndToEnd {
 protected:
  /// At API 1.41, where a prune of volumes takes the named ones too.
  static void prune() {
    engine().must("POST", "/v1.41/containers/prune");
    engine().must("POST", "/v1.41/volumes/prune");
  }
  /// Empty: there is none.
  static std::string id_of(const std::string& name) {
    const auto reply = engine().call("GET", "/containers/" + name + "/json");
    return reply.status == 200 ? json::parse(reply.body).at("Id").get<std::string>() : "";
  }
  /// What it mounts, if it runs.
  static std::size_t held() {
    const auto reply = engine().call("GET", fmt::format("/containers/{}/json", kHold));
    if (reply.status != 200) return 0;
    const auto seen = json::parse(reply.body);
    return seen.at("State").at("Status") == "running" ? seen.at("Mounts").size() : 0;
  }
  static std::size_t holds() {
    const auto list = json::parse(engine().must(
        "GET", R"(/containers/json?all=1&filters={"label":["dev.boxwright.role=hold"]})"));
    return list.size();
  }
};

TEST_F(HeldVolumes, NoPruneTakesTheDataOfARetainedAStoppedOrAHalfReplacedBox) {
  write_box("kept");
  write_box("stopped");
  write_box("half");
  auto controller = start_controller();
  for (const char* name : {"kept", "stopped", "half"}) {
    ASSERT_TRUE(becomes_ready(name));
    put_data(name);
  }
  remove_box("kept");
  write_box("stopped", "  power: stopped\n");
  // Its candidate runs and never becomes healthy: the old one is aside for as long as that takes.
  write_box("half",
            "  command: [sleep, '1000']\n"
            "  healthcheck: {http: ':8080/healthz', interval: 1s, retries: 60, startPeriod: 0s}\n"
            "  update: {healthTimeout: 60s}\n");
  ASSERT_TRUE(eventually([] {
    return !exists("box-kept") && !is_running("box-stopped") && is_running("box-half") &&
           exists("box-half.prev");
  }));
  // The prune takes both; the stopped one is made again at once.
  const auto stopped = id_of("box-stopped");
  prune();
  EXPECT_NE(id_of("box-stopped"), stopped);
  EXPECT_FALSE(exists("box-half.prev"));
  for (const char* name : {"kept", "stopped", "half"})
    EXPECT_TRUE(has_data(name)) << name;

  write_box("stopped");
  write_box("half");
  EXPECT_TRUE(becomes_ready("stopped"));
  EXPECT_TRUE(becomes_ready("half"));
  for (const char* name : {"kept", "stopped", "half"})
    EXPECT_TRUE(has_data(name)) << name;
  EXPECT_EQ(volume_names().size(), 12U);
  EXPECT_EQ(holds(), 1U);
}

TEST_F(HeldVolumes, OneApplyLeavesThemHeldWithoutAController) {
  write_box("ada");
  const auto applied = apply();
  ASSERT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(held(), 4U);
  put_data("ada");
  engine().must("POST", "/containers/box-ada/stop?t=1");
  prune();
  EXPECT_FALSE(exists("box-ada"));
  EXPECT_TRUE(has_data("ada"));
  ASSERT_EQ(apply().code, 0);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(plan().code, 0);
}

TEST_F(HeldVolumes, TheContainerCanReachAndChangeNothing) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  const auto seen = inspect(kHold);
  const auto& host = seen.at("HostConfig");
  EXPECT_EQ(host.at("NetworkMode"), "none");
  EXPECT_TRUE(host.at("ReadonlyRootfs").get<bool>());
  EXPECT_EQ(host.at("CapDrop").dump(), R"(["ALL"])");
  EXPECT_EQ(host.at("RestartPolicy").at("Name"), "unless-stopped");
  EXPECT_FALSE(host.at("Privileged").get<bool>());
  EXPECT_EQ(seen.at("Config").at("User"), "65534:65534");
  EXPECT_EQ(seen.at("Mounts").size(), 4U);
  for (const auto& mount : seen.at("Mounts"))
    EXPECT_FALSE(mount.at("RW").get<bool>()) << mount.dump();
  const auto image =
      json::parse(engine().must("GET", "/images/" + seen.at("Image").get<std::string>() + "/json"));
  EXPECT_LT(image.at("Size").get<std::int64_t>(), 64 * 1024);
}

TEST_F(HeldVolumes, ItComesBackWhenItIsStoppedKilledOrRemoved) {
  write_box("ada");
  const auto controller = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  ASSERT_TRUE(eventually([] { return held() == 4; }));
  const auto box = identity("box-ada");
  for (const std::string& hand : {fmt::format("POST /containers/{}/stop?t=5", kHold),
                                  fmt::format("POST /containers/{}/kill", kHold),
                                  fmt::format("DELETE /containers/{}?force=1", kHold)}) {
    const auto space = hand.find(' ');
    engine().must(hand.substr(0, space), hand.substr(space + 1));
    EXPECT_TRUE(eventually([] { return held() == 4; }, seconds(10))) << hand;
  }
  {
    const Frozen frozen(controller->process());  // Or it is back before its image is gone.
    engine().must("DELETE", fmt::format("/containers/{}?force=1", kHold));
    const auto images = json::parse(
        engine().must("GET", R"(/images/json?filters={"label":["dev.boxwright.role=hold"]})"));
    ASSERT_FALSE(images.empty());
    for (const auto& image : images)
      engine().must("DELETE", "/images/" + image.at("Id").get<std::string>() + "?force=1");
  }
  EXPECT_TRUE(eventually([] { return held() == 4; }, seconds(10))) << "its image is made again";
  EXPECT_EQ(identity("box-ada"), box);
  const auto settled = identity(kHold);
  EXPECT_TRUE(keeps([&] { return identity(kHold) == settled && holds() == 1; }, seconds(3)));
}

TEST_F(HeldVolumes, ItFollowsTheVolumesAndGoesWithTheLast) {
  write_box("ada", "  deletion: {volumes: delete, delay: 1s}\n");
  write_box("bob", "  deletion: {volumes: delete, delay: 1s}\n");
  const auto controller = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  ASSERT_TRUE(becomes_ready("bob"));
  ASSERT_TRUE(eventually([] { return held() == 8; }));
  remove_box("ada");
  EXPECT_TRUE(eventually([] { return volume_names().size() == 4 && held() == 4; }, seconds(20)));
  remove_box("bob");
  // The guard asks before a source loses all that it had.
  ASSERT_TRUE(eventually([&] { return !prune_digest().empty(); }));
  EXPECT_EQ(run({"confirm-prune", "team", prune_digest()}).code, 0);
  EXPECT_TRUE(eventually([] { return volume_names().empty() && holds() == 0; }, seconds(30)))
      << ::testing::PrintToString(volume_names());
}

TEST_F(HeldVolumes, ItIsNothingThatAPersonIsShownAsABox) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  ASSERT_EQ(held(), 4U);
  EXPECT_EQ(run({"get", "-o", "name"}).out, "ada\n");
  EXPECT_EQ(run({"get"}).out.find("hold"), std::string::npos);
  EXPECT_EQ(plan().code, 0);
}

}  // namespace
}  // namespace boxwright::test
