// What the simulation found: rare things that meet, each with the history that showed it.

#include <gtest/gtest.h>

#include <algorithm>

#include "state/ownership.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;
using Verb = state::Request::Verb;

class Mishap : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};

  void SetUp() override {
    world.declare(ada.owner("ada@example.org"));
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    world.engine.forget_calls();
    world.clock.advance(Duration{5'000});
  }
  std::ptrdiff_t count(const std::string& step) {
    const auto steps = world.steps();
    return std::count(steps.begin(), steps.end(), step);
  }
  /// The directory of a volume that may be made anew goes while the box runs.
  void lose_cache() {
    const VolumeName cache{"box-ada-cache"};
    world.engine.docker()->delete_volume_directory(cache);
    world.give_up_data(cache);
    ASSERT_TRUE(world.settle()) << world.breach();
  }
};

/// `boxwright_sim --seed 38`: memory lost, the box renamed by hand, a copy under its name.
TEST_F(Mishap, ADeletionAfterALostMemoryLeavesACopyAlone) {
  ASSERT_TRUE(world.engine.docker()->commit("box-ada", "snapshot:1"));
  world.engine.docker()->rename("box-ada", "mine");
  CreateCall call;
  call.name = "box-ada.prev";
  call.config.image = "snapshot:1";
  const auto copy = world.engine.docker()->create(call);
  ASSERT_TRUE(copy);
  world.engine.docker()->start(call.name);
  world.crash();
  world.lose_memory();
  world.delete_box("ada", false);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("mine"), nullptr);
  ASSERT_NE(world.container(copy->id.str()), nullptr);
  EXPECT_TRUE(world.container(copy->id.str())->has_process());
}

/// `boxwright_sim --seed 37`: the new container could not start, nor the old one again.
TEST_F(Mishap, ALostVolumeUnderARunningBoxIsToldAndHoldsItsReplacement) {
  lose_cache();
  EXPECT_EQ(world.reason("ada", "Drifted"), "VolumeLost");
  const auto id = world.container("box-ada")->id;
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "Held");
  EXPECT_EQ(world.container("box-ada")->id, id);
  EXPECT_TRUE(world.container("box-ada")->has_process());
}

TEST_F(Mishap, ARestartMakesALostVolumeAnewAndUpdatesTheBox) {
  lose_cache();
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.ask(Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_NE(world.container("box-ada"), nullptr);
  EXPECT_EQ(world.container("box-ada")->config.env.at("EDITOR"), Secret{"vim"});
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_EQ(world.container_names(), Steps{"box-ada"});
}

/// The directory goes between the stop of the old container and the start of the new one.
TEST_F(Mishap, ABoxWhoseVolumeIsLostInTheMiddleOfAReplacementComesBack) {
  world.faulty.set_plan([this](const PendingCall& call) {
    if (call.name == "StopContainer") {
      world.engine.docker()->delete_volume_directory(VolumeName{"box-ada-cache"});
      world.give_up_data(VolumeName{"box-ada-cache"});
    }
    return Fault::None;
  });
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_NE(world.container("box-ada"), nullptr);
  EXPECT_TRUE(world.container("box-ada")->has_process());
  EXPECT_EQ(world.container_names(), Steps{"box-ada"});
  EXPECT_EQ(world.lost_data(), "");
}

/// `boxwright_sim --seed 37`: the container had started "after" the request.
TEST_F(Mishap, ARestartIsObeyedAfterTheClockWasSetBack) {
  const auto started = world.container("box-ada")->started_at;
  world.clock.jump_wall(Duration{-3'600'000});
  const auto request = world.ask(Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "StartContainer"}));
  EXPECT_NE(world.container("box-ada")->started_at, started);
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

