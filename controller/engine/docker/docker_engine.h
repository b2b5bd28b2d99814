#pragma once
// The Docker Engine API over libcurl, as an Engine.

#include <memory>
#include <string>

#include "controller/engine/engine.h"

namespace boxwright::docker {

/// How long each kind of call may take before DeadlineExceeded (docker-api notes, section 1).
struct Deadlines {
  Duration connect{5'000};
  Duration read{
      30'000};  ///< Lists, inspects, exec, logs; and changes that do no work of their own.
  Duration create{120'000};  ///< Copies image content into empty volumes.
  Duration start{120'000};
  Duration stop_extra{30'000};  ///< On top of the grace period; the kill that follows waits 12 s.
  Duration disk_usage{20'000};  ///< Somebody waits at a prompt, and can do without.
  Duration remove{60'000};
  /// Archives, either way, and a commit's answer: no total limit, but not silent for this long.
  Duration archive_silence{120'000};
  Duration pull_silence{
      180'000};  ///< A pull has no total limit, but may not be silent for this long.
};

struct DockerOptions {
  /// `unix:///var/run/docker.sock`. Other schemes are Unsupported.
  std::string endpoint = "unix:///var/run/docker.sock";
  /// The newest API version that has been tried. Lower ones are negotiated down to kOldestApi.
  std::string newest_api = "1.51";
  Deadlines deadlines = {};
};

/// The oldest API version that is spoken (Engine 20.10).
inline constexpr const char* kOldestApi = "1.41";

/// Parses the endpoint only; connects (and negotiates the version) at the first call, and again
/// after the engine was away. `clock` must outlive it.
[[nodiscard]] Result<std::unique_ptr<engine::Engine>> connect_docker(const DockerOptions& options,
                                                                     const Clock& clock);

/// DOCKER_HOST where set and not empty, else the standard socket. Pure.
[[nodiscard]] std::string default_endpoint(const char* docker_host);

}  // namespace boxwright::docker
