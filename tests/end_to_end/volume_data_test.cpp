// Data from volume to volume, into files and back: byte for byte, or not at all.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/end_to_end/harness.h"
#include "tests/support/engine_proxy.h"
#include "tests/support/json_schema.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class VolumeData : public EndToEnd {
 protected:
  /// Files of every kind that a person has: modes, owners, links, odd names, holes of time.
  static void fill(const std::string& volume) {
    const auto folder = volume_folder(volume);
    fs::create_directories(folder / "src" / "deep");
    std::ofstream(folder / "src" / "main.c") << "int main() { return 0; }\n";
    std::ofstream(folder / "src" / "deep" / "größe 漢字.txt") << "names\n";
    std::ofstream(folder / "large") << std::string(3'000'000, 'x') << "end";
    std::ofstream(folder / "empty");
    fs::create_symlink("src/main.c", folder / "link");
    fs::create_symlink("/nowhere", folder / "dangling");
    fs::create_hard_link(folder / "large", folder / "same");
    fs::create_directory(folder / "empty-folder");
    ASSERT_EQ(::chmod((folder / "src" / "main.c").c_str(), 04750), 0);
    ASSERT_EQ(::chown((folder / "src" / "deep").c_str(), 1000, 1001), 0);
    ASSERT_EQ(::lchown((folder / "link").c_str(), 1000, 1000), 0);
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0640), 0);
    timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "src").c_str(), times, 0), 0);
    ASSERT_EQ(::chown(folder.c_str(), 1000, 1000), 0);
    ASSERT_EQ(::chmod(folder.c_str(), 0700), 0);
  }
  /// Everything that counts about a tree, by path.
  static std::map<std::string, std::string> tree(const std::string& volume) {
    std::map<std::string, std::string> all;
    const auto folder = volume_folder(volume);
    const auto note = [&](const fs::path& path) {
      struct stat info{};
      ASSERT_EQ(::lstat(path.c_str(), &info), 0) << path;
      std::string text = fmt::format("{:o} {}:{} {} {}", info.st_mode, info.st_uid, info.st_gid,
                                     S_ISDIR(info.st_mode) ? 0 : info.st_size, info.st_mtim.tv_sec);
      if (S_ISLNK(info.st_mode)) text += " -> " + fs::read_symlink(path).string();
      if (S_ISREG(info.st_mode)) text += " " + read_text(path);
      all[fs::relative(path, folder).string()] = text;
    };
    note(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      note(entry.path());
    return all;
  }
  static void expect_no_helper() {
    for (const auto& [name, identity] : identities())
      EXPECT_FALSE(name.starts_with("boxwright-copy")) << name;
  }
  /// Its container goes, too; then a controller finds that the data is lost.
  static void lose(const std::string& box, const std::string& key) {
    engine().must("DELETE", "/containers/box-" + box + "?force=1");
    // Whoever wants to lose a volume must get past what holds it.
    engine().call("DELETE", "/containers/boxwright-hold-default?force=1");
    engine().must("DELETE", "/volumes/box-" + box + "-" + key);
  }
  [[nodiscard]] static bool has_volume(const std::string& name) {
    return engine().call("GET", "/volumes/" + name).status == 200;
  }
  [[nodiscard]] std::string backup_file() const { return (root() / "ada.tar.zst").string(); }
};

TEST_F(VolumeData, ACopyIsTheSameInEveryDetailAndTheSourceIsUntouched) {
  for (const bool beside : {false, true}) {
    write_box("ada", "  power: stopped\n");
    write_box("bob", "  power: stopped\n");
    std::unique_ptr<Controller> controller;
    if (beside) controller = start_controller();
    if (!beside) {
      ASSERT_EQ(apply().code, 0);
    }
    ASSERT_TRUE(eventually([] { return exists("box-ada") && exists("box-bob"); }));
    fill("box-ada-workspace");
    put_data("ada");
    const auto before = tree("box-ada-workspace");

    const auto copied = must({"volume", "copy", "ada", "bob", "-o", "json"});
    EXPECT_TRUE(fits_schema("docs/reference/volume-transfer.schema.json", copied.out))
        << copied.err;
    EXPECT_EQ(tree("box-ada-workspace"), before);
    EXPECT_EQ(tree("box-bob-workspace"), before);
    EXPECT_EQ(read_text(volume_folder("box-bob-config") / "data"), "adaconfig");
    expect_no_helper();
    EXPECT_TRUE(is_free_of("bob", "Suspended")) << "what was suspended for the copy goes on";

    const auto again = must({"volume", "copy", "ada/workspace", "bob/workspace"}, 5);
    EXPECT_TRUE(has(again.err, "not empty")) << again.err;
    std::ofstream(volume_folder("box-bob-workspace") / "own") << "bob's";
    (void)must({"volume", "copy", "ada/workspace", "bob/workspace", "--merge"});
    EXPECT_EQ(read_text(volume_folder("box-bob-workspace") / "own"), "bob's");
    (void)must({"volume", "copy", "ada/workspace", "ada/workspace"}, 5);
    expect_no_helper();
    controller.reset();
    engine().clear();
    fs::remove_all(state_file().parent_path());
    fs::create_directory(state_file().parent_path());
  }
}

