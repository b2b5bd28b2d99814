// What a source that is broken, moved or absent does: nothing.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;

class FleetSources : public testing::Test {
 protected:
  void SetUp() override {
    world.decide({good(snapshot_of("default", kTen))});
    world.bring_up_all();
    before = world.boxes;
    world.now += 1h;
  }
  FleetWorld world;
  std::vector<state::BoxRecord> before;
};

TEST_F(FleetSources, AnErrorKeepsEveryBoxAndSaysWhy) {
  const auto decision = world.decide({failed("default", "/specs/default: permission denied")});
  EXPECT_EQ(world.boxes, before);
  EXPECT_EQ(world.source("default").error, "/specs/default: permission denied");
  EXPECT_EQ(actions(decision), std::vector<std::string>{"SourceFailed"});
  EXPECT_TRUE(decision.orphaned.empty());
}

TEST_F(FleetSources, AnErrorThatLastsIsToldOnce) {
  world.decide({failed("default")});
  world.now += 1min;
  EXPECT_TRUE(is_empty(world.decide({failed("default")}).change));
}

TEST_F(FleetSources, ASourceThatIsReadAgainRecovers) {
  world.decide({failed("default")});
  world.now += 1min;
  const auto decision = world.decide({good(snapshot_of("default", kTen))});
  EXPECT_EQ(actions(decision), std::vector<std::string>{"SourceRecovered"});
  EXPECT_EQ(world.source("default").error, "");
  EXPECT_EQ(world.source("default").last_good, world.now);
  EXPECT_EQ(world.boxes, before);
}

TEST_F(FleetSources, AFailedReadingIsKnownByItsPlaceAlone) {
  auto reading = failed("default");
  reading.source = {};
  world.decide({reading});
  EXPECT_EQ(world.source("default").error, "not mounted");
  EXPECT_EQ(world.boxes, before);
}

TEST_F(FleetSources, ASourceThatWasNeverReadIsToldWithItsPlace) {
  auto reading = failed("default");
  reading.source = {};
  reading.place = "/elsewhere";
  const auto decision = world.decide({reading});
  ASSERT_NE(find_problem(decision, "SourceFailed"), nullptr);
  EXPECT_EQ(find_problem(decision, "SourceFailed")->message,
            "/elsewhere cannot be read: not mounted");
  EXPECT_EQ(world.sources.size(), 1U);
}

TEST_F(FleetSources, ABrokenFileKeepsItsBoxAndStopsPruning) {
  auto read = snapshot_of("default", without(kTen, {"a0", "a1"}));
  read.problems = {problem("boxes/a0.yaml", "a0")};
  const auto decision = world.decide({good(read)});
  EXPECT_EQ(world.tombstones(), 0);
  EXPECT_NE(world.box("a0")->problem.find("boxes/a0.yaml:9:3"), std::string::npos);
  EXPECT_EQ(world.box("a1")->problem, "");
  ASSERT_NE(find_problem(decision, "InvalidSpec"), nullptr);
  EXPECT_EQ(find_problem(decision, "InvalidSpec")->box, BoxName("a0"));
}

TEST_F(FleetSources, ABrokenFileIsLaidAtTheDoorOfItsBoxWithoutAName) {
  auto read = snapshot_of("default", without(kTen, {"a0"}));
  read.problems = {problem("boxes/a0.yaml")};
  world.decide({good(read)});
  EXPECT_NE(world.box("a0")->problem, "");
  world.decide({good(snapshot_of("default", kTen))});
  EXPECT_EQ(world.box("a0")->problem, "");
}

TEST_F(FleetSources, ABrokenFileDoesNotHoldUpTheOthers) {
  auto boxes = std::vector{declare("a1"), declare("fresh")};
  boxes[0].spec.env["EDITOR"] = "vim";
  auto read = snapshot("default", boxes);
  read.problems = {problem("boxes/a0.yaml", "a0")};
  world.decide({good(read)});
  EXPECT_EQ(world.box("a1")->generation, 2);
  ASSERT_NE(world.box("fresh"), nullptr);
  EXPECT_EQ(world.tombstones(), 0);
}

