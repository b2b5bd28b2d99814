#include "specs/source/folder_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

#include <fstream>

#include "specs/base/user_name.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker =
    "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: main}\nspec: {secretsDir: s}\n";

class FolderSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / (std::string("folder_source_") + test->name());
    fs::remove_all(root_);
    folder_ = root_ / "boxes";
    fs::create_directories(folder_);
    write("boxwright.yaml", kMarker);
    source_ = open_folder_source(folder_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }

  /// One look, `later` after the one before.
  Result<std::optional<Snapshot>> look(Duration later = Duration{0}) {
    now_ += later;
    return source_->poll(now_);
  }

  /// The next snapshot, which two looks must give.
  Snapshot settle() {
    auto first = look(kSettleTime);
    EXPECT_TRUE(first.has_value() && !first->has_value())
        << "expected no answer before the settle time";
    auto second = look(kSettleTime);
    if (!second) ADD_FAILURE() << second.error().message;
    if (!second || !*second) {
      ADD_FAILURE() << "no snapshot";
      return {};
    }
    return std::move(**second);
  }

  /// Whether this many looks over time say nothing new.
  bool is_silent(int looks = 4) {
    for (int i = 0; i < looks; ++i) {
      const auto seen = look(kSettleTime);
      if (!seen || *seen) return false;
    }
    return true;
  }

  fs::path root_;
  fs::path folder_;
  MonoTime now_{};
  std::unique_ptr<SpecSource> source_;
};

TEST_F(FolderSourceTest, ReadsWhenTwoListingsAgree) {
  write("ada.yaml", box_text("ada"));
  write("team/ben.yml", box_text("ben"));
  ASSERT_FALSE(*look());
  ASSERT_FALSE(*look(kSettleTime - Duration{1}));
  const auto snapshot = look(Duration{1});
  ASSERT_TRUE(snapshot && *snapshot);
  EXPECT_EQ((*snapshot)->source, SourceName("main"));
  EXPECT_EQ((*snapshot)->place, folder_.string());
  EXPECT_EQ((*snapshot)->settings.secrets_dir, (folder_ / "s").string());
  EXPECT_EQ(names_of((*snapshot)->boxes), "ada ben");
  EXPECT_EQ((*snapshot)->boxes[1].origin.file, "team/ben.yml");
  EXPECT_EQ(lines_of((*snapshot)->problems), "");
}

TEST_F(FolderSourceTest, TellsWhoseTheFilesAre) {
  write("ada.yaml", box_text("ada"));
  write("team/ben.yml", box_text("ben"));
  const bool is_root = ::geteuid() == 0;
  // Only root can give a file away, here to somebody of whom there is no name.
  const bool is_given = is_root && ::chown((folder_ / "ada.yaml").c_str(), 987654, 0) == 0;
  const auto authors = settle().authors;
  EXPECT_EQ(authors.at("team/ben.yml"), user_name(::geteuid()));
  EXPECT_EQ(authors.at("ada.yaml"), is_given ? "uid 987654" : user_name(::geteuid()));
}

TEST_F(FolderSourceTest, SaysNothingWhileNothingChanges) {
  write("ada.yaml", box_text("ada"));
  static_cast<void>(settle());
  EXPECT_TRUE(is_silent());
}

