// What holds the volumes: nobody's prune takes the data of a box that is stopped, gone or half
// replaced, and what is to be removed is let go first.

#include "controller/reconcile/hold.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/engine/hold/hold_image.h"
#include "controller/plan/purge.h"
#include "state/ownership.h"
#include "tests/simulation/passing.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;
using Names = std::set<VolumeName>;

class Held : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};

  void SetUp() override { world.hold_volumes(); }
  void bring_up(const BoxBuilder& box) {
    world.declare(box);
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data(box.name().str());
    world.engine.forget_calls();
  }
  static std::string name() { return state::hold_name(Installation{kTestInstallation}); }
  Names held() {
    Names names;
    const auto* hold = world.container(name());
    if (hold == nullptr || !hold->has_process()) return names;
    for (const auto& mount : hold->config.mounts)
      names.insert(mount.volume);
    return names;
  }
  void prune() {
    world.engine.docker()->prune_containers();
    world.engine.docker()->prune_volumes();
  }
  std::ptrdiff_t count(const std::string& step) {
    const auto steps = world.steps();
    return std::count(steps.begin(), steps.end(), step);
  }
};

TEST_F(Held, EveryVolumeIsHeldAndThenNothingIsDone) {
  bring_up(ada);
  EXPECT_EQ(held(), (Names{VolumeName{"box-ada-cache"}, VolumeName{"box-ada-config"},
                           VolumeName{"box-ada-inbox"}, VolumeName{"box-ada-workspace"}}));
  const auto* hold = world.container(name());
  EXPECT_EQ(hold->config.image, engine::hold_image());
  EXPECT_EQ(hold->config.labels.at(state::kLabelRole), state::kRoleHold);
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.steps(), Steps{});
  const auto calls = world.engine.calls();
  EXPECT_TRUE(std::none_of(calls.begin(), calls.end(), [](const auto& call) {
    return call.name == "observe_holds";
  })) << "a relist shows all there is to know";
}

TEST_F(Held, BoxesThatComeTogetherAreHeldTogether) {
  for (const char* box : {"ada", "bob", "eve"})
    world.declare(BoxBuilder{box});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(held().size(), 12U);
  EXPECT_LE(count("CreateHold"), 2);
  EXPECT_EQ(count("ImportImage"), 1);
}

TEST_F(Held, AStoppedBoxLosesNothingToAPrune) {
  bring_up(ada);
  bring_up(ada.with([](auto& spec) { spec.power = specs::Power::Stopped; }));
  prune();
  EXPECT_EQ(world.lost_data(), "");
  ASSERT_TRUE(world.settle()) << world.breach();
  bring_up(ada.with([](auto& spec) { spec.power = specs::Power::Running; }));
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST_F(Held, ARemovedBoxLosesNothingToAPrune) {
  bring_up(ada);
  world.delete_box("ada", false);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada"), nullptr);
  prune();
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_EQ(held().size(), 4U);
}

TEST_F(Held, AHalfReplacedBoxLosesNothingToAPrune) {
  bring_up(ada);
  world.declare(ada.env("EDITOR", "emacs"));
  for (int i = 0; i < 500 && world.container("box-ada.prev") == nullptr; ++i) {
    if (!world.step()) world.clock.advance(Duration{10});
  }
  ASSERT_NE(world.container("box-ada.prev"), nullptr);
  prune();
  EXPECT_EQ(world.lost_data(), "");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_TRUE(world.is_ready("ada"));
}

/// Without the wait the container would be gone before anything else mounts its volumes.
TEST_F(Held, ABoxIsNotRemovedBeforeItsVolumesAreHeld) {
  world.declare(ada);
  for (int i = 0; i < 500 && !world.is_ready("ada"); ++i) {
    if (!world.step()) world.clock.advance(Duration{10});
  }
  ASSERT_TRUE(world.is_ready("ada"));
  world.write_data("ada");
  world.delete_box("ada", false);
  for (int i = 0; i < 5'000 && world.container("box-ada") != nullptr; ++i) {
    const auto* box = world.container("box-ada");
    if (!box->has_process()) {
      EXPECT_EQ(held().size(), 4U) << "the box is stopped and nothing holds its volumes";
    }
    if (!world.step()) world.clock.advance(Duration{10});
  }
  EXPECT_EQ(world.container("box-ada"), nullptr);
  prune();
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Held, GrantedVolumesAreLetGoAndRemoved) {
  bring_up(ada);
  bring_up(BoxBuilder{"bob"});
  world.delete_box("ada", true);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.engine.docker()->find_volume(VolumeName{"box-ada-workspace"}), nullptr);
  EXPECT_EQ(held().size(), 4U) << "only bob's are left";
  for (const auto& call : world.engine.calls()) {
    if (call.name == "RemoveVolume") {
      EXPECT_TRUE(call.succeeded) << call.subject;
    }
  }
  EXPECT_LE(count("CreateHold"), 2) << "all four were let go at once";
  world.delete_box("bob", true);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container_names(), Steps{}) << "it goes with the last volume";
}

