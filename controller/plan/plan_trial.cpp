// Replacement: when it may begin, how it goes on, when it goes back.

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/changes.h"
#include "controller/plan/layer_hold.h"
#include "controller/plan/plan_draft.h"
#include "controller/plan/update_hold.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

using state::ObservedContainer;

constexpr Duration kLayerLookAgain{300'000};

std::string replacement_cause(const std::vector<FieldChange>& changes) {
  return changes.empty() ? "the container was not made as wanted" : changes_text(changes);
}

/// More would have to be saved of the old container's files than is saved without being asked.
/// Empty: it may begin. An unmeasured layer is measured first, and planned for again.
std::string layer_hold(const Draft& draft, const ObservedContainer& old) {
  const auto& input = draft.input;
  if (!old.ever_started() || input.accepted.contains(kLoseLayer)) return {};
  if (!input.layer_size) {
    draft.plan.needs_layer_size = true;
    return {};
  }
  return *input.layer_size > input.record->settings.layers.limit ? kLayerTooLarge : std::string{};
}

/// `spec.env.EDITOR, spec.image`: which fields, but not their values, so that the message is short.
std::string fields_of(const std::vector<FieldChange>& changes) {
  std::string fields;
  for (const auto& change : changes)
    fields += (fields.empty() ? "" : ", ") + change.field;
  return fields.empty() ? "a container as wanted" : fields;
}

void tell_layer(const Draft& draft) {
  draft.find(
      "UpdatePending", kLayerTooLarge,
      fmt::format("box {0} waits for its update: about {1:.1f} GiB in its home lie on no "
                  "volume, and more than {2} are not saved unasked; move or delete some of "
                  "it (`boxwright plan` names the largest files), raise `layers.limit` of "
                  "its source, or let it go: `boxwright accept {0} --lose-layer`",
                  draft.name(),
                  static_cast<double>(draft.input.layer_size->count) / static_cast<double>(kGiB),
                  to_string(draft.input.record->settings.layers.limit)));
}

/// What makes an update wait, the size of what has to be saved last: it takes time to measure.
std::optional<UpdateHold> find_hold(const Draft& draft, const ObservedContainer& old) {
  if (auto hold = update_hold(draft, old)) return hold;
  auto reason = layer_hold(draft, old);
  if (reason.empty()) return std::nullopt;
  UpdateHold hold;
  hold.code = kLayerTooLarge;
  hold.reason = std::move(reason);
  return hold;
}

void tell_wait(const Draft& draft, const UpdateHold& hold,
               const std::vector<FieldChange>& changes) {
  if (hold.code == kLayerTooLarge) return tell_layer(draft);
  auto message = fmt::format("box {} waits for its update ({}): {}", draft.name(),
                             fields_of(changes), hold.reason);
  if (!hold.way_out.empty()) {
    message += fmt::format("; {}. It will lose {}", hold.way_out, kWritableLayer);
  }
  draft.find("UpdatePending", hold.code, std::move(message));
}

/// The transition time of InUse is when the wait began, and outlives this process. What else holds
/// the update meanwhile, a closed window above all, does not let the wait begin anew: it would
/// never end where windows are shorter than the deadline.
void tell_in_use(const Draft& draft, const UpdateHold& hold) {
  if (hold.code == "ActiveSession" && draft.input.session_active == true) {
    draft.find("InUse", "ActiveSession",
               fmt::format("somebody is at work in box {}, and its update waits", draft.name()));
    return;
  }
  const bool goes_on = waits_for_sessions(draft) && draft.input.waits_for_idle_since &&
                       draft.input.session_active != false && draft.plan.find("InUse") == nullptr;
  if (!goes_on) return;
  draft.find("InUse", "NotAsked",
             fmt::format("somebody was at work in box {} when its update was due, and the wait for "
                         "that goes on; it is asked again when nothing else holds the update",
                         draft.name()));
}

void hold_replacement(const Draft& draft, const ObservedContainer& old, const UpdateHold& hold,
                      std::vector<FieldChange> changes) {
  if (draft.blockers.creation.empty()) tell_wait(draft, hold, changes);
  tell_in_use(draft, hold);
  HeldAction held{
      {ActionKind::Replace, std::move(changes), {}, kWritableLayer}, hold.reason, hold.until};
  held.action.cause = replacement_cause(held.action.changes);
  draft.plan.held.push_back(std::move(held));
  plan_kept(draft, old);
  if (draft.input.replace_held) draft.look_again_after(*draft.input.replace_held);
  if (hold.until) draft.look_again_after(*hold.until - draft.input.now);
  if (hold.code == kLayerTooLarge) draft.look_again_after(kLayerLookAgain);
}

/// The names that the way forwards still has to take.
bool is_way_barred(const Draft& draft, const ObservedContainer& candidate,
                   const ObservedContainer& old) {
  const auto main = state::container_name(draft.input.record->name);
  const auto previous = state::previous_name(draft.input.record->name);
  return (candidate.name != main && is_name_held(draft.input, draft.view, main)) ||
         (old.name == main && is_name_held(draft.input, draft.view, previous));
}

void roll_back(const Draft& draft, const ObservedContainer& candidate, bool failed) {
  auto message = failed ? failure_message(draft.input, candidate)
                        : fmt::format("the replacement of box {} was interrupted", draft.name());
  if (failed) {
    draft.plan.new_verdict =
        state::Verdict{wanted_key(draft.input), "RolledBack", message, draft.input.now};
  }
  draft.plan.interrupted = !failed;
  draft.act(ActionKind::RollBack, std::move(message));
}

constexpr const char* kLostMount = "a lost volume is mounted by the stopped container";

/// Neither runs, and neither can: their volume's directory is gone, and it can be made anew only
/// once nothing mounts it. To go back to one of them would keep the box down for ever.
bool is_stuck(const Draft& draft, const ObservedContainer& candidate,
              const ObservedContainer& old) {
  return draft.runs() && !candidate.is_alive() && !old.is_alive() &&
         needs_new_mount_source(draft.input, draft.view);
}

}  // namespace

