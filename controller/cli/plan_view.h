#pragma once
// A plan over one or more sources, and its two printed forms. The forms are pure.

#include <string>
#include <vector>

#include "controller/plan/fleet.h"
#include "controller/reconcile/preview.h"

namespace boxwright::cli {

struct PlanView {
  std::vector<reconcile::BoxPreview> boxes;  ///< Of the named sources, sorted by name.
  std::vector<plan::BoxProblem> problems;
  std::vector<specs::Problem> spec_problems;  ///< Of the sources' files or rows.
  std::vector<state::SourceRecord> sources;
};

struct PlanCounts {
  int create = 0;
  int live = 0;
  int restart = 0;
  int replace = 0;
  int remove = 0;
  int held = 0;
  [[nodiscard]] int due() const { return create + live + restart + replace + remove; }
};

[[nodiscard]] PlanCounts count_actions(const PlanView& view);
/// Deterministic; symbols that survive without colour: + create, ~ live, -/+ replace, - remove, !
/// held.
[[nodiscard]] std::string plan_text(const PlanView& view, bool colour);
/// Versioned: {"apiVersion": "boxwright.dev/v1", "kind": "Plan", ...}.
[[nodiscard]] std::string plan_json(const PlanView& view);

}  // namespace boxwright::cli
