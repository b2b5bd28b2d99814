// I4, of what people made outside the volumes: before a container of ours that has run is removed,
//     every file below its home that lies on no volume is kept, as it is.

#include <fmt/core.h>

#include "controller/engine/writable_layer.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class LayerInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const bool removes = std::holds_alternative<engine::RemoveContainer>(touch.step.kind);
    if (!removes || touch.container == nullptr || !touch.container->started_at) return;
    state::ObservedContainer container;
    container.config = touch.container->config;
    const auto home = engine::home_of(container);
    const auto kept = scene.world.layers.files_of(touch.container->id);
    for (const auto& [path, bytes] : touch.container->layer) {
      if (!engine::is_at_stake(container, home, path)) continue;
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
