// What a whole, fresh reading no longer declares: tombstones, and the guard over them.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;
using Kind = state::Tombstone::Kind;

class FleetPrune : public testing::Test {
 protected:
  void SetUp() override {
    world.decide({good(snapshot_of("default", kTen))});
    world.bring_up_all();
    world.now += 1h;
  }
  plan::FleetDecision read(const std::vector<std::string>& names) {
    return world.decide({good(snapshot_of("default", names))});
  }
  /// The reconciler removes what may go: the container first, then the record is closed.
  void let_due_go() {
    for (const auto& box : world.boxes) {
      if (box.tombstone && !box.tombstone->blocked && plan::removal_due(box) <= world.now) {
        world.remove_container(box.name.str());
      }
    }
    world.finish();
  }
  FleetWorld world;
};

TEST_F(FleetPrune, AbsenceFromAWholeReadingMakesATombstone) {
  const auto decision = read(without(kTen, {"a0"}));
  const auto& stone = world.box("a0")->tombstone;
  ASSERT_TRUE(stone.has_value());
  EXPECT_EQ(stone->kind, Kind::Prune);
  EXPECT_EQ(stone->since, world.now);
  EXPECT_FALSE(stone->confirmed);
  EXPECT_FALSE(stone->blocked);
  EXPECT_FALSE(stone->remove_volumes);
  EXPECT_EQ(plan::removal_due(*world.box("a0")), world.now + 10min);
  EXPECT_EQ(actions(decision), std::vector<std::string>{"Tombstoned"});
}

TEST_F(FleetPrune, ComingBackCancelsItWithTheSameUid) {
  const BoxUid uid = world.box("a0")->uid;
  read(without(kTen, {"a0"}));
  world.now += 9min;
  const auto decision = read(kTen);
  EXPECT_FALSE(world.box("a0")->tombstone.has_value());
  EXPECT_EQ(world.box("a0")->uid, uid);
  EXPECT_EQ(world.box("a0")->generation, 1);
  EXPECT_EQ(actions(decision), std::vector<std::string>{"TombstoneCancelled"});
}

TEST_F(FleetPrune, TheTimeOfATombstoneDoesNotMove) {
  read(without(kTen, {"a0"}));
  const WallTime since = world.now;
  world.now += 5min;
  EXPECT_TRUE(is_empty(read(without(kTen, {"a0"})).change));
  EXPECT_EQ(world.box("a0")->tombstone->since, since);
}

TEST_F(FleetPrune, ATombstoneFromTheFutureCountsFromNow) {
  read(without(kTen, {"a0"}));
  world.now -= 30min;
  read(without(kTen, {"a0"}));
  EXPECT_EQ(world.box("a0")->tombstone->since, world.now);
}

TEST_F(FleetPrune, TheLastSpecGrantsTheVolumesAfterTheirDelay) {
  world.known("a0").spec.deletion = {specs::VolumeDeletion::Delete, 24h};
  read(without(kTen, {"a0"}));
  EXPECT_TRUE(world.box("a0")->tombstone->remove_volumes);
  EXPECT_EQ(world.box("a0")->tombstone->volumes_due, world.now + 24h);
}

TEST_F(FleetPrune, TwoOfTenMayGo) {
  read(without(kTen, {"a0", "a1"}));
  EXPECT_EQ(world.source("default").prune_digest, "");
  EXPECT_FALSE(world.box("a0")->tombstone->blocked);
}

TEST_F(FleetPrune, ThreeOfTenAtOnceAreHeld) {
  const auto decision = read(without(kTen, {"a0", "a1", "a2"}));
  const auto& source = world.source("default");
  EXPECT_EQ(source.prune_set, (std::vector{BoxName("a0"), BoxName("a1"), BoxName("a2")}));
  EXPECT_EQ(source.prune_digest, plan::prune_digest(source.prune_set));
  EXPECT_EQ(source.prune_digest.size(), 4U);
  EXPECT_NE(source.prune_message.find("boxwright confirm-prune default " + source.prune_digest),
            std::string::npos);
  EXPECT_TRUE(world.nothing_may_go());
  EXPECT_TRUE(has_action(decision, "PruneBlocked"));
}

TEST_F(FleetPrune, OneAMinuteIsHeldAtTheThird) {
  auto names = kTen;
  for (int minute = 0; minute < 5; ++minute) {
    names.erase(names.begin());
    read(names);
    world.now += 1min;
  }
  EXPECT_EQ(world.source("default").prune_set.size(), 5U);
  EXPECT_TRUE(world.nothing_may_go());
}

