#include "controller/engine/writable_layer.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::engine {
namespace {

using Kind = LayerChangeKind;

state::ObservedContainer container() {
  return test::BoxBuilder("ada").running_container();
}

std::vector<std::string> at_stake(const std::vector<std::string>& changed) {
  std::vector<LayerChange> changes;
  for (const auto& path : changed)
    changes.push_back({path, Kind::Added});
  std::vector<std::string> paths;
  for (const auto& change : changes_at_stake(container(), changes))
    paths.push_back(change.path);
  return paths;
}

TEST(HomeOf, IsWhatTheEnvironmentSaysOrWhereTheVolumesLie) {
  auto seen = container();
  EXPECT_EQ(home_of(seen), "/home/coder");
  seen.config.env["HOME"] = Secret{"/srv/me"};
  EXPECT_EQ(home_of(seen), "/srv/me");
  seen.config.env["HOME"] = Secret{"nonsense"};
  EXPECT_EQ(home_of(seen), "/home/coder");
  seen.config.mounts.clear();
  EXPECT_EQ(home_of(seen), "/root");
}

TEST(ChangesAtStake, LieBelowHomeAndOnNoVolume) {
  EXPECT_EQ(at_stake({"/etc", "/etc/hosts", "/home", "/home/coder", "/home/coder-2/y",
                      "/home/coder/.config", "/home/coder/.config/code/settings",
                      "/home/coder/workspace", "/home/coder/.bashrc", "/home/coderx"}),
            (std::vector<std::string>{"/home/coder/.bashrc"}));
}

TEST(ChangesAtStake, AreFilesAndEmptyFoldersOnly) {
  EXPECT_EQ(at_stake({"/home/coder/a", "/home/coder/a-b", "/home/coder/a/c", "/home/coder/d"}),
            (std::vector<std::string>{"/home/coder/a-b", "/home/coder/a/c", "/home/coder/d"}));
}

TEST(ListLargest, KeepsTenLargestFirst) {
  WritableLayer layer;
  std::vector<LayerChange> changes{{"/unknown-b", Kind::Added}, {"/unknown-a", Kind::Deleted}};
  for (int i = 0; i < 9; ++i)
    changes.push_back({"/" + std::to_string(i), Kind::Added, Bytes{i % 3}});
  list_largest(layer, changes);
  ASSERT_EQ(layer.paths.size(), kLayerPathsListed);
  EXPECT_EQ(layer.more, 1U);
  EXPECT_EQ(layer.paths.front().path, "/2");
  EXPECT_EQ(layer.paths[3].path, "/1");
  EXPECT_EQ(layer.paths.back().path, "/unknown-a");
}

}  // namespace
}  // namespace boxwright::engine
