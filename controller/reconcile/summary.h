#pragma once
// From what was planned and seen to what is told: the only writer of conditions. Pure.

#include <optional>
#include <string>

#include "controller/plan/plan_box.h"
#include "controller/reconcile/box_memory.h"
#include "state/records.h"

namespace boxwright::reconcile {

struct SummaryInput {
  const plan::PlanInput* planned = nullptr;
  const plan::BoxPlan* plan = nullptr;
  std::optional<Failure> failure;
  bool crash_looping = false;
  bool waits_for_turn = false;  ///< Other boxes of its source are replaced first.
  std::string problem;          ///< The declaration is at present invalid, or a claim on it is.
  const state::BoxStatus* previous =
      nullptr;  ///< For transition times and generations; may be null.
};

/// Reconciling and Stalled are present only while they are true (as kstatus has it).
[[nodiscard]] state::BoxStatus summarise(const SummaryInput& input);

/// Whether a box needs nothing more: as its spec wants it, or held by a stated verdict.
enum class Settlement { Busy, Converged, Stalled };
[[nodiscard]] Settlement settlement(const state::BoxStatus& status, std::int64_t generation);

}  // namespace boxwright::reconcile
