// Every wrong text of the tables: nothing is declared, and exactly the stated problems are told.

#include "wrong_texts.h"

#include <gtest/gtest.h>

#include "specs/parse/codes.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

class WrongSpec : public testing::TestWithParam<WrongText> {};
class WrongDocument : public testing::TestWithParam<WrongText> {};

TEST_P(WrongSpec, IsRefusedWithItsPlace) {
  const WrongText& wrong = GetParam();
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", std::string(wrong.text))}});
  EXPECT_EQ(lines_of(documents.problems), wrong.expected);
  EXPECT_EQ(names_of(documents.boxes), "");
}

TEST_P(WrongDocument, IsRefusedWithItsPlace) {
  const WrongText& wrong = GetParam();
  const Documents documents = read_documents({{"x.yaml", std::string(wrong.text)}});
  EXPECT_EQ(lines_of(documents.problems), wrong.expected);
  EXPECT_EQ(names_of(documents.boxes), "");
}

std::string name_of(const testing::TestParamInfo<WrongText>& tested) {
  return std::string(tested.param.name);
}

INSTANTIATE_TEST_SUITE_P(Values, WrongSpec,
                         testing::ValuesIn(wrong_values().begin(), wrong_values().end()), name_of);
INSTANTIATE_TEST_SUITE_P(Structures, WrongSpec,
                         testing::ValuesIn(wrong_structures().begin(), wrong_structures().end()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Documents, WrongDocument,
                         testing::ValuesIn(wrong_documents().begin(), wrong_documents().end()),
                         name_of);

TEST(Codes, AreNumberedWithoutGapsAndHaveAMeaning) {
  int number = 101;
  for (const Code& code : codes::kAll) {
    EXPECT_EQ(code.id, fmt::format("BW{:04}", number++));
    EXPECT_FALSE(code.meaning.empty()) << code.id;
  }
}

TEST(ReadDocuments, RefusesTextThatIsNotUtf8) {
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", "  env: {A: \xFF\xFE}\n")}});
  EXPECT_EQ(lines_of(documents.problems),
            "|x.yaml:6:12: error[BW0110]: the byte 0xFF is not UTF-8; save the file as UTF-8");
}

TEST(ReadDocuments, DoesNotCountTheByteOrderMark) {
  EXPECT_EQ(lines_of(read_documents({{"x.yaml",
                                      "\xEF\xBB\xBF"
                                      "a\xA7"}})
                         .problems),
            "|x.yaml:1:2: error[BW0110]: the byte 0xA7 is not UTF-8; save the file as UTF-8");
}

TEST(ReadDocuments, RefusesANulByte) {
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", std::string("  env: {A: \0}\n", 14))}});
  EXPECT_EQ(lines_of(documents.problems),
            "|x.yaml:6:12: error[BW0110]: a NUL byte; specs are plain text in UTF-8");
}

TEST(ReadDocuments, RefusesOverlongFormsAndSurrogates) {
  for (const std::string bytes :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const Documents documents = read_documents({{"x.yaml", "# " + bytes}});
    ASSERT_EQ(documents.problems.size(), 1U);
    EXPECT_EQ(documents.problems[0].code, codes::kEncoding.id);
    EXPECT_EQ(documents.problems[0].at, (Position{1, 3}));
  }
}

TEST(ReadDocuments, RefusesAFileOfMoreThanAMebibyte) {
  const std::string comment(1024 * 1024 - 1, '#');
  EXPECT_EQ(lines_of(read_documents({{"x.yaml", comment + "\n"}}).problems), "");
  EXPECT_EQ(lines_of(read_documents({{"x.yaml", comment + "#\n"}}).problems),
            "|x.yaml:1:1: error[BW0111]: the text has more than the 1048576 bytes that a file of "
            "specs may have; split it into several files");
}

TEST(ReadDocuments, RefusesNestingBeyond32) {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  EXPECT_EQ(lines_of(read_documents({{"x.yaml", deep}}).problems),
            "|x.yaml:1:33: error[BW0111]: nested more than 32 deep; a spec needs no more than 6");
}

TEST(ReadDocuments, RefusesASecondDocumentWithoutItsLine) {
  EXPECT_EQ(
      lines_of(read_documents({{"x.yaml", "{}\nkind: Box\n"}}).problems),
      "|x.yaml:2:1: error[BW0101]: the value ended before this; write `---` on a line before a "
      "new document");
}

TEST(ReadDocuments, TellsAtMostAHundredDuplicateKeys) {
  std::string lines = "  env:\n";
  for (int i = 0; i < 1000; ++i)
    lines += "    A: x\n";
  const Documents documents = read_documents({{"x.yaml", box_text("ada", lines)}});
  EXPECT_EQ(documents.problems.size(), 100U);
}

TEST(ReadDocuments, CountsCharactersInALongLine) {
  std::string line = "  command: [";
  for (int i = 0; i < 1000; ++i)
    line += "ü, ";
  const Documents documents = read_documents({{"x.yaml", box_text("ada", line + "{}]\n")}});
  ASSERT_EQ(documents.problems.size(), 1U);
  EXPECT_EQ(documents.problems[0].at, (Position{6, 3013}));
}

TEST(ReadDocuments, NeverRepeatsASecretWrittenInTheWrongPlace) {
  for (const std::string lines :
       {"  secrets: {P: hunter2}\n", "  secrets: {P: {from: \"hunter2 !\"}}\n",
        "  secrets: {P: [hunter2]}\n", "  secrets: {P: {from: {hunter2: x}}}\n"}) {
    const Documents documents = read_documents({{"x.yaml", box_text("ada", lines)}});
    ASSERT_EQ(documents.problems.size(), 1U) << lines;
    EXPECT_EQ(lines_of(documents.problems).find("hunter2"), std::string::npos) << lines;
  }
}

TEST(ReadDocuments, ReportsEveryProblemOfADocumentSortedByPlace) {
  const Documents documents = read_documents(
      {{"x.yaml", box_text("ada", "  powr: x\n  resources: {pids: 0}\n  suspend: on\n")}});
  ASSERT_EQ(documents.problems.size(), 3U);
  EXPECT_EQ(documents.problems[0].at, (Position{6, 3}));
  EXPECT_EQ(documents.problems[1].at, (Position{7, 21}));
  EXPECT_EQ(documents.problems[2].at, (Position{8, 12}));
}

TEST(ReadDocuments, LetsOtherFilesGoOnPastABrokenOne) {
  const Documents documents =
      read_documents({{"a.yaml", box_text("ada", "  command: [")}, {"b.yaml", box_text("ben")}});
  EXPECT_EQ(names_of(documents.boxes), "ben");
  EXPECT_EQ(documents.problems.size(), 1U);
}

TEST(ReadDocuments, LetsOtherDocumentsOfAFileGoOnPastAWrongOne) {
  const Documents documents =
      read_documents({{"a.yaml", box_text("ada", "  powr: x\n") + "---\n" + box_text("ben")}});
  EXPECT_EQ(names_of(documents.boxes), "ben");
  EXPECT_EQ(documents.problems[0].box.str(), "ada");
}

}  // namespace
}  // namespace boxwright::specs
