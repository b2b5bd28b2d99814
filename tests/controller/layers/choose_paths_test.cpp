#include "controller/layers/choose_paths.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::layers {
namespace {

using enum engine::LayerChangeKind;

const std::string kRoot = "/root";

Choice choose(const std::vector<engine::LayerChange>& changes) {
  // Its volumes lie below /home/coder.
  auto container = test::BoxBuilder("ada").running_container();
  container.config.env["HOME"] = Secret{"/home/coder"};
  return choose_paths(container, changes);
}

TEST(ChoosePaths, TakesWhatWasAddedWhole) {
  const auto choice = choose({{"/home", Modified},
                              {"/home/coder", Modified},
                              {"/home/coder/notes.txt", Added},
                              {"/home/coder/src", Added},
                              {"/home/coder/src/a", Added},
                              {"/home/coder/src/deep", Added},
                              {"/home/coder/src/deep/b", Added}});
  EXPECT_EQ(choice.fetches,
            (std::vector<Fetch>{{"/home/coder/notes.txt", true}, {"/home/coder/src", true}}));
  EXPECT_EQ(choice.paths.size(), 5U);
  EXPECT_TRUE(choice.deleted.empty());
}

TEST(ChoosePaths, TakesOfAnImagesFolderOnlyWhatChangedInIt) {
  const auto choice = choose({{"/home/coder/.local", Modified},
                              {"/home/coder/.local/bin", Modified},
                              {"/home/coder/.local/bin/tool", Added},
                              {"/home/coder/.bashrc", Modified}});
  EXPECT_EQ(choice.fetches, (std::vector<Fetch>{{"/home/coder/.bashrc", false},
                                                {"/home/coder/.local", false},
                                                {"/home/coder/.local/bin", false},
                                                {"/home/coder/.local/bin/tool", true}}));
}

TEST(ChoosePaths, LeavesVolumesAndOtherHomesAlone) {
  const auto choice = choose({{"/home/coder/workspace", Modified},
                              {"/home/coder/workspace/kept", Added},
                              {"/home/coder-x/file", Added},
                              {"/etc/motd", Modified}});
  EXPECT_EQ(choice, Choice{});
}

TEST(ChoosePaths, TakesAllHomesWhereTheImageNamesNone) {
  const auto choice =
      choose_paths(test::BoxBuilder("ada").running_container(), {{"/home/coder", Modified},
                                                                 {"/home/coder/workspace", Added},
                                                                 {"/home/coder-2", Modified},
                                                                 {"/home/coder-2/file", Added},
                                                                 {kRoot + "/.ssh", Added},
                                                                 {"/etc/motd", Modified}});
  EXPECT_EQ(choice.fetches,
            (std::vector<Fetch>{
                {"/home/coder-2", false}, {"/home/coder-2/file", true}, {kRoot + "/.ssh", true}}));
}

TEST(ChoosePaths, TellsWhatWasDeletedAndTakesWhatWasMadeInItsPlace) {
  const auto choice = choose({{"/home/coder/.profile", Deleted},
                              {"/home/coder/sdk", Deleted},
                              {"/home/coder/sdk/new", Added}});
  EXPECT_EQ(choice.deleted, (std::vector<std::string>{"/home/coder/.profile", "/home/coder/sdk"}));
  EXPECT_EQ(choice.fetches, (std::vector<Fetch>{{"/home/coder/sdk", true}}));
}

TEST(ChoosePaths, IsNotMisledByNamesThatStandBetween) {
  const auto choice = choose({{"/home/coder/a", Added},
                              {"/home/coder/a-b", Added},
                              {"/home/coder/a-b/x", Added},
                              {"/home/coder/a/y", Added}});
  EXPECT_EQ(choice.fetches,
            (std::vector<Fetch>{{"/home/coder/a", true}, {"/home/coder/a-b", true}}));
}

TEST(ChoosePaths, ReadsNamesAsTheListShowsThem) {
  EXPECT_EQ(as_listed("/home/caf\xC3\xA9"), "/home/caf\xC3\xA9");
  EXPECT_EQ(as_listed("/home/caf\xE9"), "/home/caf\xEF\xBF\xBD");
  EXPECT_EQ(as_listed("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace boxwright::layers
