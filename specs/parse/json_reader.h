#pragma once
// JSON text of a table row -> our tree.

#include <string>

#include "specs/parse/node.h"

namespace boxwright::specs {

/// Reads one JSON value; a duplicate key is a finding of the document. Positions are in the text,
/// as in YAML: a row has no other place than its name, but what is wrong with it can be shown.
[[nodiscard]] ReadText read_json(const std::string& text);

}  // namespace boxwright::specs
