#pragma once
// Private to the planner: a box's plan in the making.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "controller/plan/blockers.h"
#include "controller/plan/plan_box.h"

namespace boxwright::plan {

inline constexpr const char* kWritableLayer =
    "what was changed in the container outside its volumes";
inline constexpr const char* kStaleReason = "no fresh observation of the engine";

struct Draft {
  const PlanInput& input;
  const BoxView& view;
  const Blockers& blockers;
  BoxPlan& plan;

  [[nodiscard]] const std::string& name() const { return input.record->name.str(); }
  [[nodiscard]] bool runs() const { return input.record->spec.power == specs::Power::Running; }

  void act(ActionKind kind, std::string cause, std::vector<FieldChange> changes = {},
           std::string loses = {}) const {
    plan.actions.push_back({kind, std::move(changes), std::move(cause), std::move(loses)});
  }
  void hold(ActionKind kind, std::string cause, std::string reason,
            std::vector<FieldChange> changes = {}) const {
    plan.held.push_back({{kind, std::move(changes), std::move(cause), {}}, std::move(reason), {}});
  }
  /// The soonest of several counts.
  void look_again_after(Duration delay) const {
    delay = std::max(delay, Duration{1});
    plan.look_again = std::min(plan.look_again.value_or(delay), delay);
  }
  void find(std::string condition, std::string reason, std::string message) const {
    plan.findings.push_back({std::move(condition), std::move(reason), std::move(message)});
  }
};

/// Live changes, power and health of the container that stays.
void plan_kept(const Draft& draft, const state::ObservedContainer& container);
/// A candidate and its old container both exist: forwards, or back.
void plan_trial(const Draft& draft, const state::ObservedContainer& candidate,
                const state::ObservedContainer& old);
/// Only an old container: it is to be replaced, or kept for a stated reason.
void plan_outdated(const Draft& draft, const state::ObservedContainer& old);
/// There is no container, or the stopped one must go for a lost volume's sake.
void plan_creation(const Draft& draft, std::string cause);

}  // namespace boxwright::plan
