#pragma once
// What YAML forbids and yaml-cpp 0.7 lets through. Looked for in the text, between the scalars that
// the parser found.

#include <optional>
#include <string_view>
#include <vector>

#include "specs/parse/text_places.h"

namespace boxwright::specs {

/// A scalar, or the bracket that opens a collection, as the parser came to it.
struct TextToken {
  enum class Kind { Plain, Quoted, Block, Bracket };
  std::size_t offset = 0;
  Kind kind = Kind::Plain;
  bool is_key = false;     ///< Of a map without brackets.
  int parent_column = -1;  ///< Of the innermost collection without brackets, from 0; -1: none.
  std::string_view value;  ///< Of a plain scalar: as it was understood.
};

/// The first thing that is not allowed. Requires: tokens in the order of the text, which parsed.
[[nodiscard]] std::optional<Finding> check_strictly(std::string_view text, const TextPlaces& places,
                                                    const std::vector<TextToken>& tokens);

}  // namespace boxwright::specs
