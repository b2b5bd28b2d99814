// The databases: lost, damaged, copied, without a place to be written in.

#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Memory : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    fs::create_directories(root() / "secrets");
    fs::permissions(root() / "secrets", fs::perms::owner_all);
    write_file(root() / "secrets" / "ada-password", kSecret);
    write_marker(
        fmt::format("  pruneDelay: 1s\n  secretsDir: {}\n", (root() / "secrets").string()));
    write_box("ada", "  secrets: {PASSWORD: {from: ada-password}}\n");
    write_box("bob");
    const auto applied = apply();
    ASSERT_EQ(applied.code, 0) << applied.err;
    put_data("ada");
    before_ = identities();
  }
  void expect_nothing_to_do() const {
    const auto planned = plan();
    EXPECT_EQ(planned.code, 0) << planned.out << planned.err;
    EXPECT_EQ(identities(), before_);
    EXPECT_TRUE(has_data("ada"));
  }

  static constexpr const char* kSecret = "correct horse battery";
  std::map<std::string, std::string> before_;
};

TEST_F(Memory, ASecretReachesTheContainerAndNothingElse) {
  EXPECT_EQ(exec("box-ada", {"sh", "-c", "printf %s \"$PASSWORD\""}), kSecret);
  auto labels = inspect("box-ada").at("Config").at("Labels").dump();
  EXPECT_EQ(labels.find(kSecret), std::string::npos);
  for (const auto& words : {std::vector<std::string>{"plan", "-f", boxes().string(), "-o", "json"},
                            {"get", "-o", "json"},
                            {"describe", "ada"},
                            {"events", "-o", "json"}}) {
    const auto ran = run(words);
    EXPECT_EQ((ran.out + ran.err).find(kSecret), std::string::npos) << words.front();
  }
  for (const auto& entry : fs::directory_iterator(state_file().parent_path()))
    EXPECT_EQ(read_text(entry.path()).find(kSecret), std::string::npos) << entry.path();
}

TEST_F(Memory, AChangedSecretIsAReplacementAndAMissingOneStallsOnlyItsBox) {
  const auto before = id("box-ada");
  write_file(root() / "secrets" / "ada-password", "another");
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(id("box-ada"), before);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(exec("box-ada", {"sh", "-c", "printf %s \"$PASSWORD\""}), "another");
  EXPECT_EQ(identity("box-bob"), before_.at("box-bob"));

  const auto settled = identities();
  fs::remove(root() / "secrets" / "ada-password");
  const auto stalled = apply();
  EXPECT_EQ(stalled.code, 1);
  EXPECT_NE(stalled.err.find("SecretMissing"), std::string::npos) << stalled.err;
  EXPECT_EQ(identities(), settled);
}

TEST_F(Memory, LostWhileBoxesRunIsLearntAgainFromTheirLabels) {
  for (const char* file : {"state.db", "state.db-wal", "state.db-shm"})
    fs::remove(state_file().parent_path() / file);
  expect_nothing_to_do();
  const auto controller = start_controller();
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(becomes_ready("bob"));
  EXPECT_TRUE(keeps([this] { return identities() == before_; }, seconds(1)));
  expect_nothing_to_do();
}

TEST_F(Memory, AllOfItLostIsLearntAgainEvenTheKeyOfTheSecrets) {
  fs::remove_all(state_file().parent_path());
  const auto controller = start_controller();
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(becomes_ready("bob"));
  EXPECT_TRUE(keeps([this] { return identities() == before_; }, seconds(1)));
  expect_nothing_to_do();
}

TEST_F(Memory, CorruptDatabasesAreSetAsideAndBegunAnew) {
  for (const char* file : {"state.db", "desired.db"}) {
    const auto path = state_file().parent_path() / file;
    fs::remove(path.string() + "-wal");
    fs::remove(path.string() + "-shm");
    auto text = read_text(path);
    for (std::size_t i = 100; i < text.size(); i += 3)
      text[i] = 'x';
    write_file(path, text);
  }
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(applied.err.find("set aside"), std::string::npos) << applied.err;
  int aside = 0;
  for (const auto& entry : fs::directory_iterator(state_file().parent_path()))
    aside += entry.path().filename().string().find(".corrupt-") != std::string::npos ? 1 : 0;
  EXPECT_GE(aside, 2);
  expect_nothing_to_do();
}

TEST_F(Memory, BackupCopiesBothWhileTheControllerRuns) {
  const auto controller = start_controller();
  const auto copy = root() / "copy.db";
  const auto copied = run({"backup", copy.string()});
  EXPECT_EQ(copied.code, 0) << copied.err;
  EXPECT_GT(fs::file_size(copy), 0U);
  EXPECT_GT(fs::file_size(copy.string() + ".desired"), 0U);
  EXPECT_NE(run({"backup", copy.string()}).code, 0) << "no file is overwritten";
  // What was copied is whole: it plans nothing.
  const auto planned = run_bare({"plan", "-f", boxes().string(), "--detailed-exitcode", "--engine",
                                 engine().endpoint(), "--state", copy.string(), "--desired",
                                 copy.string() + ".desired"});
  EXPECT_EQ(planned.code, 0) << planned.out << planned.err;
}

/// The state folder on a file system of its own, as small or as read-only as the test wants it.
class MountedState : public EndToEnd {
 protected:
  void mount_state(const char* options) {
    fs::create_directories(state_file().parent_path());
    if (::mount("tmpfs", state_file().parent_path().c_str(), "tmpfs", 0, options) != 0) {
      GTEST_SKIP() << "no mount is permitted here";
    }
  }
  void TearDown() override {
    ::umount2(state_file().parent_path().c_str(), MNT_DETACH);
    EndToEnd::TearDown();
  }
};

TEST_F(MountedState, FullIsSaidOnceNothingIsLostAndItGoesOnWhenThereIsRoom) {
  mount_state("size=2m");
  write_box("ada");
  const auto controller = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  const auto before = identities();
  const auto filler = state_file().parent_path() / "filler";
  write_file(filler, std::string(std::size_t{4} << 20, 'x'));
  write_box("bob");
  EXPECT_TRUE(eventually([&] { return controller->says("full"); })) << controller->log();
  EXPECT_TRUE(keeps([&] { return identity("box-ada") == before.at("box-ada"); }, seconds(1)));
  EXPECT_TRUE(controller->process().runs());
  fs::remove(filler);
  EXPECT_TRUE(becomes_ready("bob"));
  EXPECT_EQ(identity("box-ada"), before.at("box-ada"));
}

TEST_F(MountedState, ReadOnlyIsOneClearErrorAndTouchesNothing) {
  mount_state("size=8m");
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  const auto before = identities();
  ASSERT_EQ(::mount("tmpfs", state_file().parent_path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY,
                    "size=8m"),
            0);
  write_box("ada", "  env: {A: b}\n");
  const auto applied = apply();
  EXPECT_NE(applied.code, 0);
  EXPECT_NE(applied.err.find(state_file().parent_path().string()), std::string::npos)
      << applied.err;
  EXPECT_EQ(identities(), before);
}

}  // namespace
}  // namespace boxwright::test
