// docs/sqlite.md is a promise: its examples are run as they stand.

#include <gtest/gtest.h>

#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

class SqliteDocument : public DatabaseTest {
 protected:
  /// All fenced blocks of one language, in order, joined.
  [[nodiscard]] static std::string blocks(const std::string& language) {
    std::istringstream document(
        bytes_of(std::filesystem::path{BOXWRIGHT_SOURCE_DIR} / "docs" / "sqlite.md"));
    std::string joined;
    bool inside = false;
    for (std::string line; std::getline(document, line);) {
      if (line.starts_with("```")) {
        inside = !inside && line == "```" + language;
      } else if (inside) {
        joined += line + "\n";
      }
    }
    EXPECT_FALSE(joined.empty()) << language;
    return joined;
  }
  [[nodiscard]] std::string environment() const { return "DESIRED_DB=" + desired_file_.string(); }
  [[nodiscard]] static bool runs(const std::vector<std::string>& argv) {
    return run_program(argv, "").exit_code == 0;
  }
  [[nodiscard]] static std::vector<std::string> box_names(DesiredDb& db) {
    std::vector<std::string> names;
    const auto snapshot = db.read();
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    if (!snapshot) return names;
    EXPECT_TRUE(snapshot->problems.empty());
    for (const auto& box : snapshot->boxes)
      names.push_back(box.name.str());
    return names;
  }
};

TEST_F(SqliteDocument, SqlExamplesRunWhileTheDatabaseIsOpen) {
  const auto db = desired();

  const auto output = sqlite3(desired_file_, blocks("sql"));

  EXPECT_EQ(box_names(*db), (std::vector<std::string>{"ada", "course-anna", "course-chen"}));
  const auto snapshot = db->read().value();
  EXPECT_EQ(snapshot.settings.domain, "boxes.example");
  EXPECT_EQ(snapshot.boxes[0].spec.resources.memory, Bytes{4 * kGiB});
  ASSERT_EQ(db->deletions().value().size(), 1U);
  EXPECT_EQ(db->deletions().value()[0].name, BoxName{"ben"});
  ASSERT_EQ(db->requests().value().size(), 1U);
  EXPECT_EQ(db->requests().value()[0].verb, Request::Verb::Restart);
  EXPECT_NE(output.find("ben|pending|"), std::string::npos) << output;
}

TEST_F(SqliteDocument, SqlExamplesRunTwice) {
  const auto db = desired();

  sqlite3(desired_file_, blocks("sql"));
  sqlite3(desired_file_, blocks("sql"));

  EXPECT_EQ(box_names(*db), (std::vector<std::string>{"ada", "course-anna", "course-chen"}));
}

TEST_F(SqliteDocument, PythonExampleRuns) {
  if (!runs({"python3", "-c", "import sqlite3"})) GTEST_SKIP() << "no python3 with sqlite3 here";
  const auto db = desired();

  const auto result = run_program({"python3", "-"}, blocks("python"), {environment()});

  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_EQ(result.output, "revision 2 status None\n");
  EXPECT_EQ(box_names(*db), std::vector<std::string>{"cleo"});
}

TEST_F(SqliteDocument, NodeExampleRuns) {
  if (!runs({"node", "-e", "require('node:sqlite')"})) GTEST_SKIP() << "no Node.js 22.5 here";
  const auto db = desired();

  const auto result = run_program({"node", "-"}, blocks("javascript"), {environment()});

  ASSERT_EQ(result.exit_code, 0) << result.output;
  EXPECT_EQ(box_names(*db), std::vector<std::string>{"dora"});
}

TEST_F(SqliteDocument, NamesTheApplicationIdThatTheFileHas) {
  ASSERT_TRUE(desired());
  const auto id = sqlite3(desired_file_, "PRAGMA application_id;");

  const auto document =
      bytes_of(std::filesystem::path{BOXWRIGHT_SOURCE_DIR} / "docs" / "sqlite.md");

  EXPECT_NE(document.find("`PRAGMA application_id` is " + id.substr(0, id.find('\n'))),
            std::string::npos);
}

}  // namespace
}  // namespace boxwright::state
