// An update that is due waits for what its policy says, and says so.

#include <gtest/gtest.h>

#include "controller/plan/plan_box.h"
#include "controller/plan/rollout.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using plan::ActionKind;
using specs::RolloutPolicy;
using state::ContainerState;

/// A box whose EDITOR changed from nothing to vim.
class UpdateHold : public testing::Test {
 protected:
  BoxBuilder now{"ada"};
  state::BoxRecord record = BoxBuilder{"ada"}.converged_record();
  state::ObservedBox observed = BoxBuilder{"ada"}.converged_box();
  plan::Wanted wanted;
  plan::PlanInput input;

  UpdateHold() {
    record.containers.front().proven = true;
    now.env("EDITOR", "vim");
    input.now = test_start() + std::chrono::hours(1);  // Thursday 2026-01-01, 01:00 UTC.
  }
  void policy(RolloutPolicy policy) {
    now.with([policy](auto& spec) { spec.update.policy = policy; });
  }
  void idle_deadline(Duration deadline) {
    now.with([deadline](auto& spec) { spec.update.idle_deadline = deadline; });
  }
  void window(int from, int to) {
    now.with([from, to](auto& spec) { spec.update.windows = {{0, from, to, "UTC"}}; });
  }
  void stop_it() { observed.containers.front().state = ContainerState::Exited; }
  /// Created, and not yet started.
  void make_candidate() {
    auto candidate = now.running_container();
    candidate.id = ContainerId{"candidate"};
    candidate.name = "box-ada.next";
    candidate.state = ContainerState::Created;
    candidate.health = state::Health::Starting;
    candidate.started_at.reset();
    auto known = now.known_container();
    known.id = candidate.id;
    record.containers.push_back(known);
    observed.containers.push_back(candidate);
  }
  plan::BoxPlan plan() {
    record.spec = now.spec();
    wanted = now.wanted();
    input.record = &record;
    input.observed = &observed;
    input.wanted = &wanted;
    input.installation = Installation{kTestInstallation};
    return plan::plan_box(input);
  }
  bool replaces() {
    const auto planned = plan();
    return planned.actions.size() == 1 && planned.actions.front().kind == ActionKind::Replace;
  }
  /// The reason of UpdatePending; with nothing planned but what is held.
  std::string waits_for() {
    const auto planned = plan();
    EXPECT_EQ(planned.held.size(), 1U);
    const auto* found = planned.find("UpdatePending");
    return found == nullptr ? "" : found->reason;
  }
};

TEST_F(UpdateHold, ManualWaitsAndSaysWhatWouldChangeAndBeLost) {
  policy(RolloutPolicy::Manual);
  EXPECT_EQ(waits_for(), "Manual");
  const auto planned = plan();
  EXPECT_EQ(planned.find("UpdatePending")->message,
            "box ada waits for its update (spec.env.EDITOR): update.policy: manual; `boxwright "
            "rollout ada` makes it now. It will lose what was changed in the container outside its "
            "volumes");
  EXPECT_TRUE(planned.is_empty());
  EXPECT_FALSE(planned.held.front().until);
  EXPECT_FALSE(planned.held.front().action.loses.empty());
}

