// Volumes: made, lost, in use, filled by an image, pruned.

#include <algorithm>

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

class VolumeConformance : public ConformanceTest {
 protected:
  static state::ContainerConfig mounting(const std::string& image = kSleeper) {
    state::ContainerConfig config = ConformanceTest::config(image);
    config.mounts = {{kWork, "/home/work"}};
    return config;
  }
  std::vector<state::ObservedVolume> volumes() { return observe().volumes; }
  bool lists(const VolumeName& name) {
    const auto names = lab().volumes();
    return std::ranges::find(names, name) != names.end();
  }
};

TEST_F(VolumeConformance, AVolumeCarriesItsLabels) {
  make_volume(kWork.str());
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_EQ(state::write_owner(volumes()[0].owner), our_labels(state::kRoleVolume));
  EXPECT_FALSE(volumes()[0].directory_missing);
}

TEST_F(VolumeConformance, CreatingOnceMoreSucceedsAndKeepsTheData) {
  make_volume(kWork.str());
  lab().write_file(kWork, "note", "kept");
  make_volume(kWork.str());
  EXPECT_EQ(lab().read_file(kWork, "note"), "kept");
}

TEST_F(VolumeConformance, AForeignVolumeOfThatNameIsAConflictAndStaysAsItIs) {
  EXPECT_OK(perform(engine::CreateVolume{kWork, {}}));
  lab().write_file(kWork, "note", "theirs");
  EXPECT_ERROR(perform(engine::CreateVolume{kWork, our_labels(state::kRoleVolume)}),
               ErrorCode::Conflict);
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_TRUE(volumes()[0].owner.uid.empty());
  EXPECT_EQ(lab().read_file(kWork, "note"), "theirs");
}

TEST_F(VolumeConformance, RemovingOnceMoreSucceeds) {
  make_volume(kWork.str());
  EXPECT_OK(perform(engine::RemoveVolume{kWork}));
  EXPECT_FALSE(lists(kWork));
  EXPECT_OK(perform(engine::RemoveVolume{kWork}));
  EXPECT_EQ(lab().remove_volume(kWork, false).status, 404);
  EXPECT_EQ(lab().remove_volume(kWork, true).status, 204);
}

// Trap 0.8.
TEST_F(VolumeConformance, AVolumeInUseIsNotRemovedEvenByForceAndEvenByAStoppedContainer) {
  make_volume(kWork.str());
  const ContainerId id = run(mounting());
  EXPECT_ERROR(perform(engine::RemoveVolume{kWork}), ErrorCode::Conflict);
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_ERROR(perform(engine::RemoveVolume{kWork}), ErrorCode::Conflict);
  EXPECT_EQ(lab().remove_volume(kWork, true).status, 409);
  EXPECT_TRUE(lists(kWork));
}

