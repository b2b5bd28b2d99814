// Who owns which name, and what raises a generation.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

TEST(FleetClaims, AGenerationRisesExactlyWhenTheSpecChanges) {
  FleetWorld world;
  world.decide({good(snapshot("default", {declare("ada")}))});
  EXPECT_EQ(world.box("ada")->generation, 1);
  auto other = declare("ada");
  other.spec.resources.memory = {4 * kGiB};
  const auto decision = world.decide({good(snapshot("default", {other}))});
  EXPECT_EQ(world.box("ada")->generation, 2);
  ASSERT_EQ(actions(decision), std::vector<std::string>{"SpecChanged"});
  EXPECT_EQ(decision.change.events[0].cause, "spec.resources.memory 2GiB -> 4GiB");
  world.decide({good(snapshot("default", {other}))});
  EXPECT_EQ(world.box("ada")->generation, 2);
}

TEST(FleetClaims, AnEventNamesWhoseFileAskedForIt) {
  FleetWorld world;
  auto read = snapshot("default", {declare("ada")});
  read.authors = {{"boxes/ada.yaml", "grace"}, {"defaults.yaml", "root"}, {"eve.yaml", "eve"}};
  EXPECT_EQ(world.decide({good(read)}).change.events.at(0).by, "grace");
  const auto by = [&](const std::function<void(specs::BoxDeclaration&)>& change) {
    change(read.boxes.front());
    return world.decide({good(read)}).change.events.at(0).by;
  };
  EXPECT_EQ(by([](auto& box) { box.spec.image = "b:2"; }), "grace");
  EXPECT_EQ(by([](auto& box) {
              box.spec.env["A"] = "b";
              box.fields["spec.env.A"] = {{5, 3}, "defaults.yaml"};
            }),
            "root");
  EXPECT_EQ(by([](auto& box) {
              box.spec.env["A"] = "c";
              box.spec.image = "b:3";
            }),
            "grace, root");
  read.authors.clear();
  EXPECT_EQ(by([](auto& box) { box.spec.image = "b:4"; }), "");
}

TEST(FleetClaims, MetadataRaisesNoGeneration) {
  FleetWorld world;
  world.decide({good(snapshot("default", {declare("ada")}))});
  auto other = declare("ada", "ada@example.org");
  other.labels["team"] = "compilers";
  other.origin.at.line = 40;
  const auto decision = world.decide({good(snapshot("default", {other}))});
  EXPECT_EQ(world.box("ada")->generation, 1);
  EXPECT_EQ(world.box("ada")->owner, "ada@example.org");
  EXPECT_EQ(world.box("ada")->labels.at("team"), "compilers");
  EXPECT_TRUE(decision.change.events.empty());
}

TEST(FleetClaims, ASecondClaimIsRefusedAndTheOwnerGoesOn) {
  FleetWorld world;
  world.decide({good(snapshot("zulu", {declare("ada")}))});
  const auto before = *world.box("ada");
  const auto decision = world.decide(
      {good(snapshot("alpha", {declare("ada")})), good(snapshot("zulu", {declare("ada")}))});
  EXPECT_EQ(*world.box("ada"), before);
  ASSERT_NE(find_problem(decision, "DuplicateName"), nullptr);
  EXPECT_EQ(find_problem(decision, "DuplicateName")->source, SourceName("alpha"));
  EXPECT_EQ(decision.problems.size(), 1U);
}

TEST(FleetClaims, TwoNewClaimsAreBothRefused) {
  FleetWorld world;
  const auto decision = world.decide(
      {good(snapshot("alpha", {declare("ada")})), good(snapshot("zulu", {declare("ada")}))});
  EXPECT_EQ(world.box("ada"), nullptr);
  ASSERT_EQ(decision.problems.size(), 2U);
  EXPECT_NE(decision.problems[0].message.find("source zulu (boxes/ada.yaml:3)"), std::string::npos);
}

TEST(FleetClaims, AnOwnerThatWasNotReadKeepsItsBox) {
  FleetWorld world;
  world.decide({good(snapshot("alpha", {declare("ada"), declare("bob")}))});
  auto partial = snapshot("alpha", {declare("bob")});
  partial.problems = {problem("boxes/other.yaml")};
  auto moved = snapshot("alpha", {declare("bob")});
  moved.place = "/other";
  const std::vector<std::vector<plan::SourceReading>> owners{
      {}, {failed("alpha")}, {good(partial)}, {good(moved)}};
  for (auto readings : owners) {
    readings.push_back(good(snapshot("beta", {declare("ada")})));
    const auto decision = world.decide(readings);
    EXPECT_EQ(world.box("ada")->source, SourceName("alpha"));
    ASSERT_NE(find_problem(decision, "DuplicateName"), nullptr);
    EXPECT_EQ(find_problem(decision, "DuplicateName")->source, SourceName("beta"));
    EXPECT_FALSE(world.box("ada")->tombstone.has_value());
  }
}

TEST(FleetClaims, FromOneSourceToAnotherIsAMoveWithTheSameUid) {
  FleetWorld world;
  world.decide({good(snapshot("alpha", {declare("ada"), declare("bob")}))});
  const BoxUid uid = world.box("ada")->uid;
  const auto decision = world.decide(
      {good(snapshot("alpha", {declare("bob")})), good(snapshot("beta", {declare("ada")}))});
  EXPECT_EQ(world.box("ada")->source, SourceName("beta"));
  EXPECT_EQ(world.box("ada")->uid, uid);
  EXPECT_EQ(world.box("ada")->generation, 1);
  EXPECT_EQ(world.tombstones(), 0);
  EXPECT_EQ(actions(decision), std::vector<std::string>{"BoxMoved"});
}

TEST(FleetClaims, AMoveCancelsTheTombstoneThatTheOldSourceLeft) {
  FleetWorld world;
  world.decide({good(snapshot("alpha", {declare("ada"), declare("bob")}))});
  const BoxUid uid = world.box("ada")->uid;
  world.decide({good(snapshot("alpha", {declare("bob")}))});
  ASSERT_TRUE(world.box("ada")->tombstone.has_value());
  world.decide(
      {good(snapshot("alpha", {declare("bob")})), good(snapshot("beta", {declare("ada")}))});
  EXPECT_FALSE(world.box("ada")->tombstone.has_value());
  EXPECT_EQ(world.box("ada")->uid, uid);
}

TEST(FleetClaims, TwoHeirsOfOneBoxAreRefusedAndItGoesOn) {
  FleetWorld world;
  world.decide({good(snapshot("alpha", {declare("ada"), declare("bob")}))});
  const auto before = *world.box("ada");
  const auto decision = world.decide({good(snapshot("alpha", {declare("bob")})),
                                      good(snapshot("beta", {declare("ada")})),
                                      good(snapshot("gamma", {declare("ada")}))});
  EXPECT_EQ(*world.box("ada"), before);
  EXPECT_EQ(decision.problems.size(), 2U);
}

}  // namespace
}  // namespace boxwright::test
