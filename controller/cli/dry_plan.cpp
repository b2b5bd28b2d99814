#include "controller/cli/dry_plan.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
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

}  // namespace

Result<DryPlan> plan_dry(Session& session, const reconcile::Intake& intake,
                         const std::vector<BoxName>& confirmed, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto observed, session.engine().observe_fleet(session.installation(), stop));
  BW_TRY_ASSIGN(auto input, intake.gather(&observed));
  input.confirmed_removals = confirmed;
  reconcile::Orders orders;
  orders.requests = input.requests;
  orders.disk_low = observed.disk_free_percent && *observed.disk_free_percent < kDiskLowPercent;
  const auto readings = input.readings;
  auto decision = plan::decide_fleet(std::move(input), session.random());

  DryPlan dry;
  for (const auto& reading : readings) {
    if (!reading.snapshot) return tl::unexpected(reading.snapshot.error());
    dry.view.spec_problems.insert(dry.view.spec_problems.end(), reading.snapshot->problems.begin(),
                                  reading.snapshot->problems.end());
  }
  std::vector<state::BoxRecord> records;
  for (auto& box : decision.boxes) {
    if (!is_in_run(readings, box.source)) continue;
    if (box.tombstone && !box.tombstone->blocked) dry.removals.push_back(box.name);
    records.push_back(std::move(box));
  }
  for (auto& source : decision.sources) {
    if (is_in_run(readings, source.name)) dry.view.sources.push_back(std::move(source));
  }
  for (auto& problem : decision.problems) {
    if (!is_told(dry.view.spec_problems, problem)) {
      dry.view.problems.push_back(std::move(problem));
    }
  }
  // Only now, since the problems of boxes repeat them as the source names them.
  dry.view.spec_problems.clear();
  std::error_code ignored;
  const auto here = std::filesystem::current_path(ignored).string();
  for (const auto& reading : readings) {
    auto seen = seen_from(reading.snapshot->problems, reading.snapshot->place, here);
    std::move(seen.begin(), seen.end(), std::back_inserter(dry.view.spec_problems));
  }
  std::sort(dry.view.spec_problems.begin(), dry.view.spec_problems.end());
  BW_TRY_ASSIGN(dry.view.boxes, session.preview(std::move(records), orders, stop));
  return dry;
}

}  // namespace boxwright::cli
