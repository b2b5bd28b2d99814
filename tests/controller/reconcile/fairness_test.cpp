// A box that fails or hangs is its own trouble alone; what crashes for ever is slowed down.

#include <gtest/gtest.h>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

std::size_t count(const World& world, const std::string& step) {
  const auto steps = world.steps();
  return static_cast<std::size_t>(std::count(steps.begin(), steps.end(), step));
}

TEST(Fairness, AnImageThatCannotBePulledDelaysNoOtherBox) {
  World world;
  for (int i = 0; i < 20; ++i)
    world.declare(BoxBuilder{"bad" + std::to_string(i)}.image("nowhere/none:1"));
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.reason("bad7", "Stalled"), "ImagePullFailed");
  world.declare(BoxBuilder{"ada"});
  world.run_for(Duration{2'000});
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST(Fairness, AFailingBoxIsTriedEverMoreSeldom) {
  World world;
  world.declare(BoxBuilder{"ada"}.image("nowhere/none:1"));
  world.run_for(Duration{600'000});
  world.engine.forget_calls();
  world.run_for(Duration{3'600'000});
  EXPECT_LE(count(world, "PullImage"), 16U);
  EXPECT_GE(count(world, "PullImage"), 9U);
}

TEST(Fairness, AMendedSpecIsTriedAtOnce) {
  World world;
  world.declare(BoxBuilder{"ada"}.image("nowhere/none:1"));
  world.run_for(Duration{3'600'000});
  world.declare(BoxBuilder{"ada"});
  world.run_for(Duration{2'000});
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
}

TEST(Fairness, AnImageThatTurnsUpIsUsed) {
  World world;
  world.declare(BoxBuilder{"ada"}.image("late:1"));
  world.run_for(Duration{60'000});
  world.engine.docker()->add_image("late:1", box_image());
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST(Fairness, ACrashingBoxIsPacedWithoutEndAndForgivenAfterTwoMinutes) {
  World world;
  auto image = box_image();
  image.behaviour.exits_after = Duration{2'000};
  image.behaviour.exit_code = 1;
  world.engine.docker()->add_image("crashing:1", image);
  world.declare(BoxBuilder{"ada"}.image("crashing:1").with([](auto& spec) {
    spec.restart = specs::RestartPolicy::No;
  }));
  world.run_for(Duration{1'800'000});
  EXPECT_EQ(world.reason("ada", "CrashLooping"), "ShortRuns");
  world.engine.forget_calls();
  world.run_for(Duration{3'600'000});
  EXPECT_LE(count(world, "StartContainer"), 13U) << "every 5 min";
  EXPECT_GE(count(world, "StartContainer"), 10U);
  Behaviour steady = world.container("box-ada")->behaviour;
  steady.exits_after = std::nullopt;
  world.engine.docker()->set_behaviour("box-ada", steady);
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.reason("ada", "CrashLooping"), "");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST(Fairness, ARestartOfACrashingBoxIsNotHeldBack) {
  World world;
  auto image = box_image();
  image.behaviour.exits_after = Duration{2'000};
  world.engine.docker()->add_image("crashing:1", image);
  world.declare(BoxBuilder{"ada"}.image("crashing:1").with([](auto& spec) {
    spec.restart = specs::RestartPolicy::No;
  }));
  world.run_for(Duration{1'800'000});
  ASSERT_EQ(world.reason("ada", "CrashLooping"), "ShortRuns");
  world.engine.forget_calls();
  world.ask(state::Request::Verb::Restart, "ada");
  world.run_for(Duration{1'000});
  EXPECT_EQ(count(world, "StartContainer"), 1U);
}

TEST(Fairness, EngineRestartsAreNoCrashes) {
  World world;
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle());
  for (int i = 0; i < 10; ++i) {
    world.run_for(Duration{40'000});
    world.engine.restart();
  }
  world.run_for(Duration{40'000});
  EXPECT_EQ(world.reason("ada", "CrashLooping"), "");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST(Fairness, AStaleObservationStopsAndRemovesNothing) {
  World world;
  for (const char* name : {"ada", "bob", "cyd", "dan", "eve", "fay"})
    world.declare(BoxBuilder{name});
  ASSERT_TRUE(world.settle());
  world.faulty.set_plan([](const PendingCall& call) {
    return call.name == "observe_fleet" ? Fault::HangBefore : Fault::None;
  });
  world.run_for(Duration{300'000});
  world.engine.forget_calls();
  world.undeclare("ada");
  world.declare(BoxBuilder{"eve"}.env("EDITOR", "vim"));
  world.declare(BoxBuilder{"bob"}.with([](auto& spec) { spec.power = specs::Power::Stopped; }));
  world.run_for(Duration{1'200'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{});
  world.faulty.set_plan({});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(count(world, "RemoveContainer"), 2U);
}

TEST(Fairness, LostEventsCostTimeOnly) {
  World world;
  world.engine.lose_events([](const auto&) { return true; });
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.docker()->kill("box-ada");
  world.run_for(Duration{35'000});
  EXPECT_TRUE(world.is_ready("ada"));
}

}  // namespace
}  // namespace boxwright::test
