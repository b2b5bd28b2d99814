// A person had a box go back: the order holds against an unchanged declaration, in either database,
// and ends with a changed one, an undo, or the box.

#include "specs/model/canonical.h"
#include "state/desired_db.h"
#include "state/rollback_order.h"
#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;

class FleetRollback : public testing::Test {
 protected:
  void SetUp() override {
    declared.spec.image = "box-base:1";
    settle();
    declared.spec.image = "box-base:2";
    settle();
  }

  /// As the caller does: what is finished is no longer given in.
  plan::FleetDecision settle(std::vector<plan::SourceReading> readings) {
    auto decision = world.decide(std::move(readings));
    for (const auto& outcome : decision.requests) {
      std::erase_if(world.requests, [&](const auto& request) { return request.id == outcome.id; });
    }
    return decision;
  }
  plan::FleetDecision settle() { return settle({good(snapshot("default", {declared}))}); }

  [[nodiscard]] state::RollbackOrder order() const {
    state::RollbackOrder made;
    made.to = "1";
    made.uid = world.box("ada")->uid;
    made.spec = declared.spec;
    made.spec.image = "box-base:1";
    made.declared = declared.spec;
    return made;
  }
  std::int64_t roll_back(const state::RollbackOrder& order) {
    const auto id = world.ask(Verb::Rollback, "ada", state::print_rollback_order(order));
    world.requests.back().by = "grace";
    return id;
  }
  std::int64_t undo() { return world.ask(Verb::Rollback, "ada", state::kRollbackUndo); }
  [[nodiscard]] std::string image() const { return world.box("ada")->spec.image; }
  [[nodiscard]] bool is_held() const { return world.box("ada")->rollback.has_value(); }

  specs::BoxDeclaration declared = declare("ada");
  FleetWorld world;
};

TEST_F(FleetRollback, MakesANewGenerationAndStands) {
  const auto id = roll_back(order());
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, id), "");
  EXPECT_EQ(decision.obeyed, std::vector{id});
  EXPECT_EQ(image(), "box-base:1");
  EXPECT_EQ(world.box("ada")->generation, 3);
  const state::RollbackHold hold{"1", "grace", declared.spec};
  EXPECT_EQ(world.box("ada")->rollback, hold);
  ASSERT_EQ(actions(decision), std::vector<std::string>{"RolledBackByHand"});
  EXPECT_EQ(decision.change.events[0].by, "grace");
  EXPECT_EQ(decision.change.events[0].cause, "spec.image box-base:2 -> box-base:1");
  ASSERT_EQ(decision.change.new_generations.size(), 1U);
  const auto& entry = decision.change.new_generations[0];
  EXPECT_EQ(entry.generation, 3);
  EXPECT_EQ(entry.rollback_to, "1");
  EXPECT_EQ(entry.author, "grace");
}

TEST_F(FleetRollback, ASecondLookAtTheSameDeclarationChangesNothing) {
  roll_back(order());
  settle();
  const auto decision = settle();
  EXPECT_TRUE(is_empty(decision.change));
  EXPECT_TRUE(decision.change.new_generations.empty());
  EXPECT_EQ(image(), "box-base:1");
}

TEST_F(FleetRollback, HoldsAgainstWhatIsWrittenOtherwiseButMeansTheSame) {
  roll_back(order());
  settle();
  declared.labels["team"] = "compilers";
  declared.origin.at.line = 40;
  EXPECT_FALSE(has_action(settle(), "SpecChanged"));
  EXPECT_EQ(image(), "box-base:1");
  EXPECT_EQ(world.box("ada")->labels.at("team"), "compilers");
}

TEST_F(FleetRollback, AChangedDeclarationEndsIt) {
  const auto id = roll_back(order());
  settle();
  declared.spec.env["A"] = "b";
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, id), "done");
  EXPECT_EQ(world.box("ada")->spec, declared.spec);
  EXPECT_FALSE(is_held());
  EXPECT_EQ(world.box("ada")->generation, 4);
  EXPECT_TRUE(has_action(decision, "SpecChanged"));
}

TEST_F(FleetRollback, GivenOverAnotherDeclarationItIsOverAtOnce) {
  auto late = order();
  late.declared.image = "box-base:old";
  const auto id = roll_back(late);
  EXPECT_EQ(outcome_of(settle(), id), "done");
  EXPECT_EQ(image(), "box-base:2");
  EXPECT_FALSE(is_held());
}

TEST_F(FleetRollback, NeitherVolumesNorARecordOfThemKeepItWithoutItsBox) {
  const BoxUid uid("00000000000000ee");
  world.keep_volume("eve", uid, "workspace");
  world.retained.push_back({BoxName("eve"), uid, "", {"workspace"}, {}});
  auto left = order();
  left.uid = uid;
  const auto id = world.ask(Verb::Rollback, "eve", state::print_rollback_order(left));
  const auto data = world.ask(Verb::Suspend, "eve");
  world.run_container("eve", uid);
  EXPECT_EQ(outcome_of(settle(), id), "") << "the box may be known again";
  world.remove_container("eve");
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, id), "failed");
  EXPECT_EQ(outcome_of(decision, data), "") << "other orders may be about the data";
}