TEST_F(FolderSourceTest, SaysNothingWhenAFileIsTouchedOnly) {
  write("ada.yaml", box_text("ada"));
  static_cast<void>(settle());
  fs::last_write_time(folder_ / "ada.yaml",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_TRUE(is_silent());
}

TEST_F(FolderSourceTest, SeesAChangeOfTheSameSizeAndTime) {
  write("ada.yaml", box_text("ada", "  power: running\n"));
  const Snapshot before = settle();
  const auto time = fs::last_write_time(folder_ / "ada.yaml");
  write("new", box_text("ada", "  power: stopped\n"));
  fs::rename(folder_ / "new", folder_ / "ada.yaml");
  fs::last_write_time(folder_ / "ada.yaml", time);
  const Snapshot after = settle();
  EXPECT_NE(after.revision, before.revision);
  EXPECT_EQ(after.boxes[0].spec.power, Power::Stopped);
}

TEST_F(FolderSourceTest, GivesTheSameRevisionForTheSameContent) {
  write("ada.yaml", box_text("ada"));
  const Snapshot before = settle();
  write("ada.yaml", box_text("ada", "  power: stopped\n"));
  EXPECT_NE(settle().revision, before.revision);
  write("ada.yaml", box_text("ada"));
  EXPECT_EQ(settle().revision, before.revision);
}

TEST_F(FolderSourceTest, WaitsWhileAFileGrows) {
  write("ada.yaml", "apiVersion: boxwright.dev/v1\n");
  for (int i = 0; i < 5; ++i) {
    ASSERT_FALSE(*look(kSettleTime)) << "a half-written file was taken";
    std::ofstream(folder_ / "ada.yaml", std::ios::app) << "# more\n";
  }
  write("ada.yaml", box_text("ada"));
  EXPECT_EQ(names_of(settle().boxes), "ada");
}

TEST_F(FolderSourceTest, TakesNoEditorsFilesAndNoHiddenOnes) {
  write("ada.yaml", box_text("ada"));
  for (const char* name :
       {"4913", "ada.yaml~", "#ada.yaml#", "#ada.yaml", ".ada.yaml", ".ada.yaml.swp", "ada.swp",
        "ada.yaml.tmp", "notes.txt", ".git/ada.yaml", "sub/.hidden.yml"}) {
    write(name, "not: [a box");
  }
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  EXPECT_EQ(lines_of(snapshot.problems), "");
  write("4913", "again");
  EXPECT_TRUE(is_silent());
}

TEST_F(FolderSourceTest, ReportsABrokenFileAndReadsTheOthers) {
  write("ada.yaml", box_text("ada"));
  write("bad.yaml", "command: [");
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  ASSERT_EQ(snapshot.problems.size(), 1U);
  EXPECT_EQ(snapshot.problems[0].file, "bad.yaml");
}

TEST_F(FolderSourceTest, ReportsAnEmptyFileInsteadOfNoBox) {
  write("ada.yaml", box_text("ada"));
  static_cast<void>(settle());
  write("ada.yaml", "");
  const Snapshot snapshot = settle();
  EXPECT_TRUE(snapshot.boxes.empty());
  EXPECT_EQ(lines_of(snapshot.problems),
            "|ada.yaml:1:1: error[BW0129]: the file is empty; write a document or remove the file");
}

TEST_F(FolderSourceTest, NeverOpensAFifo) {
  write("ada.yaml", box_text("ada"));
  ASSERT_EQ(mkfifo((folder_ / "pipe.yaml").c_str(), 0600), 0);
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  EXPECT_EQ(lines_of(snapshot.problems),
            "|pipe.yaml: error[BW0102]: this is no regular file and is never opened; remove it or "
            "rename it");
}

TEST_F(FolderSourceTest, NeverOpensADevice) {
  write("ada.yaml", box_text("ada"));
  if (mknod((folder_ / "null.yaml").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) {
    GTEST_SKIP() << "no device can be made here";
  }
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  EXPECT_EQ(lines_of(snapshot.problems),
            "|null.yaml: error[BW0102]: this is no regular file and is never opened; remove it or "
            "rename it");
}

TEST_F(FolderSourceTest, TakesADirectoryNamedLikeAFileForAFolder) {
  write("team.yaml/ada.yaml", box_text("ada"));
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  EXPECT_EQ(lines_of(snapshot.problems), "");
}

TEST_F(FolderSourceTest, FollowsNoLinkOutOfTheFolder) {
  std::ofstream(root_ / "outside.yaml") << box_text("eve");
  fs::create_directory(root_ / "elsewhere");
  std::ofstream(root_ / "elsewhere" / "mallory.yaml") << box_text("mallory");
  write("real/ada.txt", box_text("ada"));
  fs::create_symlink(root_ / "outside.yaml", folder_ / "eve.yaml");
  fs::create_symlink(root_ / "nowhere", folder_ / "gone.yaml");
  fs::create_symlink("real/ada.txt", folder_ / "ada.yaml");
  fs::create_symlink(root_ / "elsewhere", folder_ / "linked");
  const Snapshot snapshot = settle();
  EXPECT_EQ(names_of(snapshot.boxes), "ada");
  EXPECT_EQ(lines_of(snapshot.problems),
            "|eve.yaml: error[BW0102]: this link leads out of the source's folder and is not "
            "followed; put "
            "a copy here\n"
            "|gone.yaml: error[BW0102]: this link leads nowhere; mend it or remove it");
}

TEST_F(FolderSourceTest, KnowsThatALinkTookThePlaceOfTheDefaults) {
  write("ada.yaml", box_text("ada"));
  write("defaults.yaml", defaults_text("  resources: {memory: 1GiB}\n"));
  EXPECT_EQ(settle().boxes[0].spec.resources.memory, Bytes{kGiB});
  fs::remove(folder_ / "defaults.yaml");
  fs::create_symlink(root_ / "nowhere", folder_ / "defaults.yaml");
  const Snapshot snapshot = settle();
  EXPECT_TRUE(snapshot.boxes.empty()) << "boxes fell back to the built-in defaults";
  EXPECT_EQ(snapshot.problems.size(), 1U);
}

TEST_F(FolderSourceTest, TakesAMissingMarkerForAnErrorAndSaysWhatToWrite) {
  fs::remove(folder_ / "boxwright.yaml");
  write("ada.yaml", box_text("ada"));
  const auto seen = look();
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().code, ErrorCode::Unavailable);
  EXPECT_NE(seen.error().message.find(folder_.string()), std::string::npos);
  EXPECT_NE(seen.error().message.find("apiVersion: boxwright.dev/v1\nkind: Source\n"),
            std::string::npos);
  EXPECT_TRUE(is_silent()) << "one error was told twice";
}

TEST_F(FolderSourceTest, IsAnErrorWhileRenamedAwayAndComesBack) {
  write("ada.yaml", box_text("ada"));
  const Snapshot before = settle();
  fs::rename(folder_, root_ / "away");
  const auto gone = look(kSettleTime);
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(gone.error().message,
            "folder " + folder_.string() + " does not exist; mount it, or name the right folder");
  EXPECT_TRUE(is_silent());
  fs::rename(root_ / "away", folder_);
  EXPECT_EQ(settle().revision, before.revision);
}

TEST_F(FolderSourceTest, IsAnErrorWhenUnmounted) {
  write("ada.yaml", box_text("ada"));
  static_cast<void>(settle());
  fs::rename(folder_, root_ / "away");
  fs::create_directory(folder_);  // What an unmounted mount point looks like.
  const auto seen = look(kSettleTime);
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().code, ErrorCode::Unavailable);
}

