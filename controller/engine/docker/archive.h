#pragma once
// A container's files as a tar archive, out of it and into it.

#include <stop_token>
#include <string>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/engine.h"

namespace boxwright::docker {

/// As Engine::read_archive promises. The engine mounts the container's volumes anew for each call.
[[nodiscard]] Status read_archive(DockerApi& api, const ContainerId& id, const std::string& path,
                                  const engine::ArchiveSink& sink, const std::stop_token& stop);

/// As Engine::read_all_files promises.
[[nodiscard]] Status read_all_files(DockerApi& api, const ContainerId& id,
                                    const engine::ArchiveSink& sink, const std::stop_token& stop);

/// As Engine::write_archive promises.
[[nodiscard]] Status write_archive(DockerApi& api, const ContainerId& id, const std::string& path,
                                   const engine::ArchiveChunks& next_chunk,
                                   const std::stop_token& stop);

}  // namespace boxwright::docker
