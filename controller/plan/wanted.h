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

namespace boxwright::plan {

/// The values of a box's secrets, or why there are none.
struct ResolvedSecrets {
  std::map<std::string, Secret> values;  ///< By the variable's name.
  std::vector<std::string> missing;      ///< Names (`from`) that did not resolve, sorted.
  std::string message;                   ///< Where they were looked for; what to do.
};

struct WantedInput {
  BoxName name;
  BoxUid uid;
  Installation installation;
  const specs::BoxSpec* spec = nullptr;
  const specs::SourceSettings* settings = nullptr;
  const ResolvedSecrets* secrets = nullptr;
  const MacKey* mac_key = nullptr;
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

[[nodiscard]] Wanted wanted_container(const WantedInput& input);

/// Hash v1 of the creation-time fields: image reference as written, command, plain env, names of
/// secret variables, hostname, mounts, health check, stop timeout, network, published ports, init,
/// log settings, routing labels. Limits, restart policy and our own identity labels are not part.
/// Frozen by vectors in tests/golden: an upgrade must never change it.
[[nodiscard]] std::string spec_hash_v1(const state::ContainerConfig& config,
                                       const std::map<std::string, specs::SecretRef>& secrets);

/// MAC over variable names and values, each with its length; `v1:<key id>:<hex>`, or empty for none.
[[nodiscard]] std::string secret_mac_v1(const MacKey& key, const std::map<std::string, Secret>& values);

/// The engine's form of a spec's health check. The http form runs curl or, failing that, wget.
[[nodiscard]] state::EngineHealthCheck engine_health_check(const specs::HealthCheck& check);

/// The limits a spec asks for; swap is twice the memory.
[[nodiscard]] state::Limits wanted_limits(const specs::Resources& resources);

}  // namespace boxwright::plan
