#include "state/mac_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "tests/support/seeded_random.h"

namespace boxwright::state {
namespace {

namespace fs = std::filesystem;

class MacKeyFile : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(testing::TempDir()) /
           ("mac_key_" + std::to_string(::getpid()) + "_" +
            testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(dir_);
    file_ = mac_key_path(dir_ / "state.db");
  }
  void TearDown() override { fs::remove_all(dir_); }

  void write(const std::string& bytes, mode_t mode = 0600) const {
    std::ofstream(file_, std::ios::binary) << bytes;
    ASSERT_EQ(::chmod(file_.c_str(), mode), 0);
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] Result<MacKey> load() { return load_or_create_mac_key(file_, random_); }

  fs::path dir_;
  fs::path file_;
  test::SeededRandom random_{7};
};

TEST_F(MacKeyFile, LiesBesideTheStateFile) {
  EXPECT_EQ(file_, dir_ / "mac.key");
}

TEST_F(MacKeyFile, IsMadeOnceAndReadEverAfter) {
  const auto made = load();
  ASSERT_TRUE(made) << made.error().message;
  const auto again = load();
  ASSERT_TRUE(again);
  EXPECT_EQ(made->bytes, again->bytes);
  EXPECT_EQ(made->id, again->id);
  EXPECT_EQ(content(), made->bytes.reveal());
  EXPECT_EQ(content().size(), 32U);
}

TEST_F(MacKeyFile, IsClosedToOthersAndTheOnlyFileLeft) {
  ASSERT_TRUE(load());
  struct stat info{};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 1);
}

TEST_F(MacKeyFile, IsNamedByItsOwnHash) {
  write(std::string(32, 'k'));
  const auto key = load();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id, sha256_hex(std::string(32, 'k')).substr(0, 8));
}

TEST_F(MacKeyFile, DiffersFromChanceToChance) {
  const auto one = load();
  fs::remove(file_);
  const auto other = load();
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->id, other->id);
}

TEST_F(MacKeyFile, IsNotMadeByReading) {
  const auto read = read_mac_key(file_);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->has_value());
  EXPECT_TRUE(fs::is_empty(dir_));
}

TEST_F(MacKeyFile, IsRefusedWhenOthersMayReadIt) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    write(std::string(32, 'k'), mode);
    const auto key = load();
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::Denied);
    EXPECT_EQ(key.error().retry, RetryClass::Terminal);
    EXPECT_NE(key.error().message.find("run: chmod 0600 " + file_.string()), std::string::npos);
  }
}

TEST_F(MacKeyFile, IsRefusedWhenAStrangerOwnsIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  write(std::string(32, 'k'));
  ASSERT_EQ(::chown(file_.c_str(), 12345, 12345), 0);
  const auto key = load();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::Denied);
}

TEST_F(MacKeyFile, IsRefusedAsALinkOrFolder) {
  std::ofstream(dir_ / "elsewhere") << std::string(32, 'k');
  fs::create_symlink(dir_ / "elsewhere", file_);
  const auto link = load();
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().code, ErrorCode::Denied);
  fs::remove(file_);
  fs::create_directory(file_);
  const auto folder = load();
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::Denied);
}

TEST_F(MacKeyFile, OfAnotherLengthIsCorruptAndLeftAlone) {
  for (const std::size_t size : {0U, 31U, 33U, 4096U}) {
    write(std::string(size, 'k'));
    const auto key = load();
    ASSERT_FALSE(key) << size;
    EXPECT_EQ(key.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(key.error().message.find("kkkk"), std::string::npos);
    EXPECT_EQ(content().size(), size);
  }
}

TEST_F(MacKeyFile, CannotBeMadeWithoutItsFolder) {
  const auto key = load_or_create_mac_key(dir_ / "gone" / "mac.key", random_);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::Unavailable);
  EXPECT_NE(key.error().message.find("mac.key"), std::string::npos);
}

TEST_F(MacKeyFile, OfManyMakersAtOnceIsOneAndTheSame) {
  constexpr std::size_t kMakers = 8;
  std::vector<std::string> ids(kMakers);
  {
    std::vector<std::jthread> makers;
    makers.reserve(kMakers);
    for (std::size_t i = 0; i < kMakers; ++i) {
      makers.emplace_back([&, i] {
        test::SeededRandom own(100 + i);
        const auto key = load_or_create_mac_key(file_, own);
        ids[i] = key ? key->id : key.error().message;
      });
    }
  }
  for (const std::string& id : ids) {
    EXPECT_EQ(id, ids.front());
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), {}), 1);
}

}  // namespace
}  // namespace boxwright::state
