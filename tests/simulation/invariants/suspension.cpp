// I17: nothing is done to a suspended box, but to end a passage that was open: from the stop of its
//      last running container to a running one.

#include <fmt/core.h>

#include <algorithm>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class SuspensionInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const auto* wish = scene.ledger.find(touch.box);
    if (wish == nullptr || !wish->suspended) return;
    const auto all = containers_of(scene.world, scene.ledger, touch.box);
    const bool any_runs = std::ranges::any_of(all, [](const auto* one) {
      return one->has_process() || one->state == state::ContainerState::Restarting;
    });
    const bool any_aside =
        std::ranges::any_of(all, [](const auto* one) { return one->name.ends_with(".prev"); });
    const bool is_open =
        any_aside || scene.ledger.stopped_by_us.contains(touch.box) || looks_open(all);
    if (!any_runs && is_open) return;
    scene.report("I17", fmt::format("{} although box {} is suspended", engine::describe(touch.step),
                                    touch.box.str()));
  }

  void after(const Touch& touch, bool /*succeeded*/, const Scene& scene) override {
    if (touch.box.empty()) return;
    if (std::holds_alternative<engine::StopContainer>(touch.step.kind)) {
      scene.ledger.stopped_by_us.insert(touch.box);
    }
    moment(scene);
  }

  void moment(const Scene& scene) override {
    for (const auto& [id, container] : truth_of(scene.world).containers()) {
      if (container.has_process() && is_ours(container, scene.ledger)) {
        scene.ledger.stopped_by_us.erase(box_of(container.config.labels));
      }
    }
  }

 private:
  /// A hand that stops the old one between its policy and its stop leaves what a crash after our
  /// own stop leaves: nothing tells the two apart, and a box that is down is the worse guess.
  static bool looks_open(const std::vector<const ModelContainer*>& all) {
    const bool any_untried =
        std::ranges::any_of(all, [](const auto* one) { return !one->started_at; });
    return any_untried && std::ranges::any_of(all, [](const auto* one) {
             return one->started_at && one->config.restart == specs::RestartPolicy::No;
           });
  }
};

}  // namespace

std::unique_ptr<Invariant> make_suspension_invariant() {
  return std::make_unique<SuspensionInvariant>();
}

}  // namespace boxwright::test
