#include "controller/layers/tar_splitter.h"

#include <archive_entry.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/tar.h"

namespace boxwright::layers {
namespace {

/// What a splitter told, a line for each entry: `name=contents`.
struct Told {
  std::vector<std::string> lines;
  TarSplitter splitter{[this](archive_entry& entry) -> Status {
                         lines.push_back(std::string(archive_entry_pathname(&entry)) + "=");
                         return {};
                       },
                       [this](std::string_view bytes) -> Status {
                         lines.back() += bytes;
                         return {};
                       }};
};

const std::vector<std::string> kLines{"home/", "home/a=hello",
                                      "home/empty=", "home/b=" + std::string(700, 'b')};

std::string sample() {
  return test::make_tar(
      {{"home/a", "hello"}, {"home/empty", ""}, {"home/b", std::string(700, 'b')}});
}

TEST(TarSplitter, FindsEveryEntryWhereverTheStreamIsCut) {
  const auto tar = sample();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{511},
                                  std::size_t{512}, std::size_t{513}, tar.size()}) {
    Told told;
    for (std::size_t at = 0; at < tar.size(); at += piece)
      ASSERT_TRUE(told.splitter.feed(std::string_view(tar).substr(at, piece)));
    EXPECT_TRUE(told.splitter.finish());
    EXPECT_EQ(told.lines, (std::vector<std::string>{"home/=", kLines[1], kLines[2], kLines[3]}))
        << piece;
  }
}

TEST(TarSplitter, TellsABrokenStream) {
  const auto tar = sample();
  Told told;
  ASSERT_TRUE(told.splitter.feed(std::string_view(tar).substr(0, 1'000)));
  const auto finished = told.splitter.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::Unavailable);
}

TEST(TarSplitter, RefusesWhatIsNoTar) {
  Told told;
  EXPECT_FALSE(told.splitter.feed(std::string(2'000, 'x')));
  EXPECT_TRUE(told.lines.empty());
}

TEST(TarSplitter, HandsOnWhatItsTakerComplainsOf) {
  TarSplitter splitter([](archive_entry&) -> Status { return {}; },
                       [](std::string_view) -> Status {
                         return fail(ErrorCode::Unavailable, RetryClass::Terminal, "no room");
                       });
  const auto fed = splitter.feed(sample());
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().message, "no room");
}

}  // namespace
}  // namespace boxwright::layers
