// Boxes deleted by name, and the end of a removal.

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

using Kind = state::Tombstone::Kind;

class FleetDeletion : public testing::Test {
 protected:
  void SetUp() override {
    world.decide({good(snapshot_of("table", {"ada", "bob"}))});
    world.bring_up_all();
    world.now += 1h;
  }
  plan::FleetDecision read(const std::vector<std::string>& names) {
    return world.decide({good(snapshot_of("table", names))});
  }
  FleetWorld world;
};

TEST_F(FleetDeletion, ARowIsRemovedWithoutDelayAndGuardAndKeepsItsVolumes) {
  world.delete_box("ada");
  world.delete_box("bob");
  const auto decision = read({});
  for (const char* name : {"ada", "bob"}) {
    const auto& stone = world.box(name)->tombstone;
    ASSERT_TRUE(stone.has_value());
    EXPECT_EQ(stone->kind, Kind::Delete);
    EXPECT_TRUE(stone->confirmed);
    EXPECT_FALSE(stone->blocked);
    EXPECT_FALSE(stone->remove_volumes);
    EXPECT_EQ(stone->by, "operator");
    EXPECT_EQ(plan::removal_due(*world.box(name)), world.now);
  }
  EXPECT_EQ(world.source("table").prune_digest, "");
  EXPECT_TRUE(decision.deletions.empty());
}

TEST_F(FleetDeletion, TheSpecDoesNotGrantVolumesToADeletionThatDoesNotAskForThem) {
  world.known("ada").spec.deletion.volumes = specs::VolumeDeletion::Delete;
  world.delete_box("ada");
  read({"bob"});
  EXPECT_FALSE(world.box("ada")->tombstone->remove_volumes);
}

TEST_F(FleetDeletion, VolumesGoAfterTheirDelay) {
  world.delete_box("ada").volumes = true;
  read({"bob"});
  EXPECT_TRUE(world.box("ada")->tombstone->remove_volumes);
  EXPECT_EQ(world.box("ada")->tombstone->volumes_due, world.now + 24h);
}

TEST_F(FleetDeletion, VolumesGoNowWhereTheRequestSaysSo) {
  auto& row = world.delete_box("ada");
  row.volumes = true;
  row.now = true;
  read({"bob"});
  EXPECT_EQ(world.box("ada")->tombstone->volumes_due, world.now);
}

TEST_F(FleetDeletion, TheGrantNamesWhatItCoversAlsoWhatCameSinceTheLastLook) {
  world.known("ada").expected_volumes = {"workspace"};
  std::erase_if(world.observed.volumes, [](const auto& volume) {
    return volume.owner.box == BoxName("ada") && volume.owner.volume_key != "cache";
  });
  auto& row = world.delete_box("ada");
  row.volumes = true;
  row.now = true;
  read({"bob"});
  EXPECT_EQ(
      world.box("ada")->tombstone->volumes,
      (std::vector<VolumeName>{VolumeName("box-ada-cache"), VolumeName("box-ada-workspace")}));
  world.now += 1min;
  world.remove_container("ada");
  EXPECT_TRUE(read({"bob"}).deletions.empty()) << "not while any of it is left";
  world.remove_volumes("ada");
  const auto done = read({"bob"});
  ASSERT_EQ(done.deletions.size(), 1U);
  EXPECT_EQ(done.deletions[0].outcome,
            "box ada is removed with volumes box-ada-cache and box-ada-workspace");
}

TEST_F(FleetDeletion, ItIsDecidedOnceAndDoneWhenTheContainerIsGone) {
  world.delete_box("ada");
  read({"bob"});
  world.now += 1min;
  const auto again = read({"bob"});
  EXPECT_TRUE(is_empty(again.change));
  EXPECT_TRUE(again.deletions.empty());
  world.remove_container("ada");
  const auto gone = read({"bob"});
  ASSERT_EQ(gone.deletions.size(), 1U);
  EXPECT_EQ(gone.deletions[0].state, "done");
}

TEST_F(FleetDeletion, ItWinsOverAReadingThatIsOlder) {
  world.delete_box("ada");
  read({"ada", "bob"});
  ASSERT_TRUE(world.box("ada")->tombstone.has_value());
  EXPECT_TRUE(is_empty(read({"ada", "bob"}).change));
}

