#pragma once
// How one container is to be made, or was made: the same words for what we send and what we read.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/ids.h"
#include "specs/base/secret.h"
#include "specs/model/box_spec.h"

namespace boxwright::state {

/// Limits as the engine holds them. Zero means "none".
struct Limits {
  NanoCpus cpus;
  Bytes memory;
  Bytes memory_swap;
  std::int64_t pids = 0;
  bool operator==(const Limits&) const = default;
};

/// One volume mounted into a container.
struct Mount {
  VolumeName volume;
  std::string target;
  auto operator<=>(const Mount&) const = default;
};

/// The engine's health check: the test in the engine's own form (`NONE`, `CMD`, `CMD-SHELL`).
struct EngineHealthCheck {
  std::vector<std::string> test;
  Duration interval{0};
  Duration timeout{0};
  Duration start_period{0};
  int retries = 0;
  bool operator==(const EngineHealthCheck&) const = default;
};

/// Everything that is fixed when a container is created, and the limits that may change later.
///
/// As wanted: complete. As observed: what inspect shows, which includes what the image added
/// (compare with `compare_containers`, never with ==).
struct ContainerConfig {
  std::string image;                    ///< The reference as written.
  std::vector<std::string> entrypoint;  ///< Observed only; we never send one.
  std::vector<std::string> command;     ///< Empty: the image's.
  std::map<std::string, Secret>
      env;  ///< Secret and plain values alike: nothing here may be printed.
  std::map<std::string, std::string> labels;  ///< All labels, ours included.
  std::string hostname;
  std::vector<Mount> mounts;  ///< Sorted by target.
  EngineHealthCheck healthcheck;
  Duration stop_timeout{0};
  std::string network;                        ///< Name of the one network it is created in.
  std::vector<specs::PublishedPort> publish;  ///< Sorted.
  bool init = true;
  std::string log_driver;  ///< `json-file`.
  std::map<std::string, std::string> log_options;

  // Changeable in life; not part of the hash.
  Limits limits;
  specs::RestartPolicy restart = specs::RestartPolicy::No;
};

/// What an image brings along.
struct ImageConfig {
  ImageId id;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> env;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> volumes;  ///< Paths of its VOLUME declarations, sorted.
  EngineHealthCheck healthcheck;
};

}  // namespace boxwright::state
