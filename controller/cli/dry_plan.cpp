#include "controller/cli/dry_plan.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "controller/cli/problem_text.h"

namespace boxwright::cli {

namespace {

constexpr int kDiskLowPercent = 10;

bool is_in_run(const std::vector<plan::SourceReading>& readings, const SourceName& source) {
  return std::any_of(readings.begin(), readings.end(),
                     [&source](const auto& reading) { return reading.source == source; });
}

/// An invalid declaration is told once, with its place, by the source itself.
bool is_told(const std::vector<specs::Problem>& told, const plan::BoxProblem& problem) {
  return std::any_of(told.begin(), told.end(),
                     [&problem](const auto& one) { return one.to_line() == problem.message; });
}

/// What a source says of one box concerns a plan about that box; what it says of none concerns all.
void add_spec_problems(const PlanScope& scope, const plan::FleetDecision& decision,
                       const std::vector<specs::Problem>& problems, PlanView& view) {
  for (const auto& problem : problems) {
    const auto record =
        std::find_if(decision.boxes.begin(), decision.boxes.end(),
                     [&problem](const auto& box) { return box.name == problem.box; });
    const bool concerns =
        problem.box.empty() ||
        (record == decision.boxes.end() ? scope.has_box(problem.box.str()) : scope.has(*record));
    if (concerns) view.spec_problems.push_back(problem);
  }
}

void add_fleet(const PlanScope& scope, const std::vector<plan::SourceReading>& readings,
               plan::FleetDecision& decision, DryPlan& dry) {
  for (const auto& reading : readings) {
    if (!scope.has_source(reading.source.str())) continue;
    add_spec_problems(scope, decision, reading.snapshot->problems, dry.view);
  }
  for (auto& source : decision.sources) {
    const bool shown = is_in_run(readings, source.name) && scope.has_source(source.name.str());
    if (shown) dry.view.sources.push_back(std::move(source));
  }
  for (auto& problem : decision.problems) {
    const bool concerns = scope.has_source(problem.source.str()) &&
                          (problem.box.empty() || scope.has_box(problem.box.str()));
    if (concerns && !is_told(dry.view.spec_problems, problem)) {
      dry.view.problems.push_back(std::move(problem));
    }
  }
  // Only now, since the problems of boxes repeat them as the source names them.
  dry.view.spec_problems.clear();
  std::error_code ignored;
  const auto here = std::filesystem::current_path(ignored).string();
  for (const auto& reading : readings) {
    if (!scope.has_source(reading.source.str())) continue;
    add_spec_problems(scope, decision,
                      seen_from(reading.snapshot->problems, reading.snapshot->place, here),
                      dry.view);
  }
  std::sort(dry.view.spec_problems.begin(), dry.view.spec_problems.end());
}

}  // namespace

Result<DryPlan> plan_dry(Session& session, const reconcile::Intake& intake,
                         const DryQuestion& question, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto observed, session.engine().observe_fleet(session.installation(), stop));
  BW_TRY_ASSIGN(auto input, intake.gather(&observed));
  input.confirmed_removals = question.confirmed;
  reconcile::Orders orders;
  orders.requests = input.requests;
  orders.disk_low = observed.disk_free_percent && *observed.disk_free_percent < kDiskLowPercent;
  const auto readings = input.readings;
  for (const auto& reading : readings) {
    if (!reading.snapshot) return tl::unexpected(reading.snapshot.error());
  }
  auto decision = plan::decide_fleet(std::move(input), session.random());
  const auto& scope = question.scope;
  BW_TRY(check_scope(scope, decision, readings));

  DryPlan dry;
  const auto dry_sources = decision.sources;
  add_fleet(scope, readings, decision, dry);
  orders.rollout_resumed = plan::rollouts_resumed(dry_sources);
  std::vector<state::BoxRecord> records;
  std::vector<state::BoxRecord> others;
  for (auto& box : decision.boxes) {
    if (!is_in_run(readings, box.source) || !scope.has(box)) {
      if (box.verdict) others.push_back(std::move(box));
      continue;
    }
    if (box.tombstone && !box.tombstone->blocked) dry.removals.push_back(box.name);
    records.push_back(std::move(box));
  }
  if (!question.only_removals) {
    BW_TRY_ASSIGN(dry.view.boxes,
                  session.preview(std::move(records), orders, stop, question.measure_layers,
                                  std::move(others), &observed));
  }
  return dry;
}

Result<DryPlan> plan_agreed(Session& session, const reconcile::Intake& intake,
                            const PlanScope& scope, const std::stop_token& stop) {
  BW_TRY_ASSIGN(auto dry, plan_dry(session, intake, {.scope = scope, .only_removals = true}, stop));
  return plan_dry(session, intake, {.scope = scope, .confirmed = dry.removals}, stop);
}

std::vector<BoxName> due_boxes(const PlanView& view) {
  std::vector<BoxName> names;
  for (const auto& box : view.boxes) {
    if (!box.plan.actions.empty() || is_under_way(box)) names.push_back(box.record.name);
  }
  return names;
}

}  // namespace boxwright::cli
