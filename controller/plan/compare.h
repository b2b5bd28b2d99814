#pragma once
// Observed against wanted, field by field, after the engine's own normalisation. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/wanted.h"
#include "state/container_config.h"

namespace boxwright::plan {

/// Stands for a value that may be a secret, and for none at all.
inline constexpr const char* kHidden = "(hidden)";
inline constexpr const char* kNoValue = "(none)";

/// One field that differs, in the spec's words; what the spec has no word for is `network`,
/// `routing`, `container.hostname`, `container.labels.<key>` and the like.
struct FieldDifference {
  std::string field;  ///< `spec.env.EDITOR`, `spec.image`, `spec.volumes.cache`, `routing`, ...
  std::string from;   ///< Printable; a value that may be a secret is shown as `(hidden)`.
  std::string to;
  bool operator==(const FieldDifference&) const = default;
};

/// Differences in creation-time fields between a container as inspect shows it and as it should be
/// (docs: docker-api notes 2.1). What the image adds by itself (env, labels, command, health check)
/// is no difference. `image` is the configuration of the container's own image; nullopt: it is
/// gone, then extra env and labels are accepted. `known_plain_env`: values that may be printed as
/// `from`. Secrets are compared by value, but not those that are missing; their MAC counts only
/// where the same key made it. A differing spec-hash label is reported when nothing else differs:
/// it says that the label is wrong. Sorted by field.
[[nodiscard]] std::vector<FieldDifference> compare_containers(
    const state::ContainerConfig& observed, const std::optional<state::ImageConfig>& image,
    const Wanted& wanted, const std::map<std::string, specs::SecretRef>& secrets,
    const std::map<std::string, std::string>& known_plain_env);

/// Whether the engine can limit swap. Without it, inspect shows -1 whatever was sent.
enum class SwapAccounting { Unknown, Present };

/// Differences in what can be changed live: cpus, memory (with swap), pids, restart policy.
/// Zero, null and -1 pids are equal; so are swap 0 and the engine's rule, twice the memory. Swap -1
/// is accepted unless swap accounting is known to be there: then a hand took the limit away.
[[nodiscard]] std::vector<FieldDifference> compare_live(
    const state::ContainerConfig& observed, const state::ContainerConfig& wanted,
    SwapAccounting swap = SwapAccounting::Unknown);

/// Differences between two complete specs, for plans: every field with old and new value. A
/// variable that is a secret in either is shown as `(hidden)`. Sorted by field.
[[nodiscard]] std::vector<FieldDifference> compare_specs(const specs::BoxSpec& before,
                                                         const specs::BoxSpec& after);

}  // namespace boxwright::plan
