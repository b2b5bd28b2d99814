#pragma once
// Looking into one container: its health check, memory and log.

#include <stop_token>
#include <string>
#include <vector>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/engine.h"
#include "state/container_config.h"

namespace boxwright::docker {

/// Runs the check once by exec. No check, or `NONE`: true. False: it failed, or its own timeout
/// (0: the engine's default of 30 s) passed. The engine does not end a check that timed out.
[[nodiscard]] Result<bool> run_check(DockerApi& api, const ContainerId& id,
                                     const state::EngineHealthCheck& check,
                                     const std::stop_token& stop);

/// Runs a program by exec and gives its standard output, cut at engine::kAnswerLongest.
[[nodiscard]] Result<engine::ExecAnswer> ask(DockerApi& api, const ContainerId& id,
                                             const std::vector<std::string>& program,
                                             Duration timeout, const std::stop_token& stop);

[[nodiscard]] Result<Bytes> memory_in_use(DockerApi& api, const ContainerId& id,
                                          const std::stop_token& stop);

[[nodiscard]] Result<std::vector<std::string>> recent_log(DockerApi& api, const ContainerId& id,
                                                          int lines, const std::stop_token& stop);

[[nodiscard]] Result<std::map<VolumeName, Bytes>> volume_sizes(DockerApi& api,
                                                               const std::stop_token& stop);

}  // namespace boxwright::docker
