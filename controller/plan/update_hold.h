#pragma once
// Why a replacement that is due may not begin now. Pure; private to the planner.

#include <optional>
#include <string>

#include "controller/plan/plan_draft.h"

namespace boxwright::plan {

struct UpdateHold {
  std::string code = "Held";      ///< Of the condition UpdatePending: `Manual`, `Window`, ...
  std::string reason;             ///< Short, for a plan: `update.policy: manual`.
  std::string way_out;            ///< What ends it, with the command where there is one.
  std::optional<WallTime> until;  ///< nullopt: until a person or a changed input acts.
};

/// Its updates wait for a session to end.
[[nodiscard]] bool waits_for_sessions(const Draft& draft);

/// nullopt: it may, also go on to its passage. May ask for the box's activity first
/// (`needs_activity`), and holds until that is known.
[[nodiscard]] std::optional<UpdateHold> update_hold(const Draft& draft,
                                                    const state::ObservedContainer& old);

}  // namespace boxwright::plan
