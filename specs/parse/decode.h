#pragma once
// Walks a tree along a table of fields: finds what is unknown, ill-typed, out of range or absent,
// and hands good values to the draft.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "specs/parse/field.h"
#include "specs/parse/node.h"

namespace boxwright::specs {

/// Where one walk starts.
struct WalkFrom {
  std::string_view table;    ///< Path in the table: `spec`.
  std::string_view shown;    ///< Path as the person sees it: `spec.template.spec`.
  std::string_view pointer;  ///< JSON pointer of the node in its row; empty at the top.
};

enum class Required { Ignore, Report };

/// What a walk finds besides values.
struct WalkResult {
  std::vector<Finding> findings;
  /// Where each written field stands, by its dotted path as shown.
  std::map<std::string, Position> places;
  /// Likewise of what is inherited; these are places in the document that it comes from.
  std::map<std::string, Position> inherited;
};

/// Requires: `node` is what stands at `from`. Never throws, never recurses deeper than the tree.
[[nodiscard]] WalkResult walk(std::span<const Field> fields, const TreeNode& node,
                              const WalkFrom& from, Required required, Draft& draft);

}  // namespace boxwright::specs
