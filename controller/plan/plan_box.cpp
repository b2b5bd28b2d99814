#include "controller/plan/plan_box.h"

#include <fmt/core.h>

#include "controller/plan/blockers.h"
#include "controller/plan/changes.h"
#include "controller/plan/plan_removal.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

using state::ContainerState;
using state::ObservedContainer;

constexpr const char* kWritableLayer = "what was changed in the container outside its volumes";

/// Everything that one pass over a box needs to hand on.
struct Draft {
  const PlanInput& input;
  const BoxView& view;
  const Blockers& blockers;
  BoxPlan& plan;

  void act(ActionKind kind, std::string cause, std::vector<FieldChange> changes = {},
           std::string loses = {}) const {
    plan.actions.push_back({kind, std::move(changes), std::move(cause), std::move(loses)});
  }
  void hold(ActionKind kind, std::string cause, std::string reason,
            std::vector<FieldChange> changes = {}) const {
    plan.held.push_back({{kind, std::move(changes), std::move(cause), {}}, std::move(reason), {}});
  }
  void find(std::string condition, std::string reason, std::string message) const {
    plan.findings.push_back({std::move(condition), std::move(reason), std::move(message)});
  }
};

void plan_creation(const Draft& draft, std::string cause) {
  for (const auto& volume : view_volumes(draft.input)) {
    if (volume.remake) {
      draft.act(ActionKind::RemakeVolume,
                fmt::format("volume {} is lost and may be made anew", volume.name.str()));
    }
  }
  if (draft.blockers.creation.empty()) {
    draft.act(ActionKind::Create, std::move(cause));
  } else {
    draft.hold(ActionKind::Create, std::move(cause), draft.blockers.creation);
  }
}