TEST_F(VolumeData, ARunningBoxIsNeitherReadNorWrittenByACopy) {
  write_box("ada");
  write_box("bob", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  const auto from = must({"volume", "copy", "ada", "bob"}, 5);
  EXPECT_TRUE(has(from.err, "power: stopped")) << from.err;
  (void)must({"volume", "copy", "bob", "ada"}, 5);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_TRUE(fs::is_empty(volume_folder("box-bob-config")));
  expect_no_helper();
  (void)must({"volume", "copy", "ada"}, 64);
  EXPECT_TRUE(has(must({"volume", "copy", "adda", "bob"}, 1).err, "did you mean `ada`?"));
}

TEST_F(VolumeData, WhatARemovedBoxLeftCanBeCopied) {
  write_box("ada");
  write_box("bob", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  remove_box("ada");
  ASSERT_EQ(apply().code, 0);
  (void)must({"volume", "copy", "ada/workspace", "bob/inbox"});
  EXPECT_EQ(read_text(volume_folder("box-bob-inbox") / "data"), "adaworkspace");
}

TEST_F(VolumeData, ABackupComesBackAsItWasAlsoIntoALostVolume) {
  write_box("ada", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  fill("box-ada-workspace");
  put_data("ada");
  const auto before = tree("box-ada-workspace");
  const auto saved = must({"volume", "backup", "ada", backup_file()});
  EXPECT_FALSE(has(saved.err, "runs")) << saved.err;
  EXPECT_TRUE(has(saved.out, "workspace"));
  EXPECT_TRUE(
      fits_schema("docs/reference/volume-backup.schema.json", read_text(backup_file() + ".json")));
  struct stat info{};
  ASSERT_EQ(::stat(backup_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  (void)must({"volume", "backup", "ada", backup_file()}, 5);

  // Data that is there is not overwritten.
  EXPECT_TRUE(has(must({"volume", "restore", "ada", backup_file()}, 5).err, "not empty"));
  write_box("ada");
  lose("ada", "workspace");
  const auto controller = start_controller();
  ASSERT_TRUE(comes_to("ada", "Stalled", "VolumeLost"));
  const auto dry = must({"volume", "restore", "ada/workspace", backup_file(), "--dry-run"});
  EXPECT_TRUE(has(dry.err, "lost: it is made anew")) << dry.err;
  EXPECT_EQ(reason("ada", "Stalled"), "VolumeLost");
  (void)must({"volume", "restore", "ada/workspace", backup_file()});
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(tree("box-ada-workspace"), before);
  EXPECT_TRUE(has_data("ada"));
  expect_no_helper();
}

TEST_F(VolumeData, ARestoreThatFailsLeavesNoVolumeThatABoxWouldStartOn) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  fill("box-ada-workspace");
  put_data("ada");
  (void)must({"volume", "backup", "ada", backup_file()});
  const auto before = tree("box-ada-workspace");
  lose("ada", "workspace");
  const auto controller = start_controller();
  ASSERT_TRUE(comes_to("ada", "Stalled", "VolumeLost"));
  const auto expect_untouched = [this] {
    EXPECT_FALSE(has_volume("box-ada-workspace"));
    EXPECT_TRUE(is_free_of("ada", "Suspended"));
    EXPECT_EQ(reason("ada", "Stalled"), "VolumeLost");
    EXPECT_FALSE(exists("box-ada"));
    expect_no_helper();
  };
  // All checks are made before anything is.
  EXPECT_TRUE(has(must({"volume", "restore", "ada", backup_file()}, 5).err, "not empty"));
  expect_untouched();

  // Half-way: what was made is taken away. Without a controller, whose hold may have taken it up
  // by then: that is the other case, below.
  EXPECT_EQ(controller->stop(), 0);
  EngineProxy proxy(root() / "proxy.sock", engine().socket());
  const auto restore = [&] {
    return run_bare({"volume", "restore", "ada/workspace", backup_file(), "--engine",
                     proxy.endpoint(), "--state", state_file().string()});
  };
  proxy.judge_by([](const EngineRequest& request) {
    return request.method == "PUT" ? Fate::Refuse : Fate::Pass;
  });
  const auto cut = restore();
  EXPECT_NE(cut.code, 0);
  EXPECT_FALSE(proxy.refused().empty());
  expect_untouched();

  // Where that fails, too, the box is left suspended, and the way on is told.
  const auto another = start_controller();
  ASSERT_TRUE(comes_to("ada", "Stalled", "VolumeLost"));
  proxy.judge_by([](const EngineRequest& request) {
    const bool removes = request.method == "DELETE" && request.path.starts_with("/volumes/");
    return request.method == "PUT" || removes ? Fate::Refuse : Fate::Pass;
  });
  const auto stuck = restore();
  EXPECT_NE(stuck.code, 0);
  EXPECT_TRUE(has(stuck.err, "box ada stays suspended")) << stuck.err;
  EXPECT_TRUE(has(stuck.err, "--merge` fills the volume")) << stuck.err;
  EXPECT_TRUE(has_volume("box-ada-workspace"));
  ASSERT_TRUE(eventually([&] { return !reason("ada", "Suspended").empty(); }));
  EXPECT_TRUE(keeps([] { return !exists("box-ada"); }, std::chrono::seconds(2)));
  (void)must({"volume", "restore", "ada/workspace", backup_file(), "--merge"});
  EXPECT_FALSE(reason("ada", "Suspended").empty());
  (void)must({"resume", "ada"});
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(tree("box-ada-workspace"), before);
  expect_no_helper();
}

TEST_F(VolumeData, ABackupOfARunningBoxSaysSoAndGoesIntoAFolderToo) {
  write_box("ada");
  write_box("bob", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  const auto folder = (root() / "backup").string();
  const auto saved = must({"volume", "backup", "ada", folder + "/"});
  EXPECT_TRUE(has(saved.err, "box ada runs")) << saved.err;
  EXPECT_TRUE(fs::exists(folder + "/volumes.tar.zst"));
  EXPECT_TRUE(fs::exists(folder + "/manifest.json"));
  EXPECT_TRUE(is_running("box-ada"));
  (void)must({"volume", "restore", "ada", folder}, 5);
  (void)must({"volume", "restore", "bob", folder});
  EXPECT_EQ(read_text(volume_folder("box-bob-inbox") / "data"), "adainbox");
  // The compressed file is an ordinary one.
  const Child::Settings listing{{"tar", "--zstd", "-tf", folder + "/volumes.tar.zst"},
                                root() / "tar.out",
                                root() / "tar.err"};
  EXPECT_EQ(Child(listing).wait(), 0) << read_text(listing.err);
  EXPECT_TRUE(has(read_text(listing.out), "volumes/workspace/data\n"));
}

TEST_F(VolumeData, ABackupOfABoxThatWasStartedMeanwhileIsNoneOfAStoppedOne) {
  write_box("ada", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  bool is_started = false;
  EngineProxy proxy(root() / "proxy.sock", engine().socket(),
                    [&is_started](const EngineRequest& request) {
                      if (!is_started && request.path.ends_with("/archive")) {
                        is_started = true;
                        engine().must("POST", "/containers/box-ada/start");
                        engine().must("POST", "/containers/box-ada/kill");
                      }
                      return Fate::Pass;
                    });
  const auto saved = run_bare({"volume", "backup", "ada", backup_file(), "--engine",
                               proxy.endpoint(), "--state", state_file().string()});
  EXPECT_EQ(saved.code, 0) << saved.err;
  EXPECT_TRUE(has(saved.err, "box ada was started while it was read")) << saved.err;
  EXPECT_TRUE(json::parse(read_text(backup_file() + ".json")).at("running").get<bool>());
  EXPECT_FALSE(is_running("box-ada"));
}

TEST_F(VolumeData, ADamagedOrForeignFileIsRefusedBeforeAnythingIsTouched) {
  write_box("ada", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  (void)must({"volume", "backup", "ada", backup_file()});
  fs::remove(volume_folder("box-ada-inbox") / "data");
  auto bytes = read_text(backup_file());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(backup_file(), bytes);
  const auto damaged = must({"volume", "restore", "ada/inbox", backup_file()}, 1);
  EXPECT_TRUE(has(damaged.err, "is not the file that was backed up")) << damaged.err;
  fs::remove(backup_file() + ".json");
  const auto blind = must({"volume", "restore", "ada/inbox", backup_file()}, 1);
  EXPECT_TRUE(has(blind.err, "--yes")) << blind.err;
  write_file(backup_file(), "not an archive");
  (void)must({"volume", "restore", "ada/inbox", backup_file(), "--yes"}, 1);
  (void)must({"volume", "restore", "ada/inbox", "/nowhere/at/all"}, 1);
  EXPECT_TRUE(fs::is_empty(volume_folder("box-ada-inbox")));
  expect_no_helper();
}

}  // namespace
}  // namespace boxwright::test
