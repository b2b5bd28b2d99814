// I27: a volume that was held once stays held, at no call and no crash without a running container
//      that mounts it, until it may go, or a hand takes away what holds it.

#include <fmt/core.h>

#include <algorithm>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class HoldInvariant final : public Invariant {
 public:
  void after(const Touch& touch, bool /*succeeded*/, const Scene& scene) override {
    look(engine::describe(touch.step), scene);
  }
  void moment(const Scene& scene) override { look("what happened last", scene); }

 private:
  static void look(const std::string& cause, const Scene& scene) {
    auto& expected = scene.ledger.held;
    const auto& model = truth_of(scene.world);
    const auto held = held_volumes(scene.world, scene.ledger);
    std::erase_if(expected, [&](const auto& name) {
      const auto* volume = model.find_volume(name);
      return volume == nullptr || volume->directory_missing || may_go(*volume, scene);
    });
    // An engine that restarts starts no hold of a volume whose directory a hand took away: until
    // the next one is made, nothing can be held.
    if (has_broken_hold(scene)) expected.clear();
    for (const auto& name : expected) {
      if (held.contains(name)) continue;
      // On an old answer it may let go of what is new.
      if (!scene.ledger.stale) {
        scene.report("I27",
                     fmt::format("{} leaves volume {} to the next prune", cause, name.str()));
      }
      expected.clear();
      break;
    }
    for (const auto& name : held) {
      const auto* volume = model.find_volume(name);
      const bool counts = volume != nullptr && !volume->directory_missing &&
                          !uid_of(volume->labels).empty() && !may_go(*volume, scene);
      if (counts) expected.insert(name);
    }
  }

  static bool has_broken_hold(const Scene& scene) {
    const auto& model = truth_of(scene.world);
    const auto is_lost = [&model](const auto& mount) {
      const auto* volume = model.find_volume(mount.volume);
      return volume == nullptr || volume->directory_missing;
    };
    return std::ranges::any_of(model.containers(), [&](const auto& entry) {
      const auto& one = entry.second;
      return is_hold(one, scene.ledger) && !one.has_process() &&
             std::ranges::any_of(one.config.mounts, is_lost);
    });
  }

  /// Its removal was granted, for now or for later.
  static bool may_go(const ModelVolume& volume, const Scene& scene) {
    return scene.ledger.grants.contains(uid_of(volume.labels));
  }
};

}  // namespace

std::unique_ptr<Invariant> make_hold_invariant() {
  return std::make_unique<HoldInvariant>();
}

}  // namespace boxwright::test
