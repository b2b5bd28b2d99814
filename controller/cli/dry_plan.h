#pragma once
// What would be done if the loop ran now: the same decision and the same plans, committing nothing.

#include <stop_token>
#include <vector>

#include "controller/cli/plan_scope.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/session.h"

namespace boxwright::cli {

struct DryPlan {
  PlanView view;
  /// Boxes that the sources no longer declare and no guard holds: what a person may confirm.
  std::vector<BoxName> removals;
};

struct DryQuestion {
  PlanScope scope = {};
  std::vector<BoxName> confirmed = {};  ///< Removals that start at once.
  bool measure_layers = true;           ///< Of what is to be replaced.
  bool only_removals = false;           ///< What goes, and no look at any box.
};

/// Over the sources as `intake` has read them. A source that could not be read is an error: nothing
/// can be said of its boxes.
[[nodiscard]] Result<DryPlan> plan_dry(Session& session, const reconcile::Intake& intake,
                                       const DryQuestion& question, const std::stop_token& stop);

/// The plan of somebody who agrees to the removals in it: each starts at once.
[[nodiscard]] Result<DryPlan> plan_agreed(Session& session, const reconcile::Intake& intake,
                                          const PlanScope& scope, const std::stop_token& stop);

/// Boxes that something is to be done to, or that an earlier run left half done. Sorted.
[[nodiscard]] std::vector<BoxName> due_boxes(const PlanView& view);

}  // namespace boxwright::cli