TEST_F(VolumeConformance, WhoHoldsAVolumeIsNamed) {
  make_volume(kWork.str());
  create(mounting());
  const auto refused = perform(engine::RemoveVolume{kWork});
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("container box-ada mounts it"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(refused.error().retry, RetryClass::Transient) << "it goes by itself once it can";
}

TEST_F(VolumeConformance, SizesAreThoseOfTheFiles) {
  make_volume(kWork.str());
  make_volume("box-ada-empty");
  lab().write_file(kWork, "one", std::string(2'000, 'x'));
  lab().write_file(kWork, "two", "12345");
  const auto sizes = lab().engine().volume_sizes({});
  ASSERT_TRUE(sizes.has_value()) << sizes.error().message;
  ASSERT_TRUE(sizes->contains(kWork));
  EXPECT_EQ(sizes->at(kWork), Bytes{2'005});
  EXPECT_EQ(sizes->at(VolumeName{"box-ada-empty"}), Bytes{0});
}

TEST_F(VolumeConformance, ACreatedContainerHoldsItsVolume) {
  make_volume(kWork.str());
  create(mounting());
  EXPECT_ERROR(perform(engine::RemoveVolume{kWork}), ErrorCode::Conflict);
}

TEST_F(VolumeConformance, AMissingVolumeIsSilentlyMadeWithoutLabels) {
  create(mounting());
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_TRUE(state::write_owner(volumes()[0].owner).empty());
}

TEST_F(VolumeConformance, MountsAreReadBack) {
  make_volume(kWork.str());
  EXPECT_EQ(seen(create(mounting())).config.mounts, mounting().mounts);
}

// Trap 0.3.
TEST_F(VolumeConformance, TheFirstMountCopiesTheImagesFilesOwnerAndMode) {
  make_volume(kWork.str());
  EXPECT_EQ(lab().mode_of(kWork), "0755 0:0");
  const ContainerId id = create(mounting(kSeeded), "box-ada.next");
  EXPECT_EQ(lab().read_file(kWork, "from-image"), "hello");
  EXPECT_EQ(lab().mode_of(kWork), "0700 1000:1000");
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  EXPECT_EQ(lab().read_file(kWork, "from-image"), "hello");
  EXPECT_EQ(lab().mode_of(kWork), "0700 1000:1000");
}

TEST_F(VolumeConformance, NoCopyLeavesAnEmptyVolumeAsItIs) {
  make_volume(kWork.str());
  EXPECT_OK(perform(engine::CreateContainer{"box-ada.next", mounting(kSeeded), {kWork}}));
  EXPECT_EQ(lab().read_file(kWork, "from-image"), std::nullopt);
  EXPECT_EQ(lab().mode_of(kWork), "0755 0:0");
}

TEST_F(VolumeConformance, AVolumeWithDataIsNotCopiedInto) {
  make_volume(kWork.str());
  lab().write_file(kWork, "note", "mine");
  create(mounting(kSeeded));
  EXPECT_EQ(lab().read_file(kWork, "from-image"), std::nullopt);
  EXPECT_EQ(lab().read_file(kWork, "note"), "mine");
}

TEST_F(VolumeConformance, DataOutlivesTheContainer) {
  make_volume(kWork.str());
  const ContainerId id = run(mounting());
  lab().write_file(kWork, "note", "kept");
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  EXPECT_EQ(lab().read_file(kWork, "note"), "kept");
}

TEST_F(VolumeConformance, ANamedVolumeOutlivesEvenARemovalWithVolumes) {
  make_volume(kWork.str());
  create(mounting());
  lab().write_file(kWork, "note", "kept");
  EXPECT_EQ(lab().remove("box-ada", true, true).status, 204);
  EXPECT_EQ(lab().read_file(kWork, "note"), "kept");
}

// Trap 0.2.
TEST_F(VolumeConformance, ARemovalWithVolumesDestroysTheDataInTheImagesOwnVolume) {
  run(config(kOwnVolume));
  ASSERT_EQ(lab().volumes().size(), 1U);
  EXPECT_EQ(lab().read_file(lab().volumes()[0], "seed"), "seed");
  EXPECT_EQ(lab().remove("box-ada", true, true).status, 204);
  EXPECT_TRUE(lab().volumes().empty());
}

TEST_F(VolumeConformance, OurRemovalKeepsTheDataInTheImagesOwnVolume) {
  const ContainerId id = create(config(kOwnVolume));
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  ASSERT_EQ(lab().volumes().size(), 1U);
  EXPECT_EQ(lab().read_file(lab().volumes()[0], "seed"), "seed");
}

TEST_F(VolumeConformance, AMountOverTheImagesOwnVolumeMakesNoOther) {
  make_volume(kWork.str());
  state::ContainerConfig wanted = config(kOwnVolume);
  wanted.mounts = {{kWork, "/data"}};
  create(wanted);
  EXPECT_EQ(lab().volumes(), std::vector<VolumeName>{kWork});
  EXPECT_EQ(lab().read_file(kWork, "seed"), "seed");
}

// Trap 0.8.
TEST_F(VolumeConformance, AVolumeWithoutItsDirectoryIsListedAsSuchAndRefusesTheStart) {
  make_volume(kWork.str());
  const ContainerId id = run(mounting());
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  lab().delete_directory(kWork);
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_TRUE(volumes()[0].directory_missing);
  EXPECT_EQ(state::write_owner(volumes()[0].owner), our_labels(state::kRoleVolume));
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Refused);
  EXPECT_EQ(state_of(id), state::ContainerState::Exited);
}

TEST_F(VolumeConformance, CreatingAVolumeDoesNotHealALostDirectory) {
  make_volume(kWork.str());
  lab().delete_directory(kWork);
  make_volume(kWork.str());
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_TRUE(volumes()[0].directory_missing);
}

TEST_F(VolumeConformance, RemovingAndCreatingHealsALostDirectory) {
  make_volume(kWork.str());
  lab().delete_directory(kWork);
  EXPECT_OK(perform(engine::RemoveVolume{kWork}));
  make_volume(kWork.str());
  ASSERT_EQ(volumes().size(), 1U);
  EXPECT_FALSE(volumes()[0].directory_missing);
  run(mounting());
}

// Trap 0.7.
TEST_F(VolumeConformance, APruneTakesEveryVolumeWithoutAContainer) {
  make_volume(kWork.str());
  make_volume("box-ada-kept");
  create(mounting());
  lab().prune_volumes();
  EXPECT_TRUE(lists(kWork));
  EXPECT_FALSE(lists(VolumeName{"box-ada-kept"}));
}

// Trap 0.7.
TEST_F(VolumeConformance, APruneTakesStoppedAndCreatedContainersAndTheNextTheirVolumes) {
  make_volume(kWork.str());
  const ContainerId stopped = run(mounting());
  lab().stop("box-ada");
  const ContainerId candidate = create(config(), "box-ada.next");
  const ContainerId running = run(config(), "box-ada.prev");
  lab().prune_containers();
  EXPECT_FALSE(exists(stopped));
  EXPECT_FALSE(exists(candidate));
  EXPECT_TRUE(exists(running));
  lab().prune_volumes();
  EXPECT_FALSE(lists(kWork));
}

}  // namespace
}  // namespace boxwright::test
