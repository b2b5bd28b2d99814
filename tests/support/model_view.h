#pragma once
// The Docker model as our observation types: what a client makes of inspect and list.

#include "controller/engine/engine.h"
#include "state/observed.h"
#include "tests/support/docker_model.h"

namespace boxwright::test {

[[nodiscard]] state::ObservedContainer view_container(const ModelContainer& container);
[[nodiscard]] state::ObservedFleet view_fleet(const DockerModel& model,
                                              const Installation& installation, WallTime at);
[[nodiscard]] state::HoldView view_holds(const DockerModel& model, const engine::HoldQuery& query);
[[nodiscard]] state::ObservedBox view_box(const DockerModel& model, const engine::BoxQuery& query,
                                          WallTime at);
/// What a follower is told of it; nullopt: it concerns no box.
[[nodiscard]] std::optional<engine::EngineEvent> view_event(const DockerModel& model,
                                                            const ModelEvent& event);
/// The error that our seam makes of an engine's refusal.
[[nodiscard]] Error view_refusal(const Refusal& refusal, std::string_view doing);

}  // namespace boxwright::test
