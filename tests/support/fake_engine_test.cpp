// What only the fake can show: virtual time, lost events, an engine that is away, odd states.

#include "tests/support/fake_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "state/ownership.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using state::ContainerState;

class FakeEngineTest : public ::testing::Test {
 protected:
  Result<engine::StepReply> perform(engine::StepKind kind) {
    return engine_.perform({std::move(kind), "a test asks for it"}, {}, {});
  }
  /// Creates and starts a container of the box `ada` from an image that behaves so.
  ContainerId run(const Behaviour& behaviour = {}) {
    ImageContent content;
    content.behaviour = behaviour;
    engine_.docker()->add_image(kTestImage, content);
    state::ContainerConfig config;
    config.image = kTestImage;
    config.labels = ada_.volume_labels("unused");
    config.restart = specs::RestartPolicy::UnlessStopped;
    config.healthcheck = {{"CMD-SHELL", "check"}, Duration{30'000}, Duration{3'000}, {}, 3};
    const auto created = perform(engine::CreateContainer{"box-ada", config, {}});
    EXPECT_TRUE(created.has_value());
    EXPECT_TRUE(perform(engine::StartContainer{created->created}).has_value());
    return created->created;
  }
  state::ObservedContainer seen() {
    const auto box = engine_.observe_box(ada_.query(), {});
    EXPECT_TRUE(box.has_value() && box->containers.size() == 1U);
    return box->containers.at(0);
  }

  BoxBuilder ada_{"ada"};
  FakeClock clock_;
  FakeEngine engine_{clock_};
};

