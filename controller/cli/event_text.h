#pragma once
// Events as people and machines read them. Pure.

#include <string>
#include <vector>

#include "state/records.h"

namespace boxwright::cli {

/// One line an event, in columns.
[[nodiscard]] std::string events_text(const std::vector<state::Event>& events);
/// One compact JSON object a line, so that a reader can follow.
[[nodiscard]] std::string events_json_lines(const std::vector<state::Event>& events);

}  // namespace boxwright::cli
