// I14: a container of a wanted box that ever ran is removed only while another one runs that has
//      proven itself; a running one is stopped first, and gets the grace of its spec.

#include <fmt/core.h>

#include <algorithm>

#include "state/ownership.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

/// Without a check, to run for so long is to be healthy.
constexpr Duration kSettled{3'000};

class UptimeInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    if (touch.container == nullptr || touch.box.empty()) return;
    if (const auto* stop = std::get_if<engine::StopContainer>(&touch.step.kind)) {
      judge_grace(*stop, touch, scene);
    }
    if (std::holds_alternative<engine::RemoveContainer>(touch.step.kind)) judge(touch, scene);
  }

  void moment(const Scene& scene) override { note_health(scene); }
  void after(const Touch& /*touch*/, bool /*succeeded*/, const Scene& scene) override {
    note_health(scene);
  }

 private:
  static void note_health(const Scene& scene) {
    const auto& model = truth_of(scene.world);
    for (const auto& [id, container] : model.containers()) {
      const auto& test = container.config.healthcheck.test;
      const bool has_check = !test.empty() && test.front() != "NONE";
      const auto ran = scene.world.clock.mono_now() - container.running_since;
      if (!has_check && ran < kSettled) continue;
      if (does_answer(model, container)) scene.ledger.was_healthy.insert(id);
    }
  }

  static void judge_grace(const engine::StopContainer& stop, const Touch& touch,
                          const Scene& scene) {
    const auto record = scene.world.record(touch.box.str());
    if (!record.uid.empty() && stop.grace != record.spec.stop_grace_period) {
      scene.report("I14", fmt::format("{} is stopped with another grace than its spec's",
                                      touch.container->name));
    }
  }

  static void judge(const Touch& touch, const Scene& scene) {
    const auto& container = *touch.container;
    if (container.has_process()) {
      scene.report("I14", fmt::format("{} is removed while it runs", container.name));
      return;
    }
    const auto* wish = scene.ledger.find(touch.box);
    const auto record = scene.world.record(touch.box.str());
    const bool wanted = wish != nullptr && !wish->deletion_stands && !record.tombstone &&
                        record.spec.power == specs::Power::Running && !record.uid.empty();
    if (!wanted || !container.started_at || container.state == state::ContainerState::Dead) return;
    if (has_lost_volume(container, scene)) return;
    bool any_runs = false;
    bool any_proven = false;
    for (const auto* other : containers_of(scene.world, scene.ledger, touch.box)) {
      if (other->id == container.id) continue;
      const bool runs = other->has_process() || other->state == state::ContainerState::Restarting;
      any_runs = any_runs || runs;
      any_proven = any_proven || (runs && (scene.ledger.was_healthy.contains(other->id) ||
                                           does_answer(truth_of(scene.world), *other)));
    }
    // A candidate makes way for one that was healthy before.
    const bool makes_way = std::ranges::any_of(
        scene.ledger.was_healthy, [&](const auto& id) { return is_another(id, touch, scene); });
    if (!any_runs && (makes_way || goes_back(touch, scene))) return;
    if (!any_runs) {
      scene.report("I14", fmt::format("{} is removed and nothing of its box runs", container.name));
    } else if (!any_proven && scene.ledger.was_healthy.contains(container.id)) {
      scene.report("I14", fmt::format("{} was healthy and is removed for one that never was",
                                      container.name));
    }
  }

  static bool is_another(const ContainerId& id, const Touch& touch, const Scene& scene) {
    const auto* other = truth_of(scene.world).find(id.str());
    return other != nullptr && id != touch.container->id &&
           box_of(other->config.labels) == touch.box && is_ours(*other, scene.ledger);
  }

  /// Of two that never were healthy, the one that was put aside is gone back to.
  static bool goes_back(const Touch& touch, const Scene& scene) {
    if (scene.ledger.was_healthy.contains(touch.container->id)) return false;
    const auto all = containers_of(scene.world, scene.ledger, touch.box);
    return std::ranges::any_of(all, [&touch](const auto* one) {
      return one->name == state::previous_name(touch.box) && one->started_at &&
             one->id != touch.container->id;
    });
  }

  /// It can never start again: its volume's directory is gone.
  static bool has_lost_volume(const ModelContainer& container, const Scene& scene) {
    const auto& mounts = container.config.mounts;
    return std::ranges::any_of(mounts, [&](const auto& mount) {
      const auto* volume = truth_of(scene.world).find_volume(mount.volume);
      return volume == nullptr || volume->directory_missing;
    });
  }
};

}  // namespace

std::unique_ptr<Invariant> make_uptime_invariant() {
  return std::make_unique<UptimeInvariant>();
}

}  // namespace boxwright::test
