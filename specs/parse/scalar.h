#pragma once
// One scalar against the type, unit and range that its field wants.

#include <string>
#include <vector>

#include "specs/parse/field.h"
#include "specs/parse/node.h"

namespace boxwright::specs {

struct ScalarValue {
  std::int64_t number = 0;
  Verdict complaint;  ///< Its message continues a sentence that begins with the field's path.
};

/// Requires: `node` is a scalar, and the field's type is one of the scalar types or Volume.
[[nodiscard]] ScalarValue read_scalar(const Field& field, const TreeNode& node);

/// The words that a Choice may be, in order.
[[nodiscard]] std::vector<std::string> choices_of(const Field& field);

/// `a size such as 2GiB`, `one of a, b or c`: what a field wants, for messages.
[[nodiscard]] std::string expectation(const Field& field);

/// `a list`, `a map`, `text`, `empty`: what was written. Never the text itself, which may be a
/// secret in the wrong place.
[[nodiscard]] std::string_view kind_in_words(const TreeNode& node);

}  // namespace boxwright::specs
