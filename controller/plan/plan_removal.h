#pragma once
// The removal of a tombstoned box. Pure.

#include "controller/plan/plan_box.h"

namespace boxwright::plan {

/// Requires: input.record->tombstone. Containers first, then the volumes that were granted; while
/// it is not due, what would be done is held and the box is left as it is.
[[nodiscard]] BoxPlan plan_removal(const PlanInput& input);

/// How long a box that is removed may take to stop: as its spec says, but no more than 10 s where
/// container and data were ordered to go at once.
[[nodiscard]] Duration removal_grace(const state::BoxRecord& record, WallTime now);

/// The volumes of this very box that the grant covers and that are still there, sorted by name.
[[nodiscard]] std::vector<VolumeName> granted_volumes(const PlanInput& input);

}  // namespace boxwright::plan
