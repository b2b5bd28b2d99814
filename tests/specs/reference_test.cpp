// What is told of fields and codes: complete, true, and equal to the committed pages.

#include "specs/parse/reference.h"

#include <gtest/gtest.h>

#include "committed.h"
#include "specs/parse/explanations.h"
#include "specs/parse/field.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

std::string document_of(std::string_view text) {
  const bool whole = text.starts_with("apiVersion") || text.starts_with("kind");
  return whole ? std::string(text) : box_text("ada", std::string(text));
}

TEST(Explanations, StandInTheOrderOfTheCodes) {
  ASSERT_EQ(explanations().size(), codes::kAll.size());
  for (std::size_t i = 0; i < codes::kAll.size(); ++i) {
    EXPECT_EQ(explanations()[i].code.id, codes::kAll[i].id);
    EXPECT_GT(explanations()[i].why.size(), 40U) << codes::kAll[i].id;
  }
}

TEST(Explanations, ShowWhatIsReallyWrongAndWhatIsRight) {
  int shown = 0;
  for (const Explanation& one : explanations()) {
    if (one.wrong.empty()) continue;
    ++shown;
    const Documents wrong = read_documents({{"x.yaml", document_of(one.wrong)}});
    ASSERT_FALSE(wrong.problems.empty()) << one.code.id;
    EXPECT_EQ(wrong.problems[0].code, one.code.id) << lines_of(wrong.problems);
    const Documents right = read_documents({{"x.yaml", document_of(one.right)}});
    EXPECT_EQ(lines_of(right.problems), "") << one.code.id;
    EXPECT_EQ(right.boxes.size(), 1U) << one.code.id;
  }
  EXPECT_GT(shown, 20);
}

TEST(Fields, AreAllDocumented) {
  for (const DocumentKind& kind : document_kinds()) {
    for (const Field& field : kind.fields) {
      const bool any = field.path.ends_with(".*");
      EXPECT_TRUE(any || !field.documentation.empty()) << kind.name << " " << field.path;
    }
  }
}

TEST(Explain, KnowsAFieldByEveryNameThatIsClear) {
  const std::string memory = explain_field("spec.resources.memory");
  EXPECT_EQ(memory,
            "FIELD    spec.resources.memory\n"
            "KIND     Box, Defaults, template of a Fleet\n"
            "TYPE     a size such as 2GiB\n"
            "DEFAULT  2GiB\n"
            "RANGE    6MiB to 1024TiB\n"
            "CHANGE   live: made while the box runs\n"
            "\n"
            "How much memory the box may use; memory and swap together are twice this.\n");
  EXPECT_EQ(explain_field("resources.memory"), memory);
  EXPECT_EQ(explain_field("memory"), memory);
  EXPECT_EQ(explain_field("Box.spec.resources.memory"), memory);
  EXPECT_NE(explain_field("spec.volumes.workspace.path").find("spec.volumes.*.path"),
            std::string::npos);
  EXPECT_NE(explain_field("Fleet.spec.names").find("One box for each name."), std::string::npos);
  EXPECT_NE(explain_field("healthcheck").find("\n  startPeriod  "), std::string::npos);
  EXPECT_NE(explain_field("pruneDelay").find("KIND     Source"), std::string::npos);
  EXPECT_EQ(explain_field("memroy"), "");
  EXPECT_EQ(explain_field(""), "");
  EXPECT_EQ(explain_field("."), "");
}

TEST(Explain, KnowsEverythingThatItSuggests) {
  for (const std::string& name : explainable()) {
    EXPECT_FALSE(explain_code(name).empty() && explain_field(name).empty()) << name;
  }
}

TEST(Explain, KnowsEveryCode) {
  for (const Code& code : codes::kAll)
    EXPECT_TRUE(explain_code(code.id).starts_with(code.id));
  EXPECT_EQ(explain_code("BW9999"), "");
}

TEST(ReferencePages, AreWhatTheTablesMake) {
  expect_committed("docs/reference/fields.md", fields_page());
  expect_committed("docs/reference/errors.md", errors_page());
}

}  // namespace
}  // namespace boxwright::specs
