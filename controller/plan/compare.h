#pragma once
// Observed against wanted, field by field, after the engine's own normalisation. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/wanted.h"
#include "state/container_config.h"

namespace boxwright::plan {

/// One field that differs, in the spec's words.
struct FieldDifference {
  std::string field;  ///< `spec.env.EDITOR`, `spec.image`, `spec.volumes.cache`, `routing`, ...
  std::string from;   ///< Printable; a value that may be a secret is shown as `(hidden)`.
  std::string to;
  bool operator==(const FieldDifference&) const = default;
};

/// Differences in creation-time fields between a container as inspect shows it and as it should be
/// (docs: docker-api notes 2.1). What the image adds by itself (env, labels, command, health check)
/// is no difference. `image` is the configuration of the container's own image; nullopt: it is gone,
/// then extra env and labels are accepted. `known_plain_env`: values that may be printed as `from`.
/// Sorted by field.
[[nodiscard]] std::vector<FieldDifference> compare_containers(
    const state::ContainerConfig& observed, const std::optional<state::ImageConfig>& image,
    const Wanted& wanted, const std::map<std::string, specs::SecretRef>& secrets,
    const std::map<std::string, std::string>& known_plain_env);

/// Differences in what can be changed live: cpus, memory (with swap), pids, restart policy.
/// Zero, null and -1 pids are equal; swap -1 is accepted where the engine has no swap accounting.
[[nodiscard]] std::vector<FieldDifference> compare_live(const state::ContainerConfig& observed,
                                                        const state::ContainerConfig& wanted);

/// Differences between two complete specs, for plans: every field with old and new value.
[[nodiscard]] std::vector<FieldDifference> compare_specs(const specs::BoxSpec& before,
                                                         const specs::BoxSpec& after);

}  // namespace boxwright::plan
