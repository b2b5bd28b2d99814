// Power, suspension, removal and what people ask for.

#include <gtest/gtest.h>

#include "tests/simulation/passing.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;
using Verb = state::Request::Verb;

class Orders : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};

  void SetUp() override {
    world.declare(ada);
    for (const char* name : {"bob", "cyd", "dan", "eve"})
      world.declare(BoxBuilder{name});
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    world.engine.forget_calls();
    world.clock.advance(Duration{1'000});
  }
  void step_until(const std::function<bool()>& done) {
    for (int i = 0; i < 10'000 && !done(); ++i) {
      if (!world.step()) world.clock.advance(Duration{20});
    }
    ASSERT_TRUE(done());
  }
  [[nodiscard]] bool anything_runs() {
    for (const char* name : {"box-ada", "box-ada.next", "box-ada.prev"}) {
      const auto* container = world.container(name);
      if (container != nullptr && container->has_process()) return true;
    }
    return false;
  }
};

TEST_F(Orders, PowerStoppedStopsAndRunningStartsTheSameContainer) {
  const auto id = world.container("box-ada")->id;
  world.declare(BoxBuilder{"ada"}.with([](auto& spec) { spec.power = specs::Power::Stopped; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"StopContainer"});
  EXPECT_EQ(world.reason("ada", "Ready"), "Stopped");
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "StartContainer"}));
  EXPECT_EQ(world.container("box-ada")->id, id);
}

TEST_F(Orders, ALimitIsChangedInOneCallAndMetadataInNone) {
  world.declare(BoxBuilder{"ada"}.memory(Bytes{4 * kGiB}));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"UpdateContainer"});
  world.declare(BoxBuilder{"ada"}.memory(Bytes{4 * kGiB}).owner("ada@example.org"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"UpdateContainer"});
}

TEST_F(Orders, ALowerMemoryLimitWaitsForRoom) {
  Behaviour hungry = world.container("box-ada")->behaviour;
  hungry.memory = Bytes{kGiB};
  world.engine.docker()->set_behaviour("box-ada", hungry);
  world.declare(BoxBuilder{"ada"}.memory(Bytes{kGiB}));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "MemoryInUse");
  hungry.memory = Bytes{64 * kMiB};
  world.engine.docker()->set_behaviour("box-ada", hungry);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"UpdateContainer"});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "");
}

TEST_F(Orders, ADroppedVolumeIsRefusedUntilAPersonLetsItGo) {
  world.declare(BoxBuilder{"ada"}.with([](auto& spec) { spec.volumes.erase("inbox"); }));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeDropped");
  EXPECT_TRUE(world.is_ready("ada"));
  const auto request = world.ask(Verb::Accept, "ada", "drop:inbox");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
  EXPECT_EQ(world.container("box-ada")->config.mounts.size(), 3U);
  EXPECT_EQ(world.lost_data(), "") << "it is kept";
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

TEST_F(Orders, ADroppedVolumeIsRefusedAlsoWhenTheContainerIsGone) {
  world.crash();
  world.engine.docker()->remove("box-ada", true);
  world.declare(BoxBuilder{"ada"}.with([](auto& spec) { spec.volumes.erase("inbox"); }));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeDropped");
}

TEST_F(Orders, RestartsOnceAndSaysSo) {
  const auto id = world.container("box-ada")->id;
  const auto request = world.ask(Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "StartContainer"}));
  EXPECT_EQ(world.container("box-ada")->id, id);
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

TEST_F(Orders, ARestartOfAStoppedBoxIsAnsweredAndDoesNothing) {
  world.declare(BoxBuilder{"ada"}.with([](auto& spec) { spec.power = specs::Power::Stopped; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.forget_calls();
  const auto request = world.ask(Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_NE((*world.desired.request(request))->outcome.find("nothing was restarted"),
            std::string::npos);
}

TEST_F(Orders, ARestartIsDoneAlsoWhileAnUpdateIsHeld) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim").with([](auto& spec) {
    spec.update.policy = specs::RolloutPolicy::Manual;
  }));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "Manual");
  const auto request = world.ask(Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "StartContainer"}));
  EXPECT_EQ((*world.desired.request(request))->state, "done");
}

