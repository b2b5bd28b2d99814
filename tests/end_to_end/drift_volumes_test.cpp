// Lost and foreign volumes, moved images: never silently empty, never taken, never followed
// unasked.

#include <fmt/core.h>

#include "tests/end_to_end/drift.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class VolumeDrift : public Drift {
 protected:
  void lose_with_container(const std::string& key) {
    by_hand([&key] {
      engine().must("DELETE", "/containers/box-ada?force=1");
      // Whoever wants to lose a volume must get past what holds it.
      engine().call("DELETE", "/containers/boxwright-hold-default?force=1");
      engine().must("DELETE", "/volumes/box-ada-" + key);
    });
  }
  void lose_directory(const std::string& key) {
    by_hand([&key] {
      engine().must("POST", "/containers/box-ada/stop?t=1");
      fs::remove_all(volume_folder("box-ada-" + key).parent_path());
    });
  }
  /// Stalled and told, not started on an empty volume, until a person accepts just that.
  void expect_stalled_until_accepted() {
    EXPECT_TRUE(comes_to("ada", "Stalled", "VolumeLost"));
    EXPECT_NE(message("ada", "Stalled").find("accept ada --empty workspace"), std::string::npos)
        << message("ada", "Stalled");
    EXPECT_FALSE(is_running("box-ada"));
    const auto accepted = run({"accept", "ada", "--empty", "workspace"});
    EXPECT_EQ(accepted.code, 0) << accepted.err;
    EXPECT_TRUE(becomes_ready("ada"));
    EXPECT_FALSE(has_data("ada", "workspace"));
    EXPECT_TRUE(has_data("ada", "config"));
    EXPECT_TRUE(has_data("ada", "inbox"));
    EXPECT_EQ(identity("box-bob"), bob_);
    EXPECT_EQ(plan().code, 0);
  }
  void expect_only_the_cache_is_new() {
    EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
    EXPECT_TRUE(becomes_ready("ada"));
    EXPECT_FALSE(has_data("ada", "cache"));
    for (const char* key : {"workspace", "config", "inbox"})
      EXPECT_TRUE(has_data("ada", key)) << key;
    EXPECT_EQ(identity("box-bob"), bob_);
    EXPECT_EQ(plan().code, 0);
  }
};

TEST_P(VolumeDrift, ALostDisposableVolumeIsMadeAnew) {
  lose_with_container("cache");
  expect_only_the_cache_is_new();
}

TEST_P(VolumeDrift, AnotherLostVolumeStallsTheBoxUntilThatIsAccepted) {
  lose_with_container("workspace");
  expect_stalled_until_accepted();
}

TEST_P(VolumeDrift, ADisposableDirectoryDeletedUnderAStoppedBoxIsMadeAnew) {
  lose_directory("cache");
  expect_only_the_cache_is_new();
}

TEST_P(VolumeDrift, AnotherDirectoryDeletedUnderAStoppedBoxStallsItUntilThatIsAccepted) {
  lose_directory("workspace");
  expect_stalled_until_accepted();
}

TEST_P(VolumeDrift, AnImageBuiltAnewUnderTheSameNameIsReportedAndNothingIsDone) {
  by_hand([] { engine().import_image(kImage, {.files = {{.path = "www/new", .content = "x"}}}); });
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "ImageMoved"));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_EQ(plan().code, 0);
  engine().import_image(kImage);
}

TEST_P(VolumeDrift, AnUntaggedImageIsReportedAndNothingIsDone) {
  by_hand([] { engine().must("DELETE", fmt::format("/images/{}?force=1", kImage)); });
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "ImageMoved"));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_EQ(plan().code, 0);
  engine().import_image(kImage);
}

TEST_P(VolumeDrift, AVolumeOfOurNameWithoutOurLabelsIsNotMounted) {
  by_hand([this] {
    engine().must("POST", "/volumes/create", R"({"Name": "box-eve-workspace"})");
    write_box("eve");
  });
  EXPECT_TRUE(comes_to("eve", "Stalled", "VolumeConflict"));
  EXPECT_FALSE(exists("box-eve"));
  EXPECT_TRUE(fs::is_empty(volume_folder("box-eve-workspace")));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
}

INSTANTIATE_TEST_SUITE_P(Controller, VolumeDrift,
                         ::testing::Values(When::WhileItRuns, When::WhileItIsDown), when_name);

/// Without a controller at all: everything at once, mended by one `apply`.
TEST_F(TwoBoxes, OneApplyMendsEverythingThatWasDoneMeanwhile) {
  for (const char* name : {"cyd", "dee", "eli"})
    write_box(name);
  for (const char* name : {"cyd", "dee", "eli"})
    ASSERT_TRUE(becomes_ready(name));
  ASSERT_EQ(controller_->stop(), 0);
  engine().must("POST", "/containers/box-ada/stop?t=1");
  engine().must("POST", "/containers/box-ada/update",
                R"({"Memory": 100000000, "MemorySwap": 200000000})");
  engine().must("POST", "/containers/box-ada/rename?name=something");
  engine().must("POST", "/containers/box-cyd/pause");
  engine().must("DELETE", "/containers/box-dee?force=1");
  engine().must("POST", "/networks/traefik-public/disconnect", R"({"Container": "box-eli"})");
  const auto planned = plan();
  EXPECT_EQ(planned.code, 2) << planned.out;
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  for (const char* name : {"box-ada", "box-cyd", "box-dee", "box-eli"})
    EXPECT_TRUE(is_running(name)) << name;
  EXPECT_EQ(inspect("box-ada").at("HostConfig").at("Memory"), 64 << 20);
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identities().size(), 5U);
  EXPECT_EQ(plan().code, 0);
}

}  // namespace
}  // namespace boxwright::test
