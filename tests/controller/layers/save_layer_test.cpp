#include "controller/layers/save_layer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "controller/layers/archive_reader.h"
#include "controller/layers/restore_layer.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class SaveLayer : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};

  void SetUp() override {
    world.declare(ada);
    ASSERT_TRUE(world.settle()) << world.breach();
  }
  void write(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(world.engine.docker()->write_in_layer("box-ada", path, bytes));
  }
  state::ObservedContainer stopped() {
    static_cast<void>(world.engine.docker()->stop("box-ada"));
    auto query = ada.query();
    query.uid = world.record("ada").uid;
    return world.engine.observe_box(query, {}).value().containers.at(0);
  }
  layers::SaveOrder order(const state::ObservedContainer& container) {
    return {container, BoxName{"ada"}, world.record("ada").uid, world.clock.wall_now(),
            Duration{1'000}};
  }
  Result<layers::LayerNote> save(const state::ObservedContainer& container) {
    return layers::save_layer(world.engine, world.layers, order(container), {});
  }
  /// It runs once more, and ends a while later.
  state::ObservedContainer ran_again() {
    static_cast<void>(world.engine.docker()->start("box-ada"));
    world.clock.advance(Duration{10'000});
    return stopped();
  }
};

TEST_F(SaveLayer, KeepsWhatLiesBelowHomeAndOnNoVolume) {
  write("/home/coder/notes.txt", "notes");
  write("/home/coder/.vimrc", std::string(100'000, 'v'));
  write("/etc/motd", "not at home");
  const auto container = stopped();
  const auto note = save(container);
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_TRUE(layers::speaks_of(*note, container));
  EXPECT_EQ(note->files, 2U);
  EXPECT_EQ(note->size, Bytes{100'005});
  EXPECT_EQ(note->name, container.owner.attempt.str());
  const auto files = world.layers.files_of(container.id);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files.at("/home/coder/notes.txt"), "notes");
  EXPECT_TRUE(files.at("/home/coder/.vimrc") == std::string(100'000, 'v'));
}

TEST_F(SaveLayer, NotesThatNothingHadChanged) {
  const auto note = save(stopped());
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_FALSE(note->archive);
  EXPECT_EQ(world.layers.notes({})->size(), 1U);
}

TEST_F(SaveLayer, IsOldOnceTheContainerHasRunAgain) {
  const auto before = stopped();
  const auto note = save(before);
  ASSERT_TRUE(note);
  const auto after = ran_again();
  EXPECT_TRUE(layers::speaks_of(*note, before));
  EXPECT_FALSE(layers::speaks_of(*note, after));
}

TEST_F(SaveLayer, TakesNothingFromWhatWasSavedBefore) {
  write("/home/coder/notes.txt", "notes");
  const auto first = save(stopped());
  ASSERT_TRUE(first);
  // It runs on, and cannot be saved once; then it can.
  ASSERT_TRUE(layers::give_up_layer(world.layers, order(ran_again()), "the disk is broken"));
  write("/home/coder/later.txt", "later");
  const auto last = save(ran_again());
  ASSERT_TRUE(last);

  const auto notes = world.layers.notes({});
  ASSERT_EQ(notes->size(), 2U) << "a note that keeps no files makes room";
  EXPECT_EQ(notes->at(0), *first);
  EXPECT_EQ(notes->at(1), *last);
  EXPECT_EQ(last->name, first->name + "-2");
  const auto entries = layers::list_entries(world.layers, *first);
  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_EQ(entries->at(0).path, "/home/coder/notes.txt");
}

TEST_F(SaveLayer, TakesAllFilesWhereAVolumeIsLost) {
  write("/home/coder/notes.txt", "notes");
  const auto container = stopped();
  world.engine.docker()->delete_volume_directory(VolumeName{"box-ada-workspace"});
  const auto note = save(container);
  ASSERT_TRUE(note) << note.error().message;
  const auto files = world.layers.files_of(container.id);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.at("/home/coder/notes.txt"), "notes");
}

TEST_F(SaveLayer, TakesAllFilesWhereThereAreMany) {
  for (int i = 0; i < 100; ++i)
    write("/home/coder/file" + std::to_string(i), std::to_string(i));
  const auto container = stopped();
  world.engine.forget_calls();
  const auto note = save(container);
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(note->files, 100U);
  EXPECT_EQ(world.engine.calls().size(), 2U);
}

TEST_F(SaveLayer, KeepsNothingWithoutRoom) {
  write("/home/coder/notes.txt", "notes");
  const auto container = stopped();
  world.layers.set_full(true);
  const auto note = save(container);
  ASSERT_FALSE(note);
  EXPECT_EQ(note.error().retry, RetryClass::Terminal);
  world.layers.set_full(false);
  EXPECT_TRUE(world.layers.notes({})->empty());
}

TEST_F(SaveLayer, GivesBackIntoAnotherContainer) {
  write("/home/coder/notes.txt", "notes");
  const auto note = save(stopped());
  ASSERT_TRUE(note);
  static_cast<void>(world.engine.docker()->remove("box-ada", true));
  ASSERT_TRUE(world.settle());
  const auto* fresh = world.container("box-ada");
  ASSERT_NE(fresh->id, note->container);
  const auto restored =
      layers::restore_into_container(world.engine, world.layers, *note, fresh->id, {});
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(world.container("box-ada")->layer.at("/home/coder/notes.txt"), "notes");
}

TEST_F(SaveLayer, GivesBackIntoAFolder) {
  write("/home/coder/deep/notes.txt", "notes");
  const auto note = save(stopped());
  ASSERT_TRUE(note);
  std::string folder = (fs::temp_directory_path() / "boxwright-restore-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto restored = layers::restore_into_folder(world.layers, *note, folder);
  ASSERT_TRUE(restored) << restored.error().message;
  std::stringstream text;
  text << std::ifstream(fs::path(folder) / "home/coder/deep/notes.txt").rdbuf();
  EXPECT_EQ(text.str(), "notes");
  fs::remove_all(folder);
}

TEST_F(SaveLayer, RefusesADamagedArchive) {
  write("/home/coder/notes.txt", "notes");
  auto note = save(stopped());
  ASSERT_TRUE(note);
  note->archive->sha256 = "0000";
  const auto restored = layers::restore_into_folder(world.layers, *note, "/nowhere");
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::Corrupt);
}

TEST_F(SaveLayer, ListsWhatIsInIt) {
  write("/home/coder/notes.txt", "notes");
  const auto note = save(stopped());
  ASSERT_TRUE(note);
  const auto entries = layers::list_entries(world.layers, *note);
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().path, "/home/coder/notes.txt");
  EXPECT_EQ(entries->front().kind, "file");
  EXPECT_EQ(entries->front().size, Bytes{5});
}

}  // namespace
}  // namespace boxwright::test
