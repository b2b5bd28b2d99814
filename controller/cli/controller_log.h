#pragma once
// The controller's log lines. Pure: text in, one line out.

#include <string>

#include "specs/base/clock.h"
#include "state/records.h"

namespace boxwright::cli {

/// A mutating call or something noticed, as one line without a newline. What came from outside
/// (messages of the engine, names) cannot make a second line or move the cursor.
[[nodiscard]] std::string event_line(const state::Event& event);
/// The same as one JSON object.
[[nodiscard]] std::string event_json(const state::Event& event, WallTime now);
/// Anything else that is worth a line, as one JSON object.
[[nodiscard]] std::string message_json(const std::string& message, const std::string& level,
                                       WallTime now);

}  // namespace boxwright::cli
