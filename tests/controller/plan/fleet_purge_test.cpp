// Retained data that is to go for good: what an order may touch, and when it is done.

#include "controller/plan/purge.h"
#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Verb = state::Request::Verb;

class FleetPurge : public testing::Test {
 protected:
  void SetUp() override {
    read({"ada", "bob"});
    world.bring_up_all();
    uid = world.box("ada")->uid;
    world.now += 1h;
    world.delete_box("ada");
    read({"bob"});
    world.remove_container("ada");
    world.now += 1min;
    world.finish();
    world.deletions.clear();
    world.now += 1min;
  }
  plan::FleetDecision read(const std::vector<std::string>& names) {
    return world.decide({good(snapshot_of("table", names))});
  }
  std::int64_t purge(const BoxUid& of, const std::string& key = "") {
    return world.ask(Verb::Grant, "ada", plan::purge_argument(of, key));
  }
  static std::string told(const plan::FleetDecision& decision) {
    return decision.requests.empty() ? "" : decision.requests.front().outcome;
  }

  FleetWorld world;
  BoxUid uid;
};

TEST_F(FleetPurge, ItStandsWhileAnyOfItIsLeftAndIsDoneWhenNoneIs) {
  ASSERT_EQ(world.retained.size(), 1U);
  const auto id = purge(uid);
  EXPECT_EQ(outcome_of(read({"bob"}), id), "");
  EXPECT_EQ(world.retained.size(), 1U);
  world.remove_volumes("ada");
  const auto decision = read({"bob"});
  EXPECT_EQ(outcome_of(decision, id), "done");
  EXPECT_NE(told(decision).find("cache, config, inbox, workspace"), std::string::npos);
  EXPECT_TRUE(has_action(decision, "DataPurged"));
  EXPECT_TRUE(world.retained.empty());
}

TEST_F(FleetPurge, OfALivingBoxItFailsWhoeverAsks) {
  const auto id = world.ask(Verb::Grant, "bob", plan::purge_argument(world.box("bob")->uid, ""));
  const auto decision = read({"bob"});
  EXPECT_EQ(outcome_of(decision, id), "failed");
  EXPECT_NE(told(decision).find("boxwright delete bob --volumes"), std::string::npos);
  // Under another name it is the same data.
  world.requests.clear();
  const auto other = purge(world.box("bob")->uid);
  EXPECT_EQ(outcome_of(read({"bob"}), other), "failed");
}

TEST_F(FleetPurge, WithAContainerOfThatDataItFails) {
  world.run_container("ada", uid);
  world.retained.clear();
  const auto id = purge(uid);
  EXPECT_EQ(outcome_of(read({"bob"}), id), "failed");
}

TEST_F(FleetPurge, NobodyInheritsWhatIsBeingPurged) {
  const auto id = purge(uid);
  world.ask(Verb::Accept, "ada", "retained");
  const auto decision = read({"ada", "bob"});
  EXPECT_EQ(outcome_of(decision, id), "");
  EXPECT_NE(find_problem(decision, "BeingPurged"), nullptr);
  EXPECT_EQ(world.box("ada"), nullptr);
  world.requests.pop_back();
  world.remove_volumes("ada");
  EXPECT_EQ(outcome_of(read({"ada", "bob"}), id), "done");
  ASSERT_NE(world.box("ada"), nullptr);
  EXPECT_NE(world.box("ada")->uid, uid) << "fresh volumes, fresh name of the data";
}

TEST_F(FleetPurge, OneVolumeGoesAndTheOthersStayRetained) {
  const auto id = purge(uid, "cache");
  EXPECT_EQ(outcome_of(read({"bob"}), id), "");
  std::erase_if(world.observed.volumes,
                [](const auto& volume) { return volume.name == VolumeName("box-ada-cache"); });
  EXPECT_EQ(outcome_of(read({"bob"}), id), "done");
  ASSERT_EQ(world.retained.size(), 1U);
  EXPECT_EQ(world.retained[0].keys, (std::vector<std::string>{"config", "inbox", "workspace"}));
}

TEST_F(FleetPurge, AKeyThatTheDataNeverHadFailsAndTouchesNothing) {
  const auto id = purge(uid, "inboxx");
  const auto decision = read({"bob"});
  EXPECT_EQ(outcome_of(decision, id), "failed");
  EXPECT_NE(told(decision).find("no volume inboxx"), std::string::npos) << told(decision);
  EXPECT_TRUE(is_empty(decision.change));
  EXPECT_FALSE(has_action(decision, "DataPurged"));
}

