// What is reported as a box's, what as somebody else's; images and copies.

#include <algorithm>

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

class OwnershipConformance : public ConformanceTest {
 protected:
  static state::ContainerConfig foreign() {
    state::ContainerConfig config = ConformanceTest::config();
    config.labels = {{"somebody", "else"}};
    return config;
  }
};
class ImageConformance : public ConformanceTest {};

TEST_F(OwnershipConformance, AForeignHolderOfOurNameIsToldAndNotCounted) {
  const ContainerId id = create(foreign());
  const state::ObservedBox box = observe();
  EXPECT_TRUE(box.containers.empty());
  ASSERT_EQ(box.name_holders.size(), 1U);
  EXPECT_EQ(box.name_holders[0].id, id);
  EXPECT_EQ(box.name_holders[0].name, "box-ada");
}

TEST_F(OwnershipConformance, TheCandidatesAndThePreviousNameAreHeldAlike) {
  create(foreign(), "box-ada.next");
  create(foreign(), "box-ada.prev");
  create(foreign(), "box-ada-other");
  EXPECT_EQ(observe().name_holders.size(), 2U);
}

TEST_F(OwnershipConformance, AnotherUidsContainerIsAHolder) {
  state::ContainerConfig other = config();
  other.labels[state::kLabelUid] = "fedcba9876543210";
  create(other);
  EXPECT_TRUE(observe().containers.empty());
  EXPECT_EQ(observe().name_holders.size(), 1U);
}

TEST_F(OwnershipConformance, AnotherInstallationsContainerIsAHolder) {
  state::ContainerConfig other = config();
  other.labels[state::kLabelInstallation] = "other";
  create(other);
  EXPECT_TRUE(observe().containers.empty());
  EXPECT_EQ(observe().name_holders.size(), 1U);
}

TEST_F(OwnershipConformance, OurContainerIsFoundUnderAnyName) {
  const ContainerId id = create(config(), "moved-away");
  EXPECT_TRUE(exists(id));
  EXPECT_EQ(seen(id).name, "moved-away");
}

TEST_F(OwnershipConformance, ContainersAreSortedById) {
  create(config(), "box-ada");
  create(config(), "box-ada.next");
  create(config(), "box-ada.prev");
  const auto containers = observe().containers;
  ASSERT_EQ(containers.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(containers, {}, &state::ObservedContainer::id));
}

TEST_F(OwnershipConformance, WithoutAUidOnlyHoldersAndVolumesAreFound) {
  const ContainerId id = create(config());
  make_volume(kWork.str());
  engine::BoxQuery unborn = query();
  unborn.uid = BoxUid{};
  const auto box = lab().engine().observe_box(unborn, {});
  ASSERT_TRUE(box.has_value());
  EXPECT_TRUE(box->containers.empty());
  ASSERT_EQ(box->name_holders.size(), 1U);
  EXPECT_EQ(box->name_holders[0].id, id);
  EXPECT_EQ(box->volumes.size(), 1U);
}

TEST_F(OwnershipConformance, TheFleetHasOursAndNamesOthersThatLookLikeBoxes) {
  const ContainerId ours = run(config());
  create(foreign(), "box-bob");
  create(foreign(), "database");
  make_volume(kWork.str());
  EXPECT_OK(perform(engine::CreateVolume{VolumeName{"stray"}, {}}));
  const auto fleet = lab().engine().observe_fleet(Installation{"lab"}, {});
  ASSERT_TRUE(fleet.has_value());
  ASSERT_EQ(fleet->containers.size(), 1U);
  EXPECT_EQ(fleet->containers[0].id, ours);
  ASSERT_EQ(fleet->volumes.size(), 1U);
  EXPECT_EQ(fleet->volumes[0].name, kWork);
  ASSERT_EQ(fleet->foreign.size(), 1U);
  EXPECT_EQ(fleet->foreign[0].name, "box-bob");
  EXPECT_TRUE(std::ranges::any_of(fleet->networks,
                                  [](const auto& network) { return network.name == kNetwork; }));
}

TEST_F(OwnershipConformance, ObservingChangesNothing) {
  const ContainerId id = run(config());
  const auto before = seen(id);
  for (int i = 0; i < 3; ++i)
    static_cast<void>(observe());
  EXPECT_EQ(seen(id).started_at, before.started_at);
  EXPECT_EQ(lab().volumes().size(), 0U);
}

