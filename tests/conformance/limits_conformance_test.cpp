// Limits and restart policies that are changed in life; engine restarts.

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

using specs::RestartPolicy;
using state::ContainerState;

class LimitConformance : public ConformanceTest {
 protected:
  Result<engine::StepReply> set(const ContainerId& id, const state::Limits& limits) {
    return perform(engine::UpdateContainer{id, limits, std::nullopt});
  }
};
class RestartConformance : public ConformanceTest {
 protected:
  ContainerId run_with(RestartPolicy policy, const std::string& name,
                       const std::string& image = kSleeper) {
    state::ContainerConfig wanted = config(image);
    wanted.restart = policy;
    return run(wanted, name);
  }
};

TEST_F(LimitConformance, LimitsChangeLive) {
  const ContainerId id = run(config());
  const auto started = seen(id).started_at;
  const state::Limits more{NanoCpus{750'000'000}, Bytes{96 * kMiB}, Bytes{192 * kMiB}, 200};
  EXPECT_OK(set(id, more));
  EXPECT_EQ(seen(id).config.limits, more);
  EXPECT_EQ(seen(id).started_at, started);
  EXPECT_EQ(state_of(id), ContainerState::Running);
}

TEST_F(LimitConformance, LimitsOfAStoppedContainerChangeToo) {
  const ContainerId id = create(config());
  const state::Limits less{NanoCpus{250'000'000}, Bytes{32 * kMiB}, Bytes{64 * kMiB}, 50};
  EXPECT_OK(set(id, less));
  EXPECT_EQ(seen(id).config.limits, less);
}

// Trap 0.9.
TEST_F(LimitConformance, ZeroLeavesALimitAsItIs) {
  const ContainerId id = run(config());
  EXPECT_OK(set(id, {NanoCpus{0}, Bytes{0}, Bytes{0}, 100}));
  EXPECT_EQ(seen(id).config.limits, config().limits);
  EXPECT_EQ(lab().update_memory("box-ada", 0, 0).status, 200);
  EXPECT_EQ(seen(id).config.limits, config().limits);
}

// Trap 0.9.
TEST_F(LimitConformance, ANegativeLimitIsRefused) {
  const ContainerId id = run(config());
  EXPECT_EQ(lab().update_memory("box-ada", -1, -1).status, 400);
  EXPECT_EQ(seen(id).config.limits, config().limits);
}

// Trap 0.9; cgroup 2 kills instead.
TEST_F(LimitConformance, AMemoryLimitBelowUseIsRefusedAtEveryTry) {
  if (lab().engine().facts({}).value().cgroup_version != 1) GTEST_SKIP() << "needs cgroup 1";
  const ContainerId id = run(config(kGreedy));
  ASSERT_TRUE(lab().eventually(
      [&] { return lab().engine().memory_in_use(id, {}).value_or(Bytes{0}) > Bytes{38 * kMiB}; },
      Duration{5000}));
  const state::Limits less{NanoCpus{500'000'000}, Bytes{16 * kMiB}, Bytes{32 * kMiB}, 100};
  EXPECT_ERROR(set(id, less), ErrorCode::Refused);
  EXPECT_ERROR(set(id, less), ErrorCode::Refused);
  EXPECT_EQ(seen(id).config.limits, config().limits);
  EXPECT_EQ(state_of(id), ContainerState::Running);
}

TEST_F(LimitConformance, MemoryAloneAboveItsSwapLimitIsRefusedByHand) {
  run(config());
  EXPECT_EQ(lab().update_memory_alone("box-ada", Bytes{256 * kMiB}).status, 409);
}

TEST_F(LimitConformance, SwapBelowMemoryIsRefused) {
  run(config());
  EXPECT_EQ(lab().update_memory("box-ada", 96 * kMiB, 32 * kMiB).status, 400);
}

TEST_F(LimitConformance, MemoryAlonePulledDownByHandIsSeen) {
  const ContainerId id = run(config());
  EXPECT_EQ(lab().update_memory_alone("box-ada", Bytes{48 * kMiB}).status, 200);
  EXPECT_EQ(seen(id).config.limits.memory, Bytes{48 * kMiB});
  EXPECT_EQ(seen(id).config.limits.memory_swap, Bytes{128 * kMiB});
}

