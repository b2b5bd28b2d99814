// I4, of what people made outside the volumes: before a container of ours that has run is removed,
//     every file below /home or /root that lies on no volume is kept, as it is. Where homes are is
//     said here once more, and not asked of the code that is under test.

#include <fmt/core.h>

#include <algorithm>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

bool is_of_a_person(const ModelContainer& container, const std::string& path) {
  const bool is_at_home =
      path.starts_with("/home/") || path.starts_with(std::string("/root") + "/");
  if (!is_at_home) return false;
  const auto& mounts = container.config.mounts;
  return std::none_of(mounts.begin(), mounts.end(), [&path](const state::Mount& mount) {
    return path == mount.target || path.starts_with(mount.target + "/");
  });
}

class LayerInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const bool removes = std::holds_alternative<engine::RemoveContainer>(touch.step.kind);
    if (!removes || touch.container == nullptr || !touch.container->started_at) return;
    const auto kept = scene.world.layers.files_of(touch.container->id);
    // Somebody's removal failed half-way: the engine may hand out nothing of it any more.
    if (touch.container->state == state::ContainerState::Dead && kept.empty()) return;
    for (const auto& [path, bytes] : touch.container->layer) {
      if (!is_of_a_person(*touch.container, path)) continue;
      const auto found = kept.find(path);
      if (found != kept.end() && found->second == bytes) continue;
      scene.report("I4", fmt::format("container {} is removed, and {} is not kept",
                                     touch.container->name, path));
      return;
    }
  }
};

}  // namespace

std::unique_ptr<Invariant> make_layer_invariant() {
  return std::make_unique<LayerInvariant>();
}

}  // namespace boxwright::test
