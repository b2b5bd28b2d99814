#include "controller/reconcile/summary.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "controller/routing/traefik_labels.h"

namespace boxwright::reconcile {

namespace {

using state::Condition;
using state::ConditionStatus;

const state::ObservedContainer* main_container(const plan::BoxView& view) {
  if (view.current != nullptr && view.current->is_alive()) return view.current;
  if (view.outdated != nullptr && view.outdated->is_alive()) return view.outdated;
  if (view.current != nullptr) return view.current;
  if (view.outdated != nullptr) return view.outdated;
  return view.drifted_unknown;
}

/// Gathers conditions; transition times of those that did not change are carried over.
class Conditions {
 public:
  Conditions(const SummaryInput& input, state::BoxStatus& status)
      : input_(input), status_(status) {}

  void add(std::string type, ConditionStatus value, std::string reason, std::string message,
           std::int64_t generation) {
    if (status_.find(type) != nullptr) return;
    Condition condition{std::move(type),    value,      std::move(reason),
                        std::move(message), generation, input_.planned->now};
    const auto* before =
        input_.previous == nullptr ? nullptr : input_.previous->find(condition.type);
    if (before != nullptr && before->status == value) {
      condition.last_transition = before->last_transition;
    }
    status_.conditions.push_back(std::move(condition));
  }

