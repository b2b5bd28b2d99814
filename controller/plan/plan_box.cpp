#include "controller/plan/plan_box.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/changes.h"
#include "controller/plan/plan_draft.h"
#include "controller/plan/plan_removal.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

using state::ContainerState;
using state::ObservedContainer;

constexpr const char* kRestartCause = "a restart was asked for";

/// Lost volumes that may be made anew.
void plan_remakes(const Draft& draft, const std::string& loses) {
  for (const auto& volume : view_volumes(draft.input)) {
    if (!volume.remake) continue;
    draft.act(ActionKind::RemakeVolume,
              fmt::format("volume {} is lost and may be made anew", volume.name.str()), {},
              volume.directory_missing ? loses : std::string{});
  }
}

/// Beside the one that is planned for: one that nothing is remembered of, so that it is not ours to
/// stop, but that uses the same volumes.
bool does_another_run(const Draft& draft, const ObservedContainer& container) {
  const auto& containers = draft.input.observed->containers;
  return std::any_of(containers.begin(), containers.end(), [&](const auto& other) {
    return other.id != container.id && other.is_alive() && is_startable(draft.view, other);
  });
}

/// What stopped it is what makes it start again: a restart has two calls and one cause.
const char* cause_of_start(const PlanInput& input, const ObservedContainer& container) {
  if (!container.ever_started()) return "the container was not started yet";
  const bool for_restart = input.restart_requested && container.finished_at &&
                           *container.finished_at >= *input.restart_requested;
  return for_restart ? kRestartCause : "drift: the container is not running";
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
      if (input.restart_requested &&
          !has_started_since(input, container, *input.restart_requested) &&
          !does_another_run(draft, container)) {
        draft.act(ActionKind::Restart, kRestartCause);
      }
      return;
    case ContainerState::Created:
    case ContainerState::Exited: break;
    case ContainerState::Removing:
    case ContainerState::Dead: return;
  }
  if (does_another_run(draft, container)) {
    draft.hold(ActionKind::Start, "the container is not running",
               "another container of the box runs");
    return;
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
  plan_remakes(draft, {});
  draft.act(ActionKind::Start, cause_of_start(input, container));
}

