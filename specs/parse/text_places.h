#pragma once
// Bytes of a text and the places that people see: line and column, both from 1.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "specs/parse/node.h"

namespace boxwright::specs {

/// Finds the place of a byte. Keeps a view: the text must outlive it.
class TextPlaces {
 public:
  explicit TextPlaces(std::string_view text);

  /// Columns count characters, not bytes. An offset past the end is the end.
  [[nodiscard]] Position at(std::size_t offset) const;

 private:
  std::string_view text_;
  [[nodiscard]] std::size_t characters_before(std::size_t offset) const;

  std::vector<std::size_t> line_starts_;
  /// Characters before each block of bytes, so that a long line costs no more than a short one.
  std::vector<std::size_t> block_characters_;
};

/// Checks what no reader below us checks: size, NUL bytes, UTF-8. The first problem, if any.
[[nodiscard]] std::optional<Finding> check_text(std::string_view text);

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates) without NUL.
[[nodiscard]] bool is_clean_utf8(std::string_view text);

}  // namespace boxwright::specs