/// Running, paused or not: brings one container's life in line with `power`.
void plan_power(const Draft& draft, const ObservedContainer& container) {
  const auto& input = draft.input;
  if (input.record->spec.power == specs::Power::Stopped) {
    if (container.is_alive()) draft.act(ActionKind::Stop, "spec.power is stopped");
    return;
  }
  switch (container.state) {
    case ContainerState::Paused:
      draft.act(ActionKind::Unpause, "drift: the container is paused");
      return;
    case ContainerState::Restarting: draft.plan.look_again = Duration{1'000}; return;
    case ContainerState::Running:
      if (input.restart_requested && container.started_at &&
          *container.started_at < *input.restart_requested) {
        draft.act(ActionKind::Restart, "a restart was asked for");
      }
      return;
    case ContainerState::Created:
    case ContainerState::Exited: break;
    case ContainerState::Removing:
    case ContainerState::Dead: return;
  }
  if (!draft.blockers.start.empty()) {
    draft.hold(ActionKind::Start, "the container is not running", draft.blockers.start);
    return;
  }
  if (input.start_held) {
    draft.hold(ActionKind::Start, "the container is not running", "restart pace");
    draft.plan.look_again = *input.start_held;
    return;
  }
  draft.act(ActionKind::Start, container.ever_started() ? "drift: the container is not running"
                                                        : "the container was not started yet");
}

/// Name, networks, limits and restart policy of a container that stays.
void plan_live(const Draft& draft, const ObservedContainer& container) {
  auto live = live_changes(draft.input, container);
  if (live.needs_memory_use) {
    draft.plan.needs_memory_use = true;
    return;
  }
  if (live.memory_waits) {
    draft.find("UpdatePending", "MemoryInUse",
               fmt::format("the memory limit of box {} is lowered once it uses less than 90 % of "
                           "the new limit",
                           draft.input.record->name.str()));
    draft.plan.look_again = Duration{30'000};
  }
  if (live.name_taken) {
    draft.find("Stalled", "NameConflict", name_conflict_message(draft.input));
  }
  if (!live.changes.empty()) {
    std::string cause = live.changes.front().source == "drift" ? "drift: " : "";
    cause += live.changes.front().field;
    draft.act(ActionKind::ChangeLive, std::move(cause), std::move(live.changes));
  }
  for (const auto& extra : extra_networks(draft.input, container)) {
    draft.find("Drifted", "ExtraNetwork",
               fmt::format("network {} was attached to box {} by hand; it is left as it is", extra,
                           draft.input.record->name.str()));
  }
}

void watch_health(const Draft& draft, const ObservedContainer& container) {
  if (is_healthy(draft.input, container)) draft.plan.proven = container.id;
  if (container.state == ContainerState::Running && !is_healthy(draft.input, container) &&
      container.health == state::Health::Starting) {
    draft.plan.awaiting_health = true;
  }
}

void plan_kept(const Draft& draft, const ObservedContainer& container) {
  plan_live(draft, container);
  plan_power(draft, container);
  watch_health(draft, container);
}

/// A candidate and its old container both exist: forwards, or back.
void plan_trial(const Draft& draft, const ObservedContainer& candidate,
                const ObservedContainer& old) {
  const auto changes = replacement_changes(draft.input, old);
  const auto cause =
      changes.empty() ? std::string{"the container was not made as wanted"} : changes.front().field;
  const auto trial = judge_candidate(draft.input, candidate);
  const bool at_place = candidate.name == state::container_name(draft.input.record->name);
  if (is_rejected(draft.input)) {
    draft.act(ActionKind::RollBack, draft.input.record->verdict->message);
    return;
  }
  if (trial == Trial::Failed || trial == Trial::Interrupted ||
      (!at_place && candidate.is_alive())) {
    const bool failed = trial == Trial::Failed && at_place;
    auto message = failed ? failure_message(draft.input, candidate)
                          : fmt::format("the replacement of box {} was interrupted",
                                        draft.input.record->name.str());
    if (failed) {
      draft.plan.new_verdict =
          state::Verdict{wanted_key(draft.input), "RolledBack", message, draft.input.now};
    }
    draft.plan.interrupted = !failed;
    draft.act(ActionKind::RollBack, std::move(message));
    return;
  }
  if (trial == Trial::Waiting && !old.is_alive() && at_place) {
    draft.plan.awaiting_health = true;
    draft.plan.look_again = Duration{1'000};
    draft.find("Reconciling", "AwaitingHealth",
               fmt::format("the new container of box {} is not healthy yet",
                           draft.input.record->name.str()));
    return;
  }
  if (trial == Trial::Passed && !old.is_alive()) draft.plan.proven = candidate.id;
  draft.act(ActionKind::Replace, cause, changes, kWritableLayer);
}

/// Why a replacement that has not begun may not begin now; empty: it may.
std::string replacement_hold(const Draft& draft, const ObservedContainer& old) {
  if (!draft.blockers.creation.empty()) return draft.blockers.creation;
  if (draft.input.observation_stale) return "no fresh observation of the engine";
  if (draft.input.replace_held) return "it was interrupted before and is tried again later";
  switch (draft.input.record->spec.update.policy) {
    case specs::RolloutPolicy::Auto: return {};
    case specs::RolloutPolicy::OnStop:
      return old.is_alive() ? "update.policy: onStop" : std::string{};
    case specs::RolloutPolicy::Manual: return "update.policy: manual";
  }
  return {};
}

/// Only an old container: it is to be replaced, or kept for a stated reason.
void plan_outdated(const Draft& draft, const ObservedContainer& old) {
  auto changes = replacement_changes(draft.input, old);
  const auto cause =
      changes.empty() ? std::string{"the container was not made as wanted"} : changes.front().field;
  if (is_rejected(draft.input)) {
    draft.find("Stalled", "RolledBack", draft.input.record->verdict->message);
    plan_kept(draft, old);
    return;
  }
  // A pull may fail: an old container that is down comes back first.
  const bool must_pull = !draft.input.observed->wanted_image.has_value();
  if (must_pull && !old.is_alive() && draft.input.record->spec.power == specs::Power::Running &&
      draft.blockers.start.empty() && !draft.input.start_held) {
    plan_kept(draft, old);
    return;
  }
  if (needs_new_mount_source(draft.input)) {
    plan_creation(draft, "a lost volume is mounted by the stopped container");
    return;
  }
  const auto hold = replacement_hold(draft, old);
  if (hold.empty()) {
    draft.act(ActionKind::Replace, cause, std::move(changes), kWritableLayer);
    return;
  }
  draft.hold(ActionKind::Replace, cause, hold, std::move(changes));
  if (draft.blockers.creation.empty()) {
    draft.find(
        "UpdatePending", "Held",
        fmt::format("box {} waits for its update: {}", draft.input.record->name.str(), hold));
  }
  if (draft.input.replace_held) draft.plan.look_again = *draft.input.replace_held;
  plan_kept(draft, old);
}

void plan_containers(const Draft& draft) {
  const auto& view = draft.view;
  if (view.removing != nullptr) draft.plan.look_again = Duration{1'000};
  if (!view.surplus.empty()) {
    draft.act(ActionKind::RemoveSurplus, "more containers of this box than it needs");
    return;
  }
  if (view.current != nullptr && view.outdated != nullptr) {
    plan_trial(draft, *view.current, *view.outdated);
  } else if (view.current != nullptr) {
    if (needs_new_mount_source(draft.input)) {
      plan_creation(draft, "a lost volume is mounted by the stopped container");
    } else {
      plan_kept(draft, *view.current);
    }
  } else if (view.outdated != nullptr) {
    plan_outdated(draft, *view.outdated);
  } else if (view.drifted_unknown != nullptr) {
    draft.find(
        "Drifted", "UnknownContainer",
        fmt::format("the container of box {} differs from its spec and nothing is remembered "
                    "of it; `boxwright accept {} --drift` replaces it",
                    draft.input.record->name.str(), draft.input.record->name.str()));
    plan_power(draft, *view.drifted_unknown);
  } else if (view.removing == nullptr) {
    plan_creation(draft, "the box has no container");
  }
}

/// With suspension nothing is done; what would be done is shown as drift.
void hold_everything(BoxPlan& plan, const std::string& box) {
  if (!plan.actions.empty()) {
    plan.findings.push_back(
        {"Drifted", "Suspended",
         fmt::format("box {} is not as wanted: {}", box, plan.actions.front().cause)});
  }
  for (auto& action : plan.actions)
    plan.held.push_back({std::move(action), "suspended", {}});
  plan.actions.clear();
  plan.new_verdict.reset();
  plan.needs_memory_use = false;
  plan.findings.push_back({"Suspended", "Suspended",
                           fmt::format("nothing is changed until `boxwright resume {}`", box)});
}

}  // namespace

BoxPlan plan_box(const PlanInput& input) {
  if (input.record->tombstone) return plan_removal(input);
  BoxPlan plan;
  plan.box = input.record->name;
  plan.uid = input.record->uid;
  plan.generation = input.record->generation;
  const auto view = view_containers(input);
  const auto blockers = find_blockers(input, view);
  plan.findings = blockers.findings;
  if (view.current_is_unknown) plan.learn = known_container(input, *view.current);
  plan_containers({input, view, blockers, plan});
  if (input.suspended) hold_everything(plan, input.record->name.str());
  return plan;
}

}  // namespace boxwright::plan
