// What hands do to a converged box, and how it is mended: these calls and no others.

#include <gtest/gtest.h>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;

class Drifting : public testing::TestWithParam<bool> {
 protected:
  World world;
  BoxBuilder ada{"ada"};
  ContainerId id;
  std::optional<WallTime> started_at;

  void SetUp() override {
    world.declare(ada);
    world.declare(BoxBuilder{"eve"});
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    world.write_data("eve");
    id = world.container("box-ada")->id;
    started_at = world.container("box-ada")->started_at;
    world.engine.forget_calls();
    world.clock.advance(Duration{5'000});
    // Found while running, or at the next start.
    if (GetParam()) world.crash();
  }
  void expect_mended(const Steps& calls) {
    ASSERT_TRUE(world.settle()) << world.breach();
    EXPECT_EQ(world.steps(), calls);
    EXPECT_EQ(world.container_names(), (Steps{"box-ada", "box-eve"}));
    EXPECT_TRUE(world.is_ready("ada"));
    EXPECT_EQ(world.lost_data(), "");
  }
  void expect_same_container() {
    ASSERT_NE(world.container("box-ada"), nullptr);
    EXPECT_EQ(world.container("box-ada")->id, id);
  }
  void expect_undisturbed() {
    expect_same_container();
    EXPECT_EQ(world.container("box-ada")->started_at, started_at);
  }
  /// `docker rm -f` and `docker run` by hand, with our labels and a change.
  void remake_by_hand(const std::function<void(CreateCall&)>& change) {
    CreateCall call;
    call.name = "box-ada";
    call.config = ada.wanted().config;
    call.config.labels = world.container("box-ada")->config.labels;
    change(call);
    world.engine.docker()->remove("box-ada", true);
    ASSERT_TRUE(world.engine.docker()->create(call));
    world.engine.docker()->start("box-ada");
  }
};

TEST_P(Drifting, ALimitIsSetBackLive) {
  auto limits = world.container("box-ada")->config.limits;
  limits.cpus = NanoCpus{500'000'000};
  world.engine.docker()->update("box-ada", limits, std::nullopt);
  expect_mended({"UpdateContainer"});
  expect_undisturbed();
}

TEST_P(Drifting, ALowerMemoryLimitByHandIsRaisedLive) {
  auto limits = world.container("box-ada")->config.limits;
  limits.memory = Bytes{kGiB};
  limits.memory_swap = Bytes{2 * kGiB};
  limits.pids = 100;
  world.engine.docker()->update("box-ada", limits, std::nullopt);
  expect_mended({"UpdateContainer"});
  expect_undisturbed();
}

TEST_P(Drifting, ARestartPolicyIsSetBackLive) {
  world.engine.docker()->update("box-ada", std::nullopt, specs::RestartPolicy::Always);
  expect_mended({"UpdateContainer"});
  expect_undisturbed();
}

TEST_P(Drifting, AStoppedContainerIsStarted) {
  world.engine.docker()->stop("box-ada");
  expect_mended({"StartContainer"});
  expect_same_container();
}

TEST_P(Drifting, AKilledContainerIsStarted) {
  world.engine.docker()->kill("box-ada");
  expect_mended({"StartContainer"});
  expect_same_container();
}

TEST_P(Drifting, APausedContainerIsUnpaused) {
  world.engine.docker()->pause("box-ada");
  expect_mended({"UnpauseContainer"});
  expect_undisturbed();
}

TEST_P(Drifting, ARemovedContainerIsMadeAgainOnTheSameVolumes) {
  world.engine.docker()->remove("box-ada", true);
  expect_mended({"CreateContainer", "StartContainer"});
}

TEST_P(Drifting, ARenamedContainerIsRenamedBack) {
  world.engine.docker()->rename("box-ada", "mine");
  expect_mended({"RenameContainer"});
  expect_undisturbed();
}

TEST_P(Drifting, ADisconnectedContainerIsConnectedLive) {
  world.engine.docker()->disconnect(kTestNetwork, "box-ada", true);
  expect_mended({"ConnectNetwork"});
  expect_undisturbed();
}

TEST_P(Drifting, ARemovedNetworkIsMadeAgain) {
  world.engine.docker()->disconnect(kTestNetwork, "box-ada", true);
  world.engine.docker()->disconnect(kTestNetwork, "box-eve", true);
  ASSERT_TRUE(world.engine.docker()->remove_network(kTestNetwork));
  expect_mended({"CreateNetwork", "ConnectNetwork", "ConnectNetwork"});
  expect_undisturbed();
}

TEST_P(Drifting, AContainerRemadeByHandWithOtherEnvIsReplaced) {
  remake_by_hand([](auto& call) { call.config.env["EDITOR"] = Secret{"ed"}; });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(world.container("box-ada")->config.env.contains("EDITOR"));
  EXPECT_EQ(world.container_names(), (Steps{"box-ada", "box-eve"}));
  EXPECT_EQ(world.lost_data(), "");
}

TEST_P(Drifting, AContainerRemadeByHandWithAnotherHealthCheckIsReplaced) {
  remake_by_hand([](auto& call) { call.config.healthcheck.test = {"CMD", "false"}; });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.lost_data(), "");
}

TEST_P(Drifting, AContainerRemadeByHandJustAsWantedIsAdopted) {
  remake_by_hand([](auto&) {});
  const auto adopted = world.container("box-ada")->id;
  expect_mended({});
  EXPECT_EQ(world.container("box-ada")->id, adopted);
}

TEST_P(Drifting, AForeignContainerUnderTheNameIsLeftAlone) {
  CreateCall foreign;
  foreign.name = "box-ada";
  foreign.config.image = kTestImage;
  world.engine.docker()->remove("box-ada", true);
  ASSERT_TRUE(world.engine.docker()->create(foreign));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "NameConflict");
  EXPECT_TRUE(world.engine.docker()->remove("box-ada", true));
  expect_mended({"CreateContainer", "StartContainer"});
}

