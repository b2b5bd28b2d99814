// Lost volumes that are made to be filled, and what is taken away where they were not.

#include "controller/cli/lost_volumes.h"

#include <gtest/gtest.h>

#include "state/ownership.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_engine.h"

namespace boxwright::cli {
namespace {

class LostVolumes : public testing::Test {
 protected:
  void SetUp() override {
    set.box = BoxName{"ada"};
    set.uid = BoxUid{"00000000000000aa"};
    add("cache", VolumeUse::Stopped);
    add("workspace", VolumeUse::Lost);
    create("box-ada-cache");
  }
  void add(const std::string& key, VolumeUse use) {
    ShownVolume volume;
    volume.name = VolumeName{"box-ada-" + key};
    volume.key = key;
    volume.owner = "ada@example.org";
    volume.use = use;
    set.volumes.push_back(volume);
  }
  /// By somebody else's call.
  void create(const std::string& name) {
    state::OwnerLabels owner;
    owner.installation = installation;
    owner.uid = set.uid;
    owner.box = set.box;
    owner.role = state::kRoleVolume;
    (void)engine.docker()->create_volume(VolumeName{name}, state::write_owner(owner));
  }
  Status make() { return make_lost_volumes(engine, installation, set, attempt, {}); }
  bool is_there(const std::string& name) {
    return engine.docker()->find_volume(VolumeName{name}) != nullptr;
  }

  test::FakeClock clock;
  test::FakeEngine engine{clock};
  const Installation installation{test::kTestInstallation};
  const Attempt attempt{"0123456789abcdef"};
  VolumeSet set;
};

TEST_F(LostVolumes, ThoseThatAreLostAreMadeWithTheirLabelsAndGoAgain) {
  ASSERT_TRUE(make().has_value());
  const auto made =
      state::read_owner(engine.docker()->find_volume(VolumeName{"box-ada-workspace"})->labels);
  EXPECT_EQ(made.uid, set.uid);
  EXPECT_EQ(made.box, set.box);
  EXPECT_EQ(made.volume_key, "workspace");
  EXPECT_EQ(made.owner, "ada@example.org");
  ASSERT_TRUE(remove_made_volumes(engine, installation, attempt).has_value());
  EXPECT_FALSE(is_there("box-ada-workspace"));
  EXPECT_TRUE(is_there("box-ada-cache"));
}

TEST_F(LostVolumes, OneThatSomebodyElseMadeIsNeitherFilledNorTakenAway) {
  create("box-ada-workspace");
  const auto refused = make();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  ASSERT_TRUE(remove_made_volumes(engine, installation, attempt).has_value());
  EXPECT_TRUE(is_there("box-ada-workspace"));
}

TEST_F(LostVolumes, AnotherCallsAreLeftAlone) {
  ASSERT_TRUE(make().has_value());
  ASSERT_TRUE(remove_made_volumes(engine, installation, Attempt{"fedcba9876543210"}).has_value());
  ASSERT_TRUE(remove_made_volumes(engine, installation, Attempt{}).has_value());
  EXPECT_TRUE(is_there("box-ada-workspace"));
  EXPECT_TRUE(is_there("box-ada-cache")) << "it has no attempt at all";
}

}  // namespace
}  // namespace boxwright::cli
