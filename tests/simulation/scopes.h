#pragma once
// What the exhaustive search goes through: every kind of plan, over two boxes.

#include <string>
#include <vector>

#include "tests/simulation/operation.h"

namespace boxwright::test {

struct Scope {
  std::string name;
  std::string what;
  std::vector<Operation> before;  ///< What led here, without faults and up to rest.
  std::vector<Operation> act;     ///< What makes the plans that are gone through.
};

/// Box 0 stands in a file, box 1 in the table.
[[nodiscard]] const std::vector<Scope>& all_scopes();
/// nullptr: none has that name.
[[nodiscard]] const Scope* find_scope(const std::string& name);

}  // namespace boxwright::test
