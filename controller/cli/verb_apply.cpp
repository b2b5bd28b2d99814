// apply: the plan, a question, and then the loop until every box is as wanted.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/dry_plan.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/progress.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

using reconcile::BoxResult;
using reconcile::Settlement;

constexpr Duration kTimeoutDefault{600'000};

bool made_it(const BoxResult& result) {
  return result.settlement == Settlement::Converged && !result.removed;
}

/// Why a box is not as wanted, or not gone.
std::string reason_of(const BoxResult& result) {
  if (!result.status) return "not looked at yet";
  const auto& status = *result.status;
  for (const char* type : {"DeletionBlocked", "Stalled", "Reconciling", "Ready"}) {
    if (const auto* condition = status.find(type)) {
      return fmt::format("{}: {}", condition->reason, printable(condition->message));
    }
  }
  return "not looked at yet";
}

std::string results_json(const std::vector<BoxResult>& results, const PlanView& view) {
  auto boxes = nlohmann::json::array();
  for (const auto& result : results) {
    boxes.push_back({{"name", result.name.str()},
                     {"asWanted", made_it(result)},
                     {"toBeRemoved", result.removed},
                     {"reason", made_it(result) ? std::string{} : reason_of(result)}});
  }
  for (const auto& problem : view.problems) {
    if (!is_error(problem)) continue;
    boxes.push_back({{"name", problem.box.str()},
                     {"asWanted", false},
                     {"toBeRemoved", false},
                     {"reason", problem.reason + ": " + problem.message}});
  }
  const nlohmann::json root = {
      {"apiVersion", "boxwright.dev/v1"}, {"kind", "ApplyResult"}, {"boxes", boxes}};
  return root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// One line for each box that did not make it, and the last line that says how it went.
int tell_results(const std::vector<BoxResult>& results, const PlanView& view, bool stopped,
                 bool timed_out) {
  std::size_t failed = 0;
  for (const auto& result : results) {
    if (made_it(result)) continue;
    ++failed;
    put_err(fmt::format("{}: {}: {}\n", result.name.str(),
                        result.removed ? "not removed" : "not as wanted", reason_of(result)));
  }
  for (const auto& problem : view.problems) {
    if (!is_error(problem)) continue;
    ++failed;
    put_err(fmt::format("{}: not as wanted: {}: {}\n",
                        problem.box.empty() ? problem.source.str() : problem.box.str(),
                        problem.reason, printable(problem.message)));
  }
  const auto good =
      static_cast<std::size_t>(std::count_if(results.begin(), results.end(), made_it));
  const auto said = count_of(good, "box is", "boxes are") + " as wanted";
  if (stopped) {
    put_err(
        fmt::format("Interrupted after the step in hand: {}, {} not yet. "
                    "The same command again finishes it.\n",
                    said, failed));
    return kInterrupted;
  }
  if (failed == 0) {
    put_err(said + ".\n");
    return kOk;
  }
  put_err(fmt::format("{}{}, {} not; `boxwright describe BOX` tells more.\n",
                      timed_out ? "The time is over: " : "", said, failed));
  return timed_out ? kTimeout : kFailure;
}

int carry_out(const Options& options, Session& session, const DryPlan& dry,
              const std::stop_token& stop) {
  const bool terminal = is_terminal(STDERR_FILENO) && !options.no_color;
  reconcile::Loop::Bounded bounded;
  bounded.timeout = options.timeout.value_or(kTimeoutDefault);
  bounded.confirmed_removals = dry.removals;
  const auto began = session.clock().mono_now();
  Result<std::vector<BoxResult>> results;
  {
    Progress progress({terminal, terminal_width(), terminal}, put_err);
    auto parts = session.loop_parts(progress.announcer());
    parts.say = [&progress](const std::string& line) { progress.note(line); };
    reconcile::Loop loop(std::move(parts));
    for (const auto& folder : options.folders)
      loop.add_source(specs::open_folder_source(folder));
    if (options.table) {
      loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
    }
    results = loop.run_until_settled(bounded, stop);
  }
  if (!results) return say_error(results.error());
  const bool timed_out = session.clock().mono_now() - began > bounded.timeout;
  if (options.output == "json") put_out(results_json(*results, dry.view));
  if (options.output == "yaml") put_out(yaml_from_json(results_json(*results, dry.view)));
  const int code = tell_results(*results, dry.view, stop.stop_requested(), timed_out);
  return code == kOk && !dry.view.spec_problems.empty() ? kInvalidSpec : code;
}

}  // namespace

int apply(const Options& options, const std::stop_token& stop) {
  if (options.folders.empty() && !options.table) {
    put_err("boxwright apply: say what to apply: `-f FOLDER`, or `--table`\n");
    return kUsage;
  }
  if (options.dry_run) return show_plan(options, stop);
  if (!options.yes && !is_terminal(STDIN_FILENO)) {
    put_err("boxwright apply asks before it acts, and there is no terminal; give `--yes`\n");
    return kUsage;
  }
  // The lock first: what is shown is then what is done.
  Session session(options);
  if (auto opened = session.open_for_acting("apply", stop); !opened) {
    return say_error(opened.error());
  }
  const auto intake = session.read_sources(options.folders, options.table, stop);
  if (!intake) return say_error(intake.error());
  auto dry = plan_dry(session, **intake, {}, stop);
  if (dry && !dry->removals.empty()) dry = plan_dry(session, **intake, dry->removals, stop);
  if (!dry) return say_source_error(options, dry.error(), options.folders);
  put_err(plan_text(dry->view, wants_colour(options, STDERR_FILENO)));
  const auto& boxes = dry->view.boxes;
  const bool anything =
      count_actions(dry->view).due() > 0 || std::any_of(boxes.begin(), boxes.end(), is_under_way);
  if (anything && !options.yes && !ask("Do this?")) {
    put_err("Nothing was done.\n");
    return kFailure;
  }
  return carry_out(options, session, *dry, stop);
}

}  // namespace boxwright::cli