TEST_F(FleetDeletion, ARowMadeAgainBeforeTheVolumesGoKeepsThem) {
  const BoxUid uid = world.box("ada")->uid;
  world.delete_box("ada").volumes = true;
  read({"bob"});
  world.remove_container("ada");
  world.now += 1min;
  read({"bob"});
  world.deletions.clear();
  EXPECT_TRUE(is_empty(world.finish()));
  read({"ada", "bob"});
  EXPECT_FALSE(world.box("ada")->tombstone.has_value());
  EXPECT_EQ(world.box("ada")->uid, uid);
}

TEST_F(FleetDeletion, ABoxOfAFileIsRefusedWithItsFileAndLine) {
  FleetWorld files;
  const auto reading = good(snapshot_of("default", {"ada"}));
  files.decide({reading});
  files.delete_box("ada");
  for (const auto& readings :
       std::vector<std::vector<plan::SourceReading>>{{reading}, {failed("default")}}) {
    const auto decision = files.decide(readings);
    ASSERT_EQ(decision.deletions.size(), 1U);
    EXPECT_EQ(decision.deletions[0].state, "refused");
    EXPECT_NE(decision.deletions[0].outcome.find("boxes/ada.yaml:3"), std::string::npos);
    EXPECT_FALSE(files.box("ada")->tombstone.has_value());
  }
}

TEST_F(FleetDeletion, AnOrphanOfASourceThatIsNotReadCanBeDeleted) {
  FleetWorld files;
  files.decide({good(snapshot_of("gone", {"ada"}))});
  files.delete_box("ada");
  files.decide({good(snapshot_of("default", {"bob"}))});
  ASSERT_TRUE(files.box("ada")->tombstone.has_value());
  EXPECT_EQ(files.box("ada")->tombstone->kind, Kind::Delete);
}

TEST_F(FleetDeletion, AnOrphanKnownFromLabelsAloneCanBeDeleted) {
  world.run_container("eve", BoxUid("00000000000000ee"), "renamed");
  world.keep_volume("eve", BoxUid("00000000000000ee"), "workspace", "eve@x");
  world.delete_box("eve");
  read({"ada", "bob"});
  ASSERT_NE(world.box("eve"), nullptr);
  EXPECT_EQ(world.box("eve")->uid, BoxUid("00000000000000ee"));
  EXPECT_EQ(world.box("eve")->owner, "eve@x");
  EXPECT_EQ(world.box("eve")->tombstone->kind, Kind::Delete);
  world.now += 1min;
  EXPECT_TRUE(is_empty(world.finish()));
  world.remove_container("eve");
  EXPECT_EQ(world.finish().forget_boxes, std::vector<BoxName>{BoxName("eve")});
  ASSERT_EQ(world.retained.size(), 1U);
  EXPECT_EQ(world.retained[0].keys, std::vector<std::string>{"workspace"});
}

TEST_F(FleetDeletion, ANameThatNobodyKnowsIsRefused) {
  world.delete_box("nobody");
  const auto decision = read({"ada", "bob"});
  ASSERT_EQ(decision.deletions.size(), 1U);
  EXPECT_EQ(decision.deletions[0].state, "refused");
  EXPECT_EQ(world.box("nobody"), nullptr);
}

TEST_F(FleetDeletion, ItIsDoneEvenIfTheRecordWasClosedFirst) {
  world.delete_box("ada");
  read({"bob"});
  world.now += 1min;
  world.remove_container("ada");
  world.finish();
  ASSERT_EQ(world.box("ada"), nullptr);
  const auto decision = read({"bob"});
  ASSERT_EQ(decision.deletions.size(), 1U);
  EXPECT_EQ(decision.deletions[0].state, "done");
}

TEST_F(FleetDeletion, ADeletionTakesOverAPruningTombstone) {
  read({"bob"});
  ASSERT_EQ(world.box("ada")->tombstone->kind, Kind::Prune);
  world.delete_box("ada");
  read({"bob"});
  EXPECT_EQ(world.box("ada")->tombstone->kind, Kind::Delete);
}

class FleetFinalise : public FleetDeletion {};