TEST_F(FleetRollback, AnUndoFollowsTheDeclarationAgain) {
  const auto given = roll_back(order());
  settle();
  const auto ended = undo();
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, given), "done");
  EXPECT_EQ(outcome_of(decision, ended), "done");
  EXPECT_TRUE(has_action(decision, "RollbackUndone"));
  EXPECT_EQ(image(), "box-base:2");
  EXPECT_FALSE(is_held());
  EXPECT_TRUE(is_empty(settle().change));
}

TEST_F(FleetRollback, AnUndoOfNothingFails) {
  const auto id = undo();
  EXPECT_EQ(outcome_of(settle(), id), "failed");
}

TEST_F(FleetRollback, OutlivesTheMemoryDatabase) {
  roll_back(order());
  settle();
  world.run_container("ada", world.box("ada")->uid);
  world.boxes.clear();
  world.sources.clear();
  const auto decision = settle();
  EXPECT_EQ(image(), "box-base:1");
  EXPECT_TRUE(is_held());
  EXPECT_EQ(world.box("ada")->generation, 1);
  ASSERT_EQ(decision.change.new_generations.size(), 1U);
  EXPECT_EQ(decision.change.new_generations[0].rollback_to, "1");
}

TEST_F(FleetRollback, OutlivesThePublicDatabaseAndCanStillBeUndone) {
  roll_back(order());
  settle();
  world.requests.clear();
  EXPECT_TRUE(is_empty(settle().change));
  EXPECT_EQ(image(), "box-base:1");
  const auto id = undo();
  EXPECT_EQ(outcome_of(settle(), id), "done");
  EXPECT_EQ(image(), "box-base:2");
}

TEST_F(FleetRollback, ALaterOneTakesItsPlace) {
  const auto first = roll_back(order());
  settle();
  auto second = order();
  second.to = "2";
  second.spec.image = "box-base:0";
  const auto later = roll_back(second);
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, first), "done");
  EXPECT_EQ(outcome_of(decision, later), "");
  EXPECT_EQ(image(), "box-base:0");
  EXPECT_EQ(world.box("ada")->rollback->declared, declared.spec);
}

TEST_F(FleetRollback, HoldsWhileItsSourceCannotBeRead) {
  const auto id = roll_back(order());
  const auto decision = settle({failed("default")});
  EXPECT_EQ(decision.obeyed, std::vector{id});
  EXPECT_EQ(image(), "box-base:1");
  EXPECT_TRUE(is_held());
  const auto ended = undo();
  EXPECT_EQ(outcome_of(settle({failed("default")}), ended), "done");
  EXPECT_EQ(image(), "box-base:2");
}

TEST_F(FleetRollback, ABoxWhoseSourceIsNotOfThisRunIsLeft) {
  const auto id = roll_back(order());
  const auto decision = settle({good(snapshot_of("other", {"bob"}))});
  EXPECT_EQ(outcome_of(decision, id), "");
  EXPECT_TRUE(decision.obeyed.empty());
  EXPECT_EQ(image(), "box-base:2");
  const auto ended = undo();
  EXPECT_EQ(outcome_of(settle({good(snapshot_of("other", {"bob"}))}), ended), "");
}

TEST_F(FleetRollback, IsForOneUidOnly) {
  auto foreign = order();
  foreign.uid = BoxUid("another");
  const auto id = roll_back(foreign);
  EXPECT_EQ(outcome_of(settle(), id), "done");
  EXPECT_EQ(image(), "box-base:2");
}

TEST_F(FleetRollback, EndsWithTheBox) {
  world.boxes[0].source = SourceName(state::kTableSource);
  auto id = roll_back(order());
  world.delete_box("ada");
  EXPECT_EQ(outcome_of(settle({good(snapshot(state::kTableSource, {}))}), id), "done");
  id = roll_back(order());
  world.boxes.clear();
  EXPECT_EQ(outcome_of(settle({good(snapshot(state::kTableSource, {}))}), id), "failed");
}

TEST_F(FleetRollback, WhatIsNoOrderFailsAndHoldsNothing) {
  const auto id = world.ask(Verb::Rollback, "ada", "3");
  EXPECT_EQ(outcome_of(settle(), id), "failed");
  EXPECT_EQ(image(), "box-base:2");
}

TEST_F(FleetRollback, EveryGenerationBeginsAHistory) {
  declared.spec.image = "box-base:3";
  const auto decision = settle();
  ASSERT_EQ(decision.change.new_generations.size(), 1U);
  const auto& entry = decision.change.new_generations[0];
  EXPECT_EQ(entry.uid, world.box("ada")->uid);
  EXPECT_EQ(entry.generation, 3);
  EXPECT_EQ(entry.spec_json, specs::canonical_json(declared.spec));
  EXPECT_EQ(entry.wanted_at, world.now);
  EXPECT_EQ(entry.outcome, state::GenerationRecord::Outcome::Pending);
}

}  // namespace
}  // namespace boxwright::test
