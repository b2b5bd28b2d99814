#include "state/secret_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace boxwright::state {
namespace {

namespace fs = std::filesystem;

class SecretFiles : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            ("secrets_" + std::to_string(::getpid()) + "_" +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    dir_ = root_ / "dir";
    fs::create_directories(dir_);
    ASSERT_EQ(::chmod(dir_.c_str(), 0700), 0);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
  }
  /// PASSWORD from `ada-password`.
  [[nodiscard]] ResolvedSecrets resolve(const std::string& from = "ada-password") const {
    return resolve_secrets({{"PASSWORD", {from}}}, dir_.string());
  }
  void expect_missing(const ResolvedSecrets& resolved, const std::string& why,
                      const std::string& name = "ada-password") const {
    EXPECT_EQ(resolved.missing, std::vector<std::string>{name});
    EXPECT_TRUE(resolved.values.empty());
    EXPECT_NE(resolved.message.find(why), std::string::npos) << resolved.message;
  }

  fs::path root_;
  fs::path dir_;
};

TEST_F(SecretFiles, GiveTheirContentWithoutOneTrailingNewline) {
  write("ada-password", "canary\n\n");
  const ResolvedSecrets resolved = resolve();
  EXPECT_EQ(resolved.values.at("PASSWORD"), Secret("canary\n"));
  EXPECT_TRUE(resolved.missing.empty());
  EXPECT_EQ(resolved.message, "");
}

TEST_F(SecretFiles, AreNotLookedForWithoutSecrets) {
  const ResolvedSecrets resolved = resolve_secrets({}, "/does/not/exist");
  EXPECT_EQ(resolved.message, "");
  EXPECT_TRUE(resolved.missing.empty());
}

TEST_F(SecretFiles, NameEveryMissingOneOnceAndKeepTheOthers) {
  write("here", "x");
  const ResolvedSecrets resolved = resolve_secrets(
      {{"A", {"z-gone"}}, {"B", {"here"}}, {"C", {"a-gone"}}, {"D", {"z-gone"}}}, dir_.string());
  const std::vector<std::string> missing{"a-gone", "z-gone"};
  EXPECT_EQ(resolved.missing, missing);
  EXPECT_EQ(resolved.values.at("B"), Secret("x"));
  EXPECT_EQ(resolved.message, "secret a-gone: " + (dir_ / "a-gone").string() +
                                  " does not exist; write the value to it; secret z-gone: " +
                                  (dir_ / "z-gone").string() +
                                  " does not exist; write the value to it");
}

TEST_F(SecretFiles, AreRefusedInAFolderThatOthersMayEnter) {
  write("ada-password", "canary");
  for (const mode_t mode : {0710U, 0740U, 0701U, 0755U}) {
    ASSERT_EQ(::chmod(dir_.c_str(), mode), 0);
    expect_missing(resolve(), "run: chmod 0700 " + dir_.string());
  }
}

TEST_F(SecretFiles, AreRefusedInAStrangersFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  write("ada-password", "canary");
  ASSERT_EQ(::chown(dir_.c_str(), 12345, 12345), 0);
  expect_missing(resolve(), "belongs to user 12345");
}

TEST_F(SecretFiles, AreMissingWithoutAFolder) {
  expect_missing(resolve_secrets({{"PASSWORD", {"ada-password"}}}, ""), "spec.secretsDir");
  const std::string gone = (root_ / "gone").string();
  expect_missing(resolve_secrets({{"PASSWORD", {"ada-password"}}}, gone), gone + " does not exist");
  write("file", "x");
  expect_missing(resolve_secrets({{"PASSWORD", {"ada-password"}}}, (dir_ / "file").string()),
                 "must be a directory");
}

TEST_F(SecretFiles, MayNotBeLinksFoldersOrPipes) {
  std::ofstream(root_ / "outside") << "canary";
  fs::create_symlink(root_ / "outside", dir_ / "ada-password");
  expect_missing(resolve(), "is a link");
  fs::create_directory(dir_ / "folder");
  expect_missing(resolve("folder"), "not a regular file", "folder");
  ASSERT_EQ(::mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  expect_missing(resolve("pipe"), "not a regular file", "pipe");
}

TEST_F(SecretFiles, MayNotBeNamedOutOfTheFolder) {
  std::ofstream(root_ / "outside") << "canary";
  const std::string with_nul("a\0b", 3);
  for (const std::string& name :
       {std::string("../outside"), (root_ / "outside").string(), std::string(".."), std::string(),
        std::string(".hidden"), std::string("a/b"), with_nul}) {
    expect_missing(resolve(name), "plain file name", name);
  }
}

TEST_F(SecretFiles, MayHold64KiBAndNoMore) {
  const std::string largest(kSecretBytesMax, 'x');
  write("ada-password", largest + "\n");
  EXPECT_EQ(resolve().values.at("PASSWORD"), Secret(largest));
  write("ada-password", largest + "x");
  expect_missing(resolve(), "larger than 64 KiB");
  write("ada-password", std::string(1UL << 20U, 'x'));
  expect_missing(resolve(), "larger than 64 KiB");
}

TEST_F(SecretFiles, MayNotBeEmpty) {
  for (const char* text : {"", "\n"}) {
    write("ada-password", text);
    expect_missing(resolve(), "is empty");
  }
}

TEST_F(SecretFiles, MustFitIntoAVariable) {
  write("ada-password", "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91");
  EXPECT_TRUE(resolve().missing.empty());
  for (const std::string& bytes :
       {std::string("a\0b", 3), std::string("\xff"), std::string("\xc3"), std::string("\xc0\xaf"),
        std::string("\xe0\x80\xaf"), std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"),
        std::string("\x80"), std::string("\xf0\x80\x80\x80")}) {
    write("ada-password", bytes);
    expect_missing(resolve(), "not UTF-8");
  }
}

TEST_F(SecretFiles, NeverShowTheirValue) {
  write("ada-password", std::string("canary-41") + '\0');
  EXPECT_EQ(resolve().message.find("canary-41"), std::string::npos);
  write("ada-password", "canary-41");
  ASSERT_EQ(::chmod(dir_.c_str(), 0755), 0);
  EXPECT_EQ(resolve().message.find("canary-41"), std::string::npos);
}

}  // namespace
}  // namespace boxwright::state
