#pragma once
// The planted bugs, by the place where they sit.

#include <vector>

#include "tests/simulation/plants.h"

namespace boxwright::test {

/// In what is done: steps.cpp.
[[nodiscard]] std::vector<Plant> step_plants();
/// In what is seen of the engine: looks.cpp.
[[nodiscard]] std::vector<Plant> look_plants();
/// In what holds the volumes: holds.cpp.
[[nodiscard]] std::vector<Plant> hold_plants();
/// In what is remembered and told: store.cpp.
[[nodiscard]] std::vector<Plant> store_plants();
/// In what is read of people: orders.cpp.
[[nodiscard]] std::vector<Plant> order_plants();

}  // namespace boxwright::test
