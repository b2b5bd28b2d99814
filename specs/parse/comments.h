#pragma once
// The comments of a YAML text, and the lines between its documents. The tree does not hold them.

#include <string>
#include <string_view>
#include <vector>

#include "specs/parse/node.h"

namespace boxwright::specs {

struct Comment {
  int line = 0;
  std::string text;       ///< From its `#` on; empty: an empty line.
  bool own_line = false;  ///< Nothing but the comment stands on the line.
  int column = 1;
};

struct Comments {
  std::vector<Comment> comments;  ///< In order; empty lines, too.
  std::vector<int> separators;    ///< Lines that begin with `---`.
  bool has_directives = false;    ///< `%YAML` or `...`: what no spec needs.
};

/// Requires: `documents` were read from `text` (without a byte order mark), and none was refused.
[[nodiscard]] Comments find_comments(std::string_view text, const std::vector<Document>& documents);

/// Where the flow collection that begins at `at` ends, just past its bracket; quotes are passed
/// over.
[[nodiscard]] std::size_t end_of_flow(std::string_view text, std::size_t at);

}  // namespace boxwright::specs
