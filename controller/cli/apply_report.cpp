#include "controller/cli/apply_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

using reconcile::BoxResult;
using reconcile::Settlement;

/// Why a box is not as wanted, or not gone.
std::string reason_of(const BoxResult& result) {
  if (!result.status) return "not looked at yet";
  for (const char* type : {"DeletionBlocked", "Stalled", "Reconciling", "Ready"}) {
    if (const auto* condition = result.status->find(type)) {
      return fmt::format("{}: {}", condition->reason, condition->message);
    }
  }
  return "not looked at yet";
}

const Activity* find(const ActivityOf& activities, const BoxName& box) {
  const auto found = activities.find(box);
  return found == activities.end() ? nullptr : &found->second;
}

AppliedBox applied_box(const BoxResult& result, const Activity* activity) {
  AppliedBox box;
  box.name = result.name.str();
  box.good = result.settlement == Settlement::Converged && !result.removed;
  if (activity != nullptr) box.took = activity->took();
  if (!box.good) {
    box.result = result.removed ? "not removed" : "failed";
    box.reason = reason_of(result);
  } else if (activity == nullptr) {
    box.result = "as wanted";
  } else {
    box.result = activity->verdict == Verdict::Stopped ? "stopped" : "ready";
  }
  return box;
}

void add_removed(const std::vector<BoxName>& removals, const ActivityOf& activities,
                 std::vector<AppliedBox>& boxes) {
  for (const auto& name : removals) {
    const bool listed = std::any_of(boxes.begin(), boxes.end(),
                                    [&name](const auto& box) { return box.name == name.str(); });
    if (listed) continue;
    AppliedBox box{
        .name = name.str(), .result = "removed", .good = true, .reason = {}, .took = {}, .log = {}};
    if (const auto* activity = find(activities, name)) box.took = activity->took();
    boxes.push_back(std::move(box));
  }
}

std::string failure_lines(const AppliedBox& box) {
  auto text = fmt::format("{}: {}: {}\n", printable(box.name),
                          box.result == "not removed" ? "not removed" : "not as wanted",
                          printable(box.reason));
  if (!box.log.empty()) text += "  its last log lines:\n";
  for (const auto& line : box.log)
    text += "    | " + printable(line) + "\n";
  return text;
}

std::string last_line(const Applied& applied) {
  if (applied.boxes.empty()) return "Nothing was to be done.\n";
  const auto said = count_of(applied.good(), "box is", "boxes are") + " as wanted";
  if (applied.stopped) {
    return fmt::format(
        "Interrupted after the step in hand: {}, {} not yet. "
        "The same command again finishes it.\n",
        said, applied.bad());
  }
  if (applied.bad() == 0) return fmt::format("{}; took {}.\n", said, took_text(applied.took));
  return fmt::format("{}{}, {} not; took {}; `boxwright describe BOX` tells more.\n",
                     applied.timed_out ? "The time is over: " : "", said, applied.bad(),
                     took_text(applied.took));
}

}  // namespace

std::size_t Applied::good() const {
  return static_cast<std::size_t>(
      std::count_if(boxes.begin(), boxes.end(), [](const auto& box) { return box.good; }));
}

int Applied::exit_code() const {
  if (stopped) return kInterrupted;
  if (bad() > 0) return timed_out ? kTimeout : kFailure;
  return bad_spec ? kInvalidSpec : kOk;
}

Applied report(const std::vector<BoxResult>& results, const ActivityOf& activities,
               const PlanView& view, const std::vector<BoxName>& removals) {
  Applied applied;
  for (const auto& result : results) {
    applied.boxes.push_back(applied_box(result, find(activities, result.name)));
  }
  add_removed(removals, activities, applied.boxes);
  for (const auto& problem : view.problems) {
    if (!is_error(problem)) continue;
    const auto& about = problem.box.empty() ? problem.source.str() : problem.box.str();
    applied.boxes.push_back({.name = about,
                             .result = "failed",
                             .good = false,
                             .reason = problem.reason + ": " + problem.message,
                             .took = {},
                             .log = {}});
  }
  std::sort(applied.boxes.begin(), applied.boxes.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.name, a.reason) < std::tuple(b.name, b.reason);
  });
  applied.bad_spec = !view.spec_problems.empty();
  return applied;
}

std::string applied_text(const Applied& applied, bool colour) {
  std::vector<std::vector<std::string>> rows{{"BOX", "RESULT", "TOOK"}};
  for (const auto& box : applied.boxes) {
    if (!box.took && box.good && box.result == "as wanted") continue;
    rows.push_back(
        {printable(box.name), box.result, box.took ? took_text(*box.took) : std::string{"-"}});
  }
  std::string text = rows.size() > 1 ? table(rows) : std::string{};
  for (const auto& box : applied.boxes) {
    if (!box.good) text += coloured(failure_lines(box), Colour::Red, colour);
  }
  return text + last_line(applied);
}

std::string applied_json(const Applied& applied) {
  auto boxes = nlohmann::json::array();
  for (const auto& box : applied.boxes) {
    boxes.push_back(
        {{"name", box.name},
         {"result", box.result},
         {"asWanted", box.good},
         {"toBeRemoved", box.result == "removed" || box.result == "not removed"},
         {"reason", box.reason},
         {"seconds", box.took ? nlohmann::json(static_cast<double>(box.took->count()) / 1'000)
                              : nlohmann::json(nullptr)},
         {"log", box.log}});
  }
  const nlohmann::json root = {{"apiVersion", "boxwright.dev/v1"},
                               {"kind", "ApplyResult"},
                               {"seconds", static_cast<double>(applied.took.count()) / 1'000},
                               {"boxes", std::move(boxes)}};
  return inert_json(root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

}  // namespace boxwright::cli