// Trap 0.4.
TEST_F(OwnershipConformance, ACommittedImageCarriesOurLabelsAndValuesOn) {
  state::ContainerConfig wanted = config();
  wanted.env = {{"PASSWORD", Secret{"kept"}}};
  run(wanted);
  EXPECT_EQ(lab().commit("box-ada", "lab/copy:1").status, 201);
  state::ContainerConfig copy;
  copy.image = "lab/copy:1";
  copy.network = kNetwork;
  const ContainerId id = create(copy, "copy-of-ada");

  const state::ObservedBox box = observe("lab/copy:1");
  EXPECT_EQ(box.containers.size(), 2U);
  EXPECT_EQ(state::write_owner(seen(id).owner), our_labels());
  EXPECT_EQ(seen(id).config.env.at("PASSWORD").reveal(), "kept");
  // What gives the copy away: the image itself holds a UID of ours.
  ASSERT_TRUE(box.wanted_image.has_value());
  EXPECT_EQ(box.wanted_image->labels.at(state::kLabelUid), "0123456789abcdef");
  EXPECT_EQ(box.container_images.at(seen(id).image_id).labels.at(state::kLabelUid),
            "0123456789abcdef");
  EXPECT_EQ(lab().remove("copy-of-ada", true, false).status, 204);
  EXPECT_EQ(lab().untag("lab/copy:1", true).status, 200);
}

TEST_F(ImageConformance, AnImageTellsItsLabelsVariablesVolumesAndCheck) {
  const auto flavoured = observe(kFlavoured).wanted_image;
  ASSERT_TRUE(flavoured.has_value());
  EXPECT_EQ(flavoured->labels.at("flavour"), "plain");
  EXPECT_EQ(flavoured->env.at("FLAVOUR"), "plain");
  EXPECT_EQ(flavoured->healthcheck.interval, Duration{1000});
  EXPECT_EQ(flavoured->healthcheck.retries, 2);
  const auto own_volume = observe(kOwnVolume).wanted_image;
  ASSERT_TRUE(own_volume.has_value());
  EXPECT_EQ(own_volume->volumes, std::vector<std::string>{"/data"});
}

TEST_F(ImageConformance, AnAbsentImageIsNoError) {
  EXPECT_FALSE(observe("lab/none:1").wanted_image.has_value());
}

// Trap 0.1.
TEST_F(ImageConformance, ForceUntagsTheImageOfARunningBox) {
  const ContainerId id = run(config(kSpare));
  const ImageId image = seen(id).image_id;
  EXPECT_EQ(lab().untag(kSpare, true).status, 200);
  EXPECT_FALSE(observe(kSpare).wanted_image.has_value());
  EXPECT_EQ(state_of(id), state::ContainerState::Running);
  EXPECT_EQ(seen(id).image_id, image);
  EXPECT_EQ(seen(id).config.image, kSpare);
}

TEST_F(ImageConformance, AnUntaggedImageStillStartsItsContainerButMakesNone) {
  const ContainerId id = run(config(kSpare));
  lab().untag(kSpare, true);
  lab().kill("box-ada");
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_ERROR(perform(engine::CreateContainer{"box-ada.next", config(kSpare), {}}),
               ErrorCode::NotFound);
}

TEST_F(ImageConformance, AnImageInUseIsNotUntaggedWithoutForce) {
  create(config(kSpare));
  EXPECT_EQ(lab().untag(kSpare, false).status, 409);
  EXPECT_TRUE(observe(kSpare).wanted_image.has_value());
}

TEST_F(ImageConformance, AnImageMadeAnewUnderItsNameLeavesTheBoxOnTheOld) {
  const ContainerId id = run(config(kSpare));
  const ImageId before = seen(id).image_id;
  lab().rebuild(kSpare);
  const state::ObservedBox box = observe(kSpare);
  ASSERT_TRUE(box.wanted_image.has_value());
  EXPECT_NE(box.wanted_image->id, before);
  EXPECT_EQ(seen(id).image_id, before);
  EXPECT_EQ(seen(id).config.image, kSpare);
  EXPECT_TRUE(box.container_images.contains(before));
}

TEST_F(ImageConformance, AnUnusedImageIsGoneWithItsLastTag) {
  EXPECT_EQ(lab().untag(kSpare, false).status, 200);
  EXPECT_FALSE(observe(kSpare).wanted_image.has_value());
  EXPECT_EQ(lab().untag(kSpare, false).status, 404);
}

TEST_F(ImageConformance, APullThatNoRegistryAnswersIsRefusedWithTheEnginesWords) {
  // Port 1 of this host: nothing listens there, and no traffic leaves the machine.
  const auto pulled = perform(engine::PullImage{"127.0.0.1:1/none:1"});
  EXPECT_ERROR(pulled, ErrorCode::Refused);
  EXPECT_FALSE(pulled.has_value() || pulled.error().message.empty());
}

}  // namespace
}  // namespace boxwright::test
