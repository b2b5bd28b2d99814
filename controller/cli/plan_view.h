#pragma once
// A plan over one or more sources, and its two printed forms. The forms are pure.

#include <string>
#include <vector>

#include "controller/plan/fleet.h"
#include "controller/reconcile/preview.h"

namespace boxwright::cli {

struct PlanView {
  std::vector<reconcile::BoxPreview> boxes;   ///< Of the named sources, sorted by name.
  std::vector<plan::BoxProblem> problems;     ///< What is not said by `spec_problems` already.
  std::vector<specs::Problem> spec_problems;  ///< Of the sources' files or rows.
  std::vector<state::SourceRecord> sources;   ///< Those of the plan.
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

/// A replacement that was begun and waits for its new container's health: going on means ending it,
/// or rolling it back.
[[nodiscard]] bool is_under_way(const reconcile::BoxPreview& box);
[[nodiscard]] PlanCounts count_actions(const PlanView& view);
/// A problem that keeps a box from being as declared; `NameChanged` is only a note.
[[nodiscard]] bool is_error(const plan::BoxProblem& problem);

/// What would be done to one box, held back for, or is wrong: one block, one line an action, its
/// fields below. Empty: nothing.
[[nodiscard]] std::string box_plan_text(const plan::BoxPlan& plan, bool colour);
/// The same with what it costs, and where a new box is declared.
[[nodiscard]] std::string box_plan_text(const reconcile::BoxPreview& box, bool colour);
/// Deterministic; symbols that survive without colour: + create, ~ live, -/+ replace, - remove,
/// ! held or wrong, * worth knowing.
[[nodiscard]] std::string plan_text(const PlanView& view, bool colour);
/// Replacements of this source that are due; more than its `rollout.maxConcurrent` go in turns.
[[nodiscard]] int count_replacements(const PlanView& view, const SourceName& source);
/// `Plan: 2 to create, ...`.
[[nodiscard]] std::string plan_summary(const PlanView& view);
/// `about 12s (at most 10s to stop, 2s to become ready as at its last start)`.
[[nodiscard]] std::string price_text(const plan::Price& price);
/// `1.2 MiB`, for people.
[[nodiscard]] std::string size_text(Bytes size);

/// Versioned: {"apiVersion": "boxwright.dev/v1", "kind": "Plan", ...}; docs/reference/plan-json.md.
[[nodiscard]] std::string plan_json(const PlanView& view);
/// What would be done to one box, as in plan_json but without its price, compact: two texts are
/// equal if the same would be done for the same reasons.
[[nodiscard]] std::string actions_json(const plan::BoxPlan& plan);
/// The problems alone, as a versioned object of kind `Problems`.
[[nodiscard]] std::string problems_json(const std::vector<specs::Problem>& problems);

}  // namespace boxwright::cli