TEST_F(FleetSources, AnotherPlaceChangesNothingUntilMoved) {
  auto read = snapshot("default", {declare("a0"), declare("fresh")}, "/other");
  read.boxes[0].spec.env["EDITOR"] = "vim";
  const auto decision = world.decide({good(read)});
  EXPECT_EQ(world.boxes, before);
  EXPECT_EQ(world.source("default").moved_to, "/other");
  EXPECT_EQ(world.source("default").place, "/specs/default");
  EXPECT_EQ(actions(decision), std::vector<std::string>{"SourceMoved"});
  EXPECT_TRUE(is_empty(world.decide({good(read)}).change));
}

TEST_F(FleetSources, AMoveThatIsMeantGoesOnWithTheSameBoxes) {
  auto read = snapshot_of("default", kTen);
  read.place = "/other";
  world.decide({good(read)});
  const auto id = world.ask(Verb::MoveSource, "default");
  const auto decision = world.decide({good(read)});
  EXPECT_EQ(outcome_of(decision, id), "done");
  EXPECT_EQ(world.source("default").place, "/other");
  EXPECT_EQ(world.source("default").moved_to, "");
  EXPECT_EQ(world.boxes, before);
}

TEST_F(FleetSources, AMoveIsNotGuessedForAnotherSource) {
  auto read = snapshot_of("default", {"a0"});
  read.place = "/other";
  const auto id = world.ask(Verb::MoveSource, "nobody");
  const auto decision = world.decide({good(read)});
  EXPECT_EQ(outcome_of(decision, id), "failed");
  EXPECT_EQ(world.source("default").moved_to, "/other");
  EXPECT_EQ(world.boxes, before);
}

TEST_F(FleetSources, BackInItsOldPlaceTheMoveIsForgotten) {
  auto read = snapshot_of("default", kTen);
  read.place = "/other";
  world.decide({good(read)});
  const auto decision = world.decide({good(snapshot_of("default", kTen))});
  EXPECT_EQ(world.source("default").moved_to, "");
  EXPECT_TRUE(has_action(decision, "SourceRecovered"));
}

TEST_F(FleetSources, ASecondSourceBesideTheFirstTouchesNoneOfItsBoxes) {
  const auto decision = world.decide({good(snapshot_of("second", {"b0"}))});
  EXPECT_EQ(world.boxes.size(), 11U);
  for (const auto& old : before) {
    EXPECT_EQ(*world.box(old.name.str()), old);
  }
  EXPECT_EQ(decision.orphaned.size(), 10U);
}

TEST_F(FleetSources, ATombstoneIsHeldWhileItsSourceIsNotRead) {
  const auto fewer = good(snapshot_of("default", without(kTen, {"a0"})));
  world.decide({fewer});
  ASSERT_FALSE(world.box("a0")->tombstone->blocked);
  auto moved = fewer;
  moved.snapshot->place = "/other";
  auto partial = fewer;
  partial.snapshot->problems = {problem("boxes/a1.yaml")};
  const std::vector<std::vector<plan::SourceReading>> broken{
      {failed("default")}, {moved}, {partial}, {}, {good(snapshot_of("second", {}))}};
  for (const auto& readings : broken) {
    world.decide(readings);
    EXPECT_TRUE(world.nothing_may_go());
    world.decide({fewer});
    EXPECT_FALSE(world.box("a0")->tombstone->blocked);
  }
}

TEST_F(FleetSources, TwoFoldersWithOneNameDoNotMixTheirBoxes) {
  auto copy = snapshot_of("default", {"a0"});
  copy.place = "/copy";
  const auto decision = world.decide({good(copy), good(snapshot_of("default", kTen))});
  ASSERT_NE(find_problem(decision, "DuplicateSource"), nullptr);
  EXPECT_EQ(world.boxes, before);
  EXPECT_EQ(world.source("default").error, "");
}

TEST_F(FleetSources, TwoStrangeFoldersWithOneNameAreBothRefused) {
  auto one = snapshot_of("other", {"b0"});
  auto two = snapshot_of("other", {"b1"});
  two.place = "/copy";
  world.decide({good(one), good(two)});
  EXPECT_EQ(world.boxes, before);
  EXPECT_NE(world.source("other").error, "");
}

TEST_F(FleetSources, SettingsReachTheBoxesOfTheSource) {
  auto read = snapshot_of("default", kTen);
  read.settings.domain = "boxes.example";
  read.revision = Revision("r2");
  world.decide({good(read)});
  EXPECT_EQ(world.box("a3")->settings.domain, "boxes.example");
  EXPECT_EQ(world.box("a3")->generation, 1);
}

}  // namespace
}  // namespace boxwright::test
