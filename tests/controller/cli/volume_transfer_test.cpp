// Volumes as archives: what a reading is compared by, and what the streams make of trouble.

#include "controller/cli/volume_transfer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "controller/cli/chunk_pipe.h"
#include "controller/cli/volume_backup.h"
#include "controller/cli/volume_set.h"
#include "controller/cli/zstd_file.h"
#include "controller/engine/copy_container.h"
#include "state/ownership.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_engine.h"
#include "tests/support/tar.h"

namespace boxwright::cli {
namespace {

NextChunk pieces_of(std::string bytes, std::size_t piece = 700) {
  return [bytes = std::move(bytes), piece, at = std::size_t{0}]() mutable -> Result<std::string> {
    const auto next = bytes.substr(std::min(at, bytes.size()), piece);
    at += next.size();
    return next;
  };
}

VolumeListings listed(const std::vector<test::TarEntry>& files) {
  auto listings = list_archive(pieces_of(test::make_tar(files)));
  EXPECT_TRUE(listings.has_value()) << listings.error().message;
  return listings.value_or(VolumeListings{});
}

TEST(TarListing, TellsVolumesApartAndTheirContent) {
  const auto one = listed({{"volumes/workspace/a", "1"}, {"volumes/cache/b", "22"}});
  ASSERT_EQ(one.size(), 2U);
  EXPECT_EQ(one.at("cache").files, 1U);
  EXPECT_EQ(one.at("cache").bytes, Bytes{2});
  const auto digest = one.at("workspace").digest();
  EXPECT_EQ(listed({{"volumes/workspace/a", "1"}}).at("workspace").digest(), digest);
  EXPECT_NE(listed({{"volumes/workspace/a", "2"}}).at("workspace").digest(), digest);
  EXPECT_NE(listed({{"volumes/workspace/b", "1"}}).at("workspace").digest(), digest);
}

TEST(TarListing, RefusesWhatIsNoBackup) {
  for (const auto& name : {"etc/passwd", "volumes/../etc/passwd", "volumesx/a"}) {
    const auto refused = list_archive(pieces_of(test::make_tar({{name, "x"}})));
    ASSERT_FALSE(refused.has_value()) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
  }
  EXPECT_FALSE(list_archive(pieces_of("no archive at all")).has_value());
  auto cut = test::make_tar({{"volumes/a/b", std::string(5'000, 'x')}});
  cut.resize(2'000);
  EXPECT_FALSE(list_archive(pieces_of(cut)).has_value());
}

TEST(TarListing, PassesOnWhyTheBytesEnded) {
  const auto failed = list_archive([]() -> Result<std::string> {
    return fail(ErrorCode::Unavailable, RetryClass::Transient, "the engine went away");
  });
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "the engine went away");
}

TEST(TarListing, ComparesAllOfItOrAtLeastWhatWasSent) {
  const auto sent = listed({{"volumes/w/a", "1"}, {"volumes/w/b", "2"}});
  EXPECT_TRUE(compare_listings(sent, sent, false).has_value());
  const auto more = listed({{"volumes/w/a", "1"}, {"volumes/w/b", "2"}, {"volumes/w/c", "3"}});
  EXPECT_FALSE(compare_listings(sent, more, false).has_value());
  EXPECT_TRUE(compare_listings(sent, more, true).has_value());
  for (const bool merged : {false, true}) {
    EXPECT_FALSE(compare_listings(sent, listed({{"volumes/w/a", "1"}}), merged).has_value());
    const auto other = listed({{"volumes/w/a", "1"}, {"volumes/w/b", "3"}});
    EXPECT_FALSE(compare_listings(sent, other, merged).has_value());
    EXPECT_FALSE(compare_listings(sent, {}, merged).has_value());
  }
}

TEST(ChunkPipe, CarriesEverythingAndEndsOnEitherSide) {
  ChunkPipe pipe;
  std::jthread writer([&pipe] {
    for (int i = 0; i < 1'000; ++i) {
      if (!pipe.push("x")) return;
    }
    pipe.end({});
  });
  std::size_t got = 0;
  for (auto chunk = pipe.pop(); chunk && !chunk->empty(); chunk = pipe.pop())
    got += chunk->size();
  EXPECT_EQ(got, 1'000U);

  ChunkPipe left;
  std::jthread other([&left] {
    while (left.push("x")) {
    }
  });
  EXPECT_TRUE(left.pop().has_value());
  left.close();  // A writer that waits is told.
}

class ZstdFile : public testing::Test {
 protected:
  void SetUp() override {
    folder =
        std::filesystem::temp_directory_path() / ("boxwright-zstd-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  static std::string all_of(const std::filesystem::path& file) {
    const auto reader = ZstdReader::open(file);
    if (!reader) return "cannot open";
    std::string text;
    for (auto piece = (*reader)->next();; piece = (*reader)->next()) {
      if (!piece) return "damaged";
      if (piece->empty()) return text;
      text += *piece;
    }
  }
  std::filesystem::path folder;
};

TEST_F(ZstdFile, GivesBackWhatWasWrittenAndHasItsNameOnlyWhenItIsWhole) {
  const auto file = folder / "a.zst";
  const std::string text = std::string(500'000, 'a') + "end";
  {
    const auto writer = ZstdWriter::create(file);
    ASSERT_TRUE(writer.has_value()) << writer.error().message;
    ASSERT_TRUE((*writer)->write(text).has_value());
    EXPECT_FALSE(std::filesystem::exists(file));
    const auto digest = (*writer)->finish();
    ASSERT_TRUE(digest.has_value()) << digest.error().message;
    EXPECT_EQ(*digest, file_digest(file).value_or(""));
  }
  EXPECT_EQ(all_of(file), text);
  EXPECT_LT(std::filesystem::file_size(file), 10'000U);
  EXPECT_FALSE(ZstdWriter::create(file).has_value()) << "nothing is written over";
  {
    const auto dropped = ZstdWriter::create(folder / "b.zst");
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1)
      << "what was not finished is gone";
}

TEST_F(ZstdFile, ADamagedManifestIsAnErrorAndNoException) {
  const auto place = backup_at((folder / "c").string());
  EXPECT_FALSE(read_manifest(place).value().has_value());
  for (const char* text :
       {"", "[]", R"({"kind": "VolumeBackup"})", R"({"kind": "VolumeBackup", "box": 7})"}) {
    std::ofstream(place.manifest) << text;
    EXPECT_FALSE(read_manifest(place).has_value()) << text;
  }
}

TEST_F(ZstdFile, AFolderThatWasThereKeepsItsModeAndANewOneIsItsOwnersAlone) {
  namespace fs = std::filesystem;
  const auto mode = [](const fs::path& path) { return fs::status(path).permissions(); };
  const auto open_to_all = fs::perms{0775};
  for (const bool is_full : {false, true}) {
    const auto there = folder / (is_full ? "full" : "empty");
    fs::create_directory(there);
    fs::permissions(there, open_to_all);
    if (is_full) std::ofstream(there / "work") << "x";
    EXPECT_EQ(new_backup(there.string()).has_value(), !is_full);
    EXPECT_EQ(new_backup(there.string() + "/").has_value(), !is_full);
    EXPECT_EQ(mode(there), open_to_all);
  }
  ASSERT_TRUE(new_backup((folder / "new").string() + "/").has_value());
  EXPECT_EQ(mode(folder / "new"), fs::perms::owner_all);
}

ShownVolume volume(const std::string& box, const std::string& key, const std::string& uid) {
  ShownVolume made;
  made.name = VolumeName{"box-" + box + "-" + key};
  made.box = BoxName{box};
  made.uid = BoxUid{uid};
  made.key = key;
  return made;
}

TEST(VolumeSet, WordsNameABoxOrOneOfItsVolumes) {
  const std::vector<ShownVolume> all{volume("ada", "config", "a"), volume("ada", "workspace", "a"),
                                     volume("bob", "inbox", "b"),  volume("bob", "workspace", "b"),
                                     volume("cy", "inbox", "c"),   volume("cy", "inbox", "d")};
  EXPECT_EQ(volumes_named("ada", all)->volumes.size(), 2U);
  EXPECT_EQ(volumes_named("ada/workspace", all)->volumes.size(), 1U);
  EXPECT_EQ(volumes_named("ada/inbox", all).error().code, ErrorCode::NotFound);
  EXPECT_EQ(volumes_named("dan", all).error().code, ErrorCode::NotFound);
  EXPECT_EQ(volumes_named("cy", all).error().code, ErrorCode::Conflict);
  EXPECT_EQ(volumes_named("d", all)->box, BoxName{"cy"});
  EXPECT_FALSE(pair_volumes(*volumes_named("ada", all), *volumes_named("bob", all)).has_value());
  const auto pairs =
      pair_volumes(*volumes_named("ada/config", all), *volumes_named("bob/inbox", all));
  ASSERT_TRUE(pairs.has_value());
  EXPECT_EQ(pairs->front().to.key, "inbox");
}

class Helper : public testing::Test {
 protected:
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  engine::CopyHelperPlan plan;

  void SetUp() override {
    engine.docker()->add_image(test::kTestImage, {});
    plan.installation = Installation{test::kTestInstallation};
    plan.box = BoxName{"ada"};
    plan.attempt = Attempt{"0123456789abcdef"};
    plan.image = image_of(test::kTestImage);
    for (const char* name : {"from", "to"})
      (void)engine.docker()->create_volume(VolumeName{name}, {});
    engine.docker()->write_file(VolumeName{"from"}, "a", "1");
    plan.mounts = {{VolumeName{"from"}, "/from/volumes/w"}, {VolumeName{"to"}, "/to/volumes/w"}};
  }
  state::ImageConfig image_of(const std::string& reference) {
    state::ImageConfig image;
    image.id = engine.docker()->find_image(reference)->id;
    return image;
  }
};

TEST_F(Helper, CopiesAndIsGoneAfterwards) {
  {
    const auto helper = engine::CopyHelper::make(engine, plan, {});
    ASSERT_TRUE(helper.has_value()) << helper.error().message;
    plan.attempt = Attempt{"fedcba9876543210"};
    const auto other = engine::CopyHelper::make(engine, plan, {});
    ASSERT_TRUE(other.has_value()) << other.error().message;
    const auto sent = copy_volumes(engine, (*helper)->id(), (*other)->id(), {});
    ASSERT_TRUE(sent.has_value()) << sent.error().message;
    const auto found = list_at(engine, (*helper)->id(), kWriteBelow, {});
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_TRUE(compare_listings(*sent, *found, false).has_value());
    EXPECT_EQ(engine.docker()->read_file(VolumeName{"to"}, "a"), "1");
  }
  EXPECT_TRUE(engine.docker()->containers().empty());
}

TEST_F(Helper, AWriterThatFailsEndsTheReading) {
  const auto helper = engine::CopyHelper::make(engine, plan, {});
  ASSERT_TRUE(helper.has_value());
  const auto failed =
      read_volumes(engine, (*helper)->id(),
                   [](std::string_view) -> Status {
                     return fail(ErrorCode::Unavailable, RetryClass::Terminal, "the disk is full");
                   },
                   {});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "the disk is full");
  const auto broken =
      write_volumes(engine, (*helper)->id(),
                    []() -> Result<std::string> {
                      return fail(ErrorCode::Corrupt, RetryClass::Terminal, "the file is damaged");
                    },
                    {});
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().message, "the file is damaged");
}

TEST_F(Helper, OnlyAnOldOneThatNeverRanIsALeftover) {
  const auto helper = engine::CopyHelper::make(engine, plan, {});
  ASSERT_TRUE(helper.has_value());
  const auto fleet = engine.observe_fleet(plan.installation, {});
  ASSERT_EQ(fleet->containers.size(), 1U);
  auto seen = fleet->containers.front();
  EXPECT_TRUE(seen.owner.uid.empty()) << "it is no box's container";
  const auto now = clock.wall_now();
  EXPECT_FALSE(engine::is_copy_leftover(seen, now));
  const auto later = now + engine::kCopyAtMost + Duration{1'000};
  EXPECT_TRUE(engine::is_copy_leftover(seen, later));
  seen.started_at = now;
  EXPECT_FALSE(engine::is_copy_leftover(seen, later));
  seen.started_at.reset();
  seen.owner.role = state::kRoleBox;
  EXPECT_FALSE(engine::is_copy_leftover(seen, later));
}

}  // namespace
}  // namespace boxwright::cli