TEST_F(FakeEngineTest, HealthTurnsAtTheExactMomentHoweverTheClockMoves) {
  run(Behaviour{.answers_after = Duration{31'000}});
  clock_.advance(Duration{59'999});
  EXPECT_EQ(seen().health, state::Health::Starting);
  clock_.advance(Duration{1});
  EXPECT_EQ(seen().health, state::Health::Healthy);
}

TEST_F(FakeEngineTest, AnEndInALongJumpCarriesItsOwnTime) {
  run(Behaviour{.exits_after = Duration{5'000}, .exit_code = 7});
  const WallTime start = clock_.wall_now();
  engine_.docker()->update("box-ada", std::nullopt, specs::RestartPolicy::No);
  clock_.advance(Duration{3'600'000});
  EXPECT_EQ(seen().finished_at, start + Duration{5'000});
  EXPECT_EQ(seen().exit_code, 7);
}

TEST_F(FakeEngineTest, RestartsBackOffFrom100MillisecondsDoubling) {
  run(Behaviour{.exits_after = Duration{0}, .exit_code = 1});
  // 100 + 200 + 400 + 800 ms: four restarts, the fifth waits until 3100.
  clock_.advance(Duration{1'500});
  EXPECT_EQ(seen().restart_count, 4);
  EXPECT_EQ(seen().state, ContainerState::Restarting);
  clock_.advance(Duration{1'600});
  EXPECT_EQ(seen().restart_count, 5);
}

TEST_F(FakeEngineTest, ALongRunTakesTheBackOffBack) {
  run(Behaviour{.exits_after = Duration{11'000}, .exit_code = 1});
  clock_.advance(Duration{10 * 11'100});
  EXPECT_EQ(seen().restart_count, 10);
}

TEST_F(FakeEngineTest, AStopCallMovesTheClockByTheGraceItWaits) {
  const ContainerId id = run(Behaviour{.ignores_term = true});
  const MonoTime before = clock_.mono_now();
  EXPECT_TRUE(perform(engine::StopContainer{id, Duration{10'000}}).has_value());
  EXPECT_EQ(clock_.mono_now() - before, Duration{10'000});
  EXPECT_EQ(seen().exit_code, 137);
}

TEST_F(FakeEngineTest, AStopThatOutlastsItsCallIsFinishedLater) {
  const ContainerId id = run(Behaviour{.ignores_term = true});
  engine_.set_stops_outlast_calls(true);
  const auto stopped = perform(engine::StopContainer{id, Duration{10'000}});
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_EQ(seen().state, ContainerState::Running);
  clock_.advance(Duration{10'000});
  EXPECT_EQ(seen().state, ContainerState::Exited);
  EXPECT_EQ(seen().exit_code, 137);
}

TEST_F(FakeEngineTest, AReachableEngineIsNotReachedWhileAway) {
  run();
  engine_.set_reachable(false);
  const auto box = engine_.observe_box(ada_.query(), {});
  ASSERT_FALSE(box.has_value());
  EXPECT_EQ(box.error().code, ErrorCode::Unavailable);
  engine_.set_reachable(true);
  EXPECT_EQ(seen().state, ContainerState::Running);
}

TEST_F(FakeEngineTest, CallsAreCountedByWhetherTheyChangeThings) {
  run();
  static_cast<void>(seen());
  engine_.docker()->stop("box-ada");
  EXPECT_EQ(engine_.mutating_calls(), 2U);
  EXPECT_EQ(engine_.reading_calls(), 1U);
  EXPECT_EQ(engine_.calls().at(0).name, "CreateContainer");
  EXPECT_EQ(engine_.calls().at(0).subject, "create container box-ada");
  engine_.forget_calls();
  EXPECT_EQ(engine_.mutating_calls(), 0U);
}

TEST_F(FakeEngineTest, LostEventsDoNotArrive) {
  engine_.lose_events([](const engine::EngineEvent& event) { return event.action == "start"; });
  run();
  const auto events = engine_.take_events();
  EXPECT_EQ(std::ranges::count(events, "create", &engine::EngineEvent::action), 1);
  EXPECT_EQ(std::ranges::count(events, "start", &engine::EngineEvent::action), 0);
  EXPECT_TRUE(engine_.take_events().empty());
}

TEST_F(FakeEngineTest, AStreamEndsWellWhenTheEngineGoesAway) {
  Status ended = fail(ErrorCode::Internal, RetryClass::Terminal, "did not end");
  std::jthread follower([&](const std::stop_token& stop) {
    ended =
        engine_.follow_events([this] { engine_.set_reachable(false); }, [](const auto&) {}, stop);
  });
  follower.join();
  EXPECT_TRUE(ended.has_value());
}

TEST_F(FakeEngineTest, ARemovalThatIsUnderWayIsWaitedFor) {
  const ContainerId id = run();
  engine_.docker()->begin_removal("box-ada", Duration{3'000});
  EXPECT_EQ(seen().state, ContainerState::Removing);
  const auto removed = perform(engine::RemoveContainer{id});
  ASSERT_FALSE(removed.has_value());
  EXPECT_EQ(removed.error().retry, RetryClass::Waiting);
  clock_.advance(Duration{3'000});
  EXPECT_TRUE(perform(engine::RemoveContainer{id}).has_value());
  EXPECT_EQ(engine_.docker()->find("box-ada"), nullptr);
}

TEST_F(FakeEngineTest, ADeadContainerHasNoNameAndIsRemovedByForce) {
  const ContainerId id = run();
  engine_.docker()->make_dead("box-ada");
  EXPECT_EQ(seen().state, ContainerState::Dead);
  EXPECT_EQ(seen().name, "");
  const auto started = perform(engine::StartContainer{id});
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(perform(engine::RemoveContainer{id, true}).has_value());
}

TEST_F(FakeEngineTest, OnCgroup2ALimitBelowUseKills) {
  const ContainerId id = run(Behaviour{.memory = Bytes{100 * kMiB}});
  engine_.docker()->cgroup_version = 2;
  engine_.docker()->update("box-ada", std::nullopt, specs::RestartPolicy::No);
  const state::Limits less{NanoCpus{0}, Bytes{50 * kMiB}, Bytes{100 * kMiB}, 0};
  EXPECT_TRUE(perform(engine::UpdateContainer{id, less, std::nullopt}).has_value());
  EXPECT_TRUE(seen().oom_killed);
  EXPECT_EQ(seen().exit_code, 137);
}

TEST_F(FakeEngineTest, APullBringsWhatTheRegistryOffers) {
  EXPECT_FALSE(perform(engine::PullImage{"registry.test/box:1"}).has_value());
  engine_.docker()->offer("registry.test/box:1", {});
  EXPECT_TRUE(perform(engine::PullImage{"registry.test/box:1"}).has_value());
  EXPECT_NE(engine_.docker()->find_image("registry.test/box:1"), nullptr);
}

TEST_F(FakeEngineTest, TwoEnginesThatSawTheSameGiveTheSameIds) {
  const ContainerId first = run();
  FakeClock clock;
  FakeEngine other(clock);
  other.docker()->add_image(kTestImage);
  const auto created = other.perform(
      {engine::CreateContainer{"box-ada", {.image = kTestImage}, {}}, "a test asks for it"}, {},
      {});
  ASSERT_TRUE(created.has_value());
  EXPECT_EQ(created->created, first);
}

}  // namespace
}  // namespace boxwright::test
