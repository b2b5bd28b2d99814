// The rules of the house, held against the tree itself.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/rules.h"

namespace boxwright::tidy {
namespace {

const std::vector<File>& tree() {
  static const std::vector<File> kTree = read_tree();
  return kTree;
}

TEST(Tree, IsRead) {
  const auto holds = [](const std::string& path) {
    return std::any_of(tree().begin(), tree().end(),
                       [&](const File& file) { return file.path == path && !file.text.empty(); });
  };
  EXPECT_TRUE(holds("specs/base/error.h"));
  EXPECT_TRUE(holds("controller/plan/wanted.cpp"));
  EXPECT_TRUE(holds(".ci/run"));
}

TEST(Tree, DependsOneWay) {
  const auto found = includes_against_the_arrows(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, WrapsEachLibraryInOnePlace) {
  const auto found = libraries_out_of_place(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, KeepsPureCodePure) {
  const auto found = effects_in_pure_code(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, TakesClockChanceAndEnvironmentAsParameters) {
  const auto found = banned_words(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, HoldsNothingUnfinished) {
  const auto found = unfinished_words(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, NamesNoPathOfOneMachine) {
  const auto found = machine_paths(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, HasShortFiles) {
  const auto found = files_too_long(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, GuardsEveryHeader) {
  const auto found = headers_without_pragma_once(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, NamesFilesByTheirSubject) {
  const auto found = empty_names(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, BuildsEverySource) {
  const auto found = sources_in_no_target(tree());
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, LinksToWhatIsThere) {
  const auto found = dead_links(tree(), exists_in_tree);
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(Tree, HasItsPapers) {
  for (const char* paper : {"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"}) {
    EXPECT_TRUE(exists_in_tree(paper)) << paper << " is missing";
  }
}

// What a person copies has to explain itself.
TEST(Tree, ExplainsEveryExample) {
  int examples = 0;
  for (const File& file : tree()) {
    if (!file.path.starts_with("examples/") || !file.path.ends_with("/boxwright.yaml")) continue;
    ++examples;
    const std::string folder = file.path.substr(0, file.path.rfind('/'));
    EXPECT_TRUE(exists_in_tree(folder + "/README.md")) << folder << " has no README.md";
  }
  EXPECT_GE(examples, 4);
}

}  // namespace
}  // namespace boxwright::tidy
