#include <gtest/gtest.h>

#include <utility>

#include "controller/engine/docker/pull.h"
#include "controller/engine/docker/stream.h"

namespace boxwright::docker {
namespace {

std::vector<std::string> lines_of(const std::string& text, std::size_t cut) {
  std::vector<std::string> lines;
  LineSplitter splitter([&lines](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  EXPECT_TRUE(splitter.feed(std::string_view(text).substr(0, cut)));
  EXPECT_TRUE(splitter.feed(std::string_view(text).substr(cut)));
  EXPECT_TRUE(splitter.rest().empty());
  return lines;
}

TEST(LineSplitter, GivesTheSameLinesWhereverTheStreamIsCut) {
  const std::string text = "{\"a\":1}\r\n\n{\"b\":2}\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(lines_of(text, cut), (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"})) << cut;
  }
}

TEST(LineSplitter, KeepsWhatWasCutOff) {
  LineSplitter splitter([](std::string_view) { return true; });
  EXPECT_TRUE(splitter.feed("one\ntw"));
  EXPECT_EQ(splitter.rest(), "tw");
}

TEST(LineSplitter, StopsWhenToldTo) {
  int taken = 0;
  LineSplitter splitter([&taken](std::string_view) { return ++taken < 2; });
  EXPECT_FALSE(splitter.feed("1\n2\n3\n"));
  EXPECT_EQ(taken, 2);
  EXPECT_FALSE(splitter.overlong());
}

TEST(LineSplitter, RefusesEndlessLines) {
  LineSplitter splitter([](std::string_view) { return true; }, 10);
  EXPECT_TRUE(splitter.feed("0123456789\n"));
  EXPECT_TRUE(splitter.feed("01234"));
  EXPECT_FALSE(splitter.feed("567890"));
  EXPECT_TRUE(splitter.overlong());
}

std::string frame(int stream, const std::string& payload) {
  std::string out(8, '\0');
  out[0] = static_cast<char>(stream);
  out[6] = static_cast<char>(payload.size() / 256);
  out[7] = static_cast<char>(payload.size() % 256);
  return out + payload;
}

TEST(FrameDecoder, GivesTheSamePayloadsWhereverTheStreamIsCut) {
  const std::string text =
      frame(1, "out") + frame(2, std::string(300, 'e')) + frame(1, "") + frame(3, "bad");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::map<int, std::string> got;
    FrameDecoder decoder([&got](int stream, std::string_view bytes) { got[stream] += bytes; });
    EXPECT_TRUE(decoder.feed(std::string_view(text).substr(0, cut)).has_value());
    EXPECT_TRUE(decoder.feed(std::string_view(text).substr(cut)).has_value());
    EXPECT_TRUE(decoder.finish().has_value());
    EXPECT_EQ(got, (std::map<int, std::string>{{1, "out"}, {2, std::string(300, 'e')}, {3, "bad"}}))
        << cut;
  }
}

TEST(FrameDecoder, ReportsTruncationInsideHeaderAndPayload) {
  const std::string text = frame(1, "out");
  for (const std::size_t length : {1U, 7U, 8U, 10U}) {
    FrameDecoder decoder([](int, std::string_view) {});
    EXPECT_TRUE(decoder.feed(text.substr(0, length)).has_value());
    EXPECT_FALSE(decoder.finish().has_value()) << length;
  }
}

TEST(FrameDecoder, RefusesWhatIsNotFramed) {
  FrameDecoder decoder([](int, std::string_view) {});
  EXPECT_FALSE(decoder.feed("plain text of a terminal").has_value());
}

TEST(LogLines, KeepsTheStreamsApartAndControlCharactersOut) {
  LogLines log;
  log.add(1, "first ha");
  log.add(2, "err\033[31m\r\n");
  log.add(1, "lf\nlast");
  EXPECT_EQ(log.take(), (std::vector<std::string>{"err?[31m", "first half", "last"}));
  EXPECT_TRUE(log.take().empty());
}

TEST(LogLines, CutsLongLines) {
  LogLines log(4);
  log.add(1, "123456\nab\n");
  EXPECT_EQ(log.take(), (std::vector<std::string>{"1234", "ab"}));
}

TEST(SplitReference, AlwaysGivesATag) {
  const std::vector<std::pair<const char*, PullReference>> cases = {
      {"debian", {"debian", "latest"}},
      {"debian:12", {"debian", "12"}},
      {"registry:5000/a/b", {"registry:5000/a/b", "latest"}},
      {"registry:5000/a/b:1", {"registry:5000/a/b", "1"}},
      {"a@sha256:0f", {"a", "sha256:0f"}},
      {"registry:5000/a:1@sha256:0f", {"registry:5000/a", "sha256:0f"}},
  };
  for (const auto& [reference, parts] : cases)
    EXPECT_EQ(split_reference(reference), parts) << reference;
}

}  // namespace
}  // namespace boxwright::docker
