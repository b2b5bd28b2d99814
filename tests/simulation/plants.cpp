#include "tests/simulation/plants.h"

#include "tests/simulation/plants/plant_lists.h"

namespace boxwright::test {

const std::vector<Plant>& all_plants() {
  static const std::vector<Plant> kPlants = [] {
    std::vector<Plant> list;
    for (auto part : {step_plants(), look_plants(), hold_plants(), store_plants(), order_plants()})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return kPlants;
}

const Plant* find_plant(const std::string& name) {
  for (const auto& plant : all_plants()) {
    if (plant.name == name) return &plant;
  }
  return nullptr;
}

}  // namespace boxwright::test
