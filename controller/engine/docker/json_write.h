#pragma once
// Request bodies of the Engine API. Pure.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "controller/engine/docker/api_version.h"
#include "controller/engine/step.h"
#include "specs/base/secret.h"

namespace boxwright::docker {

/// Body of POST /containers/create. A Secret, since the environment is in it.
///
/// Volumes get no labels here: one that vanished since it was looked at is made anew by the engine,
/// and without our labels that shows as a conflict instead of passing for the box's data.
[[nodiscard]] Secret create_body(const engine::CreateContainer& step, ApiVersion version);
/// The same for what holds volumes. Here they do get labels, which say what such a volume is.
[[nodiscard]] Secret hold_body(const engine::CreateHold& step);
/// Body of POST /containers/{id}/update. Memory and swap always together (docker-api notes 3).
[[nodiscard]] Secret update_body(const engine::UpdateContainer& step);
/// Body of POST /commit: what is put over the container's own configuration.
[[nodiscard]] Secret commit_body(const engine::CommitImage& step);
[[nodiscard]] Secret volume_body(const engine::CreateVolume& step);
[[nodiscard]] Secret network_body(const engine::CreateNetwork& step);
[[nodiscard]] Secret connect_body(const ContainerId& container);
[[nodiscard]] Secret disconnect_body(const ContainerId& container);
/// Body of POST /containers/{id}/exec: output only.
[[nodiscard]] Secret exec_body(const std::vector<std::string>& argv);

/// `{"label":["a=b"]}`, for a query's `filters`; not yet escaped for the URL.
[[nodiscard]] std::string filters(const std::map<std::string, std::vector<std::string>>& values);

}  // namespace boxwright::docker
