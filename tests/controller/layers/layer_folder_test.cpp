#include "controller/layers/layer_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace boxwright::layers {
namespace {

namespace fs = std::filesystem;

class LayerFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "boxwright-layers-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    state_ = name;
    files_ = make_layer_folder(layer_root(state_ / "state.db"));
  }
  void TearDown() override { fs::remove_all(state_); }

  static LayerNote note(const std::string& name, std::int64_t saved_at) {
    LayerNote made;
    made.box = BoxName{"ada"};
    made.uid = BoxUid{"0011223344556677"};
    made.name = name;
    made.container = ContainerId{"c1"};
    made.saved_at = WallTime{Duration{saved_at}};
    made.keep_until = made.saved_at + Duration{1'000};
    made.finished_at = WallTime{Duration{5}};
    made.deleted = {"/home/coder/.profile"};
    made.left_out = {{"/home/coder/agent.sock", "a socket"}};
    made.archive = PackedLayer{Bytes{3}, "abc"};
    return made;
  }
  void keep(const LayerNote& one, const std::string& bytes) {
    auto sink = files_->begin(one.uid, one.name);
    ASSERT_TRUE(sink) << sink.error().message;
    ASSERT_TRUE((*sink)->write(bytes));
    ASSERT_TRUE((*sink)->keep());
    ASSERT_TRUE(files_->put_note(one));
  }
  static unsigned mode_of(const fs::path& path) {
    struct stat info{};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777U;
  }

  fs::path state_;
  std::unique_ptr<LayerFiles> files_;
};

