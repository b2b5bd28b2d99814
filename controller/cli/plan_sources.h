#pragma once
// What a plan is made over: folders, and the table.

#include <string>
#include <vector>

#include "controller/cli/dry_plan.h"
#include "controller/cli/saved_plan.h"
#include "controller/cli/session.h"

namespace boxwright::cli {

struct PlanSources {
  std::vector<std::string> folders;
  bool table = false;
};

/// As the command line says; where it names none, every source that is known. NotFound if there is
/// none at all.
[[nodiscard]] Result<PlanSources> plan_sources(Session& session, const Options& options);

/// Everything that has to be so again when the plan is carried out.
[[nodiscard]] Result<SavedPlan> to_be_saved(Session& session, const PlanSources& sources,
                                            const PlanScope& scope, const DryPlan& dry,
                                            const std::stop_token& stop);

}  // namespace boxwright::cli
