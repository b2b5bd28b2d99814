#include "controller/plan/update_hold.h"

#include <fmt/core.h>

#include <algorithm>

#include "specs/model/canonical.h"

namespace boxwright::plan {

namespace {

using state::ObservedContainer;

/// It cannot be brought up as it is, or keeps ending: a replacement is its repair, and a repair
/// waits for no window, no session and no halted rollout.
bool needs_repair(const Draft& draft, const ObservedContainer& old) {
  if (draft.input.crash_looping) return true;
  const bool is_down = !old.is_alive() && draft.runs();
  return is_down && (draft.input.start_held || !draft.blockers.start.empty());
}

std::optional<UpdateHold> guard(const Draft& draft, const ObservedContainer& old) {
  const auto because = [](std::string reason) {
    UpdateHold hold;
    hold.reason = std::move(reason);
    return hold;
  };
  if (!draft.blockers.creation.empty()) return because(draft.blockers.creation);
  if (draft.input.observation_stale) return because(kStaleReason);
  // The new container could not start, and neither could the old one again.
  if (const auto lost = lost_under(draft.input, old); !lost.empty()) {
    return because(fmt::format("volume {} is lost", lost));
  }
  if (draft.input.replace_held)
    return because("it was interrupted before and is tried again later");
  return std::nullopt;
}

/// A person named this box and had it go back: that waits for no policy, as little as a rollout. A
/// later change of secrets or image does.
bool is_ordered(const Draft& draft, const ObservedContainer& old) {
  const auto& record = *draft.input.record;
  if (!record.rollback) return false;
  const auto known = std::find_if(record.containers.begin(), record.containers.end(),
                                  [&old](const auto& one) { return one.id == old.id; });
  return known == record.containers.end() || known->spec_json != specs::canonical_json(record.spec);
}

std::optional<UpdateHold> policy_hold(const Draft& draft, const ObservedContainer& old) {
  const auto now = fmt::format("`boxwright rollout {}` makes it now", draft.name());
  switch (draft.input.record->spec.update.policy) {
    case specs::RolloutPolicy::Auto: break;
    case specs::RolloutPolicy::OnStop:
      if (!old.is_alive() || needs_repair(draft, old)) break;
      return UpdateHold{"OnStop", "update.policy: onStop",
                        "it is made when the box is stopped next, or " + now, std::nullopt};
    case specs::RolloutPolicy::Manual:
      return UpdateHold{"Manual", "update.policy: manual", now, std::nullopt};
  }
  return std::nullopt;
}

std::optional<UpdateHold> window_hold(const Draft& draft) {
  const auto& windows = draft.input.record->spec.update.windows;
  const auto opening = specs::look_at_windows(windows, draft.input.now);
  if (opening.open) return std::nullopt;
  std::string text;
  for (const auto& window : windows)
    text += (text.empty() ? "" : "; ") + specs::to_string(window);
  return UpdateHold{"Window", "update.windows",
                    fmt::format("it is made in the next window ({}); `boxwright rollout {}` makes "
                                "it now",
                                text, draft.name()),
                    opening.next};
}

/// When it is made whatever the session says: at the deadline, or once a window is open after it.
WallTime end_of_wait(const specs::UpdatePolicy& update, WallTime deadline) {
  const auto opening = specs::look_at_windows(update.windows, deadline);
  return opening.open ? deadline : opening.next.value_or(deadline);
}

std::optional<UpdateHold> session_hold(const Draft& draft, const ObservedContainer& old) {
  const auto& input = draft.input;
  const auto& update = input.record->spec.update;
  if (!waits_for_sessions(draft) || old.state != state::ContainerState::Running) {
    return std::nullopt;
  }
  const auto since = std::min(input.waits_for_idle_since.value_or(input.now), input.now);
  const auto deadline = since + update.idle_deadline;
  if (input.now >= deadline) {
    // Told until the old container is stopped: the wait is over, and must not begin anew between
    // the creation of the new one and that.
    draft.find("InUse", "DeadlineOver",
               fmt::format("box {} has waited for a session to end for {}, and is updated now",
                           draft.name(), format_duration(update.idle_deadline)));
    return std::nullopt;
  }
  if (!input.session_active) draft.plan.needs_activity = true;
  if (input.session_active == false) return std::nullopt;
  // Before the wait was told once, its end is not known: the same plan twice is the same.
  const auto until = input.waits_for_idle_since
                         ? std::optional<WallTime>(end_of_wait(update, deadline))
                         : std::nullopt;
  return UpdateHold{"ActiveSession", "an active session",
                    fmt::format("somebody is at work in it; it is made when they pause, or {} "
                                "after it was first due; `boxwright rollout {}` makes it now",
                                format_duration(update.idle_deadline), draft.name()),
                    until};
}

}  // namespace

bool waits_for_sessions(const Draft& draft) {
  const auto& update = draft.input.record->spec.update;
  return update.idle_deadline > Duration{0} && update.policy == specs::RolloutPolicy::Auto;
}

std::optional<UpdateHold> update_hold(const Draft& draft, const ObservedContainer& old) {
  const auto& input = draft.input;
  if (auto hold = guard(draft, old)) return hold;
  if (is_ordered(draft, old)) return std::nullopt;
  const bool repair = needs_repair(draft, old);
  if (!input.rollout_requested) {
    if (auto hold = policy_hold(draft, old)) return hold;
    if (!repair) {
      if (auto hold = window_hold(draft)) return hold;
    }
  }
  if (repair) return std::nullopt;
  if (!input.rollout_halted.empty()) {
    return UpdateHold{"RolloutHalted", "the rollout is halted", input.rollout_halted, std::nullopt};
  }
  if (input.rollout_requested) return std::nullopt;
  return session_hold(draft, old);
}

}  // namespace boxwright::plan