TEST_P(Drifting, ALostDisposableVolumeIsMadeAnew) {
  world.engine.docker()->remove("box-ada", true);
  ASSERT_TRUE(world.engine.docker()->remove_volume(VolumeName{"box-ada-cache"}));
  world.give_up_data(VolumeName{"box-ada-cache"});
  expect_mended({"CreateVolume", "CreateContainer", "StartContainer"});
}

TEST_P(Drifting, ALostVolumeStallsUntilAPersonAcceptsAnEmptyOne) {
  world.engine.docker()->remove("box-ada", true);
  ASSERT_TRUE(world.engine.docker()->remove_volume(VolumeName{"box-ada-workspace"}));
  world.give_up_data(VolumeName{"box-ada-workspace"});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeLost");
  const auto request = world.ask(state::Request::Verb::Accept, "ada", "empty:workspace");
  expect_mended({"CreateVolume", "CreateContainer", "StartContainer"});
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

TEST_P(Drifting, ADeletedDirectoryOfADisposableVolumeIsMadeAnew) {
  world.engine.docker()->stop("box-ada");
  world.engine.docker()->delete_volume_directory(VolumeName{"box-ada-cache"});
  world.give_up_data(VolumeName{"box-ada-cache"});
  expect_mended(
      {"RemoveContainer", "RemoveVolume", "CreateVolume", "CreateContainer", "StartContainer"});
}

TEST_P(Drifting, ADeletedDirectoryStallsUntilAPersonAcceptsAnEmptyVolume) {
  world.engine.docker()->stop("box-ada");
  world.engine.docker()->delete_volume_directory(VolumeName{"box-ada-workspace"});
  world.give_up_data(VolumeName{"box-ada-workspace"});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeLost");
  world.ask(state::Request::Verb::Accept, "ada", "empty:workspace");
  expect_mended(
      {"RemoveContainer", "RemoveVolume", "CreateVolume", "CreateContainer", "StartContainer"});
}

TEST_P(Drifting, ACopyIsReportedAndLeftAlone) {
  ASSERT_TRUE(world.engine.docker()->commit("box-ada", "saved:1"));
  CreateCall copy;
  copy.name = "copy";
  copy.config.image = "saved:1";
  ASSERT_TRUE(world.engine.docker()->create(copy));
  world.engine.docker()->start("copy");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Drifted"), "Copy");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST_P(Drifting, ACopyThatTookTheNameIsANameConflict) {
  ASSERT_TRUE(world.engine.docker()->commit("box-ada", "saved:1"));
  world.engine.docker()->remove("box-ada", true);
  CreateCall copy;
  copy.name = "box-ada";
  copy.config.image = "saved:1";
  ASSERT_TRUE(world.engine.docker()->create(copy));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "NameConflict");
}

TEST_P(Drifting, AnUntaggedImageIsToldAndNothingIsTouched) {
  ASSERT_TRUE(world.engine.docker()->untag(kTestImage, true));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "ImageMoved");
  expect_undisturbed();
}

TEST_P(Drifting, ARebuiltImageIsToldAndNothingIsTouched) {
  auto image = box_image();
  image.config.env["BUILD"] = "2";
  world.engine.docker()->add_image(kTestImage, image);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "ImageMoved");
  expect_undisturbed();
}

TEST_P(Drifting, AVolumeOfTheNameWithoutOurLabelsIsNotMounted) {
  world.undeclare("eve");
  world.declare(BoxBuilder{"zoe"});
  ASSERT_TRUE(world.engine.docker()->create_volume(VolumeName{"box-zoe-workspace"}, {}));
  world.run_for(Duration{60'000});
  EXPECT_EQ(world.reason("zoe", "Stalled"), "VolumeConflict");
  EXPECT_EQ(world.container("box-zoe"), nullptr);
}

TEST_P(Drifting, AnExtraNetworkIsReportedAndLeft) {
  ASSERT_TRUE(world.engine.docker()->create_network("extra", {}));
  ASSERT_TRUE(world.engine.docker()->connect("extra", "box-ada"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Drifted"), "ExtraNetwork");
}

TEST_P(Drifting, ALostMemoryChangesNothing) {
  world.crash();
  world.lose_memory();
  expect_mended({});
  expect_undisturbed();
  EXPECT_FALSE(world.record("ada").containers.empty());
  EXPECT_EQ(world.record("ada").expected_volumes.size(), 4U);
}

TEST_P(Drifting, WithLostMemoryADifferenceIsOnlyReported) {
  world.crash();
  world.lose_memory();
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Drifted"), "UnknownContainer");
  expect_undisturbed();
  const auto request = world.ask(state::Request::Verb::Accept, "ada", "drift");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada")->config.env.at("EDITOR"), Secret{"vim"});
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

std::string when_found(const testing::TestParamInfo<bool>& info) {
  return info.param ? "FoundAtStart" : "FoundWhileRunning";
}

INSTANTIATE_TEST_SUITE_P(WhileRunningAndAtStart, Drifting, testing::Bool(), when_found);

}  // namespace
}  // namespace boxwright::test
