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

TEST(Printable, TakesBytesThatAreNoUtf8Out) {
  // A terminal in an eight-bit mode takes 0x9B alone for the beginning of a sequence.
  EXPECT_EQ(printable("a\x9b"
                      "31m"),
            "a?31m");
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("\xc0\x9b\xe0\x82\x9b"), "?????")
      << "not in a longer form than needed, either";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "half a surrogate pair";
  EXPECT_EQ(printable("\xf0\x9f\x90\xb3 \xe2\x82\xac"), "\xf0\x9f\x90\xb3 \xe2\x82\xac");
}

TEST(Printable, TakesWhatTurnsTheDirectionOfWritingOut) {
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b\xe2\x81\xa6"
                      "c\xef\xbb\xbf"),
            "a?b?c?");
  EXPECT_EQ(printable("line\xe2\x80\xa8"
                      "next"),
            "line?next");
}

TEST(InertJson, EscapesWhatATerminalWouldObeyAndKeepsTheData) {
  EXPECT_EQ(inert_json("{\n  \"a\": \"\xc2\x9b\x7f\xe2\x80\xae\xc3\xa4\"\n}"),
            "{\n  \"a\": \"\\u009b\\u007f\\u202e\xc3\xa4\"\n}");
}

TEST(OnlyAscii, LeavesOneMarkForOneCharacter) {
  EXPECT_EQ(only_ascii("B\xc3\xa4r \xf0\x9f\x90\xb3!"), "B?r ?!");
}

TEST(Wrapped, BreaksBetweenWordsOnly) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("unbreakable x", 3), "unbreakable\nx");
  EXPECT_EQ(wrapped("one two", 0), "one two");
  EXPECT_EQ(wrapped("\xc3\xa4\xc3\xa4 \xc3\xa4", 4), "\xc3\xa4\xc3\xa4 \xc3\xa4")
      << "characters, not bytes";
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
