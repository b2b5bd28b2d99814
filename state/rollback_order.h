#pragma once
// What stands in `requests.argument` of a rollback: everything that is needed to obey it, so that
// it outlives the memory database.

#include <string>

#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "specs/model/box_spec.h"

namespace boxwright::state {

/// The argument of a request that ends a rollback.
inline constexpr const char* kRollbackUndo = "undo";

struct RollbackOrder {
  std::string to;           ///< `3` or `3.1`: the entry of the history it goes back to.
  BoxUid uid;               ///< Whose order it is; empty: of whatever box has the name.
  specs::BoxSpec spec;      ///< What the box is to be.
  specs::BoxSpec declared;  ///< What was declared then; with another declaration the order ends.
  bool operator==(const RollbackOrder&) const = default;
};

/// `{"to": "3", "uid": "...", "spec": {...}, "declared": {...}}`, both specs complete.
[[nodiscard]] std::string print_rollback_order(const RollbackOrder& order);
/// InvalidSpec, with what is wrong, for anything else. `undo` is no order to go back.
[[nodiscard]] Result<RollbackOrder> read_rollback_order(const std::string& argument);

}  // namespace boxwright::state
