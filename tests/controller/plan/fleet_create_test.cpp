// New names: fresh boxes, boxes known from labels, and data that somebody left behind.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;
const BoxUid kOld("00000000000000aa");

plan::FleetDecision declare_ada(FleetWorld& world, const std::string& owner = "") {
  return world.decide({good(snapshot("default", {declare("ada", owner)}))});
}

void keep_all(FleetWorld& world, const std::string& owner) {
  for (const auto& [key, volume] : specs::default_volumes()) {
    world.keep_volume("ada", kOld, key, owner);
  }
}

state::RetainedData retained(const std::string& owner) {
  return {BoxName("ada"), kOld, owner, {"cache", "config", "inbox", "workspace"}, kStart - 48h};
}

TEST(FleetCreate, ANewNameGetsANewUidAndGenerationOne) {
  FleetWorld world;
  const auto decision = declare_ada(world);
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->uid.str().size(), 16U);
  EXPECT_EQ(world.box("ada")->generation, 1);
  EXPECT_TRUE(world.box("ada")->expected_volumes.empty());
  EXPECT_EQ(actions(decision), std::vector<std::string>{"BoxDeclared"});
}

TEST(FleetCreate, WithoutALookAtTheEngineNothingIsNew) {
  FleetWorld world;
  world.engine_was_read = false;
  const auto decision = declare_ada(world);
  EXPECT_EQ(world.box("ada"), nullptr);
  EXPECT_NE(find_problem(decision, "EngineUnknown"), nullptr);
}

TEST(FleetCreate, ALostDatabaseLearnsTheUidFromTheContainer) {
  FleetWorld world;
  world.run_container("ada", kOld);
  keep_all(world, "bob@example.org");
  const auto decision = declare_ada(world, "ada@example.org");
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->uid, kOld);
  EXPECT_EQ(world.box("ada")->generation, 1);
  EXPECT_EQ(actions(decision), std::vector<std::string>{"BoxAdopted"});
}

TEST(FleetCreate, ARenamedContainerIsStillKnown) {
  FleetWorld world;
  world.run_container("ada", kOld, "renamed-by-hand");
  declare_ada(world);
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->uid, kOld);
}

TEST(FleetCreate, ContainersOfTwoUidsAreNotGuessedBetween) {
  FleetWorld world;
  world.run_container("ada", kOld);
  world.run_container("ada", BoxUid("00000000000000bb"), "box-ada.prev");
  const auto decision = declare_ada(world);
  EXPECT_EQ(world.box("ada"), nullptr);
  EXPECT_NE(find_problem(decision, "AmbiguousOwnership"), nullptr);
}

TEST(FleetCreate, TheBoxesOwnNameSaysMoreThanACopy) {
  FleetWorld world;
  world.run_container("ada", kOld);
  world.run_container("ada", BoxUid("00000000000000bb"), "happy_turing");
  declare_ada(world);
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->uid, kOld);
}

TEST(FleetCreate, ACopyOfARemovedBoxDoesNotGiveItsDataAway) {
  FleetWorld world;
  world.retained = {retained("bob@example.org")};
  keep_all(world, "bob@example.org");
  world.run_container("ada", kOld, "happy_turing");
  const auto decision = declare_ada(world, "ada@example.org");
  EXPECT_EQ(world.box("ada"), nullptr);
  EXPECT_NE(find_problem(decision, "RetainedData"), nullptr);
}

TEST(FleetCreate, AUidOfAnotherBoxIsNotTaken) {
  FleetWorld world;
  world.decide({good(snapshot("default", {declare("bob")}))});
  world.run_container("ada", world.box("bob")->uid);
  world.keep_volume("ada", world.box("bob")->uid, "workspace");
  world.decide({good(snapshot("default", {declare("ada"), declare("bob")}))});
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_NE(world.box("ada")->uid, world.box("bob")->uid);
}

TEST(FleetCreate, OneUidIsNotGivenToTwoBoxes) {
  FleetWorld world;
  world.run_container("ada", kOld);
  world.run_container("eve", kOld, "box-eve");
  world.decide({good(snapshot("default", {declare("ada"), declare("eve")}))});
  EXPECT_EQ(world.box("ada")->uid, kOld);
  EXPECT_NE(world.box("eve")->uid, kOld);
}

struct OwnerCase {
  const char* title;
  std::string kept;
  std::string wanted;
  bool on_record;
  bool taken_over;
};

class FleetRetained : public testing::TestWithParam<OwnerCase> {};

