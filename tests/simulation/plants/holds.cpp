// Bugs in what holds the volumes.

#include <algorithm>
#include <memory>

#include "tests/simulation/plant_parts.h"
#include "tests/simulation/plants/plant_lists.h"

namespace boxwright::test {

namespace {

/// The old one goes as soon as a new one is to be made.
EngineHooks old_before_new() {
  const auto ids = std::make_shared<std::vector<ContainerId>>();
  EngineHooks hooks;
  hooks.holds = [ids](state::HoldView& view) {
    ids->clear();
    for (const auto& hold : view.holds.containers)
      ids->push_back(hold.id);
  };
  hooks.step = [ids](engine::Step& step,
                     const Perform& perform) -> std::optional<Result<engine::StepReply>> {
    if (!std::holds_alternative<engine::CreateHold>(step.kind)) return std::nullopt;
    for (const auto& id : *ids)
      static_cast<void>(perform({engine::RemoveContainer{id, true}, step.cause}));
    return std::nullopt;
  };
  return hooks;
}

/// Whatever there is counts as held already.
void hold_everything(state::ObservedHolds& holds,
                     const std::vector<state::ObservedVolume>& volumes) {
  for (auto& hold : holds.containers) {
    for (const auto& volume : volumes)
      hold.volumes.insert(volume.name);
  }
}

EngineHooks sees_all_held() {
  EngineHooks hooks;
  hooks.holds = [](state::HoldView& view) { hold_everything(view.holds, view.volumes); };
  hooks.fleet = [](state::ObservedFleet& fleet) { hold_everything(fleet.holds, fleet.volumes); };
  return hooks;
}

/// A hold that does not run counts as one that does.
EngineHooks sees_all_running() {
  const auto run = [](state::ObservedHolds& holds) {
    for (auto& hold : holds.containers)
      hold.state = state::ContainerState::Running;
  };
  EngineHooks hooks;
  hooks.holds = [run](state::HoldView& view) { run(view.holds); };
  hooks.fleet = [run](state::ObservedFleet& fleet) { run(fleet.holds); };
  return hooks;
}

}  // namespace

std::vector<Plant> hold_plants() {
  return {
      {"old-hold-before-new", "what holds the volumes is removed before the next one is there",
       plant_engine(old_before_new)},
      {"sees-all-held", "a new volume counts as held", plant_engine(sees_all_held)},
      {"hold-not-started", "what is made to hold volumes is not started",
       plant_engine(sees_all_running)},
  };
}

}  // namespace boxwright::test
