#pragma once
// Going back to an earlier generation: to which, and as what. Pure.

#include <string>
#include <vector>

#include "specs/base/error.h"
#include "state/generation_record.h"
#include "state/records.h"
#include "state/rollback_order.h"

namespace boxwright::plan {

/// What the engine has of the image that the earlier generation ran.
struct ImageSight {
  ImageId named;          ///< What its reference names now; empty: nothing.
  bool is_there = false;  ///< The image that was recorded is still on the engine.
};

struct PlannedRollback {
  state::RollbackOrder order;
  /// It says what is declared: then the order is to end the rollback that stands.
  bool is_undo = false;
  /// Worth saying before it is asked for: the image is pinned, or gone; secrets are as they are
  /// now.
  std::vector<std::string> notes;
};

/// The entry that `to` names (`3`, `3.1`), which must have been applied. Without `to` the last one
/// that was applied, was not gone back from, and is another than the present state.
/// NotFound, or Conflict for one that never ran, with what to do.
[[nodiscard]] Result<const state::GenerationRecord*> find_rollback_target(
    const state::BoxRecord& record, const std::vector<state::GenerationRecord>& history,
    const std::string& to);

/// What the box is to be: as that entry was, but for what says how it is handled (update, deletion,
/// suspend), which stays as it is now, and for secrets, which have their present values. The image
/// is the recorded one by its ID, and is not pulled, where its reference names another by now or
/// could come to name another by itself (`update.image: follow`, `pull: always`).
/// Conflict if the box is like that already.
[[nodiscard]] Result<PlannedRollback> plan_rollback(
    const state::BoxRecord& record, const std::vector<state::GenerationRecord>& history,
    const state::GenerationRecord& target, const ImageSight& sight);

}  // namespace boxwright::plan
