// Nothing stands between, unless somebody puts it there.

#include "tests/simulation/passing.h"
#include "tests/simulation/world.h"

namespace boxwright::test {

std::unique_ptr<engine::Engine> Between::around_engine(engine::Engine& inside) {
  return std::make_unique<PassingEngine>(inside);
}
std::unique_ptr<engine::Engine> Between::engine_for(engine::Engine& inside) {
  return std::make_unique<PassingEngine>(inside);
}
std::unique_ptr<state::Store> Between::store_for(state::Store& inside) {
  return std::make_unique<PassingStore>(inside);
}
std::unique_ptr<state::DesiredDb> Between::desired_for(state::DesiredDb& inside) {
  return std::make_unique<PassingDesiredDb>(inside);
}
std::unique_ptr<specs::SpecSource> Between::source_for(std::unique_ptr<specs::SpecSource> inside) {
  return inside;
}
void Between::deliver(std::vector<engine::EngineEvent>& /*events*/) {
}

}  // namespace boxwright::test