/// Name, networks, limits and restart policy of a container that stays.
void plan_live(const Draft& draft, const ObservedContainer& container) {
  auto live = live_changes(draft.input, draft.view, container);
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
    draft.find("Stalled", "NameConflict", name_conflict_message(draft.input, draft.view));
  }
  if (!live.changes.empty()) {
    std::string cause = live.changes.front().source == "drift" ? "drift: " : "";
    cause += changes_text(live.changes);
    draft.act(ActionKind::ChangeLive, std::move(cause), std::move(live.changes));
  }
  if (const auto lost = lost_under(draft.input, container); !lost.empty()) {
    draft.find(
        "Drifted", "VolumeLost",
        fmt::format("the directory of volume {0} is gone while box {1} runs: nothing that is "
                    "written there is kept; `boxwright restart {1}` makes it anew",
                    lost, draft.input.record->name.str()));
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

/// Surplus that runs, or holds a name that is needed, goes before anything else; other surplus must
/// not stand in the way of a repair.
bool is_surplus_first(const Draft& draft) {
  const auto& name = draft.input.record->name;
  return std::any_of(draft.view.surplus.begin(), draft.view.surplus.end(), [&](const auto* one) {
    return one->is_alive() || one->name == state::container_name(name) ||
           one->name == state::candidate_name(name) || one->name == state::previous_name(name);
  });
}

/// Found before all else: a copy beside it would be told in its place, which needs nobody.
void plan_unknown(const Draft& draft, const ObservedContainer& container) {
  auto& findings = draft.plan.findings;
  findings.insert(
      findings.begin(),
      {"Drifted", "UnknownContainer",
       fmt::format("the container of box {0} differs from its spec and nothing is remembered "
                   "of it; `boxwright accept {0} --drift` replaces it",
                   draft.name())});
  draft.plan.kept = container.id;
  plan_power(draft, container);
}

void plan_containers(const Draft& draft) {
  const auto& view = draft.view;
  constexpr const char* kSurplus = "more containers of this box than it needs";
  if (view.removing != nullptr) draft.plan.look_again = Duration{1'000};
  if (is_surplus_first(draft)) {
    draft.act(ActionKind::RemoveSurplus, kSurplus, {}, kWritableLayer);
    return;
  }
  if (view.current != nullptr && view.outdated != nullptr) {
    plan_trial(draft, *view.current, *view.outdated);
  } else if (view.current != nullptr) {
    if (needs_new_mount_source(draft.input, view)) {
      plan_creation(draft, "a lost volume is mounted by the stopped container");
    } else {
      plan_kept(draft, *view.current);
    }
  } else if (view.outdated != nullptr) {
    plan_outdated(draft, *view.outdated);
  } else if (view.drifted_unknown != nullptr) {
    plan_unknown(draft, *view.drifted_unknown);
  } else if (view.removing == nullptr) {
    plan_creation(draft, "the box has no container");
  }
  if (!view.surplus.empty()) draft.act(ActionKind::RemoveSurplus, kSurplus, {}, kWritableLayer);
}

/// With suspension nothing is done; what would be done is shown as drift.
void hold_everything(BoxPlan& plan, const std::string& box) {
  // Nobody measures for a box that is left alone, but the lower limit is still to be set.
  if (plan.needs_memory_use && plan.actions.empty()) {
    plan.actions.push_back({ActionKind::ChangeLive, {}, "spec.resources.memory is lower", {}});
  }
  if (!plan.actions.empty()) {
    plan.findings.push_back(
        {"Drifted", "Suspended",
         fmt::format("box {} is not as wanted: {}", box, plan.actions.front().cause)});
  }
  for (auto& action : plan.actions)
    plan.held.push_back({std::move(action), "suspended", {}});
  plan.actions.clear();
  plan.new_verdict.reset();
  plan.interrupted = false;
  plan.needs_memory_use = false;
  plan.needs_activity = false;
  plan.needs_layer_size = false;
  plan.findings.push_back({"Suspended", "Suspended",
                           fmt::format("nothing is changed until `boxwright resume {}`", box)});
}

bool disturbs(ActionKind kind) {
  switch (kind) {
    case ActionKind::Create:
    case ActionKind::Start:
    case ActionKind::Unpause:
    case ActionKind::ChangeLive: return false;
    case ActionKind::Restart:
    case ActionKind::Replace:
    case ActionKind::RollBack:
    case ActionKind::RemakeVolume:
    case ActionKind::Stop:
    case ActionKind::RemoveSurplus:
    case ActionKind::Remove:
    case ActionKind::RemoveVolumes: return true;
  }
  return true;
}

/// Nothing is stopped or removed on the word of an engine that has not been heard for long.
void hold_disturbing(BoxPlan& plan) {
  std::vector<Action> kept;
  for (auto& action : plan.actions) {
    if (disturbs(action.kind)) {
      plan.held.push_back({std::move(action), kStaleReason, {}});
    } else {
      kept.push_back(std::move(action));
    }
  }
  plan.actions = std::move(kept);
  plan.new_verdict.reset();
  plan.interrupted = false;
}

void tell_disk(BoxPlan& plan) {
  const bool waits = std::any_of(plan.held.begin(), plan.held.end(),
                                 [](const HeldAction& held) { return held.reason == kDiskLow; });
  if (!waits) return;
  plan.findings.push_back(
      {"Stalled", kDiskLow,
       "less than 10 % is free on the engine's data root: nothing is pulled, built or replaced "
       "until there is more"});
}

/// A removal that is not due yet leaves the box as it is, but not between two containers.
BoxPlan plan_tombstoned(const PlanInput& input, const BoxView& view, const Blockers& blockers) {
  auto plan = plan_removal(input);
  if (plan.is_empty() && passage_is_open(input, view)) {
    plan_containers({input, view, blockers, plan});
  }
  return plan;
}

/// The box is not what its declaration says, by order. Told before that its image moved, which is
/// what one goes back for; what makes the box wait is told first.
void tell_rollback(const state::BoxRecord& record, BoxPlan& plan) {
  if (!record.rollback) return;
  const auto& hold = *record.rollback;
  const auto place = record.origin.at.line > 0
                         ? fmt::format("{}:{}", record.origin.file, record.origin.at.line)
                         : record.origin.file;
  const auto at = std::find_if(plan.findings.begin(), plan.findings.end(),
                               [](const Finding& one) { return one.reason == "ImageMoved"; });
  plan.findings.insert(
      at, {"UpdatePending", kRolledBackByHand,
           fmt::format("{} had box {} go back to generation {}; its declaration ({}) is followed "
                       "again once it changes, or with `boxwright rollback {} --undo`",
                       hold.by.empty() ? "somebody" : hold.by, record.name.str(), hold.to, place,
                       record.name.str())});
}

}  // namespace

void plan_creation(const Draft& draft, std::string cause) {
  if (!draft.blockers.creation.empty()) {
    draft.hold(ActionKind::Create, std::move(cause), draft.blockers.creation);
    return;
  }
  plan_remakes(draft, kWritableLayer);
  draft.act(ActionKind::Create, std::move(cause));
}

void plan_kept(const Draft& draft, const ObservedContainer& container) {
  draft.plan.kept = container.id;
  plan_live(draft, container);
  plan_power(draft, container);
  watch_health(draft, container);
}

BoxPlan plan_box(const PlanInput& input) {
  const auto view = view_containers(input);
  const auto blockers = find_blockers(input, view);
  if (input.record->tombstone) return plan_tombstoned(input, view, blockers);
  BoxPlan plan;
  plan.box = input.record->name;
  plan.uid = input.record->uid;
  plan.generation = input.record->generation;
  plan.findings = blockers.findings;
  if (view.current_is_unknown) plan.learn = known_container(input, *view.current);
  plan_containers({input, view, blockers, plan});
  if (plan.learn && plan.proven == plan.learn->id) plan.learn->proven = true;
  const bool open = (input.suspended || input.observation_stale) && passage_is_open(input, view);
  if (input.observation_stale && !open) hold_disturbing(plan);
  if (input.suspended && !open) hold_everything(plan, input.record->name.str());
  tell_disk(plan);
  tell_rollback(*input.record, plan);
  return plan;
}

}  // namespace boxwright::plan
