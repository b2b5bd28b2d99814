#pragma once
// Volumes that a box lost, made anew to be filled: each carries the mark of the call that made it,
// so that what was not filled is told from everybody else's and taken away again.

#include <stop_token>

#include "controller/cli/volume_set.h"
#include "controller/engine/engine.h"

namespace boxwright::cli {

/// Those of the set that are lost, with the labels that they had: the box knows them again.
/// Conflict where somebody made one meanwhile.
[[nodiscard]] Status make_lost_volumes(engine::Engine& engine, const Installation& installation,
                                       const VolumeSet& set, const Attempt& attempt,
                                       const std::stop_token& stop);

/// Takes away what that call made, and nothing else.
[[nodiscard]] Status remove_made_volumes(engine::Engine& engine, const Installation& installation,
                                         const Attempt& attempt);

}  // namespace boxwright::cli
