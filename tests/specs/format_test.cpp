// The canonical form: what it looks like, that it keeps comments and meaning, and what it refuses.

#include "specs/parse/format.h"

#include <gtest/gtest.h>

#include "committed.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUntidy = R"(# top

# second
---
spec:
    restart:   'on-failure'   # why
    # about env


    env: { A: "x # no",
      # inner
      B: y2 } # after
    healthcheck:
        shell: |
          a # not a comment

          b
        # end of healthcheck
    command:
    - a
    # about b
    - "b"   # bee
    image: box-base:1
    # tail of spec
metadata:
    name: ada
kind: Box
apiVersion: boxwright.dev/v1
# end of one
---
# start of two
kind: Fleet
apiVersion: boxwright.dev/v1
metadata: {name: f}
spec:
  template: {spec: {volumes: {cache: null}, image: "x"}}
  names: [a, b]
# very end
)";

constexpr const char* kTidy = R"(# top

# second
apiVersion: boxwright.dev/v1
kind: Box
metadata:
  name: ada
spec:
  image: box-base:1
  command:
    - a
    # about b
    - "b"   # bee
  # about env

  env:
    A: "x # no"
    # inner
    B: y2     # after
  healthcheck:
    shell: |
      a # not a comment

      b
    # end of healthcheck
  restart: "on-failure"       # why
  # tail of spec
# end of one
---
# start of two
apiVersion: boxwright.dev/v1
kind: Fleet
metadata: {name: f}
spec:
  names: [a, b]
  template: {spec: {volumes: {cache: null}, image: "x"}}
# very end
)";

TEST(Format, KeepsCommentsAndOrdersFields) {
  const Formatted formatted = format_text({"x.yaml", kUntidy});
  EXPECT_EQ(formatted.cannot, "");
  EXPECT_EQ(formatted.text, kTidy);
}

TEST(Format, HasNothingToDoTheSecondTime) {
  EXPECT_EQ(format_text({"x.yaml", kTidy}).text, kTidy);
}

TEST(Format, KeepsAListsLastCommentInTheList) {
  const std::string once =
      format_text(
          {"x.yaml", box_text("ada", "  command: [a,\n    b\n  ]                  # end\n")})
          .text;
  EXPECT_NE(once.find("  command:\n    - a\n    - b\n    # end\n"), std::string::npos) << once;
  EXPECT_EQ(format_text({"x.yaml", once}).text, once);
}

TEST(Format, KeepsTheMeaning) {
  const Documents before = read_documents({{"x.yaml", kUntidy}});
  const Documents after = read_documents({{"x.yaml", kTidy}});
  EXPECT_EQ(lines_of(before.problems), "");
  ASSERT_EQ(before.boxes.size(), 3U);
  ASSERT_EQ(after.boxes.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(before.boxes[i].spec, after.boxes[i].spec);
    EXPECT_EQ(before.boxes[i].labels, after.boxes[i].labels);
  }
}

TEST(Format, DropsCarriageReturnsAndTheByteOrderMark) {
  EXPECT_EQ(format_text({"x.yaml", "\xEF\xBB\xBFkind: Box\r\n# c\r\nspec: {}\r\n"}).text,
            "kind: Box\n# c\nspec: {}\n");
}

TEST(Format, TellsWhatCannotBeRead) {
  const Formatted formatted = format_text({"x.yaml", "kind: *box\n"});
  EXPECT_EQ(formatted.text, "");
  ASSERT_EQ(formatted.problems.size(), 1U);
  EXPECT_EQ(formatted.problems[0].code, "BW0112");
  EXPECT_EQ(formatted.problems[0].excerpt.line, "kind: *box");
  EXPECT_EQ(format_text({"x.yaml", "a: 1\na: 2\n"}).problems.size(), 1U);
}

TEST(Format, SaysWhatHasNoCanonicalForm) {
  EXPECT_NE(format_text({"x.yaml", "- a\n- b\n"}).cannot, "");
  EXPECT_NE(format_text({"x.yaml", "kind: Box\n...\n"}).cannot, "");
}

TEST(Format, LeavesTheExamplesAsTheyAre) {
  int count = 0;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(BOXWRIGHT_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    const std::string text = read_file(entry.path());
    EXPECT_EQ(format_text({entry.path().string(), text}).text, text) << entry.path();
  }
  EXPECT_GT(count, 5);
}

}  // namespace
}  // namespace boxwright::specs