TEST_F(LayerFolder, GivesBackWhatWasKeptOldestFirst) {
  keep(note("b", 2'000), "new");
  keep(note("a", 3'000), "newer");
  keep(note("c", 1'000), "old");
  const auto notes = files_->notes(BoxUid{"0011223344556677"});
  ASSERT_TRUE(notes) << notes.error().message;
  ASSERT_EQ(notes->size(), 3U);
  EXPECT_EQ((*notes)[0], note("c", 1'000));
  EXPECT_EQ((*notes)[2].name, "a");
  const auto bytes = files_->open((*notes)[0]);
  ASSERT_TRUE(bytes);
  EXPECT_EQ((*bytes)(), "old");
  EXPECT_EQ((*bytes)(), "");
}

TEST_F(LayerFolder, IsNobodyElsesBusiness) {
  keep(note("a", 1'000), "x");
  EXPECT_EQ(mode_of(state_ / "layers"), 0700U);
  EXPECT_EQ(mode_of(state_ / "layers/0011223344556677"), 0700U);
  EXPECT_EQ(mode_of(state_ / "layers/0011223344556677/a.tar.zst"), 0600U);
  EXPECT_EQ(mode_of(state_ / "layers/0011223344556677/a.json"), 0600U);
}

TEST_F(LayerFolder, LeavesNothingOfWhatWasNotKept) {
  {
    auto sink = files_->begin(BoxUid{"0011223344556677"}, "a");
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write("half"));
  }
  EXPECT_TRUE(fs::is_empty(state_ / "layers/0011223344556677"));
  EXPECT_TRUE(files_->notes({})->empty());
}

TEST_F(LayerFolder, CountsNoLayerWithoutAReadableNote) {
  keep(note("a", 1'000), "x");
  std::ofstream(state_ / "layers/0011223344556677/b.json") << "{";
  std::ofstream(state_ / "layers/0011223344556677/c.json") << note_json(note("other", 1));
  EXPECT_EQ(files_->notes({})->size(), 1U);
}

TEST_F(LayerFolder, TakesNoNameForAPath) {
  EXPECT_FALSE(files_->begin(BoxUid{"../up"}, "a"));
  EXPECT_FALSE(files_->begin(BoxUid{"0011"}, "../../a"));
  EXPECT_FALSE(files_->begin(BoxUid{"0011"}, ""));
  EXPECT_FALSE(fs::exists(state_ / "layers"));
}

TEST_F(LayerFolder, IsRidOfWhatIsOld) {
  keep(note("a", 1'000), "x");
  keep(note("b", 2'000), "x");
  EXPECT_EQ(remove_expired(*files_, WallTime{Duration{1'999}}), 0);
  EXPECT_EQ(remove_expired(*files_, WallTime{Duration{2'000}}), 1);
  EXPECT_EQ(files_->notes({})->size(), 1U);
  EXPECT_FALSE(fs::exists(state_ / "layers/0011223344556677/a.tar.zst"));
  EXPECT_EQ(remove_expired(*files_, WallTime{Duration{9'999}}), 1);
  EXPECT_TRUE(fs::is_empty(state_ / "layers")) << "a box's folder goes with its last layer";
}

TEST_F(LayerFolder, OneThatCannotBeRemovedKeepsNoOther) {
  keep(note("a", 1'000), "x");
  keep(note("b", 1'000), "x");
  const auto archive = state_ / "layers/0011223344556677/a.tar.zst";
  fs::remove(archive);
  fs::create_directories(archive / "in the way");
  EXPECT_FALSE(remove_expired(*files_, WallTime{Duration{2'000}}));
  EXPECT_FALSE(fs::exists(state_ / "layers/0011223344556677/b.tar.zst"));
}

TEST_F(LayerFolder, IsRidOfWhatAKilledProcessLeftBehind) {
  keep(note("a", 1'000), "x");
  const auto folder = state_ / "layers/0011223344556677";
  std::ofstream(folder / "b.tar.zst") << "no note came to it";
  std::ofstream(folder / "c.tar.zst.part") << "half";
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  ASSERT_TRUE(files_->remove_strays(now - std::chrono::hours(1)));
  EXPECT_TRUE(fs::exists(folder / "b.tar.zst")) << "it may be in the making";
  ASSERT_TRUE(files_->remove_strays(now + std::chrono::hours(1)));
  EXPECT_FALSE(fs::exists(folder / "b.tar.zst"));
  EXPECT_FALSE(fs::exists(folder / "c.tar.zst.part"));
  EXPECT_TRUE(fs::exists(folder / "a.tar.zst"));
  EXPECT_EQ(files_->notes({})->size(), 1U);
}

TEST_F(LayerFolder, LeavesAloneWhatIsNoFolderOfABox) {
  keep(note("a", 1'000), "x");
  std::ofstream(state_ / "layers/readme") << "a person's";
  std::ofstream(state_ / "layers/0abc") << "a person's";
  fs::create_directory(state_ / "layers/lost+found");
  fs::create_directory(state_ / "layers/aside");
  std::ofstream(state_ / "layers/aside/copy.tar") << "a person's";
  fs::create_directory(state_ / "layers/empty");
  const auto notes = files_->notes({});
  ASSERT_TRUE(notes) << notes.error().message;
  EXPECT_EQ(notes->size(), 1U);
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const auto removed = remove_expired(*files_, now + std::chrono::hours(48));
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(*removed, 1);
  for (const char* name : {"readme", "0abc", "lost+found", "aside/copy.tar", "empty"})
    EXPECT_TRUE(fs::exists(state_ / "layers" / name)) << name;
}

TEST_F(LayerFolder, BeginsAlsoWhileItsEmptyFolderIsTakenAway) {
  const auto one = note("a", 1'000);
  std::atomic<bool> over = false;
  std::thread remover([&] {
    while (!over)
      static_cast<void>(files_->remove(note("gone", 1'000)));
  });
  for (int i = 0; i < 3'000; ++i) {
    auto sink = files_->begin(one.uid, one.name);
    EXPECT_TRUE(sink) << sink.error().message;
    if (!sink) break;
  }
  over = true;
  remover.join();
}

TEST_F(LayerFolder, HasNoneBeforeTheFirst) {
  EXPECT_TRUE(files_->notes({})->empty());
  EXPECT_TRUE(files_->notes(BoxUid{"0011"})->empty());
  EXPECT_EQ(files_->open(note("a", 1)).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace boxwright::layers
