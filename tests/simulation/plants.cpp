#include "tests/simulation/plants.h"

namespace boxwright::test {

const std::vector<Plant>& all_plants() {
  static const std::vector<Plant> kPlants;
  return kPlants;
}

const Plant* find_plant(const std::string& name) {
  for (const auto& plant : all_plants()) {
    if (plant.name == name) return &plant;
  }
  return nullptr;
}

}  // namespace boxwright::test