TEST_F(UpdateHold, ARolloutOverridesPolicyWindowAndSession) {
  policy(RolloutPolicy::Manual);
  window(120, 180);
  idle_deadline(Duration{60'000});
  EXPECT_EQ(waits_for(), "Manual");
  input.rollout_requested = input.now;
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, ARolloutOverridesNoGuard) {
  policy(RolloutPolicy::Manual);
  input.rollout_requested = input.now;
  input.disk_low = true;
  EXPECT_TRUE(plan().is_empty());
  input.disk_low = false;
  input.suspended = true;
  EXPECT_TRUE(plan().is_empty());
}

TEST_F(UpdateHold, OnStopWaitsUntilItIsStoppedByHandAndReplacesInsteadOfAStart) {
  policy(RolloutPolicy::OnStop);
  EXPECT_EQ(waits_for(), "OnStop");
  stop_it();
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, OnStopFetchesTheImageWhileTheBoxIsStoppedAndStartsTheOldOneIfThatFails) {
  policy(RolloutPolicy::OnStop);
  observed.wanted_image.reset();
  stop_it();
  EXPECT_TRUE(replaces());
  input.pull_failed = true;
  const auto planned = plan();
  ASSERT_EQ(planned.actions.size(), 1U);
  EXPECT_EQ(planned.actions.front().kind, ActionKind::Start);
}

TEST_F(UpdateHold, OnStopIsMadeWhenPowerStopsIt) {
  policy(RolloutPolicy::OnStop);
  now.with([](auto& spec) { spec.power = specs::Power::Stopped; });
  const auto first = plan();
  ASSERT_EQ(first.actions.size(), 1U);
  EXPECT_EQ(first.actions.front().kind, ActionKind::Stop);
  stop_it();
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, ManualIsStartedAsItWasWhenItIsStopped) {
  policy(RolloutPolicy::Manual);
  stop_it();
  const auto planned = plan();
  ASSERT_EQ(planned.actions.size(), 1U);
  EXPECT_EQ(planned.actions.front().kind, ActionKind::Start);
  EXPECT_EQ(planned.held.size(), 1U);
}

TEST_F(UpdateHold, OutsideItsWindowItWaitsUntilTheNextOpening) {
  window(120, 180);
  EXPECT_EQ(waits_for(), "Window");
  const auto planned = plan();
  EXPECT_EQ(planned.held.front().until, input.now + std::chrono::hours(1));
  EXPECT_EQ(planned.look_again, Duration{3'600'000});
  input.now += std::chrono::hours(1);
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, OutsideItsWindowABoxThatIsDownIsStartedAsItWas) {
  window(120, 180);
  stop_it();
  const auto planned = plan();
  ASSERT_EQ(planned.actions.size(), 1U);
  EXPECT_EQ(planned.actions.front().kind, ActionKind::Start);
}

TEST_F(UpdateHold, ABoxThatKeepsEndingIsRepairedWithoutWaiting) {
  window(120, 180);
  input.rollout_halted = "halted";
  input.crash_looping = true;
  EXPECT_TRUE(replaces());
  input.crash_looping = false;
  stop_it();
  input.start_held = Duration{60'000};
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, AHaltedRolloutHoldsWithTheWordsOfItsSource) {
  input.rollout_halted = "the rollout of source team is halted; say so";
  EXPECT_EQ(waits_for(), "RolloutHalted");
  EXPECT_NE(plan().find("UpdatePending")->message.find("source team is halted"), std::string::npos);
}

TEST_F(UpdateHold, AsksForASessionOnlyWhenItIsToWaitForOne) {
  EXPECT_FALSE(plan().needs_activity);
  EXPECT_TRUE(replaces());
  idle_deadline(Duration{60'000});
  EXPECT_TRUE(plan().needs_activity);
  EXPECT_TRUE(plan().is_empty()) << "nothing is begun before it is known";
  input.session_active = false;
  EXPECT_TRUE(replaces());
  policy(RolloutPolicy::Manual);
  input.session_active.reset();
  EXPECT_FALSE(plan().needs_activity);
}

TEST_F(UpdateHold, AnActiveSessionIsWaitedForUntilTheDeadline) {
  idle_deadline(Duration{60'000});
  input.session_active = true;
  EXPECT_EQ(waits_for(), "ActiveSession");
  EXPECT_NE(plan().find("InUse"), nullptr);
  EXPECT_FALSE(plan().held.front().until) << "nobody has told yet that it waits";
  input.waits_for_idle_since = input.now - Duration{59'000};
  EXPECT_EQ(plan().held.front().until, input.now + Duration{1'000});
  input.waits_for_idle_since = input.now - Duration{60'000};
  EXPECT_TRUE(replaces());
  EXPECT_FALSE(plan().needs_activity) << "the deadline is over, whatever the answer";
  EXPECT_EQ(plan().find("InUse")->reason, "DeadlineOver") << "and stays so until it is done";
}

TEST_F(UpdateHold, AWaitGoesOnWhileTheWindowIsClosed) {
  window(30, 90);  // It is 01:00.
  idle_deadline(Duration{7'200'000});
  input.session_active = true;
  input.waits_for_idle_since = input.now;
  EXPECT_EQ(waits_for(), "ActiveSession");
  EXPECT_EQ(plan().held.front().until, input.now + Duration{23 * 3'600'000 + 1'800'000})
      << "two hours later no window is open: at the opening after that";
  input.now += std::chrono::hours(1);
  input.session_active.reset();
  EXPECT_EQ(waits_for(), "Window");
  ASSERT_NE(plan().find("InUse"), nullptr) << "or the wait would begin anew in the next window";
  EXPECT_EQ(plan().find("InUse")->reason, "NotAsked");
  input.now += Duration{22 * 3'600'000 + 1'800'000};
  input.session_active = true;
  EXPECT_TRUE(replaces()) << "the deadline is over by now";
}

TEST_F(UpdateHold, AWaitGoesOnUnderASuspensionAndAHaltAndEndsWithTheSession) {
  idle_deadline(Duration{7'200'000});
  EXPECT_EQ(plan().find("InUse"), nullptr) << "nobody was seen at work yet";
  input.waits_for_idle_since = input.now;
  input.suspended = true;
  EXPECT_NE(plan().find("InUse"), nullptr);
  input.suspended = false;
  input.rollout_halted = "halted";
  EXPECT_NE(plan().find("InUse"), nullptr);
  input.rollout_halted.clear();
  input.session_active = false;
  EXPECT_EQ(plan().find("InUse"), nullptr);
  idle_deadline(Duration{0});
  input.session_active.reset();
  input.rollout_halted = "halted";
  EXPECT_EQ(plan().find("InUse"), nullptr) << "nothing is waited for any more";
}

TEST_F(UpdateHold, AWaitThatBeganInTheFutureBeginsNow) {
  idle_deadline(Duration{60'000});
  input.session_active = true;
  input.waits_for_idle_since = input.now + std::chrono::hours(9);
  EXPECT_EQ(plan().held.front().until, input.now + Duration{60'000});
}

TEST_F(UpdateHold, ABoxThatIsDownIsNotAsked) {
  idle_deadline(Duration{60'000});
  stop_it();
  EXPECT_FALSE(plan().needs_activity);
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, ARolloutLiftsTheVerdictThatIsOlder) {
  record.spec = now.spec();
  wanted = now.wanted();
  input.wanted = &wanted;
  input.observed = &observed;
  record.verdict = state::Verdict{plan::wanted_key(input), "RolledBack", "it failed", input.now};
  EXPECT_TRUE(plan().is_empty());
  input.rollout_requested = input.now;
  EXPECT_TRUE(plan().is_empty()) << "given before it failed";
  record.verdict->at -= Duration{1};
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, TheClosingOfAWindowIsHeardUntilTheOldContainerIsStopped) {
  window(120, 180);
  plan();
  make_candidate();
  EXPECT_EQ(waits_for(), "Window");
  stop_it();
  EXPECT_TRUE(replaces());
}

TEST_F(UpdateHold, TheStandingOfABoxFollowsItsReplacement) {
  using Phase = plan::RolloutStanding::Phase;
  auto planned = plan();
  EXPECT_EQ(plan::standing_of(input, planned).phase, Phase::Due);
  EXPECT_FALSE(plan::standing_of(input, planned).begun);
  window(120, 180);
  EXPECT_EQ(plan::standing_of(input, plan()).phase, Phase::Quiet);
  window(0, 0);
  make_candidate();
  EXPECT_TRUE(plan::standing_of(input, plan()).begun);
  EXPECT_EQ(plan::standing_of(input, plan()).phase, Phase::Due);
  observed.containers.front().state = ContainerState::Exited;
  EXPECT_EQ(plan::standing_of(input, plan()).phase, Phase::UnderWay);
}

}  // namespace
}  // namespace boxwright::test
