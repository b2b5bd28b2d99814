#pragma once
// What must change for one box, why, and at what cost. Engine-neutral, plain data.

#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "state/records.h"

namespace boxwright::plan {

/// How a field change is made.
enum class Remedy { Live, Restart, Replace, Refuse };

enum class ActionKind {
  Create,  ///< Image, volumes, network, container.
  Start,   ///< The container is there and should run.
  Unpause,
  ChangeLive,     ///< Limits, restart policy, name, networks: nothing is stopped.
  Restart,        ///< A person asked for it.
  Replace,        ///< New container, same volumes, old one kept until the new one is healthy.
  RollBack,       ///< The candidate failed: the old container comes back.
  RemakeVolume,   ///< A lost volume is made anew, empty: disposable, or accepted by a person.
  Stop,           ///< `power: stopped`.
  RemoveSurplus,  ///< A left-over container of ours.
  Remove,         ///< The box is to go: its container.
  RemoveVolumes,  ///< ... and its volumes, by grant.
};

/// One field and its change.
struct FieldChange {
  std::string field;  ///< `spec.resources.memory`.
  std::string from;
  std::string to;
  Remedy remedy = Remedy::Replace;
  /// `boxes/ada.yaml:9`, `rollback to generation 3`, or `drift`: a hand changed the engine.
  std::string source;
  bool operator==(const FieldChange&) const = default;
};

/// One thing to be done, with what made it necessary.
struct Action {
  ActionKind kind = ActionKind::Create;
  std::vector<FieldChange> changes;  ///< Sorted by field; may be empty where `cause` says it all.
  std::string cause;                 ///< Never empty.
  std::string loses;                 ///< What is lost by it; empty: nothing.
  bool operator==(const Action&) const = default;
};

/// An action that would be due but for a stated reason.
struct HeldAction {
  Action action;
  std::string reason;             ///< `pruneDelay`, `update.policy: manual`, ...
  std::optional<WallTime> until;  ///< nullopt: until a person or a changed input acts.
  bool operator==(const HeldAction&) const = default;
};

/// A condition that planning found to be true of the box.
struct Finding {
  std::string
      condition;        ///< `Stalled`, `Drifted`, `UpdatePending`, `DeletionBlocked`, `Suspended`.
  std::string reason;   ///< CamelCase.
  std::string message;  ///< Stable; with the way out.
  bool operator==(const Finding&) const = default;
};

struct BoxPlan {
  BoxName box;
  BoxUid uid;
  std::int64_t generation = 0;
  std::vector<Action> actions;
  std::vector<HeldAction> held;
  std::vector<Finding> findings;
  /// The container that start, stop, restart and live changes speak of; empty: none stays.
  ContainerId kept;
  /// To be committed before the first rollback call.
  std::optional<state::Verdict> new_verdict;
  /// A container that was compared field by field and found right: to be recorded.
  std::optional<state::KnownContainer> learn;
  /// A container that was healthy for the first time: to be recorded before its old one goes.
  std::optional<ContainerId> proven;
  /// Planning needs to know how much memory the container uses before it can lower the limit.
  bool needs_memory_use = false;
  /// Planning needs to know whether somebody is at work in the box before it is replaced.
  bool needs_activity = false;
  /// Planning needs to know how much would have to be saved of the old container's files before it
  /// can begin the replacement.
  bool needs_layer_size = false;
  /// A candidate was interrupted by an engine restart or a hand: retry later, with backoff.
  bool interrupted = false;
  /// Nothing to do but to wait for: the candidate's or the box's health.
  bool awaiting_health = false;
  /// Look again after this even if nothing happens.
  std::optional<Duration> look_again;

  [[nodiscard]] bool is_empty() const { return actions.empty(); }
  /// Nothing had to be left open for want of a look: what is planned, and held, is the whole plan.
  [[nodiscard]] bool is_complete() const {
    return !needs_memory_use && !needs_activity && !needs_layer_size;
  }
  [[nodiscard]] const Finding* find(std::string_view condition) const;
};

[[nodiscard]] std::string_view to_string(Remedy value);
[[nodiscard]] std::string_view to_string(ActionKind value);

}  // namespace boxwright::plan
