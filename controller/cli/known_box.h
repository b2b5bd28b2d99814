#pragma once
// The record of a box that a person named.

#include <string>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// NotFound, with the nearest name, for one that nobody knows.
[[nodiscard]] Result<state::BoxRecord> known_box(Session& session, const std::string& name);

}  // namespace boxwright::cli
