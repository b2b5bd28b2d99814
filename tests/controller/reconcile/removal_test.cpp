// Data that goes for good: with its box by name, or left over from a box that is gone.

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/plan/purge.h"
#include "state/ownership.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;
using Verb = state::Request::Verb;

class Removal : public testing::Test {
 protected:
  World world;

  void SetUp() override {
    for (const char* name : {"ada", "bob"})
      world.declare(BoxBuilder{name});
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    world.write_data("bob");
    world.engine.forget_calls();
    world.clock.advance(Duration{1'000});
  }
  /// Gives the UID of the data that is left.
  BoxUid remove_keeping_data() {
    const auto uid = world.record("ada").uid;
    world.delete_box("ada", false);
    EXPECT_TRUE(world.settle()) << world.breach();
    world.engine.forget_calls();
    return uid;
  }
  void give_up_ada() {
    for (const char* key : {"cache", "config", "inbox", "workspace"})
      world.give_up_data(state::volume_name(BoxName{"ada"}, key));
  }
  [[nodiscard]] std::size_t volumes_of(const std::string& name) {
    const auto prefix = "box-" + name + "-";
    const auto docker = world.engine.docker();
    return static_cast<std::size_t>(std::ranges::count_if(
        const_cast<FakeEngine::Hand&>(docker)->volumes(),
        [&](const auto& one) { return one.first.str().starts_with(prefix); }));
  }
  [[nodiscard]] state::Request request(std::int64_t id) { return **world.desired.request(id); }
  [[nodiscard]] state::DeletionRow deletion() { return world.desired.deletions()->front(); }
};

TEST_F(Removal, TheOrderOfBoxAndDataIsDoneOnlyWhenEachVolumeIsGone) {
  world.delete_box("ada", true);
  while (volumes_of("ada") > 0) {
    EXPECT_EQ(deletion().state, "pending");
    if (!world.step()) world.clock.advance(Duration{20});
  }
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(deletion().state, "done");
  EXPECT_NE(deletion().outcome.find("box-ada-cache, box-ada-config, box-ada-inbox and "
                                    "box-ada-workspace"),
            std::string::npos)
      << deletion().outcome;
  EXPECT_TRUE(world.store->retained()->empty());
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Removal, WithoutNowTheOrderIsDoneWithTheContainerAndTheDataGoesLater) {
  Behaviour stubborn = world.container("box-ada")->behaviour;
  stubborn.ignores_term = true;  // So that some time passes.
  world.engine.docker()->set_behaviour("box-ada", stubborn);
  world.declare(
      BoxBuilder{"ada"}.with([](auto& spec) { spec.deletion.delay = Duration{600'000}; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.undeclare("ada");
  state::DeletionRow row;
  row.name = BoxName{"ada"};
  row.volumes = true;
  row.by = "test";
  row.at = world.clock.wall_now();
  ASSERT_TRUE(world.desired.add_deletion(row).has_value());
  world.run_for(Duration{13'000});
  EXPECT_EQ(deletion().state, "done") << "nobody waits for the next look at everything";
  EXPECT_NE(deletion().outcome.find("its volumes go at"), std::string::npos);
  EXPECT_EQ(volumes_of("ada"), 4U);
  EXPECT_EQ(world.reason("ada", "DeletionBlocked"), "VolumeDelay");
  give_up_ada();
  world.run_for(Duration{700'000});
  EXPECT_EQ(volumes_of("ada"), 0U);
  EXPECT_TRUE(world.record("ada").uid.empty());
  EXPECT_TRUE(world.store->retained()->empty());
}

TEST_F(Removal, AtOnceMeansTenSecondsOfGraceAtMost) {
  world.declare(
      BoxBuilder{"ada"}.with([](auto& spec) { spec.stop_grace_period = Duration{300'000}; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  Behaviour stubborn = world.container("box-ada")->behaviour;
  stubborn.ignores_term = true;
  world.engine.docker()->set_behaviour("box-ada", stubborn);
  const auto began = world.clock.mono_now();
  world.delete_box("ada", true);
  while (world.container("box-ada") != nullptr) {
    if (!world.step()) world.clock.advance(Duration{20});
  }
  EXPECT_LT(world.clock.mono_now() - began, Duration{15'000});
}

TEST_F(Removal, AVolumeInForeignUseIsNamedAndGoesOnceItIsFree) {
  state::ContainerConfig foreign;
  foreign.image = kTestImage;
  foreign.mounts = {{VolumeName{"box-ada-workspace"}, "/data"}};
  ASSERT_TRUE(world.engine.docker()->create({"backup-job", foreign, {}, {}}).has_value());
  world.delete_box("ada", true);
  world.run_for(Duration{60'000});
  EXPECT_EQ(volumes_of("ada"), 1U) << "the others do not wait for it";
  EXPECT_EQ(world.reason("ada", "Stalled"), "VolumeInUse");
  EXPECT_NE(world.status("ada")->find("Stalled")->message.find("container backup-job mounts it"),
            std::string::npos);
  EXPECT_EQ(deletion().state, "pending");
  ASSERT_TRUE(world.engine.docker()->remove("backup-job", true).has_value());
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(volumes_of("ada"), 0U);
  EXPECT_EQ(deletion().state, "done");
}

TEST_F(Removal, RetainedDataIsPurgedByItsUidAndNothingElseGoes) {
  const auto uid = remove_keeping_data();
  ASSERT_EQ(volumes_of("ada"), 4U);
  give_up_ada();
  const auto id = world.ask(Verb::Grant, "ada", plan::purge_argument(uid, ""));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), (Steps{"RemoveVolume", "RemoveVolume", "RemoveVolume", "RemoveVolume"}));
  EXPECT_EQ(request(id).state, "done");
  EXPECT_TRUE(world.store->retained()->empty());
  EXPECT_EQ(world.lost_data(), "") << "bob's is whole";
}

TEST_F(Removal, OneVolumeIsPurgedAndTheRestCanStillBeTakenOver) {
  const auto uid = remove_keeping_data();
  world.give_up_data(VolumeName{"box-ada-cache"});
  const auto id = world.ask(Verb::Grant, "ada", plan::purge_argument(uid, "cache"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{"RemoveVolume"});
  EXPECT_EQ(request(id).state, "done");
  world.ask(Verb::Accept, "ada", "retained");
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.record("ada").uid, uid);
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Removal, ALivingBoxIsNeverPurged) {
  const auto id = world.ask(Verb::Grant, "ada", plan::purge_argument(world.record("ada").uid, ""));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(request(id).state, "failed");
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Removal, ABoxThatIsDeclaredAgainWaitsForThePurgeAndStartsAnew) {
  const auto uid = remove_keeping_data();
  give_up_ada();
  world.ask(Verb::Suspend, "ada");
  const auto id = world.ask(Verb::Grant, "ada", plan::purge_argument(uid, ""));
  world.declare(BoxBuilder{"ada"});
  world.run_for(Duration{60'000});
  EXPECT_EQ(world.steps(), Steps{}) << "suspended";
  EXPECT_EQ(world.problem(BoxName{"ada"}), "BeingPurged");
  world.ask(Verb::Resume, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(request(id).state, "done");
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_NE(world.record("ada").uid, uid);
}

TEST_F(Removal, APurgeSurvivesACrashAtEachCallAndALostMemory) {
  const auto uid = remove_keeping_data();
  give_up_ada();
  const auto id = world.ask(Verb::Grant, "ada", plan::purge_argument(uid, ""));
  world.forget_on_crash = true;
  int calls = 0;
  world.faulty.set_plan([&calls](const PendingCall& call) {
    if (!call.mutating || call.name != "RemoveVolume") return Fault::None;
    return ++calls % 2 == 1 ? Fault::CrashAfter : Fault::None;
  });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_GT(world.crashes(), 0U);
  EXPECT_EQ(volumes_of("ada"), 0U);
  EXPECT_NE(request(id).state, "pending");
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_TRUE(world.is_ready("bob"));
}

}  // namespace
}  // namespace boxwright::test
