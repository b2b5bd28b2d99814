#pragma once
// The Docker Engine API over libcurl, as an Engine.

#include <memory>
#include <string>

#include "controller/engine/engine.h"

namespace boxwright::docker {

struct DockerOptions {
  /// `unix:///var/run/docker.sock`. Other schemes are Unsupported.
  std::string endpoint = "unix:///var/run/docker.sock";
  /// The newest API version that has been tried. Lower ones are negotiated down to kOldestApi.
  std::string newest_api = "1.51";
};

/// The oldest API version that is spoken (Engine 20.10).
inline constexpr const char* kOldestApi = "1.41";

/// Parses the endpoint only; connects (and negotiates the version) at the first call, and again
/// after the engine was away.
[[nodiscard]] Result<std::unique_ptr<engine::Engine>> connect_docker(const DockerOptions& options,
                                                                     const Clock& clock);

/// DOCKER_HOST where set and not empty, else the standard socket. Pure.
[[nodiscard]] std::string default_endpoint(const char* docker_host);

}  // namespace boxwright::docker
