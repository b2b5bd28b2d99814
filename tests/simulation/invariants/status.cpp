// I18: Ready=True with observedGeneration g is told only when the box runs, answers, and is as spec
// g
//      says, at that moment.
// I19: observedGeneration of a box never goes back, and is never ahead of the generation.

#include <fmt/core.h>

#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class StatusInvariant final : public Invariant {
 public:
  void told(const state::BoxStatus& status, const Scene& scene) override {
    const auto record = scene.world.record(status.name.str());
    if (record.uid != status.uid) return;
    const auto* ready = status.find("Ready");
    if (ready == nullptr) return;
    judge_generation(*ready, record, scene);
    if (ready->reason == "Stopped") note_match(*ready, record, scene);
    if (ready->status != state::ConditionStatus::True) return;
    if (scene.ledger.stale) {
      // What was told on an old list stands until the next look.
      matched_[record.uid] = ready->observed_generation;
      return;
    }
    // It speaks of the look, and a call was made since.
    if (status.observed_at != scene.world.clock.wall_now() ||
        scene.ledger.looked_at_step != scene.ledger.steps) {
      return;
    }
    judge_truth(status, *ready, record, scene);
  }

  /// What is finished begins anew, also where it takes its UID up again with its data.
  void committed(const state::Store::FleetChange& change, const Scene& scene) override {
    for (const auto& name : change.forget_boxes) {
      const auto uid = scene.world.record(name.str()).uid;
      observed_.erase(uid);
      matched_.erase(uid);
    }
  }

  void forgotten(const Scene& /*scene*/) override {
    observed_.clear();
    matched_.clear();
  }

 private:
  void judge_generation(const state::Condition& ready, const state::BoxRecord& record,
                        const Scene& scene) {
    auto& before = observed_[record.uid];
    if (ready.observed_generation > record.generation) {
      scene.report("I18",
                   fmt::format("the status of box {} speaks of generation {}, which does not "
                               "exist",
                               record.name.str(), ready.observed_generation));
    }
    if (ready.observed_generation < before) {
      scene.report("I19", fmt::format("observedGeneration of box {} went from {} back to {}",
                                      record.name.str(), before, ready.observed_generation));
    }
    before = ready.observed_generation;
  }

  void judge_truth(const state::BoxStatus& status, const state::Condition& ready,
                   const state::BoxRecord& record, const Scene& scene) {
    const auto* container = truth_of(scene.world).find(status.container.str());
    if (container == nullptr || !does_answer(truth_of(scene.world), *container)) {
      scene.report("I18",
                   fmt::format("box {} is told Ready and does not answer: container {} {}",
                               record.name.str(), status.container.str().substr(0, 12),
                               container == nullptr ? "absent" : to_string(container->state)));
      return;
    }
    // Held updates and verdicts stand beside a Ready that speaks of what runs.
    const bool qualified = status.find("UpdatePending") != nullptr ||
                           status.find("Suspended") != nullptr ||
                           status.find("Stalled") != nullptr || status.find("Drifted") != nullptr;
    if (qualified) note_match(ready, record, scene);
    if (qualified || record.tombstone || ready.observed_generation != record.generation) return;
    specs::BoxDeclaration box;
    box.name = record.name;
    box.spec = record.spec;
    auto& matched = matched_[record.uid];
    if (matched == record.generation) return;
    const auto differs = how_it_differs(scene.world, scene.ledger, box);
    // Routing follows the source's domain as well, which no generation counts: I1 is for that.
    if (!differs.empty() && differs != "routing labels") {
      scene.report("I18",
                   fmt::format("box {} is told Ready at generation {} and is not as it says: "
                               "{}",
                               record.name.str(), record.generation, differs));
    }
    matched = record.generation;
  }

  /// As its spec says, though it is stopped or something is held: what a hand does to it later
  /// takes nothing back of that.
  void note_match(const state::Condition& ready, const state::BoxRecord& record,
                  const Scene& scene) {
    if (ready.observed_generation != record.generation) return;
    specs::BoxDeclaration box;
    box.name = record.name;
    box.spec = record.spec;
    if (how_it_differs(scene.world, scene.ledger, box).empty()) {
      matched_[record.uid] = record.generation;
    }
  }

  std::map<BoxUid, std::int64_t> observed_;
  std::map<BoxUid, std::int64_t> matched_;  ///< The last generation that the box was seen to match.
};

}  // namespace

std::unique_ptr<Invariant> make_status_invariant() {
  return std::make_unique<StatusInvariant>();
}

}  // namespace boxwright::test
