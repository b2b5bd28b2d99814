#pragma once
// Which boxes a plan is about. Pure.

#include <string>
#include <vector>

#include "controller/cli/options.h"
#include "controller/plan/fleet.h"

namespace boxwright::cli {

/// All that is empty selects everything; what is given must all fit.
struct PlanScope {
  std::vector<std::string> boxes;
  std::vector<std::string> sources;
  std::string selector;  ///< `k=v[,k=v]`.

  [[nodiscard]] bool is_everything() const {
    return boxes.empty() && sources.empty() && selector.empty();
  }
  [[nodiscard]] bool has_box(const std::string& name) const;
  [[nodiscard]] bool has_source(const std::string& name) const;
  [[nodiscard]] bool has(const state::BoxRecord& record) const;
  bool operator==(const PlanScope&) const = default;
};

[[nodiscard]] PlanScope scope_of(const Options& options);

/// NotFound for a box or source that is named but not there, with the nearest one.
[[nodiscard]] Status check_scope(const PlanScope& scope, const plan::FleetDecision& decision,
                                 const std::vector<plan::SourceReading>& readings);

}  // namespace boxwright::cli
