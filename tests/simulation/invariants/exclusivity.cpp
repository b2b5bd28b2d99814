// I9: never two containers of one box on one set of volumes, at no moment, restarts of the engine
//     included. What people start by hand beside ours is theirs to answer for.

#include <fmt/core.h>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class ExclusivityInvariant final : public Invariant {
 public:
  void after(const Touch& /*touch*/, bool /*succeeded*/, const Scene& scene) override {
    look(scene);
  }
  void moment(const Scene& scene) override { look(scene); }

 private:
  static void look(const Scene& scene) {
    std::map<VolumeName, const ModelContainer*> users;
    for (const auto& [id, container] : truth_of(scene.world).containers()) {
      // What holds volumes beside a box writes nothing.
      const bool counts = container.has_process() && is_ours(container, scene.ledger) &&
                          !is_hold(container, scene.ledger);
      if (!counts) continue;
      for (const auto& mount : container.config.mounts) {
        const auto [place, is_first] = users.try_emplace(mount.volume, &container);
        if (is_first) continue;
        scene.report("I9", fmt::format("{} and {} run on volume {}", place->second->name,
                                       container.name, mount.volume.str()));
      }
    }
  }
};

}  // namespace

std::unique_ptr<Invariant> make_exclusivity_invariant() {
  return std::make_unique<ExclusivityInvariant>();
}

}  // namespace boxwright::test
