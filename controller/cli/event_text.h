#pragma once
// Events as people and machines read them. Pure.

#include <string>
#include <vector>

#include "controller/cli/options.h"
#include "state/records.h"

namespace boxwright::cli {

/// Whether the filters of `events` let it through; `from`: what `--since` came to.
[[nodiscard]] bool is_wanted(const Options& options, const state::Event& event, WallTime from);

/// The first line of a message, and how many there are below it.
[[nodiscard]] std::string first_line(const std::string& message);
/// One line an event, in columns.
[[nodiscard]] std::string events_text(const std::vector<state::Event>& events);
/// One compact JSON object a line, so that a reader can follow.
[[nodiscard]] std::string events_json_lines(const std::vector<state::Event>& events);

}  // namespace boxwright::cli
