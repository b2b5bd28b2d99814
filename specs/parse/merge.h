#pragma once
// Inheritance between trees.

#include "specs/parse/node.h"

namespace boxwright::specs {

/// `over` laid on `under`, both maps of spec fields: maps merge by key, scalars and lists replace,
/// a null stays as it is. A health check of `over` replaces the one kind of check of `under`, since
/// exactly one may stand. What comes from `under` is marked as inherited.
[[nodiscard]] TreeNode merge_specs(const TreeNode& under, const TreeNode& over);

}  // namespace boxwright::specs
