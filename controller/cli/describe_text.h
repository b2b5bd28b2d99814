#pragma once
// All about one box, for a person. Pure.

#include <string>
#include <vector>

#include "controller/cli/look.h"

namespace boxwright::cli {

/// Facts, spec, what the engine says, volumes, conditions, what would be done, and these events.
[[nodiscard]] std::string describe_text(const ShownBox& box,
                                        const std::vector<state::Event>& events, WallTime now,
                                        bool colour);

}  // namespace boxwright::cli
