#pragma once
// What would be done if the loop ran now: the same decision and the same plans, committing nothing.

#include <stop_token>
#include <vector>

#include "controller/cli/plan_view.h"
#include "controller/cli/session.h"

namespace boxwright::cli {

struct DryPlan {
  PlanView view;
  /// Boxes that the sources no longer declare and no guard holds: what a person may confirm.
  std::vector<BoxName> removals;
};

/// Over the sources as `intake` has read them. `confirmed`: removals that start at once. A source
/// that could not be read is an error: nothing can be said of its boxes.
[[nodiscard]] Result<DryPlan> plan_dry(Session& session, const reconcile::Intake& intake,
                                       const std::vector<BoxName>& confirmed,
                                       const std::stop_token& stop);

}  // namespace boxwright::cli
