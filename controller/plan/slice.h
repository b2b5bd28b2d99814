#pragma once
// One box cut out of an observation of everything. Pure.

#include "state/observed.h"
#include "state/records.h"

namespace boxwright::plan {

/// What a relist says about one box. Holders of its volume names without our labels are not in it:
/// a box that needs new volumes is observed by itself before anything is done.
[[nodiscard]] state::ObservedBox slice_box(const state::ObservedFleet& fleet,
                                           const state::BoxRecord& record);

}  // namespace boxwright::plan