/// A request from the future must not restart the box until the clock has caught up.
TEST_F(Mishap, ARestartIsMadeOnceWhenTheClockIsSetBackMeanwhile) {
  world.ask(Verb::Restart, "ada");
  world.clock.jump_wall(Duration{-3'600'000});
  world.run_for(Duration{120'000});
  EXPECT_EQ(count("StopContainer"), 1);
  EXPECT_EQ(count("StartContainer"), 1);
}

/// An engine whose clock is ahead of ours starts containers "in the future".
TEST_F(Mishap, ARestartIsMadeOnceWhenTheEngineIsAheadOfUs) {
  world.clock.jump_wall(Duration{7'200'000});
  world.engine.docker()->restart("box-ada");
  world.clock.jump_wall(Duration{-7'200'000});
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.forget_calls();
  world.ask(Verb::Restart, "ada");
  world.run_for(Duration{120'000});
  EXPECT_EQ(count("StopContainer"), 1);
}

/// `boxwright_sim --seed 1000 --steps 120`: made anew by hand, so that nothing on record said that
/// it was healthy; then two changes, of which neither ever is.
TEST_F(Mishap, WhatRanBeforeOutlivesASecondChangeInTheMiddleOfATrial) {
  auto sick = box_image();
  sick.behaviour.answers_after = std::nullopt;
  world.engine.docker()->add_image("box-base:sick", sick);
  CreateCall call;
  call.name = "box-ada";
  call.config = world.container("box-ada")->config;
  world.engine.docker()->remove("box-ada", true);
  const auto good = world.engine.docker()->create(call);
  ASSERT_TRUE(good);
  world.engine.docker()->start("box-ada");
  world.declare(ada.image("box-base:sick"));
  world.run_for(Duration{5'000});
  ASSERT_NE(world.container("box-ada.prev"), nullptr);
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_NE(world.container("box-ada"), nullptr);
  EXPECT_EQ(world.container("box-ada")->id, good->id);
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
}

/// `boxwright_sim --seed 1005 --steps 120`: what is in use is not asked of a suspended box.
TEST_F(Mishap, ALowerMemoryLimitOfASuspendedBoxIsNotTakenForSet) {
  world.ask(Verb::Suspend, "ada");
  world.run_for(Duration{2'000});
  world.declare(ada.memory(Bytes{kGiB}));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.status("ada")->find("Ready")->observed_generation, 1);
  EXPECT_EQ(world.reason("ada", "Drifted"), "Suspended");
  world.ask(Verb::Resume, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"UpdateContainer"});
  EXPECT_EQ(world.status("ada")->find("Ready")->observed_generation, 2);
}

/// `boxwright_sim --seed 27`: "observed" must not be said of a spec that was never made.
TEST_F(Mishap, AnUnknownContainerIsNotTakenForItsSpec) {
  world.crash();
  world.lose_memory();
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_EQ(world.reason("ada", "Drifted"), "UnknownContainer");
  const auto status = world.status("ada");
  ASSERT_NE(status->find("Ready"), nullptr);
  EXPECT_LT(status->find("Ready")->observed_generation, world.record("ada").generation);
  EXPECT_EQ(reconcile::settlement(*status, world.record("ada").generation),
            reconcile::Settlement::Stalled);
}

/// `boxwright_sim --seed 1415`: a copy needs nobody, and must not be told in place of what does.
TEST_F(Mishap, ACopyDoesNotHideAnUnknownContainer) {
  static_cast<void>(world.engine.docker()->commit("box-ada", "snapshot:1"));
  CreateCall copy;
  copy.name = "copy-of-ada";
  copy.config.image = "snapshot:1";
  ASSERT_TRUE(world.engine.docker()->create(copy));
  world.crash();
  world.lose_memory();
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.reason("ada", "Drifted"), "UnknownContainer");
  const auto status = world.status("ada");
  EXPECT_LT(status->find("Ready")->observed_generation, world.record("ada").generation);
}

/// `boxwright_sim --seed 4253`: an event came before the new process had read what people asked.
TEST_F(Mishap, ASuspensionIsObeyedFromTheFirstMomentOn) {
  world.ask(Verb::Suspend, "ada");
  world.run_for(Duration{2'000});
  world.crash();
  int looks = 0;
  world.faulty.set_plan([&looks](const PendingCall& call) {
    return call.name == "observe_fleet" && ++looks < 3 ? Fault::FailBefore : Fault::None;
  });
  world.start();
  world.engine.docker()->kill("box-ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Suspended"), "Suspended");
}

/// `boxwright_sim --seed 2756`: a new container copied its image's files into what was in use.
TEST_F(Mishap, DataThatWaitsForItsRemovalIsKnownToBeInUse) {
  world.crash();
  world.lose_memory();
  world.undeclare("ada");
  state::DeletionRow row;
  row.name = BoxName{"ada"};
  row.volumes = true;
  row.by = "test";
  row.at = world.clock.wall_now();
  ASSERT_TRUE(world.desired.add_deletion(row));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_EQ(world.container("box-ada"), nullptr);
  EXPECT_EQ(world.record("ada").expected_volumes.size(), 4U);
}

/// `boxwright_sim --seed 5744`: the box was known again by an old look, and lost before the next.
TEST_F(Mishap, DataThatIsLostJustAfterItsBoxIsKnownAgainIsTold) {
  world.crash();
  world.lose_memory();
  world.declared.failure = "permission denied";
  ++world.declared.version;
  world.run_for(Duration{1'000});
  const VolumeName workspace{"box-ada-workspace"};
  world.engine.docker()->remove("box-ada", true);
  world.engine.docker()->remove(state::hold_name(Installation{kTestInstallation}), true);
  world.engine.docker()->remove_volume(workspace);
  ASSERT_EQ(world.engine.docker()->find_volume(workspace), nullptr);
  world.give_up_data(workspace);
  world.mend_source();
  world.run_for(Duration{5'000});
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeLost");
  EXPECT_EQ(world.engine.docker()->find_volume(workspace), nullptr);
}

/// `boxwright_sim --seed 2400`: what had been healthy made way for what never was.
TEST_F(Mishap, WhatRanBeforeOutlivesALostMemoryInTheMiddleOfATrial) {
  auto slow = box_image();
  slow.behaviour.answers_after = Duration{30'000};
  world.engine.docker()->add_image("box-base:slow", slow);
  const auto good = world.container("box-ada")->id;
  world.declare(ada.image("box-base:slow"));
  world.run_for(Duration{2'000});
  ASSERT_NE(world.container("box-ada.prev"), nullptr);
  world.crash();
  world.lose_memory();
  world.declare(ada.env("EDITOR", "vim"));
  world.run_for(Duration{2'000});
  ASSERT_EQ(world.reason("ada", "Drifted"), "UnknownContainer");
  world.ask(Verb::Accept, "ada", "drift");
  world.run_for(Duration{10'000});
  EXPECT_NE(world.container(good.str()), nullptr);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.container_names(), Steps{"box-ada"});
}

/// `boxwright_sim --seed 8 --steps 200`: what the engine took for done was asked of it without end.
TEST_F(Mishap, AStepThatIsSaidToBeDoneAndChangesNothingIsMadeAgainWithAPause) {
  int asked = 0;
  world.faulty.set_plan([&asked](const PendingCall& call) {
    if (call.name != "UpdateContainer") return Fault::None;
    ++asked;
    return Fault::Pretend;
  });
  world.engine.docker()->update("box-ada", std::nullopt, specs::RestartPolicy::No);
  world.run_for(Duration{60'000});
  EXPECT_EQ(world.breach(), "");
  EXPECT_GE(asked, 4);
  EXPECT_LE(asked, 10);
  EXPECT_EQ(world.reason("ada", "Reconciling"), "ProgressingWithRetry");
  world.faulty.set_plan({});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada")->config.restart, specs::RestartPolicy::UnlessStopped);
  EXPECT_EQ(world.reason("ada", "Reconciling"), "");
}

}  // namespace
}  // namespace boxwright::test
