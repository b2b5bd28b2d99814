#pragma once
// Which fields differ, in the words of a plan: old, new, remedy and where the new value stands.
// Pure.

#include <string>
#include <vector>

#include "controller/plan/plan_box.h"

namespace boxwright::plan {

struct LiveChanges {
  std::vector<FieldChange> changes;
  bool needs_memory_use = false;  ///< A lower memory limit: how much is in use must be known first.
  bool memory_waits = false;      ///< Too much is in use for the lower limit.
  bool name_taken = false;        ///< Its name is held by a foreign container.
};

/// Limits, restart policy, name and network of a container that stays.
[[nodiscard]] LiveChanges live_changes(const PlanInput& input, const BoxView& view,
                                       const state::ObservedContainer& container);

/// Why the container must be replaced; may be empty when only the hash tells.
[[nodiscard]] std::vector<FieldChange> replacement_changes(const PlanInput& input,
                                                           const state::ObservedContainer& old);

/// `spec.resources.memory 2GiB -> 4GiB (boxes/ada.yaml:9)`, the first three of them: a cause that
/// still tells why when the spec has long changed again. Empty for none.
[[nodiscard]] std::string changes_text(const std::vector<FieldChange>& changes);

/// Networks that a hand attached, besides the wanted one. Sorted.
[[nodiscard]] std::vector<std::string> extra_networks(const PlanInput& input,
                                                      const state::ObservedContainer& container);

/// How a container that was found right is to be recorded.
[[nodiscard]] state::KnownContainer known_container(const PlanInput& input,
                                                    const state::ObservedContainer& container);

/// Why a candidate failed, in stable words.
[[nodiscard]] std::string failure_message(const PlanInput& input,
                                          const state::ObservedContainer& candidate);

}  // namespace boxwright::plan
