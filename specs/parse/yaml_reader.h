#pragma once
// YAML text -> our tree. The only place that knows yaml-cpp.

#include <string>

#include "specs/parse/node.h"

namespace boxwright::specs {

/// Reads all documents of a text through yaml-cpp's events, and mends what yaml-cpp 0.7 lets pass:
/// duplicate keys, quotes that are never closed, anchors, aliases, merge keys, tags, wrong places
/// of empty values, endless nesting. Documents that hold nothing are left out.
[[nodiscard]] ReadText read_yaml(const std::string& text);

}  // namespace boxwright::specs
