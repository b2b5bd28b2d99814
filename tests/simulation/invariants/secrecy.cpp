// I23: a secret's value is in no event, no status, no record, no label, no name and no cause.

#include <fmt/core.h>

#include "specs/model/canonical.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

bool holds_secret(const std::string& text) {
  return text.find(kCanary) != std::string::npos;
}

class SecrecyInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    judge(touch.step.cause, "the cause of a call", scene);
    judge(engine::describe(touch.step), "the text of a call", scene);
    if (const auto* create = std::get_if<engine::CreateContainer>(&touch.step.kind)) {
      for (const auto& [key, value] : create->config.labels)
        judge(value, "label " + key, scene);
    }
  }

  void told(const state::BoxStatus& status, const Scene& scene) override {
    for (const auto& condition : status.conditions)
      judge(condition.message, "the status", scene);
  }

  void noted(const state::Event& event, const Scene& scene) override {
    judge(event.message, "an event", scene);
    judge(event.cause, "the cause of an event", scene);
  }

  void committed(const state::Store::FleetChange& change, const Scene& scene) override {
    for (const auto& record : change.put_boxes)
      judge(specs::canonical_json(record.spec), "a record", scene);
    for (const auto& event : change.events)
      noted(event, scene);
  }

 private:
  static void judge(const std::string& text, const std::string& where, const Scene& scene) {
    if (holds_secret(text)) scene.report("I23", fmt::format("a secret is in {}", where));
  }
};

}  // namespace

std::unique_ptr<Invariant> make_secrecy_invariant() {
  return std::make_unique<SecrecyInvariant>();
}

std::vector<std::unique_ptr<Invariant>> all_invariants() {
  std::vector<std::unique_ptr<Invariant>> list;
  list.push_back(make_data_invariant());
  list.push_back(make_ownership_invariant());
  list.push_back(make_exclusivity_invariant());
  list.push_back(make_uptime_invariant());
  list.push_back(make_prune_invariant());
  list.push_back(make_suspension_invariant());
  list.push_back(make_status_invariant());
  list.push_back(make_identity_invariant());
  list.push_back(make_bounds_invariant());
  list.push_back(make_secrecy_invariant());
  list.push_back(make_hold_invariant());
  list.push_back(make_layer_invariant());
  // Last: what it says is said better by any other.
  list.push_back(make_minimality_invariant());
  return list;
}

}  // namespace boxwright::test
