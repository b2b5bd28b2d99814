#pragma once
// What a look at a box adds to its history. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/plan_box.h"
#include "state/generation_record.h"

namespace boxwright::plan {

/// The present generation of a box as an entry of which nothing more is known.
[[nodiscard]] state::GenerationRecord generation_of(const state::BoxRecord& record);

/// What became of the present generation, as far as this look tells.
struct GenerationFact {
  state::GenerationRecord::Outcome outcome = state::GenerationRecord::Outcome::Applied;
  ImageId image_id;
  std::string secret_mac;
  std::string reason;
  bool operator==(const GenerationFact&) const = default;
};

/// Applied: the box is as wanted and ready, nothing is due or held. RolledBack: a verdict stands
/// against what is wanted. nullopt: neither.
[[nodiscard]] std::optional<GenerationFact> generation_fact(const PlanInput& input,
                                                            const BoxPlan& plan);

/// The entry to be put because of it; nullopt: the history says so already. Another image or other
/// secrets within one generation make a part of it.
[[nodiscard]] std::optional<state::GenerationRecord> next_entry(
    const std::vector<state::GenerationRecord>& history, const state::BoxRecord& record,
    const GenerationFact& fact, WallTime now);

}  // namespace boxwright::plan
