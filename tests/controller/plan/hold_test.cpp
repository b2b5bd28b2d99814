#include "controller/plan/hold.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "state/ownership.h"

namespace boxwright::test {
namespace {

using plan::HoldAction;
using state::ContainerState;
using Kind = HoldAction::Kind;
using Names = std::set<VolumeName>;

const Installation kInstallation{"lab"};
const std::string kName = "boxwright-hold-lab";

/// A small engine: holds and volumes, and what a performed action makes of them.
struct HoldWorld {
  state::ObservedHolds holds;
  std::vector<state::ObservedVolume> volumes;
  Names let_go;
  int made = 0;

  void add_volume(const std::string& name) {
    state::ObservedVolume volume;
    volume.name = VolumeName{name};
    volume.owner.installation = kInstallation;
    volume.owner.uid = BoxUid{"0123456789abcdef"};
    volume.owner.role = state::kRoleVolume;
    volumes.push_back(volume);
  }
  void add_hold(const std::string& name, const Names& mounts,
                ContainerState state = ContainerState::Running) {
    holds.containers.push_back({ContainerId{"c" + std::to_string(++made)}, name, state, mounts});
  }
  [[nodiscard]] plan::HoldInput input() const { return {kInstallation, &holds, &volumes, let_go}; }
  [[nodiscard]] std::optional<HoldAction> next() const { return plan::plan_hold(input()); }
  [[nodiscard]] Names wanted() const { return plan::volumes_to_hold(input()); }

  void perform(const HoldAction& action) {
    const auto found = std::ranges::find_if(holds.containers,
                                            [&](const auto& hold) { return hold.id == action.id; });
    switch (action.kind) {
      case Kind::Create: add_hold(action.name, action.volumes, ContainerState::Created); return;
      case Kind::Start: found->state = ContainerState::Running; return;
      case Kind::Remove: holds.containers.erase(found); return;
      case Kind::Rename: found->name = action.name; return;
      case Kind::RemoveStray:
        std::erase_if(volumes, [&](const auto& volume) { return volume.name == action.volume; });
        return;
    }
  }
  /// Kinds in order until nothing is left to do.
  std::vector<Kind> settle() {
    std::vector<Kind> kinds;
    while (const auto action = next()) {
      kinds.push_back(action->kind);
      perform(*action);
      if (kinds.size() > 50) {
        ADD_FAILURE() << "no end";
        break;
      }
    }
    return kinds;
  }
};

using Kinds = std::vector<Kind>;
const VolumeName kA{"box-ada-cache"};
const VolumeName kB{"box-bob-cache"};

TEST(Hold, WithoutVolumesThereIsNone) {
  EXPECT_FALSE(HoldWorld{}.next());
}

TEST(Hold, IsMadeStartedAndThenLeftAlone) {
  HoldWorld world;
  world.add_volume(kA.str());
  const auto first = world.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->kind, Kind::Create);
  EXPECT_EQ(first->name, kName);
  EXPECT_EQ(first->volumes, Names{kA});
  EXPECT_EQ(first->cause, "nothing holds box-ada-cache");
  EXPECT_EQ(world.settle(), (Kinds{Kind::Create, Kind::Start}));
}

TEST(Hold, TakesOverBeforeTheOldOneGoes) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.add_volume(kB.str());
  world.add_hold(kName, {kA});
  ASSERT_TRUE(world.next());
  EXPECT_EQ(world.next()->name, kName + ".next");
  EXPECT_EQ(world.settle(), (Kinds{Kind::Create, Kind::Start, Kind::Remove, Kind::Rename}));
  ASSERT_EQ(world.holds.containers.size(), 1U);
  EXPECT_EQ(world.holds.containers.front().name, kName);
}

TEST(Hold, LetsGoOfWhatIsToBeRemoved) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.add_volume(kB.str());
  world.add_hold(kName, {kA, kB});
  world.let_go = {kB};
  ASSERT_TRUE(world.next());
  EXPECT_EQ(world.next()->volumes, Names{kA});
  EXPECT_EQ(world.next()->cause, "no longer to be held: box-bob-cache");
  world.settle();
  EXPECT_FALSE(plan::mounted_volumes(world.holds).contains(kB));
}

TEST(Hold, GoesWithTheLastVolume) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.add_hold(kName, {kA});
  world.let_go = {kA};
  EXPECT_EQ(world.settle(), Kinds{Kind::Remove});
}

TEST(Hold, AVolumeWithoutItsDirectoryIsNotMounted) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.volumes.back().directory_missing = true;
  world.add_hold(kName, {kA});
  EXPECT_EQ(world.settle(), Kinds{Kind::Remove});
}

TEST(Hold, AVolumeOfOthersIsNotMounted) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.volumes.back().owner.installation = Installation{"other"};
  EXPECT_FALSE(world.next());
}

TEST(Hold, OneThatWasStoppedByHandIsStarted) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.add_hold(kName, {kA}, ContainerState::Exited);
  EXPECT_EQ(world.settle(), Kinds{Kind::Start});
}

TEST(Hold, OneThatIsPausedHoldsAllTheSame) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.add_hold(kName, {kA}, ContainerState::Paused);
  EXPECT_FALSE(world.next());
}

TEST(Hold, ANameThatOthersHaveIsLeftToThem) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.holds.taken_names = {kName};
  EXPECT_EQ(world.settle(), (Kinds{Kind::Create, Kind::Start}));
  EXPECT_EQ(world.holds.containers.front().name, kName + ".next");
}

TEST(Hold, WhatTheEngineMadeInPassingGoes) {
  HoldWorld world;
  world.add_volume(kA.str());
  world.volumes.back().owner.uid = {};
  world.volumes.back().owner.role = state::kRoleStray;
  world.add_hold(kName, {kA});
  EXPECT_EQ(world.settle(), (Kinds{Kind::Remove, Kind::RemoveStray}));
}

/// From any set of leftovers it comes to one hold, and no wanted volume that a running hold mounted
/// is without one on the way, but for the case that all three names are taken.
RC_GTEST_PROP(HoldProperty, NewBeforeOldFromAnyStart, ()) {
  HoldWorld world;
  const std::vector<std::string> names = {"box-a-v", "box-b-v", "box-c-v", "box-d-v"};
  for (const auto& name : names) {
    if (*rc::gen::arbitrary<bool>()) world.add_volume(name);
  }
  const std::vector<std::string> places = {kName, kName + ".next"};
  for (const auto& place : places) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    Names mounts;
    for (const auto& name : names) {
      if (*rc::gen::arbitrary<bool>()) mounts.insert(VolumeName{name});
    }
    world.add_hold(
        place, mounts,
        *rc::gen::element(ContainerState::Running, ContainerState::Created, ContainerState::Exited,
                          ContainerState::Paused, ContainerState::Dead));
  }
  if (!world.volumes.empty() && *rc::gen::arbitrary<bool>()) {
    world.let_go.insert(world.volumes.front().name);
  }
  const auto wanted = world.wanted();
  Names held = plan::held_volumes(world.holds);
  int steps = 0;
  while (const auto action = world.next()) {
    world.perform(*action);
    const auto now = plan::held_volumes(world.holds);
    for (const auto& name : held) {
      if (wanted.contains(name)) RC_ASSERT(now.contains(name));
    }
    held = now;
    RC_ASSERT(++steps < 20);
  }
  RC_ASSERT(held == wanted);
  RC_ASSERT(world.holds.containers.size() == (wanted.empty() ? 0U : 1U));
}

}  // namespace
}  // namespace boxwright::test