TEST_F(FleetFinalise, KeepsTheVolumesOnRecordUnderTheOwner) {
  world.known("ada").owner = "ada@x";
  world.delete_box("ada");
  read({"bob"});
  world.known("ada").owner = "ada@x";
  world.remove_container("ada");
  world.now += 1min;
  const auto change = world.finish();
  EXPECT_EQ(change.forget_boxes, std::vector<BoxName>{BoxName("ada")});
  ASSERT_EQ(change.put_retained.size(), 1U);
  EXPECT_EQ(change.put_retained[0].owner, "ada@x");
  EXPECT_EQ(change.put_retained[0].keys,
            (std::vector<std::string>{"cache", "config", "inbox", "workspace"}));
  ASSERT_EQ(change.events.size(), 1U);
  EXPECT_EQ(change.events[0].action, "BoxRemoved");
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST_F(FleetFinalise, WaitsForTheContainer) {
  world.delete_box("ada");
  read({"bob"});
  world.now += 1min;
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST_F(FleetFinalise, WaitsForACandidateToo) {
  world.delete_box("ada");
  read({"bob"});
  world.remove_container("ada");
  world.run_container("ada", world.box("ada")->uid, "box-ada.next");
  world.now += 1min;
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST_F(FleetFinalise, DoesNotWaitForACopy) {
  world.delete_box("ada");
  read({"bob"});
  world.remove_container("ada");
  world.run_container("ada", world.box("ada")->uid, "happy_turing");
  world.now += 1min;
  EXPECT_EQ(world.finish().forget_boxes.size(), 1U);
}

TEST_F(FleetFinalise, WaitsForVolumesThatHaveToGo) {
  world.delete_box("ada").volumes = true;
  read({"bob"});
  world.remove_container("ada");
  world.now += 25h;
  EXPECT_TRUE(is_empty(world.finish()));
  world.remove_volumes("ada");
  const auto change = world.finish();
  EXPECT_EQ(change.forget_boxes.size(), 1U);
  EXPECT_TRUE(change.put_retained.empty());
}

TEST_F(FleetFinalise, TrustsNoLookOlderThanTheTombstone) {
  world.remove_container("ada");
  world.delete_box("ada");
  read({"bob"});
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST_F(FleetFinalise, APrunedBoxWithoutContainerKeepsItsDelay) {
  read({"bob"});
  world.remove_container("ada");
  world.now += 9min;
  EXPECT_TRUE(is_empty(world.finish()));
  world.now += 2min;
  const auto change = world.finish();
  EXPECT_EQ(change.forget_boxes.size(), 1U);
  ASSERT_EQ(world.source("table").removals.size(), 1U);
  EXPECT_EQ(world.source("table").removals[0].second, BoxName("ada"));
}

TEST_F(FleetFinalise, ABlockedBoxWithoutContainerIsNotForgotten) {
  read({});
  world.remove_container("ada");
  world.now += 1h;
  EXPECT_TRUE(is_empty(world.finish()));
}

TEST_F(FleetFinalise, ADeletionByNameDoesNotCountForTheGuard) {
  world.delete_box("ada");
  read({"bob"});
  world.remove_container("ada");
  world.now += 1min;
  world.finish();
  EXPECT_TRUE(world.source("table").removals.empty());
}

TEST_F(FleetFinalise, SeveralRemovalsOfOneSourceAreAllCounted) {
  FleetWorld ten;
  ten.decide({good(snapshot_of("default", kTen))});
  ten.decide({good(snapshot_of("default", without(kTen, {"a0", "a1"})))});
  ten.now += 11min;
  EXPECT_EQ(ten.finish().forget_boxes.size(), 2U);
  EXPECT_EQ(ten.source("default").removals.size(), 2U);
}

TEST_F(FleetFinalise, ALaterBoxOfTheNameIsAskedAboutTheData) {
  world.delete_box("ada");
  read({"bob"});
  world.remove_container("ada");
  world.now += 1min;
  world.finish();
  world.deletions.clear();
  const auto decision = read({"ada", "bob"});
  EXPECT_NE(find_problem(decision, "RetainedData"), nullptr);
  EXPECT_EQ(world.box("ada"), nullptr);
}

}  // namespace
}  // namespace boxwright::test