TEST_F(Orders, SuspensionStopsEverythingAndResumingConverges) {
  world.ask(Verb::Suspend, "ada");
  world.run_for(Duration{1'000});
  world.engine.docker()->stop("box-ada");
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
  world.run_for(Duration{300'000});
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "Suspended"), "Suspended");
  EXPECT_EQ(world.reason("ada", "Drifted"), "Suspended");
  world.ask(Verb::Resume, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.reason("ada", "Suspended"), "");
}

TEST_F(Orders, SuspensionWaitsForTheEndOfAPassage) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
  step_until([&] { return !anything_runs(); });
  world.ask(Verb::Suspend, "ada");
  world.run_for(Duration{5'000});
  EXPECT_TRUE(anything_runs());
  EXPECT_EQ(world.container_names().size(), 6U) << "the old one stays for the time being";
  world.ask(Verb::Resume, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container_names().size(), 5U);
}

TEST_F(Orders, SuspensionWaitsForTheEndOfAPassageAfterACrashToo) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
  step_until([&] { return !anything_runs(); });
  world.ask(Verb::Suspend, "ada");
  world.crash();
  world.run_for(Duration{60'000});
  EXPECT_TRUE(anything_runs());
}

TEST_F(Orders, ATerminatedProcessLeavesARunningContainerBehind) {
  for (const bool by_restart : {false, true}) {
    if (by_restart) {
      world.ask(Verb::Restart, "ada");
    } else {
      world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
    }
    step_until([&] { return !anything_runs(); });
    world.terminate();
    EXPECT_TRUE(anything_runs()) << by_restart;
    world.start();
    ASSERT_TRUE(world.settle()) << world.breach();
    world.clock.advance(Duration{1'000});
  }
}

TEST_F(Orders, AnUndeclaredBoxGoesAfterItsDelayAndKeepsItsVolumes) {
  world.undeclare("ada");
  world.run_for(Duration{300'000});
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "DeletionBlocked"), "PruneDelay");
  world.run_for(Duration{400'000});
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "RemoveContainer"}));
  EXPECT_EQ(world.container("box-ada"), nullptr);
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_TRUE(world.record("ada").uid.empty());
}

TEST_F(Orders, ABoxThatComesBackInTimeGoesOnUntouched) {
  const auto uid = world.record("ada").uid;
  world.undeclare("ada");
  world.run_for(Duration{300'000});
  world.declare(ada);
  ASSERT_TRUE(world.settle()) << world.breach();
  world.run_for(Duration{900'000});
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.record("ada").uid, uid);
}

TEST_F(Orders, ABrokenSourceRemovesNothing) {
  world.undeclare("ada");
  world.fail_source("not mounted");
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.steps(), Steps{});
  world.declared.boxes.clear();
  world.mend_source();
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.steps(), Steps{}) << "empty is not taken at its word";
}

TEST_F(Orders, ARemovalThatIsHeldDoesNotLeaveABoxBetweenTwoContainers) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
  step_until([&] { return !anything_runs(); });
  world.undeclare("ada");
  world.run_for(Duration{10'000});
  EXPECT_TRUE(anything_runs());
}

TEST_F(Orders, DeletingWithVolumesTakesThemAndNoOthers) {
  world.write_data("eve");
  world.delete_box("ada", true);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"StopContainer", "RemoveContainer", "RemoveVolume",
                                  "RemoveVolume", "RemoveVolume", "RemoveVolume"}));
  EXPECT_EQ(world.lost_data(), "");
}

/// What is over cannot be read.
class PendingOnly final : public PassingDesiredDb {
 public:
  using PassingDesiredDb::PassingDesiredDb;
  [[nodiscard]] Result<std::vector<state::Request>> requests() override { return nothing(); }
  [[nodiscard]] Result<std::vector<state::DeletionRow>> deletions() override { return nothing(); }

 private:
  static tl::unexpected<Error> nothing() {
    return fail(ErrorCode::Internal, RetryClass::Terminal, "finished rows were read");
  }
};
class BetweenPendingOnly final : public Between {
 public:
  std::unique_ptr<state::DesiredDb> desired_for(state::DesiredDb& inside) override {
    return std::make_unique<PendingOnly>(inside);
  }
};

TEST(OrdersThatAreOver, AreNotReadByTheController) {
  BetweenPendingOnly between;
  World world(1, &between);
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto id = world.ask(Verb::Restart, "ada");
  world.delete_box("nobody", false);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ((*world.desired.request(id))->state, "done");
  EXPECT_NE(world.desired.deletions()->front().state, "pending");
}

}  // namespace
}  // namespace boxwright::test