TEST_F(FleetPurge, TwoKeysThatAreGoneAtOnceAreBothStruckOff) {
  const auto cache = purge(uid, "cache");
  const auto inbox = purge(uid, "inbox");
  std::erase_if(world.observed.volumes, [](const auto& volume) {
    return volume.name == VolumeName("box-ada-cache") || volume.name == VolumeName("box-ada-inbox");
  });
  const auto decision = read({"bob"});
  EXPECT_EQ(outcome_of(decision, cache), "done");
  EXPECT_EQ(outcome_of(decision, inbox), "done");
  ASSERT_EQ(world.retained.size(), 1U);
  EXPECT_EQ(world.retained[0].keys, (std::vector<std::string>{"config", "workspace"}));
}

TEST_F(FleetPurge, AVolumeThatIsNotOnRecordIsPutThereAndDone) {
  world.keep_volume("ada", uid, "extra");
  const auto id = purge(uid, "extra");
  EXPECT_EQ(outcome_of(read({"bob"}), id), "");
  EXPECT_EQ(world.retained.at(0).keys.size(), 5U);
  std::erase_if(world.observed.volumes,
                [](const auto& volume) { return volume.name == VolumeName("box-ada-extra"); });
  EXPECT_EQ(outcome_of(read({"bob"}), id), "done");
  EXPECT_EQ(world.retained.at(0).keys.size(), 4U);
}

TEST_F(FleetPurge, AGrantThatNamesNoDataFailsAlsoBeforeTheEngineIsRead) {
  for (const char* argument : {"purge:", "purge:abc/", "purge", "everything", ""}) {
    for (const bool was_read : {false, true}) {
      world.engine_was_read = was_read;
      world.requests.clear();
      const auto id = world.ask(Verb::Grant, "ada", argument);
      const auto decision = read({"bob"});
      EXPECT_EQ(outcome_of(decision, id), "failed") << argument;
      EXPECT_NE(told(decision).find("purge:UID/KEY"), std::string::npos) << told(decision);
      EXPECT_TRUE(is_empty(decision.change));
    }
  }
}

TEST_F(FleetPurge, WhatIsKnownFromLabelsAloneIsPutOnRecordFirst) {
  world.retained.clear();
  const auto id = purge(uid);
  EXPECT_EQ(outcome_of(read({"bob"}), id), "");
  ASSERT_EQ(world.retained.size(), 1U);
  EXPECT_EQ(world.retained[0].keys.size(), 4U);
  EXPECT_TRUE(is_empty(read({"bob"}).change)) << "once";
  world.remove_volumes("ada");
  EXPECT_EQ(outcome_of(read({"bob"}), id), "done");
}

TEST_F(FleetPurge, AnUnknownUidFailsAndAnUnreadEngineDecidesNothing) {
  const auto id = purge(BoxUid("00000000000000ee"));
  world.engine_was_read = false;
  EXPECT_EQ(outcome_of(read({"bob"}), id), "");
  world.engine_was_read = true;
  EXPECT_EQ(outcome_of(read({"bob"}), id), "failed");
  EXPECT_EQ(world.retained.size(), 1U);
}

TEST_F(FleetPurge, AnArgumentThatNamesNoDataIsNoOrder) {
  state::Request request;
  request.verb = Verb::Grant;
  request.subject = "ada";
  for (const char* argument : {"purge:", "purge:abc/", "purge", "abc", ""}) {
    request.argument = argument;
    EXPECT_FALSE(plan::read_purge(request).has_value()) << argument;
  }
  request.argument = "purge:abc/cache";
  const auto order = plan::read_purge(request);
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->uid, BoxUid("abc"));
  EXPECT_EQ(order->key, "cache");
  request.state = "done";
  EXPECT_FALSE(plan::read_purge(request).has_value());
}

TEST_F(FleetPurge, TargetsAreOnlyThatBoxesOwn) {
  const plan::PurgeOrder order{1, BoxName("ada"), uid, "", ""};
  auto volumes = world.observed.volumes;
  ASSERT_EQ(plan::purge_targets(order, Installation("default"), volumes).size(), 4U);
  EXPECT_TRUE(plan::purge_targets(order, Installation("other"), volumes).empty());
  for (auto& volume : volumes) {
    if (volume.owner.volume_key == "cache") volume.owner.uid = BoxUid("00000000000000ee");
    if (volume.owner.volume_key == "inbox") volume.owner.box = BoxName("eve");
  }
  EXPECT_EQ(
      plan::purge_targets(order, Installation("default"), volumes),
      (std::vector<VolumeName>{VolumeName("box-ada-config"), VolumeName("box-ada-workspace")}));
}

}  // namespace
}  // namespace boxwright::test