 private:
  const SummaryInput& input_;
  state::BoxStatus& status_;
};

std::int64_t generation_of(const SummaryInput& input, bool as_wanted) {
  const auto now = input.planned->record->generation;
  if (as_wanted) return now;
  const auto* before = input.previous == nullptr ? nullptr : input.previous->find("Ready");
  return before == nullptr ? 0 : std::min(before->observed_generation, now);
}

bool is_left_unknown(const plan::BoxPlan& plan) {
  const auto* drifted = plan.find("Drifted");
  return drifted != nullptr && drifted->reason == "UnknownContainer";
}

void tell_ready(const SummaryInput& input, const state::ObservedContainer* container,
                const state::Condition* stalled, Conditions& conditions) {
  const auto& record = *input.planned->record;
  // One that differs and that nothing is remembered of is left as it is: not what the spec says.
  const bool is_unknown = is_left_unknown(*input.plan);
  const bool pending = !input.plan->actions.empty() || !input.plan->held.empty() || is_unknown ||
                       input.plan->needs_memory_use || input.plan->awaiting_health;
  const auto generation = generation_of(input, !pending && stalled == nullptr);
  const auto say = [&](ConditionStatus value, std::string reason, std::string message) {
    conditions.add("Ready", value, std::move(reason), std::move(message), generation);
  };
  const auto& name = record.name.str();
  if (container == nullptr) {
    say(ConditionStatus::False, stalled == nullptr ? "NoContainer" : stalled->reason,
        stalled == nullptr ? fmt::format("box {} has no container yet", name) : stalled->message);
  } else if (container->state != state::ContainerState::Running) {
    const bool wanted = record.spec.power == specs::Power::Stopped && !record.tombstone;
    say(ConditionStatus::False, wanted ? "Stopped" : "NotRunning",
        wanted ? fmt::format("box {} is stopped, as its spec says", name)
               : fmt::format("the container of box {} is {}", name, to_string(container->state)));
  } else if (!plan::is_healthy(*input.planned, *container)) {
    const bool starting = container->health == state::Health::Starting;
    say(ConditionStatus::False, starting ? "Starting" : "Unhealthy",
        starting ? fmt::format("the health check of box {} has not passed yet", name)
                 : fmt::format("the health check of box {} fails", name));
  } else if (!record.tombstone && !plan::is_attached(*input.planned, *container)) {
    say(ConditionStatus::False, "NoAddress",
        fmt::format("box {} has no address in network {}", name,
                    input.planned->wanted->config.network));
  } else {
    say(ConditionStatus::True, "Running", fmt::format("box {} runs", name));
  }
}

void tell_health(const SummaryInput& input, const state::ObservedContainer* container,
                 Conditions& conditions) {
  const auto generation = input.planned->record->generation;
  if (container == nullptr || container->state != state::ContainerState::Running) {
    conditions.add("Healthy", ConditionStatus::Unknown, "NotRunning", "nothing runs", generation);
    return;
  }
  const bool healthy = plan::is_healthy(*input.planned, *container);
  const bool starting = container->health == state::Health::Starting && !healthy;
  conditions.add("Healthy",
                 healthy ? ConditionStatus::True
                         : (starting ? ConditionStatus::Unknown : ConditionStatus::False),
                 healthy ? "Passed" : (starting ? "Starting" : "Failing"),
                 healthy ? "the health check passes" : "the health check does not pass",
                 generation);
}

void tell_reconciling(const SummaryInput& input, bool stalled, Conditions& conditions) {
  const auto generation = input.planned->record->generation;
  if (input.failure && !stalled) {
    conditions.add("Reconciling", ConditionStatus::True, "ProgressingWithRetry",
                   input.failure->message, generation);
  } else if (!input.plan->actions.empty() && input.waits_for_turn) {
    conditions.add(
        "Reconciling", ConditionStatus::True, "WaitingForTurn",
        fmt::format("{}: {}; other boxes of source {} are replaced first",
                    to_string(input.plan->actions.front().kind), input.plan->actions.front().cause,
                    input.planned->record->source.str()),
        generation);
  } else if (!input.plan->actions.empty()) {
    conditions.add("Reconciling", ConditionStatus::True, "Progressing",
                   fmt::format("{}: {}", to_string(input.plan->actions.front().kind),
                               input.plan->actions.front().cause),
                   generation);
  } else if (input.plan->awaiting_health) {
    conditions.add("Reconciling", ConditionStatus::True, "AwaitingHealth",
                   "waiting for the health check to pass", generation);
  }
}

}  // namespace

state::BoxStatus summarise(const SummaryInput& input) {
  const auto& record = *input.planned->record;
  const auto view = plan::view_containers(*input.planned);
  const auto* container = main_container(view);

  state::BoxStatus status;
  status.name = record.name;
  status.uid = record.uid;
  status.observed_at = input.planned->observed->at;
  status.url = routing::box_url(record.spec.subdomain, record.settings);
  status.container_state = container == nullptr ? "absent" : to_string(container->state);
  if (container != nullptr) status.container = container->id;

  Conditions conditions(input, status);
  const auto generation = record.generation;
  if (!input.problem.empty()) {
    conditions.add("Stalled", ConditionStatus::True, "InvalidSpec", input.problem, generation);
  }
  for (const auto& finding : input.plan->findings) {
    conditions.add(finding.condition, ConditionStatus::True, finding.reason, finding.message,
                   generation);
  }
  // Tried again, but a person can do something about it.
  const bool stands = input.failure && (input.failure->retry == RetryClass::Terminal ||
                                        input.failure->reason == "ImagePullFailed" ||
                                        input.failure->reason == "VolumeInUse");
  if (stands) {
    conditions.add("Stalled", ConditionStatus::True, input.failure->reason, input.failure->message,
                   generation);
  }
  const bool stalled = status.find("Stalled") != nullptr;
  tell_reconciling(input, stalled, conditions);
  if (input.crash_looping) {
    conditions.add(
        "CrashLooping", ConditionStatus::True, "ShortRuns",
        fmt::format("box {} keeps ending within 30 s of its start; see its log", record.name.str()),
        generation);
  }
  tell_health(input, container, conditions);
  const auto* stalled_condition = status.find("Stalled");
  const std::optional<Condition> copy =
      stalled_condition == nullptr ? std::nullopt : std::optional(*stalled_condition);
  tell_ready(input, container, copy ? &*copy : nullptr, conditions);
  std::sort(status.conditions.begin(), status.conditions.end(),
            [](const auto& a, const auto& b) { return a.type < b.type; });
  return status;
}

Settlement settlement(const state::BoxStatus& status, std::int64_t generation) {
  if (status.find("Stalled") != nullptr) return Settlement::Stalled;
  // A verdict like a stall: it waits for a person.
  const auto* drifted = status.find("Drifted");
  if (drifted != nullptr && drifted->reason == "UnknownContainer") return Settlement::Stalled;
  if (status.find("Reconciling") != nullptr) return Settlement::Busy;
  const auto* ready = status.find("Ready");
  if (ready == nullptr) return Settlement::Busy;
  const auto* pending = status.find("UpdatePending");
  // One that was gone back with is to become ready like any other.
  const bool waits = pending != nullptr && pending->reason != plan::kRolledBackByHand;
  if (status.find("Suspended") != nullptr || waits) {
    return Settlement::Converged;
  }
  const bool ready_enough = ready->status == ConditionStatus::True || ready->reason == "Stopped";
  return ready_enough && ready->observed_generation == generation ? Settlement::Converged
                                                                  : Settlement::Busy;
}

}  // namespace boxwright::reconcile