TEST_P(FleetRetained, GoesOnlyToTheSameOwner) {
  const OwnerCase& param = GetParam();
  FleetWorld world;
  keep_all(world, param.kept);
  if (param.on_record) world.retained = {retained(param.kept)};
  const auto decision = declare_ada(world, param.wanted);
  if (param.taken_over) {
    ASSERT_NE(world.box("ada"), nullptr);
    EXPECT_EQ(world.box("ada")->uid, kOld);
    EXPECT_EQ(world.box("ada")->expected_volumes,
              (std::vector<std::string>{"cache", "config", "inbox", "workspace"}));
    EXPECT_TRUE(world.retained.empty());
    return;
  }
  EXPECT_EQ(world.box("ada"), nullptr);
  const auto* problem = find_problem(decision, "RetainedData");
  ASSERT_NE(problem, nullptr);
  EXPECT_NE(problem->message.find("boxwright restore ada"), std::string::npos);
  EXPECT_NE(problem->message.find("boxwright purge ada"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Owners, FleetRetained,
    testing::Values(OwnerCase{"SameOwnerOnRecord", "ada@x", "ada@x", true, true},
                    OwnerCase{"SameOwnerByLabels", "ada@x", "ada@x", false, true},
                    OwnerCase{"AnotherOwner", "bob@x", "ada@x", true, false},
                    OwnerCase{"AnotherOwnerByLabels", "bob@x", "ada@x", false, false},
                    OwnerCase{"NoOwnerWanted", "ada@x", "", true, false},
                    OwnerCase{"NoOwnerKept", "", "ada@x", true, false},
                    OwnerCase{"NeitherOwner", "", "", true, false},
                    OwnerCase{"NeitherOwnerByLabels", "", "", false, false}),
    [](const auto& param_info) { return param_info.param.title; });

TEST(FleetCreate, APersonMayGiveRetainedDataOver) {
  FleetWorld world;
  keep_all(world, "");
  world.retained = {retained("")};
  const auto id = world.ask(Verb::Accept, "ada", "retained");
  const auto decision = declare_ada(world);
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->uid, kOld);
  EXPECT_EQ(outcome_of(decision, id), "done");
  EXPECT_EQ(outcome_of(declare_ada(world), id), "done");
}

TEST(FleetCreate, AcceptingDataThatIsNotThereSaysSo) {
  FleetWorld world;
  const auto id = world.ask(Verb::Accept, "ada", "retained");
  EXPECT_EQ(outcome_of(declare_ada(world), id), "failed");
  EXPECT_NE(world.box("ada"), nullptr);
}

TEST(FleetCreate, AnotherAcceptIsNoLeaveToInherit) {
  FleetWorld world;
  keep_all(world, "");
  const auto id = world.ask(Verb::Accept, "ada", "empty:workspace");
  const auto decision = declare_ada(world);
  EXPECT_EQ(world.box("ada"), nullptr);
  EXPECT_EQ(outcome_of(decision, id), "");
}

TEST(FleetCreate, AVolumeMissingFromUnrememberedDataIsExpected) {
  FleetWorld world;
  world.keep_volume("ada", kOld, "config", "ada@x");
  declare_ada(world, "ada@x");
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_EQ(world.box("ada")->expected_volumes,
            (std::vector<std::string>{"config", "inbox", "workspace"}));
}

TEST(FleetCreate, VolumesThatDisagreeAboutTheirOwnerHaveNone) {
  FleetWorld world;
  world.keep_volume("ada", kOld, "config", "ada@x");
  world.keep_volume("ada", kOld, "workspace", "bob@x");
  declare_ada(world, "ada@x");
  EXPECT_EQ(world.box("ada"), nullptr);
}

TEST(FleetCreate, ARecordOfDataThatIsGoneHoldsNothingUp) {
  FleetWorld world;
  world.retained = {retained("bob@x")};
  declare_ada(world);
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_NE(world.box("ada")->uid, kOld);
  EXPECT_TRUE(world.retained.empty());
}

TEST(FleetCreate, AnUndeclaredContainerIsAnOrphanAndNothingElse) {
  FleetWorld world;
  world.run_container("eve", kOld);
  const auto decision = declare_ada(world);
  EXPECT_EQ(decision.orphaned, std::vector<BoxName>{BoxName("eve")});
  EXPECT_EQ(world.box("eve"), nullptr);
}

TEST(FleetCreate, TheContainerThatHoldsVolumesIsNoBox) {
  FleetWorld world;
  world.run_container("hold", kOld);
  world.observed.containers.back().owner.role = "hold";
  EXPECT_TRUE(declare_ada(world).orphaned.empty());
}

}  // namespace
}  // namespace boxwright::test
