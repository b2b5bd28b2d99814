#pragma once
// From a complete spec to the container it asks for. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/digest.h"
#include "specs/model/box_spec.h"
#include "specs/source/snapshot.h"
#include "state/container_config.h"
#include "state/observed.h"
#include "state/secret_files.h"

namespace boxwright::plan {

using state::ResolvedSecrets;

struct WantedInput {
  BoxName name;
  BoxUid uid;
  Installation installation;
  const specs::BoxSpec* spec = nullptr;
  const specs::SourceSettings* settings = nullptr;
  const ResolvedSecrets* secrets = nullptr;  ///< nullptr: as if none resolved.
  const MacKey* mac_key = nullptr;           ///< nullptr (a dry run before the first key): no MAC.
};

/// What the box's container has to be.
struct Wanted {
  /// Complete but for the attempt label, which each try adds. With missing secrets, their variables
  /// are absent and `config` must not be created.
  state::ContainerConfig config;
  std::string spec_hash;   ///< `v1:<sha256 hex>` over the creation-time fields, secrets left out.
  std::string secret_mac;  ///< `v1:<key id>:<mac>`; empty without secrets or while one is missing.
  bool secrets_missing = false;
};

inline constexpr const char* kRendererVersion = "1";

/// Log settings of every container from the first release; part of hash v1.
inline constexpr const char* kLogDriver = "json-file";
inline constexpr const char* kLogMaxSize = "10m";
inline constexpr const char* kLogMaxFile = "3";

/// Requires: `spec` and `settings`. The stop grace period is rounded up to whole seconds, the only
/// ones that the engine knows.
[[nodiscard]] Wanted wanted_container(const WantedInput& input);

/// Hash v1 of the creation-time fields: image reference as written, command, plain env, names of
/// secret variables, hostname, mounts, health check, stop timeout, network, published ports, init,
/// log settings, routing labels. Limits, restart policy and our own identity labels are not part.
/// Frozen by vectors in tests/golden: an upgrade must never change it. hash.h has the text below
/// it.
[[nodiscard]] std::string spec_hash_v1(const state::ContainerConfig& config,
                                       const std::map<std::string, specs::SecretRef>& secrets);

/// MAC over variable names and values, each with its length; `v1:<key id>:<hex>`, or empty for
/// none.
[[nodiscard]] std::string secret_mac_v1(const MacKey& key,
                                        const std::map<std::string, Secret>& values);

/// The engine's form of a spec's health check. The http form runs curl or, where there is none,
/// wget; exit 1 on failure. `none` carries no times: the engine would keep them and never use them.
[[nodiscard]] state::EngineHealthCheck engine_health_check(const specs::HealthCheck& check);

/// The limits a spec asks for; swap is twice the memory.
[[nodiscard]] state::Limits wanted_limits(const specs::Resources& resources);

}  // namespace boxwright::plan