TEST_F(FleetPrune, OneEachHourIsHeldAtTheThirdForADay) {
  auto names = kTen;
  for (int hour = 0; hour < 3; ++hour) {
    names.erase(names.begin());
    read(names);
    world.now += 11min;
    read(names);
    let_due_go();
    world.now += 49min;
  }
  read(names);
  EXPECT_EQ(world.box("a0"), nullptr);
  EXPECT_EQ(world.box("a1"), nullptr);
  ASSERT_NE(world.box("a2"), nullptr);
  EXPECT_TRUE(world.box("a2")->tombstone->blocked);
  EXPECT_EQ(world.source("default").removals.size(), 2U);
  world.now += 25h;
  read(names);
  EXPECT_FALSE(world.box("a2")->tombstone->blocked);
  EXPECT_TRUE(world.source("default").removals.empty());
}

TEST_F(FleetPrune, AnEmptySourceRemovesNothing) {
  read({});
  EXPECT_EQ(world.source("default").prune_set.size(), 10U);
  EXPECT_TRUE(world.nothing_may_go());
  world.now += 25h;
  read({});
  EXPECT_TRUE(world.nothing_may_go());
}

TEST(FleetPruneSmall, EvenTheOnlyBoxIsNotRemovedByAnEmptySource) {
  FleetWorld world;
  world.decide({good(snapshot_of("default", {"ada"}))});
  world.decide({good(snapshot_of("default", {}))});
  EXPECT_TRUE(world.box("ada")->tombstone->blocked);
  EXPECT_NE(world.source("default").prune_digest, "");
}

TEST(FleetPruneSmall, OneOfTwoMayGo) {
  FleetWorld world;
  world.decide({good(snapshot_of("default", {"ada", "bob"}))});
  world.decide({good(snapshot_of("default", {"ada"}))});
  EXPECT_FALSE(world.box("bob")->tombstone->blocked);
}

TEST(FleetPruneSmall, TwoOfNineAreHeldSinceTheShareIsRoundedDown) {
  FleetWorld world;
  const auto nine = without(kTen, {"a9"});
  world.decide({good(snapshot_of("default", nine))});
  world.decide({good(snapshot_of("default", without(nine, {"a0", "a1"})))});
  EXPECT_TRUE(world.nothing_may_go());
}

TEST(FleetPruneSmall, AnEmptiedSourceStaysHeldThroughAFailure) {
  FleetWorld world;
  world.decide({good(snapshot_of("default", {"ada"}))});
  world.decide({good(snapshot_of("default", {}))});
  const std::string digest = world.source("default").prune_digest;
  world.decide({failed("default")});
  EXPECT_EQ(world.source("default").prune_digest, digest);
  EXPECT_NE(digest, "");
}

TEST_F(FleetPrune, AConfirmedSetGoes) {
  read(without(kTen, {"a0", "a1", "a2"}));
  const auto id = world.ask(Verb::Confirm, "default", world.source("default").prune_digest);
  const auto decision = read(without(kTen, {"a0", "a1", "a2"}));
  EXPECT_EQ(outcome_of(decision, id), "done");
  EXPECT_FALSE(world.box("a0")->tombstone->blocked);
  EXPECT_EQ(world.source("default").prune_digest, "");
  world.requests.clear();
  EXPECT_TRUE(is_empty(read(without(kTen, {"a0", "a1", "a2"})).change));
}

TEST_F(FleetPrune, AConfirmationHoldsForASmallerSet) {
  read(without(kTen, {"a0", "a1", "a2", "a3"}));
  world.ask(Verb::Confirm, "default", world.source("default").prune_digest);
  read(without(kTen, {"a0", "a1", "a2", "a3"}));
  world.requests.clear();
  read(without(kTen, {"a0", "a1", "a2"}));
  EXPECT_FALSE(world.box("a0")->tombstone->blocked);
}

TEST_F(FleetPrune, AConfirmationDoesNotHoldForALargerSet) {
  read(without(kTen, {"a0", "a1", "a2"}));
  world.ask(Verb::Confirm, "default", world.source("default").prune_digest);
  read(without(kTen, {"a0", "a1", "a2"}));
  world.requests.clear();
  read(without(kTen, {"a0", "a1", "a2", "a3"}));
  EXPECT_TRUE(world.nothing_may_go());
  EXPECT_EQ(world.source("default").prune_set.size(), 4U);
}

TEST_F(FleetPrune, AConfirmationIsSpentWhenTheBoxesComeBack) {
  read(without(kTen, {"a0", "a1", "a2"}));
  world.ask(Verb::Confirm, "default", world.source("default").prune_digest);
  read(without(kTen, {"a0", "a1", "a2"}));
  world.requests.clear();
  read(kTen);
  read(without(kTen, {"a0", "a1", "a2"}));
  EXPECT_TRUE(world.nothing_may_go());
}

