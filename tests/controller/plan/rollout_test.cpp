// Whose turn it is, and when a source's rollout is halted.

#include "controller/plan/rollout.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::plan {
namespace {

using Names = std::vector<BoxName>;
using Phase = RolloutStanding::Phase;

RolloutStanding box(const char* name, Phase phase) {
  RolloutStanding standing;
  standing.name = BoxName{name};
  standing.source = SourceName{"team"};
  standing.phase = phase;
  return standing;
}

RolloutStanding failed(const char* name, Duration at) {
  auto standing = box(name, Phase::Quiet);
  standing.failed_at = test::test_start() + at;
  return standing;
}

Names names(std::initializer_list<const char*> list) {
  Names all;
  for (const char* name : list)
    all.emplace_back(name);
  return all;
}

TEST(RolloutTurns, GoByNameAndOneAtATime) {
  const auto due = {box("cyd", Phase::Due), box("ada", Phase::Due), box("bob", Phase::Due)};
  EXPECT_EQ(boxes_that_may_begin(due, {1, 0}), names({"ada"}));
  EXPECT_EQ(boxes_that_may_begin(due, {2, 0}), names({"ada", "bob"}));
}

TEST(RolloutTurns, WaitForTheOneThatIsInside) {
  const auto one = {box("ada", Phase::Due), box("bob", Phase::UnderWay)};
  EXPECT_EQ(boxes_that_may_begin(one, {1, 0}), names({}));
  auto begun = box("bob", Phase::Due);
  begun.has_turn = true;
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), begun}, {1, 0}), names({}));
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), begun}, {2, 0}), names({"ada"}));
}

TEST(RolloutTurns, WhatWasBegunBeforeComesFirst) {
  auto half = box("zoe", Phase::Due);
  half.begun = true;
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), half}, {1, 0}), names({"zoe"}));
}

TEST(RolloutTurns, NothingNewBeginsBeforeEveryBoxWasLookedAt) {
  auto half = box("zoe", Phase::Due);
  half.begun = true;
  const auto unknown = box("bob", Phase::Unknown);
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), unknown}, {2, 0}), names({}));
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), unknown, half}, {2, 0}), names({"zoe"}));
}

TEST(RolloutTurns, ABoxThatIsDownWaitsForNobodyAndCounts) {
  auto down = box("zoe", Phase::Due);
  down.is_down = true;
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::UnderWay), down}, {1, 0}), names({"zoe"}));
  EXPECT_EQ(boxes_that_may_begin({box("ada", Phase::Due), down}, {1, 0}), names({"zoe"}));
}

class RolloutHalt : public testing::Test {
 protected:
  RolloutQuestion question{SourceName{"team"}, {}, {}, {}, test::test_start() + Duration{9'000}};

  Names of(const std::vector<RolloutStanding>& standings) const {
    return rollout_failures(standings, question);
  }
};

TEST_F(RolloutHalt, CountsFailuresOfItsOwnSource) {
  auto other = failed("zoe", Duration{1'000});
  other.source = SourceName{"other"};
  const auto failures =
      of({failed("bob", Duration{1}), failed("ada", Duration{2}), other, box("cyd", Phase::Quiet)});
  EXPECT_EQ(failures, names({"ada", "bob"}));
  EXPECT_TRUE(is_halted(failures, {1, 0}));
  EXPECT_TRUE(is_halted(failures, {1, 1}));
  EXPECT_FALSE(is_halted(failures, {1, 2}));
  EXPECT_FALSE(is_halted({}, {1, 0}));
}

TEST_F(RolloutHalt, AWordCoversTheFailuresBeforeItAndNoLaterOnes) {
  question.resumed = test::test_start() + Duration{2'000};
  EXPECT_EQ(of({failed("ada", Duration{2'000}), failed("bob", Duration{2'001})}), names({"bob"}));
  question.asked = test::test_start() + Duration{3'000};
  EXPECT_EQ(of({failed("ada", Duration{2'000}), failed("bob", Duration{2'001})}), names({}));
  EXPECT_EQ(of({failed("ada", Duration{3'001})}), names({"ada"}));
}

TEST_F(RolloutHalt, AFailureFromTheFutureIsOlderThanAnyWord) {
  EXPECT_EQ(of({failed("ada", Duration{60'000})}), names({"ada"}));
  question.resumed = test::test_start();
  EXPECT_EQ(of({failed("ada", Duration{60'000})}), names({}));
}

TEST_F(RolloutHalt, SaysWhoFailedAndTheOneCommand) {
  EXPECT_EQ(halted_message(SourceName{"team"}, names({"ada"})),
            "the rollout of source team is halted since ada was rolled back; mend that, or let it "
            "go on with `boxwright rollout --resume team`");
  EXPECT_NE(
      halted_message(SourceName{"team"}, names({"a", "b", "c", "d"})).find("a, b, c and 1 mor"),
      std::string::npos);
}

}  // namespace
}  // namespace boxwright::plan
