// The committed pages are what the parser says.

#include "controller/cli/command_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace boxwright::cli {
namespace {

CommandTable documented() {
  Surroundings around;
  around.is_root = true;
  return command_table(around);
}

std::string committed(const std::string& path) {
  std::ifstream file(BOXWRIGHT_SOURCE_DIR "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(CommandTable, HoldsEveryVerbWithItsOptions) {
  const auto table = documented();
  ASSERT_EQ(table.commands.size(), verbs().size());
  for (const auto& verb : verbs()) {
    const auto found = std::find_if(table.commands.begin(), table.commands.end(),
                                    [&verb](const auto& one) { return one.name == verb; });
    ASSERT_NE(found, table.commands.end()) << verb;
    EXPECT_FALSE(found->text.empty()) << verb;
    EXPECT_TRUE(found->example.starts_with(verb)) << verb << ": " << found->example;
    for (const auto& option : found->options)
      EXPECT_FALSE(option.text.empty()) << verb;
  }
}

TEST(CommandTable, KnowsWhatMayBeGiven) {
  for (const auto& option : documented().globals) {
    if (option.flags.back() != "--log-format") continue;
    EXPECT_EQ(option.choices, (std::vector<std::string>{"text", "json"}));
    EXPECT_EQ(option.value, ValueKind::Word);
    return;
  }
  FAIL() << "no --log-format";
}

TEST(CommandsPage, IsCommittedAsTheParserHasIt) {
  EXPECT_EQ(commands_page(documented()), committed("docs/reference/commands.md"))
      << "run: boxwright __document markdown > docs/reference/commands.md";
}

TEST(ManualPage, IsCommittedAsTheParserHasIt) {
  EXPECT_EQ(manual_page(documented()), committed("docs/boxwright.1"))
      << "run: boxwright __document man > docs/boxwright.1";
}

TEST(ManualPage, TellsVerbsExitCodesAndSurroundings) {
  const auto page = manual_page(documented());
  for (const char* part : {".SS boxwright get", "\\-\\-condition", ".SH EXIT STATUS", ".B 130",
                           "NO_COLOR", ".SH ENVIRONMENT"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);)
    EXPECT_FALSE(line.starts_with("'"))
        << line << ": a line of text must not be taken for a request";
}

}  // namespace
}  // namespace boxwright::cli
