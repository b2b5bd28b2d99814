// How a new container does: the only judge of health.

#include "controller/plan/plan_box.h"

namespace boxwright::plan {

namespace {

using state::ObservedContainer;

const Watch* watch_of(const PlanInput& input, const ObservedContainer& container) {
  for (const auto& watch : input.watches) {
    if (watch.container == container.id && watch.started_at == container.started_at) return &watch;
  }
  return nullptr;
}

bool has_check(const ObservedContainer& container) {
  return container.health != state::Health::None;
}

}  // namespace

bool is_healthy(const PlanInput& input, const ObservedContainer& container) {
  if (container.state != state::ContainerState::Running) return false;
  if (!has_check(container)) return true;
  if (container.health == state::Health::Healthy) return true;
  const auto* watch = watch_of(input, container);
  return container.health == state::Health::Starting && watch != nullptr && watch->check_passed;
}

Trial judge_candidate(const PlanInput& input, const ObservedContainer& candidate) {
  const auto* watch = watch_of(input, candidate);
  if (!candidate.ever_started()) {
    return watch != nullptr && !watch->start_refused.empty() ? Trial::Failed : Trial::NotStarted;
  }
  if (!candidate.is_alive()) {
    // Only an exit that this process could have seen from the start on is the candidate's own.
    return watch != nullptr && !watch->interrupted ? Trial::Failed : Trial::Interrupted;
  }
  if (candidate.restart_count > 0 || candidate.health == state::Health::Unhealthy) {
    return Trial::Failed;
  }
  const Duration waited = watch == nullptr ? Duration{0} : watch->running_for;
  if (is_healthy(input, candidate) && (has_check(candidate) || waited >= kSettledWithoutCheck)) {
    return Trial::Passed;
  }
  if (waited > input.record->spec.update.health_timeout) return Trial::Failed;
  return Trial::Waiting;
}

}  // namespace boxwright::plan