TEST_F(FolderSourceTest, IsEmptyWhenOnlyTheMarkerIsLeft) {
  write("ada.yaml", box_text("ada"));
  static_cast<void>(settle());
  fs::remove(folder_ / "ada.yaml");
  const Snapshot snapshot = settle();
  EXPECT_TRUE(snapshot.boxes.empty());
  EXPECT_TRUE(snapshot.problems.empty());
}

TEST_F(FolderSourceTest, IsAnErrorWithABrokenMarkerUntilItIsMended) {
  write("ada.yaml", box_text("ada"));
  const Snapshot before = settle();
  write("boxwright.yaml", "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {nme: main}\n");
  ASSERT_FALSE(*look(kSettleTime));
  const auto seen = look(kSettleTime);
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().code, ErrorCode::InvalidSpec);
  EXPECT_NE(seen.error().message.find("boxwright.yaml:3:12: error[BW0103]: `nme` is not a field"),
            std::string::npos)
      << seen.error().message;
  EXPECT_TRUE(is_silent());
  write("boxwright.yaml", kMarker);
  EXPECT_EQ(settle().revision, before.revision);
}

TEST_F(FolderSourceTest, RefusesAMarkerThatIsNoFile) {
  fs::remove(folder_ / "boxwright.yaml");
  ASSERT_EQ(mkfifo((folder_ / "boxwright.yaml").c_str(), 0600), 0);
  ASSERT_FALSE(*look());
  const auto seen = look(kSettleTime);
  ASSERT_FALSE(seen.has_value());
  EXPECT_EQ(seen.error().code, ErrorCode::Unavailable);
}

TEST_F(FolderSourceTest, RefusesAFileTooLargeWithoutReadingItAll) {
  write("big.yaml", std::string(std::size_t{3} * 1024 * 1024, '#'));
  const Snapshot snapshot = settle();
  ASSERT_EQ(snapshot.problems.size(), 1U);
  EXPECT_EQ(snapshot.problems[0].code, "BW0111");
}

TEST_F(FolderSourceTest, NamesOnePlaceForOneFolder) {
  EXPECT_EQ(open_folder_source(folder_ / "")->place(), folder_.string());
  EXPECT_EQ(open_folder_source(folder_ / "." / "sub" / "..")->place(), folder_.string());
}

}  // namespace
}  // namespace boxwright::specs
