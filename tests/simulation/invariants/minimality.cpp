// I3: nothing is done to a box that is as declared, and no container is made while one is there
// that
//     was made as declared: a change of limits, a crash, a lost memory, an engine that restarts or
//     loses events is no reason.
// I11: so what one box does, fails or hangs on moves no other.

#include <fmt/core.h>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class MinimalityInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const auto* wish = scene.ledger.find(touch.box);
    if (wish == nullptr || !wish->declared || wish->deletion_stands || scene.ledger.stale) return;
    if (!is_sound(scene.world.declared) || !is_sound(scene.world.table)) return;
    if (touch.step.cause.empty()) {
      scene.report("I3", fmt::format("{} has no cause", engine::describe(touch.step)));
    }
    if (is_asked(touch.box, scene)) return;
    if (how_it_differs(scene.world, scene.ledger, *wish->declared).empty()) {
      scene.report(
          "I3", fmt::format("{} although box {} is as declared ({})", engine::describe(touch.step),
                            touch.box.str(), touch.step.cause));
    }
    if (std::holds_alternative<engine::CreateContainer>(touch.step.kind)) {
      judge_creation(touch, *wish->declared, scene);
    }
  }

 private:
  /// A restart was asked for and may still be on its way.
  static bool is_asked(const BoxName& box, const Scene& scene) {
    const auto requests = scene.world.desired.requests();
    for (const auto& request : *requests) {
      if (request.state == "pending" && request.subject == box.str() &&
          (request.verb == state::Request::Verb::Restart ||
           request.verb == state::Request::Verb::Accept)) {
        return true;
      }
    }
    return false;
  }

  static void judge_creation(const Touch& touch, const specs::BoxDeclaration& box,
                             const Scene& scene) {
    for (const auto* one : containers_of(scene.world, scene.ledger, touch.box)) {
      const bool usable = one->state == state::ContainerState::Running &&
                          differs_in_making(*one, box).empty() &&
                          !scene.ledger.by_hand.contains(one->id);
      if (!usable || is_secret_stale(*one, scene)) continue;
      scene.report("I3", fmt::format("a container is made for box {} although {} runs and is made "
                                     "as declared ({})",
                                     touch.box.str(), one->name, touch.step.cause));
    }
  }

  /// Secrets, routes and the like are not looked into here.
  static bool is_secret_stale(const ModelContainer& container, const Scene& scene) {
    const auto record = scene.world.record(box_of(container.config.labels).str());
    return !record.spec.secrets.empty() || !record.settings.domain.empty() ||
           container.config.labels.contains("traefik.enable");
  }
};

}  // namespace

std::unique_ptr<Invariant> make_minimality_invariant() {
  return std::make_unique<MinimalityInvariant>();
}

}  // namespace boxwright::test
