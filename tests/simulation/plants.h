#pragma once
// Bugs that are planted one at a time, to test the oracle: each must be caught.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "specs/source/snapshot.h"
#include "state/desired_db.h"
#include "state/store.h"

namespace boxwright::test {

/// What a bug would do, done between the controller and the world. Empty functions change nothing.
struct Plant {
  std::string name;
  std::string bug;  ///< What would be wrong in the controller.
  std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> engine = {};
  std::function<std::unique_ptr<state::Store>(state::Store&)> store = {};
  std::function<std::unique_ptr<state::DesiredDb>(state::DesiredDb&)> desired = {};
  std::function<std::unique_ptr<specs::SpecSource>(std::unique_ptr<specs::SpecSource>)> source = {};
};

[[nodiscard]] const std::vector<Plant>& all_plants();
/// nullptr: none has that name.
[[nodiscard]] const Plant* find_plant(const std::string& name);

}  // namespace boxwright::test
