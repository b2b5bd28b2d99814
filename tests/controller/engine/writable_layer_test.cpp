#include "controller/engine/writable_layer.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::engine {
namespace {

using Kind = LayerChangeKind;

using Paths = std::vector<std::string>;

const std::string kRoot = "/root";

/// With volumes below /home/coder. Its image says nothing of HOME.
state::ObservedContainer container() {
  return test::BoxBuilder("ada").running_container();
}

state::ObservedContainer container_at(const std::string& home) {
  auto seen = container();
  seen.config.env["HOME"] = Secret{home};
  return seen;
}

Paths at_stake(const state::ObservedContainer& seen, const Paths& changed) {
  std::vector<LayerChange> changes;
  for (const auto& path : changed)
    changes.push_back({path, Kind::Added});
  Paths paths;
  for (const auto& change : changes_at_stake(seen, changes))
    paths.push_back(change.path);
  return paths;
}

TEST(HomesOf, AreWhatTheEnvironmentSaysOrAllThatThereMayBe) {
  EXPECT_EQ(homes_of(container_at("/srv/me")), Paths{"/srv/me"});
  const Paths all{"/home", "/root"};
  EXPECT_EQ(homes_of(container()), all);
  EXPECT_EQ(homes_of(container_at("nonsense")), all);
  EXPECT_EQ(homes_text(all), "/home and /root");
  EXPECT_EQ(homes_text({"/srv/me"}), "/srv/me");
}

TEST(ChangesAtStake, LieBelowHomeAndOnNoVolume) {
  EXPECT_EQ(at_stake(container_at("/home/coder"),
                     {"/etc", "/etc/hosts", "/home", "/home/coder", "/home/coder-2/y",
                      "/home/coder/.config", "/home/coder/.config/code/settings",
                      "/home/coder/workspace", "/home/coder/.bashrc", "/home/coderx"}),
            Paths{"/home/coder/.bashrc"});
}

TEST(ChangesAtStake, LieInAnybodysHomeWhereTheEnvironmentNamesNone) {
  // The volumes are below /home/coder, and yet the one who works in it may be another.
  EXPECT_EQ(at_stake(container(), {"/etc/hosts", "/home/coder/.bashrc", "/home/coder/workspace",
                                   "/home/coder-2/notes.txt", kRoot + "/.ssh/id", "/rooted"}),
            (Paths{"/home/coder-2/notes.txt", "/home/coder/.bashrc", kRoot + "/.ssh/id"}));
}

TEST(ChangesAtStake, AreFilesAndEmptyFoldersOnly) {
  EXPECT_EQ(at_stake(container(),
                     {"/home/coder/a", "/home/coder/a-b", "/home/coder/a/c", "/home/coder/d"}),
            (Paths{"/home/coder/a-b", "/home/coder/a/c", "/home/coder/d"}));
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
