#pragma once
// What bugs are planted with: decorators that change what goes through them.

#include <functional>
#include <memory>
#include <optional>

#include "tests/simulation/passing.h"

namespace boxwright::test {

using Perform = std::function<Result<engine::StepReply>(const engine::Step&)>;

/// Hooks of an engine; empty ones change nothing.
struct EngineHooks {
  /// Instead of a step; `perform` passes one on. nullopt: nothing was done, pass it on as it is.
  std::function<std::optional<Result<engine::StepReply>>(engine::Step&, const Perform&)> step = {};
  std::function<void(state::ObservedBox&, const engine::BoxQuery&)> box = {};
  std::function<void(state::ObservedFleet&)> fleet = {};
  std::function<void(state::HoldView&)> holds = {};
  std::function<void(std::vector<engine::LayerChange>&)> changes = {};
};

struct StoreHooks {
  std::function<void(state::Store::FleetChange&, state::Store&)> commit = {};
  std::function<void(state::BoxStatus&)> status = {};
  std::function<void(state::Event&)> event = {};
  bool drops_verdicts = false;
  bool drops_containers = false;
  bool drops_expected_volumes = false;
};

/// A plant's part, made anew for every process.
[[nodiscard]] std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> plant_engine(
    std::function<EngineHooks()> make);
[[nodiscard]] std::function<std::unique_ptr<state::Store>(state::Store&)> plant_store(
    StoreHooks hooks);
[[nodiscard]] std::function<std::unique_ptr<state::DesiredDb>(state::DesiredDb&)> plant_desired(
    std::function<void(std::vector<state::Request>&)> requests,
    std::function<void(std::vector<state::DeletionRow>&)> deletions);
using Polled = Result<std::optional<specs::Snapshot>>;
[[nodiscard]] std::function<std::unique_ptr<specs::SpecSource>(std::unique_ptr<specs::SpecSource>)>
plant_source(std::function<std::function<void(Polled&)>()> make);

}  // namespace boxwright::test
