// Standing orders: suspend and resume, and orders for what does not exist.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;

class FleetRequests : public testing::Test {
 protected:
  void SetUp() override { world.decide({reading}); }
  plan::FleetDecision decide() { return world.decide({reading}); }
  bool suspended(const std::string& name) {
    return plan::is_suspended(*world.box(name), world.requests);
  }
  /// As the caller does: what is finished is no longer given in.
  plan::FleetDecision settle() {
    auto decision = decide();
    for (const auto& outcome : decision.requests) {
      std::erase_if(world.requests, [&](const auto& request) { return request.id == outcome.id; });
    }
    return decision;
  }
  const plan::SourceReading reading = good(snapshot_of("default", {"ada", "bob"}));
  FleetWorld world;
};

TEST_F(FleetRequests, SuspendStands) {
  const auto id = world.ask(Verb::Suspend, "ada");
  EXPECT_EQ(outcome_of(settle(), id), "");
  EXPECT_TRUE(suspended("ada"));
  EXPECT_FALSE(suspended("bob"));
}

TEST_F(FleetRequests, ResumeEndsItAndItself) {
  const auto suspend = world.ask(Verb::Suspend, "ada");
  const auto resume = world.ask(Verb::Resume, "ada");
  EXPECT_FALSE(suspended("ada"));
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, suspend), "done");
  EXPECT_EQ(outcome_of(decision, resume), "done");
  EXPECT_FALSE(suspended("ada"));
}

TEST_F(FleetRequests, TheLatestOrderWinsWhateverTheOrderOfReading) {
  world.ask(Verb::Resume, "ada");
  world.ask(Verb::Suspend, "ada");
  std::reverse(world.requests.begin(), world.requests.end());
  EXPECT_TRUE(suspended("ada"));
  settle();
  EXPECT_TRUE(suspended("ada"));
}

TEST_F(FleetRequests, OneBoxMayBeExceptedFromASuspensionOfAll) {
  world.ask(Verb::Suspend, "*");
  const auto resume = world.ask(Verb::Resume, "ada");
  EXPECT_EQ(outcome_of(settle(), resume), "");
  EXPECT_FALSE(suspended("ada"));
  EXPECT_TRUE(suspended("bob"));
}

TEST_F(FleetRequests, ResumeOfAllEndsEverySuspension) {
  world.ask(Verb::Suspend, "bob");
  world.ask(Verb::Suspend, "*");
  world.ask(Verb::Resume, "ada");
  world.ask(Verb::Resume, "*");
  EXPECT_EQ(settle().requests.size(), 4U);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(FleetRequests, TheSpecSuspendsToo) {
  world.known("ada").spec.suspend = true;
  EXPECT_TRUE(suspended("ada"));
}

TEST_F(FleetRequests, OrdersForTheReconcilerAreLeftToIt) {
  for (const Verb verb : {Verb::Restart, Verb::Hold}) {
    world.ask(verb, "ada");
  }
  world.ask(Verb::Accept, "ada", "drift");
  EXPECT_TRUE(decide().requests.empty());
}

TEST_F(FleetRequests, AnUnknownBoxFailsWithItsName) {
  const auto id = world.ask(Verb::Restart, "nobody");
  const auto decision = decide();
  ASSERT_EQ(outcome_of(decision, id), "failed");
  EXPECT_NE(decision.requests[0].outcome.find("no box is named nobody"), std::string::npos);
}

TEST_F(FleetRequests, AnOrderOutlivesAnUnreadableSourceAndALostDatabase) {
  FleetWorld lost;
  const auto id = lost.ask(Verb::Suspend, "ada");
  EXPECT_EQ(outcome_of(lost.decide({failed("default")}), id), "");
  EXPECT_EQ(outcome_of(lost.decide({}), id), "");
  lost.engine_was_read = false;
  EXPECT_EQ(outcome_of(lost.decide({good(snapshot_of("other", {}))}), id), "");
}

TEST_F(FleetRequests, ABoxKnownFromLabelsAloneIsNotUnknown) {
  world.run_container("eve", BoxUid("00000000000000ee"));
  const auto id = world.ask(Verb::Suspend, "eve");
  EXPECT_EQ(outcome_of(decide(), id), "");
}

TEST_F(FleetRequests, AHaltedRolloutGoesOnFromTheMomentOfTheWord) {
  const auto id = world.ask(Verb::ResumeRollout, "default");
  const auto decision = settle();
  EXPECT_EQ(outcome_of(decision, id), "done");
  const auto resumed = plan::rollouts_resumed(decision.sources);
  ASSERT_TRUE(resumed.contains(SourceName{"default"}));
  EXPECT_LE(resumed.at(SourceName{"default"}), world.now);
  EXPECT_TRUE(settle().change.put_sources.empty()) << "said once";
}

TEST_F(FleetRequests, TheRolloutOfAnUnknownSourceFails) {
  const auto id = world.ask(Verb::ResumeRollout, "nobody");
  EXPECT_EQ(outcome_of(settle(), id), "failed");
}

TEST_F(FleetRequests, ARolloutStandsUntilItsBoxCarriedItOut) {
  const auto id = world.ask(Verb::Rollout, "ada");
  EXPECT_EQ(outcome_of(settle(), id), "");
  EXPECT_EQ(outcome_of(settle(), world.ask(Verb::Rollout, "nobody")), "failed");
}

}  // namespace
}  // namespace boxwright::test
