// Health checks: the engine's own, and ours by exec.

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

using state::ContainerState;
using state::Health;

class HealthConformance : public ConformanceTest {
 protected:
  static state::ContainerConfig checked(const std::string& image, Duration interval) {
    state::ContainerConfig config = ConformanceTest::config(image);
    config.healthcheck = {
        {"CMD-SHELL", "wget -qO- http://127.0.0.1:8080/healthz"}, interval, Duration{2000}, {}, 2};
    return config;
  }
};

TEST_F(HealthConformance, WithoutACheckThereIsNoHealth) {
  EXPECT_EQ(seen(run(config())).health, Health::None);
}

TEST_F(HealthConformance, TheImagesCheckAppliesWhereNoneIsGiven) {
  state::ContainerConfig wanted = config(kFlavoured);
  wanted.healthcheck = {};
  const ContainerId id = run(wanted);
  EXPECT_EQ(seen(id).config.healthcheck.interval, Duration{1000});
  EXPECT_TRUE(reaches(id, Health::Healthy));
}

TEST_F(HealthConformance, NoneSwitchesTheImagesCheckOff) {
  EXPECT_EQ(seen(run(config(kFlavoured))).health, Health::None);
}

// Trap 0.11.
TEST_F(HealthConformance, AContainerIsStartingForAWholeInterval) {
  const ContainerId id = run(checked(kServer, Duration{1500}));
  EXPECT_EQ(seen(id).health, Health::Starting);
  const MonoTime before = lab().clock().mono_now();
  EXPECT_TRUE(reaches(id, Health::Healthy));
  EXPECT_GE(lab().clock().mono_now() - before, Duration{1000});
}

TEST_F(HealthConformance, ACheckThatKeepsFailingTurnsUnhealthyAndNothingElse) {
  state::ContainerConfig wanted = checked(kStubborn, Duration{500});
  wanted.healthcheck.test = {"CMD-SHELL", "false"};
  const ContainerId id = run(wanted);
  EXPECT_TRUE(reaches(id, Health::Unhealthy));
  EXPECT_EQ(state_of(id), ContainerState::Running);
}

TEST_F(HealthConformance, FailuresInTheStartPeriodDoNotCount) {
  state::ContainerConfig wanted = checked(kStubborn, Duration{200});
  wanted.healthcheck.test = {"CMD-SHELL", "false"};
  wanted.healthcheck.start_period = Duration{3'000};
  const ContainerId id = run(wanted);
  const MonoTime before = lab().clock().mono_now();
  EXPECT_TRUE(reaches(id, Health::Unhealthy));
  EXPECT_GE(lab().clock().mono_now() - before, Duration{2500});
}

TEST_F(HealthConformance, OurProbeAnswersBeforeTheEnginesFirst) {
  const state::ContainerConfig wanted = checked(kServer, Duration{30'000});
  const ContainerId id = run(wanted);
  const auto answers = [&] {
    return lab().engine().probe(id, wanted.healthcheck, {}).value_or(false);
  };
  EXPECT_TRUE(lab().eventually(answers, Duration{5000}));
  EXPECT_EQ(seen(id).health, Health::Starting);
}

TEST_F(HealthConformance, OurProbeTellsAFailingServer) {
  const state::ContainerConfig wanted = checked(kSleeper, Duration{30'000});
  const ContainerId id = run(wanted);
  const auto answer = lab().engine().probe(id, wanted.healthcheck, {});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_FALSE(*answer);
}

TEST_F(HealthConformance, OurProbeOfAStoppedContainerIsAConflict) {
  const state::ContainerConfig wanted = checked(kServer, Duration{30'000});
  const ContainerId id = create(wanted);
  EXPECT_ERROR(lab().engine().probe(id, wanted.healthcheck, {}), ErrorCode::Conflict);
}

TEST_F(HealthConformance, OurProbeOfAPausedContainerIsAConflict) {
  const state::ContainerConfig wanted = checked(kServer, Duration{30'000});
  const ContainerId id = run(wanted);
  lab().pause("box-ada");
  EXPECT_ERROR(lab().engine().probe(id, wanted.healthcheck, {}), ErrorCode::Conflict);
  lab().unpause("box-ada");
}

TEST_F(HealthConformance, OurProbeOfAnAbsentContainerIsNotFound) {
  EXPECT_ERROR(
      lab().engine().probe(ContainerId{std::string(64, 'a')}, checked(kServer, {}).healthcheck, {}),
      ErrorCode::NotFound);
}

TEST_F(HealthConformance, AStoppedContainerHasNoHealth) {
  const ContainerId id = run(checked(kServer, Duration{500}));
  EXPECT_TRUE(reaches(id, Health::Healthy));
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_EQ(seen(id).health, Health::None);
}

TEST_F(HealthConformance, AStartBeginsAtStartingAgain) {
  const ContainerId id = run(checked(kServer, Duration{1000}));
  EXPECT_TRUE(reaches(id, Health::Healthy));
  lab().kill("box-ada");
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_EQ(seen(id).health, Health::Starting);
}

}  // namespace
}  // namespace boxwright::test
