// What does not happen: a broken, moved or absent source takes no container along.

#include <fmt/core.h>
#include <sys/mount.h>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

/// More than the prune delay of these sources and a relist that a removal would ask for.
constexpr seconds kLongEnough{3};

class QuietSource : public TwoBoxes {
 protected:
  void SetUp() override {
    TwoBoxes::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    before_ = identities();
  }
  void expect_untouched() const {
    EXPECT_TRUE(keeps([this] { return identities() == before_; }, kLongEnough));
    EXPECT_TRUE(has_data("ada"));
    EXPECT_TRUE(has_data("bob"));
  }
  /// The controller has noticed: it says so of the source.
  [[nodiscard]] ::testing::AssertionResult source_says(const std::string& words) const {
    std::string said;
    if (eventually([&] {
          said = run({"source", "list"}).out;
          return said.find(words) != std::string::npos;
        })) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no " << words << " in\n" << said;
  }
  /// Everything is as it was, and a real change is taken up again.
  void expect_alive_again() {
    EXPECT_TRUE(source_says("Ready"));
    expect_untouched();
    write_box("ada", "  resources: {cpus: 0.25, memory: 64MiB, pids: 64}\n");
    EXPECT_TRUE(
        eventually([] { return inspect("box-ada").at("HostConfig").at("NanoCpus") == 250000000; }));
    EXPECT_EQ(identities(), before_);
  }

  std::map<std::string, std::string> before_;
};

TEST_F(QuietSource, AFolderRenamedAwayRemovesNothing) {
  fs::rename(boxes(), root() / "elsewhere");
  EXPECT_TRUE(source_says("FetchFailed"));
  expect_untouched();
  fs::rename(root() / "elsewhere", boxes());
  expect_alive_again();
}

TEST_F(QuietSource, AFolderEmptiedWithItsMarkerRemovesNothing) {
  for (const char* file : {"ada.yaml", "bob.yaml", "boxwright.yaml"})
    fs::remove(boxes() / file);
  EXPECT_TRUE(source_says("FetchFailed"));
  expect_untouched();
  write_marker();
  write_box("ada");
  write_box("bob");
  expect_alive_again();
}

TEST_F(QuietSource, AFolderWithoutItsMarkerRemovesNothing) {
  fs::remove(boxes() / "boxwright.yaml");
  fs::remove(boxes() / "ada.yaml");
  EXPECT_TRUE(source_says("FetchFailed"));
  expect_untouched();
  write_box("ada");
  write_marker();
  expect_alive_again();
}

TEST_F(QuietSource, AFolderWhoseBoxesAreAllGoneIsHeldByTheGuard) {
  remove_box("ada");
  remove_box("bob");
  EXPECT_TRUE(source_says("PruneBlocked"));
  expect_untouched();
  write_box("ada");
  write_box("bob");
  expect_alive_again();
}

TEST_F(QuietSource, AHalfWrittenFileKeepsItsBoxAndTurnsPruningOff) {
  const auto whole = read_text(boxes() / "ada.yaml");
  write_file(boxes() / "ada.yaml", whole.substr(0, whole.size() / 2) + "\n  half: [");
  remove_box("bob");
  EXPECT_TRUE(comes_to("ada", "Stalled", "InvalidSpec"));
  EXPECT_NE(message("ada", "Stalled").find("ada.yaml:"), std::string::npos);
  expect_untouched();
  write_file(boxes() / "ada.yaml", whole);
  write_box("bob");
  EXPECT_TRUE(eventually([this] { return is_free_of("ada", "Stalled"); }));
  expect_alive_again();
}

TEST_F(QuietSource, FilesThatAreStillBeingWrittenAreNotRead) {
  for (const char* name : {".ada.yaml.swp", ".hidden.yaml", "ada.yaml~", "4913", "#ada.yaml#"})
    write_file(boxes() / name, "kind: Nonsense");
  write_file(boxes() / "notes.txt", "none of this is a spec");
  expect_untouched();
  expect_alive_again();
}

/// The folder is a file system of its own, so that it can be unmounted under the controller.
class MountedSource : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    // What is left when it is unmounted is an empty folder.
    fs::remove(boxes() / "boxwright.yaml");
    if (::mount("tmpfs", boxes().c_str(), "tmpfs", 0, "size=1m") != 0) {
      GTEST_SKIP() << "no mount is permitted here";
    }
    write_marker();
    write_box("ada");
  }
  void TearDown() override {
    ::umount2(boxes().c_str(), MNT_DETACH);
    EndToEnd::TearDown();
  }
};

TEST_F(MountedSource, UnmountedDuringARunRemovesNothing) {
  const auto controller = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  const auto before = identities();
  ASSERT_EQ(::umount2(boxes().c_str(), 0), 0);
  EXPECT_TRUE(eventually([this] {
    return run({"source", "list"}).out.find("FetchFailed") != std::string::npos;
  })) << run({"source", "list"}).out;
  EXPECT_TRUE(keeps([&] { return identities() == before; }, kLongEnough));
  const auto applied = apply();
  EXPECT_NE(applied.code, 0);
  EXPECT_EQ(identities(), before);
}

TEST_F(QuietSource, ReadFromAnotherPlaceIsToldAndRemovesNothingUntilItIsMoved) {
  ASSERT_EQ(controller_->stop(), 0);
  const auto moved = root() / "moved";
  fs::create_directories(moved);
  fs::copy_file(boxes() / "boxwright.yaml", moved / "boxwright.yaml");
  fs::copy_file(boxes() / "bob.yaml", moved / "bob.yaml");
  const auto applied = apply(moved);
  EXPECT_NE(applied.err.find("SourceMoved"), std::string::npos) << applied.err;
  EXPECT_EQ(identities(), before_);
  controller_ = start_controller({moved.string()});
  EXPECT_TRUE(source_says("SourceMoved"));
  expect_untouched();

  const auto accepted = run({"source", "move", "team"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_TRUE(eventually([] { return !exists("box-ada"); })) << "absent from the new place";
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(QuietSource, LeftOutOfThisRunIsUntouched) {
  ASSERT_EQ(controller_->stop(), 0);
  const auto other = root() / "other";
  fs::create_directories(other);
  write_file(other / "boxwright.yaml",
             "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: other}\n");
  controller_ = start_controller({other.string()});
  expect_untouched();
}

TEST_F(QuietSource, ASecondSourceAppliedBesideTheFirstTouchesNoneOfItsBoxes) {
  ASSERT_EQ(controller_->stop(), 0);
  const auto other = root() / "other";
  fs::create_directories(other);
  write_file(other / "boxwright.yaml",
             "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: other}\n");
  write_file(other / "eve.yaml",
             fmt::format("apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {{name: eve}}\n"
                         "spec: {{image: '{}', stopGracePeriod: 1s}}\n",
                         kImage));
  // A drift in a box of the first source is not this apply's business either.
  remove_box("ada");
  engine().must("POST", "/containers/box-bob/rename?name=by-hand");
  const auto applied = apply(other);
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_TRUE(is_running("box-eve"));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("by-hand"), bob_);
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(QuietSource, AnUnreadableFolderIsAnErrorAndRemovesNothing) {
  ASSERT_EQ(controller_->stop(), 0);
  const auto applied = apply(root() / "nowhere");
  EXPECT_NE(applied.code, 0);
  EXPECT_NE(applied.err.find((root() / "nowhere").string()), std::string::npos) << applied.err;
  EXPECT_EQ(identities(), before_);
}

}  // namespace
}  // namespace boxwright::test
