// What a pass and a dry run put into the planner is read by the same functions.

#include "controller/reconcile/plan_input.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;

class Asked : public testing::Test {
 protected:
  BoxBuilder ada{"ada"};
  state::BoxRecord record = ada.converged_record();
  state::ObservedBox observed = ada.converged_box();
  plan::Wanted wanted = ada.wanted();
  state::ResolvedSecrets secrets;
  reconcile::Orders orders;
  plan::PlanInput input;

  void SetUp() override {
    input = reconcile::input_for({record, observed, wanted, secrets, orders, nullptr,
                                  Installation{kTestInstallation}, test_start()});
  }
  static state::Request request(Verb verb, const std::string& argument, Duration at) {
    state::Request made;
    made.verb = verb;
    made.subject = "ada";
    made.argument = argument;
    made.state = "pending";
    made.at = test_start() + at;
    return made;
  }
  bool take(Verb verb, const std::string& argument, Duration at) {
    return reconcile::take_request(request(verb, argument, at), input);
  }
};

TEST_F(Asked, OfSeveralOrdersTheLatestCountsWhateverTheirOrder) {
  EXPECT_TRUE(take(Verb::Restart, "", Duration{2'000}));
  EXPECT_TRUE(take(Verb::Restart, "", Duration{1'000}));
  EXPECT_EQ(input.restart_requested, test_start() + Duration{2'000});
  EXPECT_EQ(reconcile::question_for(input, orders).asked, input.restart_requested);
}

TEST_F(Asked, ARolloutCountsOnlyForTheWantedStateThatItIsBoundTo) {
  EXPECT_TRUE(take(Verb::Rollout, "", Duration{0}));
  EXPECT_TRUE(take(Verb::Rollout, "v1:of another state", Duration{0}));
  EXPECT_FALSE(input.rollout_requested);
  EXPECT_TRUE(take(Verb::Rollout, plan::wanted_key(input), Duration{0}));
  EXPECT_TRUE(input.rollout_requested);
}

TEST_F(Asked, WhatIsNoBusinessOfOneBoxIsNotTaken) {
  EXPECT_FALSE(take(Verb::Suspend, "", Duration{0}));
  EXPECT_FALSE(reconcile::is_about(request(Verb::Accept, "", Duration{0}), BoxName{"bob"}));
  auto over = request(Verb::Accept, "", Duration{0});
  over.state = "done";
  EXPECT_FALSE(reconcile::is_about(over, BoxName{"ada"}));
}

TEST_F(Asked, TheWaitForASessionBeganWhenItWasTold) {
  state::BoxStatus told;
  told.conditions.push_back(
      {"InUse", state::ConditionStatus::True, "ActiveSession", "", 1, test_start()});
  const auto made =
      reconcile::input_for({record, observed, wanted, secrets, orders, &told,
                            Installation{kTestInstallation}, test_start() + Duration{9'000}});
  EXPECT_EQ(made.waits_for_idle_since, test_start());
}

}  // namespace
}  // namespace boxwright::test
