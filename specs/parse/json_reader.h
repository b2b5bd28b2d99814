#pragma once
// JSON text of a table row -> our tree, without positions.

#include <string>

#include "specs/parse/node.h"

namespace boxwright::specs {

/// Reads one JSON value. All positions are 0; a duplicate key is a finding of the document.
[[nodiscard]] ReadText read_json(const std::string& text);

}  // namespace boxwright::specs
