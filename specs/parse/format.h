#pragma once
// The canonical form of a file of specs. Its look changes, its meaning and its comments do not.

#include <string>
#include <vector>

#include "specs/parse/documents.h"

namespace boxwright::specs {

/// The text, or why there is none: the file cannot be read as YAML, or it can, and yet is written
/// in a way that could not be kept.
struct Formatted {
  std::string text;
  std::vector<Problem> problems;
  std::string cannot;  ///< A clause for a person.
};

/// Two spaces a level; fields in the order of the reference; maps and lists that were written on
/// one line stay there; quotes are double; at most one empty line at a place. The result is read
/// again and compared before it is returned.
[[nodiscard]] Formatted format_text(const SourceText& file);

}  // namespace boxwright::specs
