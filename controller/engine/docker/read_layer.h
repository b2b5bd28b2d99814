#pragma once
// What one container holds beside its image and its volumes, read by reading calls alone.

#include <stop_token>
#include <string>
#include <vector>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/writable_layer.h"

namespace boxwright::docker {

/// Sizes of single paths are looked up in the layer's own folder, where the storage driver tells it
/// and it lies on this machine: the engine's call for it (`/archive`) mounts the volumes anew.
[[nodiscard]] Result<engine::WritableLayer> read_layer(DockerApi& api,
                                                       const state::ObservedContainer& container,
                                                       const std::stop_token& stop);

/// Everything the engine says has changed in a container.
[[nodiscard]] Result<std::vector<engine::LayerChange>> read_changes(DockerApi& api,
                                                                    const ContainerId& id,
                                                                    const std::stop_token& stop);

/// The size of a regular file or link below `folder`, 0 for anything else; no link on the way is
/// followed. nullopt: it is not there, or may not be looked at.
[[nodiscard]] std::optional<Bytes> size_below(const std::string& folder, const std::string& path);

}  // namespace boxwright::docker
