// What a hold needs of the engine: an image out of an archive, a container that mounts volumes of
// others and disturbs nothing, and that prunes pass by.

#include <algorithm>

#include "controller/engine/hold/hold_image.h"
#include "tests/conformance/conformance_test.h"

namespace boxwright::test {

namespace {

constexpr const char* kHold = "boxwright-hold-lab";

class HoldConformanceTest : public ConformanceTest {
 protected:
  Status import() {
    const auto reply = perform(engine::ImportImage{
        engine::hold_image(), {{state::kLabelRole, state::kRoleHold}}, engine::hold_archive()});
    if (!reply) return tl::unexpected(reply.error());
    return {};
  }
  static std::map<std::string, std::string> labels(const char* role) {
    const auto installation = our_labels().at(state::kLabelInstallation);
    return {{state::kLabelInstallation, installation}, {state::kLabelRole, role}};
  }
  ContainerId make_hold(const std::set<VolumeName>& volumes) {
    EXPECT_OK(import());
    const auto made = perform(engine::CreateHold{
        kHold, engine::hold_image(), labels(state::kRoleHold), volumes, labels(state::kRoleStray)});
    EXPECT_OK(made);
    return made ? made->created : ContainerId{};
  }
  ContainerId run_hold(const std::set<VolumeName>& volumes) {
    const auto id = make_hold(volumes);
    EXPECT_OK(perform(engine::StartContainer{id}));
    return id;
  }
  state::HoldView view() {
    const auto seen =
        lab().engine().observe_holds({query().installation, engine::hold_image()}, {});
    EXPECT_OK(seen);
    return seen.value_or(state::HoldView{});
  }
  state::ObservedFleet fleet() {
    const auto seen = lab().engine().observe_fleet(query().installation, {});
    EXPECT_OK(seen);
    return seen.value_or(state::ObservedFleet{});
  }
};

TEST_F(HoldConformanceTest, AnArchiveBecomesAnImage) {
  static_cast<void>(lab().untag(engine::hold_image(), true));
  EXPECT_FALSE(view().image_there);
  EXPECT_OK(import());
  EXPECT_TRUE(view().image_there);
  EXPECT_OK(import());  // Again is no error.
}

TEST_F(HoldConformanceTest, WhatIsNoArchiveBecomesNone) {
  const auto reply = perform(engine::ImportImage{
      "boxwright/none:1", {}, std::make_shared<const std::string>("this is no archive")});
  EXPECT_FALSE(reply.has_value());
}

TEST_F(HoldConformanceTest, ItRunsAndIsSeenAndIsNoBoxOfOurs) {
  make_volume(kWork.str());
  const auto id = run_hold({kWork});
  const auto seen = view();
  ASSERT_EQ(seen.holds.containers.size(), 1U);
  EXPECT_EQ(seen.holds.containers[0],
            (state::ObservedHold{id, kHold, state::ContainerState::Running, {kWork}}));
  ASSERT_EQ(seen.volumes.size(), 1U);
  EXPECT_EQ(seen.volumes[0].name, kWork);
  EXPECT_EQ(fleet().holds.containers, seen.holds.containers) << "a relist shows the same";
  EXPECT_TRUE(fleet().containers.empty());
  EXPECT_TRUE(observe().containers.empty());
}

TEST_F(HoldConformanceTest, ItEndsWhenToldTo) {
  make_volume(kWork.str());
  const auto id = run_hold({kWork});
  const auto began = lab().clock().mono_now();
  EXPECT_EQ(lab().stop(kHold).status, 204);
  EXPECT_LT(lab().clock().mono_now() - began, Duration{8'000}) << "SIGTERM ends it";
  ASSERT_EQ(view().holds.containers.size(), 1U);
  EXPECT_EQ(view().holds.containers[0].state, state::ContainerState::Exited);
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_EQ(view().holds.containers[0].state, state::ContainerState::Running);
}

TEST_F(HoldConformanceTest, PrunesPassByWhatItMounts) {
  make_volume(kWork.str());
  make_volume("box-ada-free");
  lab().write_file(kWork, "precious", "work");
  run_hold({kWork});
  lab().prune_containers();
  lab().prune_volumes();
  EXPECT_EQ(lab().read_file(kWork, "precious"), "work");
  EXPECT_EQ(lab().volumes(), std::vector<VolumeName>{kWork}) << "the other one is taken";
}

/// A hundred boxes: what starts the program reads all mounts within its memory limit.
TEST_F(HoldConformanceTest, ItMountsHundreds) {
  std::set<VolumeName> names;
  for (int i = 0; i < 400; ++i) {
    names.emplace("box-ada-v" + std::to_string(i));
    make_volume("box-ada-v" + std::to_string(i));
  }
  run_hold(names);
  ASSERT_EQ(view().holds.containers.size(), 1U);
  EXPECT_TRUE(view().holds.containers[0].is_alive());
  EXPECT_EQ(view().holds.containers[0].volumes, names);
}

TEST_F(HoldConformanceTest, OneThatDoesNotRunIsTakenItself) {
  make_volume(kWork.str());
  make_hold({kWork});
  lab().prune_containers();
  EXPECT_TRUE(view().holds.containers.empty());
}

TEST_F(HoldConformanceTest, WhatItMountsCannotBeRemovedUntilItIsGone) {
  make_volume(kWork.str());
  const auto id = run_hold({kWork});
  EXPECT_ERROR(perform(engine::RemoveVolume{kWork}), ErrorCode::Conflict);
  EXPECT_OK(perform(engine::RemoveContainer{id, true}));  // Running or not.
  EXPECT_OK(perform(engine::RemoveVolume{kWork}));
}

TEST_F(HoldConformanceTest, AFreshVolumeStillTakesTheImagesDirectory) {
  make_network();
  make_volume(kWork.str());
  run_hold({kWork});
  EXPECT_EQ(lab().mode_of(kWork), "0755 0:0") << "holding changes nothing";
  auto wanted = config(kSeeded);
  wanted.mounts = {{kWork, "/home/work"}};
  create(wanted);
  EXPECT_EQ(lab().mode_of(kWork), "0700 1000:1000");
  EXPECT_EQ(lab().read_file(kWork, "from-image"), "hello");
}

TEST_F(HoldConformanceTest, AVolumeThatIsNotThereIsMadeAsAStray) {
  run_hold({kWork});
  const auto seen = view();
  ASSERT_EQ(seen.volumes.size(), 1U);
  EXPECT_EQ(seen.volumes[0].owner.role, state::kRoleStray);
  EXPECT_TRUE(seen.volumes[0].owner.uid.empty());
  auto asked = query();
  asked.volume_names = {kWork};
  const auto box = lab().engine().observe_box(asked, {});
  ASSERT_TRUE(box.has_value());
  EXPECT_TRUE(box->volumes.empty()) << "for the box it is not there";
}

TEST_F(HoldConformanceTest, OneThatWasKilledCanBeRenamed) {
  make_volume(kWork.str());
  const auto id = run_hold({kWork});
  lab().kill(kHold);
  ASSERT_EQ(view().holds.containers.size(), 1U);
  EXPECT_FALSE(view().holds.containers[0].is_alive());
  EXPECT_OK(perform(engine::RenameContainer{id, std::string(kHold) + ".next"}));
  EXPECT_EQ(view().holds.containers[0].name, std::string(kHold) + ".next");
}

TEST_F(HoldConformanceTest, ItComesBackWithTheEngine) {
  make_volume(kWork.str());
  run_hold({kWork});
  lab().restart_engine();
  EXPECT_TRUE(lab().eventually(
      [this] {
        const auto holds = view().holds.containers;
        return holds.size() == 1 && holds[0].is_alive();
      },
      Duration{10'000}));
}

TEST_F(HoldConformanceTest, ACopyOfItIsNone) {
  make_volume(kWork.str());
  EXPECT_OK(import());
  auto marked = labels(state::kRoleHold);
  marked[state::kLabelAttempt] = "0123456789abcdef";
  const auto made = perform(
      engine::CreateHold{kHold, engine::hold_image(), marked, {kWork}, labels(state::kRoleStray)});
  ASSERT_TRUE(made.has_value());
  ASSERT_EQ(lab().commit(kHold, "lab/copy:1").status, 201);
  auto copy = config("lab/copy:1");
  copy.labels.clear();
  copy.network = "none";
  const auto other = perform(engine::CreateContainer{"mine", copy, {}});
  ASSERT_TRUE(other.has_value()) << other.error().message;
  ASSERT_EQ(view().holds.containers.size(), 1U);
  EXPECT_EQ(view().holds.containers[0].id, made->created);
}

}  // namespace

}  // namespace boxwright::test