TEST_F(LimitConformance, UnsetSwapIsTwiceTheMemory) {
  state::ContainerConfig wanted = config();
  wanted.limits.memory_swap = Bytes{0};
  EXPECT_EQ(seen(create(wanted)).config.limits.memory_swap, Bytes{128 * kMiB});
}

TEST_F(LimitConformance, NoPidsLimitReadsAsZero) {
  state::ContainerConfig wanted = config();
  wanted.limits.pids = 0;
  EXPECT_EQ(seen(create(wanted)).config.limits.pids, 0);
}

TEST_F(LimitConformance, TheRestartPolicyChangesLive) {
  const ContainerId id = run(config());
  const auto started = seen(id).started_at;
  EXPECT_OK(perform(engine::UpdateContainer{id, std::nullopt, RestartPolicy::UnlessStopped}));
  EXPECT_EQ(seen(id).config.restart, RestartPolicy::UnlessStopped);
  EXPECT_EQ(seen(id).config.limits, config().limits);
  EXPECT_OK(perform(engine::UpdateContainer{id, std::nullopt, RestartPolicy::No}));
  EXPECT_EQ(seen(id).config.restart, RestartPolicy::No);
  EXPECT_EQ(seen(id).started_at, started);
}

TEST_F(LimitConformance, UpdateOfAnAbsentContainerIsNotFound) {
  EXPECT_ERROR(set(ContainerId{std::string(64, 'a')}, config().limits), ErrorCode::NotFound);
}

// Trap 0.5.
TEST_F(RestartConformance, AnEngineRestartBringsBackWhatWasStoppedByHandUnderAlways) {
  const ContainerId always = run_with(RestartPolicy::Always, "box-ada");
  const ContainerId on_failure = run_with(RestartPolicy::OnFailure, "box-ada.a");
  const ContainerId unless_stopped = run_with(RestartPolicy::UnlessStopped, "box-ada.b");
  const ContainerId never = run_with(RestartPolicy::No, "box-ada.c");
  const ContainerId disarmed = run_with(RestartPolicy::Always, "box-ada.d");
  lab().stop("box-ada");
  lab().kill("box-ada.a");
  lab().stop("box-ada.b");
  lab().stop("box-ada.c");
  EXPECT_OK(perform(engine::UpdateContainer{disarmed, std::nullopt, RestartPolicy::No}));
  EXPECT_OK(perform(engine::StopContainer{disarmed, Duration{1000}}));
  lab().restart_engine();
  EXPECT_TRUE(reaches(always, ContainerState::Running));
  EXPECT_TRUE(reaches(on_failure, ContainerState::Running));
  EXPECT_EQ(state_of(unless_stopped), ContainerState::Exited);
  EXPECT_EQ(state_of(never), ContainerState::Exited);
  EXPECT_EQ(state_of(disarmed), ContainerState::Exited);
}

TEST_F(RestartConformance, AnEngineRestartBringsBackWhatRanAndNotWhatNeverRan) {
  state::ContainerConfig waiting = config();
  waiting.restart = RestartPolicy::Always;
  const ContainerId candidate = create(waiting, "box-ada.next");
  const ContainerId ran = run_with(RestartPolicy::UnlessStopped, "box-ada");
  const ContainerId never = run_with(RestartPolicy::No, "box-ada.c");
  const auto started = seen(ran).started_at;
  lab().restart_engine();
  EXPECT_TRUE(reaches(ran, ContainerState::Running));
  EXPECT_TRUE(lab().eventually([&] { return seen(ran).started_at > started; }, Duration{5000}));
  EXPECT_EQ(state_of(candidate), ContainerState::Created);
  EXPECT_EQ(state_of(never), ContainerState::Exited);
  EXPECT_EQ(seen(ran).restart_count, 0);
}

}  // namespace
}  // namespace boxwright::test
