#pragma once
// Steps: each exactly one call that changes something.

#include <stop_token>
#include <string>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/engine.h"

namespace boxwright::docker {

[[nodiscard]] Result<engine::StepReply> perform_step(DockerApi& api, const engine::Step& step,
                                                     const engine::ProgressSink& progress,
                                                     const std::stop_token& stop);

}  // namespace boxwright::docker
