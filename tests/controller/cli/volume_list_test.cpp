// Volumes as they are listed: whose they are, how they stand, and what is not known of them.

#include "controller/cli/volume_list.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "state/ownership.h"
#include "tests/specs/committed.h"
#include "tests/support/box_builder.h"
#include "tests/support/json_schema.h"

namespace boxwright::cli {
namespace {

using test::BoxBuilder;
using test::test_start;

const WallTime kNow = test_start() + Duration{7'200'000};

/// `ada` runs, `bob` is stopped, `cyd` is being removed with its data, `dan` left some, `eve` is
/// nobody's.
class VolumeListTest : public testing::Test {
 protected:
  void SetUp() override {
    fleet.at = kNow;
    add(BoxBuilder{"ada"}.owner("ada@example.org"), true, true);
    add(BoxBuilder{"bob"}, true, false);
    add(BoxBuilder{"cyd"}, true, false);
    input.boxes.back().tombstone.emplace();
    input.boxes.back().tombstone->remove_volumes = true;
    input.boxes.back().tombstone->volumes_due = kNow + Duration{3'600'000};
    add(BoxBuilder{"dan"}, false, false);
    input.retained.push_back({BoxName{"dan"},
                              BoxBuilder{"dan"}.record().uid,
                              "dan@example.org",
                              {"workspace"},
                              kNow - Duration{86'400'000}});
    add(BoxBuilder{"eve"}, false, false);
    input.sizes[VolumeName{"box-ada-workspace"}] = Bytes{3 * kGiB};
    input.sizes[VolumeName{"box-dan-workspace"}] = Bytes{512 * kMiB};
  }
  void add(const BoxBuilder& box, bool on_record, bool running) {
    auto record = box.converged_record();
    record.expected_volumes = {"cache", "workspace"};
    for (const char* key : {"cache", "workspace"})
      fleet.volumes.push_back(box.volume(key));
    if (!on_record) return;
    auto container = box.running_container();
    if (!running) {
      container.state = state::ContainerState::Exited;
      container.finished_at = kNow - Duration{600'000};
    }
    fleet.containers.push_back(container);
    input.boxes.push_back(record);
  }
  std::vector<ShownVolume> list() {
    input.observed = &fleet;
    return list_volumes(input);
  }
  static const ShownVolume& at(const std::vector<ShownVolume>& all, const std::string& name) {
    const auto found = std::find_if(
        all.begin(), all.end(), [&name](const auto& volume) { return volume.name.str() == name; });
    EXPECT_NE(found, all.end()) << name;
    return found == all.end() ? all.front() : *found;
  }

  state::ObservedFleet fleet;
  VolumeListInput input;
};

TEST_F(VolumeListTest, EachStandsAsItsBoxDoes) {
  const auto all = list();
  ASSERT_EQ(all.size(), 10U);
  const auto& ada = at(all, "box-ada-workspace");
  EXPECT_EQ(ada.use, VolumeUse::InUse);
  EXPECT_EQ(ada.last_used, kNow);
  EXPECT_EQ(ada.size, Bytes{3 * kGiB});
  EXPECT_EQ(ada.disposable, false);
  EXPECT_EQ(at(all, "box-ada-cache").disposable, true);
  EXPECT_EQ(at(all, "box-ada-cache").size, std::nullopt) << "unknown is not zero";
  const auto& bob = at(all, "box-bob-workspace");
  EXPECT_EQ(bob.use, VolumeUse::Stopped);
  EXPECT_EQ(bob.last_used, kNow - Duration{600'000});
  const auto& cyd = at(all, "box-cyd-workspace");
  EXPECT_EQ(cyd.use, VolumeUse::ToGo);
  EXPECT_EQ(cyd.goes_at, kNow + Duration{3'600'000});
  const auto& dan = at(all, "box-dan-workspace");
  EXPECT_EQ(dan.use, VolumeUse::Retained);
  EXPECT_EQ(dan.kept_since, kNow - Duration{86'400'000});
  EXPECT_EQ(dan.last_used, dan.kept_since);
  EXPECT_EQ(dan.disposable, std::nullopt);
  EXPECT_EQ(at(all, "box-eve-workspace").use, VolumeUse::Orphaned);
  EXPECT_EQ(at(all, "box-eve-workspace").last_used, std::nullopt);
}

TEST_F(VolumeListTest, WhatABoxExpectsAndTheEngineLacksIsLost) {
  std::erase_if(fleet.volumes,
                [](const auto& volume) { return volume.name.str() == "box-bob-cache"; });
  for (auto& volume : fleet.volumes) {
    if (volume.name.str() == "box-ada-cache") volume.directory_missing = true;
  }
  const auto all = list();
  EXPECT_EQ(at(all, "box-bob-cache").use, VolumeUse::Lost);
  EXPECT_EQ(at(all, "box-ada-cache").use, VolumeUse::Lost) << "also under a running container";
}

TEST_F(VolumeListTest, AContainerThatOnlyHoldsThemUsesNothing) {
  auto hold = fleet.containers.front();
  hold.id = ContainerId{"hold"};
  hold.owner = {};
  hold.owner.installation = Installation{test::kTestInstallation};
  hold.owner.role = "hold";
  hold.config.mounts.clear();
  for (const auto& volume : fleet.volumes)
    hold.config.mounts.push_back({volume.name, "/hold/" + volume.name.str()});
  fleet.containers.push_back(hold);
  const auto all = list();
  EXPECT_EQ(at(all, "box-dan-workspace").use, VolumeUse::Retained);
  EXPECT_EQ(at(all, "box-bob-workspace").use, VolumeUse::Stopped);
}

TEST_F(VolumeListTest, TheTableIsAsCommitted) {
  specs::expect_committed("tests/golden/cli/volumes.txt", volume_table(list(), kNow, false));
  specs::expect_committed("tests/golden/cli/volumes-wide.txt", volume_table(list(), kNow, true));
  EXPECT_EQ(volume_sum(list()), "10 volumes, 3.5 GiB (8 not measured)");
}

TEST_F(VolumeListTest, ProgramsReadWhatTheSchemaSays) {
  EXPECT_TRUE(
      test::fits_schema("docs/reference/volume-list.schema.json", volume_list_json(list(), "")));
  EXPECT_TRUE(test::fits_schema("docs/reference/volume-list.schema.json",
                                volume_list_json({}, "the engine did not answer in time")));
}

}  // namespace
}  // namespace boxwright::cli
