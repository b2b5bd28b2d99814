#pragma once
// What is told of a source's rollout, from what the controller has written down. Pure.

#include <string>
#include <vector>

#include "state/records.h"

namespace boxwright::cli {

/// Why no further box of the source is replaced, with the way out; empty: it is not halted. A
/// verdict counts while the status of its box says so.
[[nodiscard]] std::string halted_rollout(const state::SourceRecord& source,
                                         const std::vector<state::BoxRecord>& boxes,
                                         const std::vector<state::BoxStatus>& statuses,
                                         WallTime now);

}  // namespace boxwright::cli