void plan_trial(const Draft& draft, const ObservedContainer& candidate,
                const ObservedContainer& old) {
  if (is_stuck(draft, candidate, old)) {
    plan_creation(draft, kLostMount);
    return;
  }
  const auto trial = judge_candidate(draft.input, candidate);
  const bool at_place = candidate.name == state::container_name(draft.input.record->name);
  if (is_rejected(draft.input)) {
    draft.act(ActionKind::RollBack, draft.input.record->verdict->message);
    return;
  }
  if (trial == Trial::Failed || trial == Trial::Interrupted ||
      (!at_place && candidate.is_alive())) {
    roll_back(draft, candidate, trial == Trial::Failed && at_place);
    return;
  }
  if (trial == Trial::Waiting && !old.is_alive()) {
    draft.plan.awaiting_health = true;
    draft.plan.look_again = Duration{1'000};
    draft.find("Reconciling", "AwaitingHealth",
               fmt::format("the new container of box {} is not healthy yet", draft.name()));
    return;
  }
  auto changes = replacement_changes(draft.input, old);
  if (trial == Trial::NotStarted && old.is_alive()) {
    // Up to here nothing was disturbed: whatever speaks against it now is still heard.
    if (const auto hold = find_hold(draft, old)) {
      hold_replacement(draft, old, *hold, std::move(changes));
      return;
    }
  }
  if (trial == Trial::NotStarted && is_way_barred(draft, candidate, old)) {
    if (old.is_alive()) {
      hold_replacement(draft, old, {.reason = "NameConflict"}, std::move(changes));
    } else {
      roll_back(draft, candidate, false);
    }
    return;
  }
  if (trial == Trial::Passed && !old.is_alive()) draft.plan.proven = candidate.id;
  auto cause = replacement_cause(changes);
  draft.act(ActionKind::Replace, std::move(cause), std::move(changes), kWritableLayer);
}

void plan_outdated(const Draft& draft, const ObservedContainer& old) {
  const auto& input = draft.input;
  if (is_stuck(draft, old, old)) {
    plan_creation(draft, kLostMount);
    return;
  }
  if (is_rejected(input)) {
    draft.find("Stalled", "RolledBack", input.record->verdict->message);
    plan_kept(draft, old);
    return;
  }
  const bool is_down = !old.is_alive() && draft.runs();
  const bool can_start = draft.blockers.start.empty() && !input.start_held;
  // A pull may fail, and a new replacement takes its time: an old container that is down because of
  // us, or for want of an image, comes back first.
  const bool must_pull = !input.observed->wanted_image.has_value() ||
                         (input.record->spec.pull == specs::PullPolicy::Always && !input.pulled);
  // But under onStop the stop is the one chance there is: the image is fetched while it lasts.
  const bool is_chance =
      input.record->spec.update.policy == specs::RolloutPolicy::OnStop && !input.pull_failed;
  const bool comes_back_first = must_pull && !is_chance;
  if (is_down && can_start && (comes_back_first || passage_is_open(input, draft.view))) {
    plan_kept(draft, old);
    return;
  }
  if (needs_new_mount_source(input, draft.view)) {
    plan_creation(draft, kLostMount);
    return;
  }
  if (old.name == state::candidate_name(input.record->name)) {
    plan_kept(draft, old);  // Its name is needed for the candidate.
    return;
  }
  auto changes = replacement_changes(input, old);
  if (const auto hold = find_hold(draft, old)) {
    hold_replacement(draft, old, *hold, std::move(changes));
    return;
  }
  auto cause = replacement_cause(changes);
  draft.act(ActionKind::Replace, std::move(cause), std::move(changes), kWritableLayer);
}

}  // namespace boxwright::plan