/// A purge whose calls fail, so that its volumes are let go and stay.
class HalfPurged : public Held {
 protected:
  std::int64_t order = 0;

  void SetUp() override {
    Held::SetUp();
    bring_up(ada);
    const auto uid = world.record("ada").uid;
    world.delete_box("ada", false);
    ASSERT_TRUE(world.settle()) << world.breach();
    world.faulty.set_plan([](const PendingCall& call) {
      return call.name == "RemoveVolume" ? Fault::FailBefore : Fault::None;
    });
    order = world.ask(state::Request::Verb::Grant, "ada", plan::purge_argument(uid, ""));
    for (int i = 0; i < 5'000 && !held().empty(); ++i) {
      if (!world.step()) world.clock.advance(Duration{10});
    }
    ASSERT_EQ(held(), Names{}) << "let go, since they were to be removed";
  }
};

TEST_F(HalfPurged, WhatAWithdrawnPurgeLeftIsHeldAgain) {
  ASSERT_TRUE(world.desired.finish_request(order, "failed", "withdrawn").has_value());
  world.run_for(Duration{60'000});
  EXPECT_EQ(held().size(), 4U);
  prune();
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(HalfPurged, WhatASuspendedPurgeLeftIsHeldAgain) {
  world.ask(state::Request::Verb::Suspend, "ada");
  world.run_for(Duration{60'000});
  EXPECT_EQ(held().size(), 4U);
  prune();
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(HalfPurged, WhileAFailingPurgeRestsItsVolumesAreHeld) {
  world.run_for(Duration{600'000});
  EXPECT_EQ(held().size(), 4U);
  world.faulty.set_plan({});
  for (const char* key : {"cache", "config", "inbox", "workspace"})
    world.give_up_data(state::volume_name(BoxName{"ada"}, key));
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.breach(), "");
  EXPECT_EQ(world.engine.docker()->find_volume(VolumeName{"box-ada-workspace"}), nullptr);
}

TEST_F(Held, OneThatIsKilledOrRemovedByHandComesBack) {
  bring_up(ada);
  world.engine.docker()->kill(name());
  world.run_for(Duration{3'000});
  EXPECT_EQ(held().size(), 4U);
  EXPECT_EQ(world.steps(), Steps{"StartContainer"});
  world.engine.docker()->remove(name(), true);
  world.run_for(Duration{3'000});
  EXPECT_EQ(held().size(), 4U);
}

TEST_F(Held, ItsImageIsMadeAgain) {
  bring_up(ada);
  world.engine.docker()->remove(name(), true);
  world.engine.docker()->untag(engine::hold_image(), true);
  world.run_for(Duration{3'000});
  EXPECT_EQ(held().size(), 4U);
  EXPECT_EQ(world.steps(), (Steps{"ImportImage", "CreateHold", "StartContainer"}));
}

TEST_F(Held, ALostDirectoryIsLetGoAndMadeAnew) {
  bring_up(ada);
  const VolumeName cache{"box-ada-cache"};
  world.engine.docker()->delete_volume_directory(cache);
  world.give_up_data(cache);
  world.engine.docker()->kill("box-ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_FALSE(world.engine.docker()->find_volume(cache)->directory_missing);
  EXPECT_TRUE(held().contains(cache));
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Held, ItIsNoBoxNoOrphanAndNoCopy) {
  bring_up(ada);
  world.crash();
  world.lose_memory();
  world.start();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{}) << "a lost memory changes nothing about it";
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST_F(Held, AContainerFromAnImageCommittedOfItIsLeftAlone) {
  bring_up(ada);
  ASSERT_TRUE(world.engine.docker()->commit(name(), "snapshot:1"));
  CreateCall call;
  call.name = "mine";
  call.config.image = "snapshot:1";
  ASSERT_TRUE(world.engine.docker()->create(call));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_NE(world.container("mine"), nullptr);
  EXPECT_EQ(world.steps(), Steps{});
}

TEST_F(Held, ACrashAtAnyCallLeavesNothingBehind) {
  for (const Fault fault : {Fault::CrashBefore, Fault::CrashAfter, Fault::LoseReply}) {
    for (std::uint64_t nth = 1; nth <= 24; ++nth) {
      World fresh;
      fresh.hold_volumes();
      fresh.declare(BoxBuilder{"ada"});
      ASSERT_TRUE(fresh.settle());
      fresh.write_data("ada");
      fresh.faulty.set_plan(fault_at_mutation(nth, fault));
      fresh.declare(BoxBuilder{"bob"});
      ASSERT_TRUE(fresh.settle()) << fresh.breach();
      fresh.delete_box("bob", true);
      ASSERT_TRUE(fresh.settle()) << fresh.breach();
      EXPECT_EQ(fresh.container_names(), (Steps{"box-ada", name()})) << to_string(fault) << nth;
      EXPECT_EQ(fresh.container(name())->config.mounts.size(), 4U);
      EXPECT_EQ(fresh.lost_data(), "");
    }
  }
}

TEST_F(Held, AnEngineThatCannotRunItHoldsUpNoBox) {
  world.faulty.set_plan([](const PendingCall& call) {
    return call.name == "CreateHold" ? Fault::FailBefore : Fault::None;
  });
  world.declare(ada);
  ASSERT_TRUE(world.settle()) << world.breach();
  world.delete_box("ada", true);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada"), nullptr);
}

TEST_F(Held, UnderASuspensionOfAllNothingIsDone) {
  bring_up(ada);
  world.ask(state::Request::Verb::Suspend, "*");
  world.run_for(Duration{2'000});
  world.engine.docker()->kill(name());
  world.run_for(Duration{90'000});
  EXPECT_EQ(world.steps(), Steps{});
  world.ask(state::Request::Verb::Resume, "*");
  world.run_for(Duration{5'000});
  EXPECT_EQ(held().size(), 4U);
}

/// An engine that says yes to steps of the hold, and does nothing.
class YesSayer final : public Between {
 public:
  std::string says_yes_to;
  int said = 0;

  std::unique_ptr<engine::Engine> engine_for(engine::Engine& inside) override {
    class Saying final : public PassingEngine {
     public:
      Saying(engine::Engine& inside, YesSayer& between)
          : PassingEngine(inside), between_(between) {}
      Result<engine::StepReply> perform(const engine::Step& step,
                                        const engine::ProgressSink& progress,
                                        std::stop_token stop) override {
        const bool is_of_hold = step.cause.find("hold") != std::string::npos;
        if (!is_of_hold || engine::step_name(step) != between_.says_yes_to) {
          return PassingEngine::perform(step, progress, std::move(stop));
        }
        ++between_.said;
        return engine::StepReply{};
      }

     private:
      YesSayer& between_;
    };
    return std::make_unique<Saying>(inside, *this);
  }
};

TEST(HoldAlone, AStepThatHasNoEffectIsNotRepeatedAtOnce) {
  for (const char* step : {"ImportImage", "CreateHold", "StartContainer"}) {
    YesSayer between;
    between.says_yes_to = step;
    World world{1, &between};
    world.hold_volumes();
    world.declare(BoxBuilder{"ada"});
    world.run_for(Duration{60'000});
    EXPECT_EQ(world.breach(), "") << step;
    EXPECT_TRUE(world.is_ready("ada"));
    EXPECT_GT(between.said, 1) << step << ": tried again";
    EXPECT_LT(between.said, 10) << step;
    world.delete_box("ada", false);
    world.run_for(Duration{120'000});
    EXPECT_EQ(world.container("box-ada"), nullptr) << "nobody waits for it for ever";
  }
}

/// By itself, without a loop: who is told no, and when they are called.
TEST(HoldAlone, ARelistThatShowsTheVolumesHeldCallsWhoWaits) {
  FakeClock clock;
  FakeEngine engine{clock};
  MemoryStore store;
  SeededRandom random{1};
  int woken = 0;
  reconcile::Hold hold(
      {engine, store, clock, random, Installation{kTestInstallation}, {}, [&woken] { ++woken; }});
  const VolumeName workspace{"box-ada-workspace"};
  ASSERT_FALSE(hold.ask(BoxName{"ada"}, {.keep = {workspace}, .let_go = {}}));
  EXPECT_TRUE(hold.take_served().empty());
  state::ObservedFleet fleet;
  state::ObservedVolume volume;
  volume.name = workspace;
  volume.owner.installation = Installation{kTestInstallation};
  volume.owner.uid = BoxUid{"0123456789abcdef"};
  fleet.volumes = {volume};
  fleet.holds.containers = {{ContainerId{"c1"},
                             state::hold_name(Installation{kTestInstallation}),
                             state::ContainerState::Running,
                             {workspace}}};
  clock.advance(Duration{1'000});
  woken = 0;
  hold.look_at(fleet, clock.mono_now());
  EXPECT_FALSE(hold.due()) << "nothing is left to do for the hold itself";
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(hold.take_served(), std::vector{BoxName{"ada"}});
}

/// Between the look and the call somebody removed it: what the engine makes instead is no data.
TEST_F(Held, AVolumeThatGoesInBetweenIsNotMadeUp) {
  bring_up(ada);
  world.engine.docker()->remove(name(), true);
  bool removed = false;
  world.faulty.set_plan([&](const PendingCall& call) {
    if (call.name == "CreateHold" && !std::exchange(removed, true)) {
      world.engine.docker()->remove("box-ada", true);
      world.engine.docker()->remove_volume(VolumeName{"box-ada-workspace"});
    }
    return Fault::None;
  });
  world.give_up_data(VolumeName{"box-ada-workspace"});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(removed);
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeLost") << "it must not pass for the lost one";
  EXPECT_EQ(world.engine.docker()->find_volume(VolumeName{"box-ada-workspace"}), nullptr);
}

}  // namespace
}  // namespace boxwright::test