TEST_F(FleetPrune, AnotherDigestConfirmsNothing) {
  read(without(kTen, {"a0", "a1", "a2"}));
  const auto wrong = world.ask(Verb::Confirm, "default", "zzzz");
  const auto stranger = world.ask(Verb::Confirm, "nobody", world.source("default").prune_digest);
  const auto decision = read(without(kTen, {"a0", "a1", "a2"}));
  EXPECT_EQ(outcome_of(decision, wrong), "failed");
  EXPECT_EQ(outcome_of(decision, stranger), "failed");
  EXPECT_TRUE(world.nothing_may_go());
}

TEST_F(FleetPrune, ConfirmingWithoutReadingTheSourceReleasesNothingYet) {
  const auto fewer = without(kTen, {"a0", "a1", "a2"});
  read(fewer);
  const auto id = world.ask(Verb::Confirm, "default", world.source("default").prune_digest);
  EXPECT_EQ(outcome_of(world.decide({}), id), "done");
  EXPECT_TRUE(world.nothing_may_go());
  world.requests.clear();
  read(fewer);
  EXPECT_FALSE(world.box("a0")->tombstone->blocked);
}

TEST_F(FleetPrune, RemovalsThatThePersonSawStartAtOnce) {
  world.confirmed = {BoxName("a0"), BoxName("a1"), BoxName("a2"), BoxName("a3")};
  read(without(kTen, {"a0", "a1", "a2", "a3"}));
  EXPECT_TRUE(world.box("a0")->tombstone->confirmed);
  EXPECT_FALSE(world.box("a0")->tombstone->blocked);
  EXPECT_EQ(plan::removal_due(*world.box("a0")), world.now);
  EXPECT_EQ(world.source("default").prune_digest, "");
}

TEST_F(FleetPrune, OnlyTheRemovalsThatThePersonSawStartAtOnce) {
  world.confirmed = {BoxName("a0"), BoxName("a9")};
  read(without(kTen, {"a0", "a1"}));
  EXPECT_TRUE(world.box("a0")->tombstone->confirmed);
  EXPECT_FALSE(world.box("a1")->tombstone->confirmed);
  EXPECT_FALSE(world.box("a9")->tombstone.has_value());
}

TEST_F(FleetPrune, AConfirmedRemovalStillNeedsAWholeReading) {
  world.confirmed = {BoxName("a0")};
  auto partial = snapshot_of("default", without(kTen, {"a0"}));
  partial.problems = {problem("boxes/a0.yaml")};
  world.decide({good(partial)});
  EXPECT_EQ(world.tombstones(), 0);
  world.decide({failed("default")});
  EXPECT_EQ(world.tombstones(), 0);
}

TEST_F(FleetPrune, ABulkWriterThatEmptiesTheTableRemovesNothing) {
  FleetWorld table;
  table.decide({good(snapshot_of("table", kTen))});
  table.decide({failed("table", "the table is being written (complete = 0)")});
  EXPECT_EQ(table.tombstones(), 0);
  table.decide({good(snapshot_of("table", {}))});
  EXPECT_TRUE(table.nothing_may_go());
}

TEST_F(FleetPrune, AChangedNameIsToldAsDeletionAndNewBox) {
  auto boxes = std::vector<specs::BoxDeclaration>{};
  for (const auto& name : without(kTen, {"a0"})) {
    boxes.push_back(declare(name));
  }
  auto renamed = declare("ada");
  renamed.origin.file = "boxes/a0.yaml";
  boxes.push_back(renamed);
  const auto decision = world.decide({good(snapshot("default", boxes))});
  const auto* note = find_problem(decision, "NameChanged");
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(note->box, BoxName("ada"));
  EXPECT_NE(world.box("ada")->uid, world.box("a0")->uid);
  EXPECT_EQ(find_problem(world.decide({good(snapshot("default", boxes))}), "NameChanged"), nullptr);
}

TEST_F(FleetPrune, ANewBoxInAnotherFileIsNoChangedName) {
  auto names = without(kTen, {"a0"});
  names.push_back("ada");
  EXPECT_EQ(find_problem(read(names), "NameChanged"), nullptr);
}

TEST_F(FleetPrune, ASuspendedBoxKeepsItsTombstoneButIsNotForgotten) {
  world.ask(Verb::Suspend, "a0");
  read(without(kTen, {"a0"}));
  ASSERT_TRUE(world.box("a0")->tombstone.has_value());
  world.remove_container("a0");
  world.now += 1h;
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST(FleetDigest, DoesNotDependOnTheOrder) {
  const std::vector names{BoxName("a"), BoxName("b"), BoxName("c")};
  const std::vector mixed{BoxName("c"), BoxName("a"), BoxName("b")};
  EXPECT_EQ(plan::prune_digest(names), plan::prune_digest(mixed));
  EXPECT_NE(plan::prune_digest(names), plan::prune_digest({BoxName("a"), BoxName("bc")}));
}

}  // namespace
}  // namespace boxwright::test
