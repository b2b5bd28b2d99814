// Bugs in what is remembered and told.

#include "tests/simulation/plant_parts.h"
#include "tests/simulation/plants/plant_lists.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

using Change = state::Store::FleetChange;

std::function<std::unique_ptr<state::Store>(state::Store&)> recording(
    std::function<void(state::BoxRecord&, state::Store&)> change) {
  StoreHooks hooks;
  hooks.commit = [change](Change& all, state::Store& store) {
    for (auto& record : all.put_boxes)
      change(record, store);
  };
  return plant_store(hooks);
}

std::function<std::unique_ptr<state::Store>(state::Store&)> entombing(
    std::function<void(state::Tombstone&)> change) {
  return recording([change](state::BoxRecord& record, state::Store& /*store*/) {
    if (record.tombstone) change(*record.tombstone);
  });
}

std::function<std::unique_ptr<state::Store>(state::Store&)> telling(
    std::function<void(state::Condition&)> change) {
  StoreHooks hooks;
  hooks.status = [change](state::BoxStatus& status) {
    for (auto& condition : status.conditions) {
      if (condition.type == "Ready") change(condition);
    }
  };
  return plant_store(hooks);
}

StoreHooks with(void (*set)(StoreHooks&)) {
  StoreHooks hooks;
  set(hooks);
  return hooks;
}

}  // namespace

std::vector<Plant> store_plants() {
  std::vector<Plant> list;
  const auto add = [&list](const char* name, const char* bug, auto part) {
    Plant plant{name, bug};
    plant.store = std::move(part);
    list.push_back(std::move(plant));
  };
  add("prunes-at-once", "the delay before a removal is not kept",
      entombing([](auto& stone) { stone.since -= std::chrono::hours{2}; }));
  add("grants-for-all", "every removal takes the volumes along", entombing([](auto& stone) {
        stone.remove_volumes = true;
        stone.volumes_due = stone.since;
      }));
  add("volume-delay-forgotten", "granted volumes go without their delay",
      entombing([](auto& stone) { stone.volumes_due = stone.since; }));
  add("guard-forgotten", "the removal guard holds nothing",
      entombing([](auto& stone) { stone.blocked = false; }));
  add("tombstone-outlives", "a box that comes back is removed all the same",
      recording([](auto& record, auto& store) {
        const auto before = store.box(record.name);
        if (*before && (*before)->tombstone && !record.tombstone) {
          record.tombstone = (*before)->tombstone;
        }
      }));
  add("new-uid-on-change", "a changed box gets another UID", recording([](auto& record, auto&) {
        if (record.generation > 1) record.uid = BoxUid{"00112233445566aa"};
      }));
  add("generation-jumps", "the generation rises with every commit",
      recording([](auto& record, auto& store) {
        const auto before = store.box(record.name);
        if (*before) record.generation = (*before)->generation + 1;
      }));
  add("generation-sticks", "the generation does not rise with the spec",
      recording([](auto& record, auto& /*store*/) { record.generation = 1; }));
  add("verdict-forgotten", "a wanted state that failed is tried again and again",
      plant_store(with([](auto& hooks) { hooks.drops_verdicts = true; })));
  add("containers-not-noted", "no container is remembered",
      plant_store(with([](auto& hooks) { hooks.drops_containers = true; })));
  add("volumes-not-expected", "no volume is remembered",
      plant_store(with([](auto& hooks) { hooks.drops_expected_volumes = true; })));
  add("ready-too-early", "a box is told ready whatever it does",
      telling([](auto& ready) { ready.status = state::ConditionStatus::True; }));
  add("ahead-of-itself", "the status speaks of a generation that does not exist",
      telling([](auto& ready) { ++ready.observed_generation; }));
  add("observed-goes-back", "observedGeneration is lost when a box is not ready",
      telling([](auto& ready) {
        if (ready.status != state::ConditionStatus::True) ready.observed_generation = 0;
      }));
  add("secret-in-event", "an event quotes the engine's answer with a secret in it",
      plant_store(with([](auto& hooks) {
        hooks.event = [](state::Event& event) {
          if (event.action == "StartContainer") event.message += secret_value(event.box, 0);
        };
      })));
  return list;
}

}  // namespace boxwright::test
