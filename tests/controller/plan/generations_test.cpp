// What a look at a box adds to its history.

#include "controller/plan/generations.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using Outcome = state::GenerationRecord::Outcome;

class Generations : public testing::Test {
 protected:
  BoxBuilder ada{"ada"};
  state::BoxRecord record = ada.converged_record();
  state::ObservedBox observed = ada.converged_box();
  plan::Wanted wanted = ada.wanted();
  plan::PlanInput input;
  std::vector<state::GenerationRecord> history;
  const WallTime now = test_start() + std::chrono::hours(1);

  void SetUp() override {
    record.containers.front().proven = true;
    input.record = &record;
    input.observed = &observed;
    input.wanted = &wanted;
    input.installation = Installation{kTestInstallation};
    input.now = now;
  }
  std::optional<plan::GenerationFact> fact() {
    return plan::generation_fact(input, plan::plan_box(input));
  }
  state::GenerationRecord wanted_entry(Outcome outcome = Outcome::Pending) {
    state::GenerationRecord entry;
    entry.uid = record.uid;
    entry.generation = record.generation;
    entry.author = "grace";
    entry.wanted_at = test_start();
    entry.outcome = outcome;
    return entry;
  }
  /// Puts what follows from the fact, as the reconciler does.
  std::optional<state::GenerationRecord> note(const plan::GenerationFact& fact) {
    auto entry = plan::next_entry(history, record, fact, now);
    if (entry) state::put_generation(history, *entry);
    return entry;
  }
};

TEST_F(Generations, ABoxAtRestIsApplied) {
  const auto found = fact();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->outcome, Outcome::Applied);
  EXPECT_EQ(found->image_id, observed.containers.front().image_id);
}

TEST_F(Generations, OneThatIsNotReadyOrNotAsWantedIsNot) {
  observed.containers.front().health = state::Health::Unhealthy;
  EXPECT_FALSE(fact());
  observed.containers.front().health = state::Health::Healthy;
  wanted = BoxBuilder{"ada"}.env("A", "b").wanted();
  EXPECT_FALSE(fact()) << "a replacement is due";
  record.spec.update.policy = specs::RolloutPolicy::Manual;
  EXPECT_FALSE(fact()) << "a replacement is held";
}

TEST_F(Generations, AStoppedOneIsAppliedOnceItIsDown) {
  record.spec.power = specs::Power::Stopped;
  EXPECT_FALSE(fact());
  observed.containers.front().state = state::ContainerState::Exited;
  EXPECT_TRUE(fact());
}

TEST_F(Generations, WhatWasPendingIsAppliedOnce) {
  history = {wanted_entry()};
  const auto entry = note(*fact());
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->outcome, Outcome::Applied);
  EXPECT_EQ(entry->applied_at, now);
  EXPECT_EQ(entry->author, "grace");
  EXPECT_EQ(entry->part, 0);
  EXPECT_FALSE(note(*fact()));
}

TEST_F(Generations, OfWhatWasWantedBeforeTheRecordNobodyKnowsWhenItWasReached) {
  history = {wanted_entry()};
  history[0].wanted_at = {};
  EXPECT_EQ(note(*fact())->applied_at, WallTime{});
  history.clear();
  EXPECT_EQ(note(*fact())->generation, record.generation) << "also without any entry";
}

TEST_F(Generations, AnotherImageOrOtherSecretsMakeAPart) {
  history = {wanted_entry()};
  note(*fact());
  auto other = *fact();
  other.image_id = ImageId{"sha256:other"};
  const auto image = note(other);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->name(), "1.1");
  EXPECT_EQ(image->wanted_at, now);
  EXPECT_EQ(image->author, "") << "nobody edited anything";
  other.secret_mac = "v1:key:other";
  EXPECT_EQ(note(other)->name(), "1.2");
  EXPECT_EQ(history.size(), 3U);
}

TEST_F(Generations, AVerdictIsNotedOnceAndItsRetryThatDoesAsApplied) {
  history = {wanted_entry()};
  plan::GenerationFact bad{Outcome::RolledBack, ImageId{"sha256:bad"}, "", "it exited"};
  const auto entry = note(bad);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->outcome, Outcome::RolledBack);
  EXPECT_EQ(entry->reason, "it exited");
  EXPECT_EQ(entry->applied_at, WallTime{});
  EXPECT_FALSE(note(bad));
  bad.outcome = Outcome::Applied;
  EXPECT_EQ(note(bad)->part, 0);
  EXPECT_EQ(history.size(), 1U);
}

TEST_F(Generations, AFollowedImageThatFailsLeavesTheOneBeforeApplied) {
  history = {wanted_entry()};
  note(*fact());
  const plan::GenerationFact bad{Outcome::RolledBack, ImageId{"sha256:bad"}, "", "it exited"};
  EXPECT_EQ(note(bad)->name(), "1.1");
  EXPECT_FALSE(note(*fact())) << "the old image goes on: nothing new";
  EXPECT_EQ(history[0].outcome, Outcome::Applied);
}

TEST_F(Generations, AVerdictIsReadFromTheRecord) {
  wanted = BoxBuilder{"ada"}.env("A", "b").wanted();
  record.spec = BoxBuilder{"ada"}.env("A", "b").spec();
  record.verdict = state::Verdict{plan::wanted_key(input), "RolledBack", "it exited", now};
  const auto found = fact();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->outcome, Outcome::RolledBack);
  EXPECT_EQ(found->image_id, observed.wanted_image->id);
  EXPECT_EQ(found->reason, "it exited");
}

TEST_F(Generations, ARollbackIsToldAndWaitsForNoPolicy) {
  record.rollback = state::RollbackHold{"3", "grace", record.spec};
  record.origin = {"ada.yaml", {3, 1}};
  auto planned = plan::plan_box(input);
  const auto* pending = planned.find("UpdatePending");
  ASSERT_NE(pending, nullptr);
  EXPECT_EQ(pending->reason, "RolledBackByHand");
  EXPECT_EQ(pending->message,
            "grace had box ada go back to generation 3; its declaration (ada.yaml:3) is followed "
            "again once it changes, or with `boxwright rollback ada --undo`");
  EXPECT_TRUE(fact()) << "it is as wanted all the same";
  wanted = BoxBuilder{"ada"}.env("A", "b").wanted();
  record.spec = BoxBuilder{"ada"}.env("A", "b").spec();
  record.spec.update.policy = specs::RolloutPolicy::Manual;
  planned = plan::plan_box(input);
  ASSERT_EQ(planned.actions.size(), 1U);
  EXPECT_EQ(planned.actions[0].kind, plan::ActionKind::Replace);
  EXPECT_EQ(planned.actions[0].changes[0].source, "rollback to generation 3");
  record.rollback.reset();
  EXPECT_EQ(plan::plan_box(input).held.size(), 1U) << "any other replacement waits";
}

}  // namespace
}  // namespace boxwright::test
