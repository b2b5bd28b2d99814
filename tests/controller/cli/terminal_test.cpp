#include "controller/cli/terminal.h"

#include <gtest/gtest.h>

namespace boxwright::cli {
namespace {

TEST(Printable, TakesControlCharactersOut) {
  EXPECT_EQ(printable("a\x1b[2Jb\x07"), "a?[2Jb?");
  EXPECT_EQ(printable("\x7f\r"), "??");
}

TEST(Printable, TakesTheSecondControlRangeOutButLeavesLetters) {
  // U+009B begins a sequence on some terminals; U+00E4 is a letter.
  EXPECT_EQ(printable("a\xC2\x9B"
                      "31m"),
            "a?31m");
  EXPECT_EQ(printable("B\xC3\xA4r"), "B\xC3\xA4r");
}

TEST(Printable, MakesOneLineOfMany) {
  EXPECT_EQ(printable("one\nboxwright: all is well"), "one boxwright: all is well");
}

TEST(PrintableLines, IndentsWhatFollowsSoThatNoLineCanBeForged) {
  EXPECT_EQ(printable_lines("one\nboxwright: two\x1b"), "one\n  boxwright: two?");
  EXPECT_EQ(printable_lines(""), "");
}

TEST(Table, PadsEveryColumnButTheLast) {
  EXPECT_EQ(table({{"NAME", "READY"}, {"ada", "True"}, {"x", ""}}), "NAME  READY\nada   True\nx\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  EXPECT_EQ(table({{"B\xC3\xA4r", "1"}, {"abcd", "2"}}), "B\xC3\xA4r   1\nabcd  2\n");
}

TEST(Table, OfNothingIsNothing) {
  EXPECT_EQ(table({}), "");
}

TEST(Age, GrowsCoarserWithTime) {
  EXPECT_EQ(age(Duration{-5}), "0s");
  EXPECT_EQ(age(Duration{119'000}), "119s");
  EXPECT_EQ(age(Duration{120'000}), "2m");
  EXPECT_EQ(age(Duration{7'200'000}), "2h");
  EXPECT_EQ(age(Duration{172'800'000}), "2d");
}

TEST(CountOf, KnowsOneFromMany) {
  EXPECT_EQ(count_of(1, "box", "boxes"), "1 box");
  EXPECT_EQ(count_of(0, "box", "boxes"), "0 boxes");
}

TEST(Coloured, LeavesTheTextAloneWhereNoColourIsWanted) {
  EXPECT_EQ(coloured("x", Colour::Red, false), "x");
  EXPECT_EQ(coloured("x", Colour::Red, true), "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace boxwright::cli
