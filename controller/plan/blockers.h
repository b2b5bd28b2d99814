#pragma once
// What stands in the way of creating or starting a box's container. Pure.

#include <string>
#include <vector>

#include "controller/plan/plan_box.h"

namespace boxwright::plan {

inline constexpr const char* kDiskLow = "DiskLow";

/// The box asks for more processors than the host has: no container of it can be made, and its
/// limits cannot be changed.
[[nodiscard]] bool wants_too_many_cpus(const PlanInput& input);

struct Blockers {
  std::string creation;  ///< Reason why no container may be created now; empty: none.
  std::string start;     ///< Reason why the present container may not be started; empty: none.
  std::vector<Finding> findings;
};

[[nodiscard]] Blockers find_blockers(const PlanInput& input, const BoxView& view);

/// A stopped container mounts a lost volume that may be made anew: the container goes first.
[[nodiscard]] bool needs_new_mount_source(const PlanInput& input, const BoxView& view);
/// The volume that a running container lost below its feet and that may be made anew once it is
/// stopped; empty: none. Until then nothing that mounts it can be started beside it, or again.
[[nodiscard]] std::string lost_under(const PlanInput& input,
                                     const state::ObservedContainer& container);

/// Names the foreign container and both ways out.
[[nodiscard]] std::string name_conflict_message(const PlanInput& input, const BoxView& view);

/// Volumes that are known to hold the box's data but that its spec no longer names, and that no
/// person has let go yet. Sorted keys.
[[nodiscard]] std::vector<std::string> dropped_volumes(const PlanInput& input);

}  // namespace boxwright::plan
