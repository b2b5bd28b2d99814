// plan, apply, validate.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

/// A dry decision over the sources as read, and what it would do to each box.
struct Dry {
  PlanView view;
  std::vector<BoxName> removals;  ///< May be confirmed: not held by a guard.
};

bool is_in_run(const std::vector<plan::SourceReading>& readings, const SourceName& source) {
  return std::any_of(readings.begin(), readings.end(),
                     [&source](const auto& reading) { return reading.source == source; });
}

Result<Dry> plan_dry(Session& session, const reconcile::Intake& intake,
                     const std::vector<BoxName>& confirmed, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto observed, session.engine().observe_fleet(session.installation(), stop));
  BW_TRY_ASSIGN(auto input, intake.gather(&observed));
  input.confirmed_removals = confirmed;
  reconcile::Orders orders;
  orders.requests = input.requests;
  orders.disk_low = observed.disk_free_percent && *observed.disk_free_percent < 10;
  const auto readings = input.readings;
  auto decision = plan::decide_fleet(std::move(input), session.random());

  Dry dry;
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
  dry.view.problems = std::move(decision.problems);
  BW_TRY_ASSIGN(dry.view.boxes, session.preview(std::move(records), orders, stop));
  return dry;
}

bool wants_colour(const Options& options, int fd) {
  return !options.no_color && is_terminal(fd);
}

int exit_for(const Options& options, const PlanView& view) {
  if (!view.spec_problems.empty()) return options.detailed_exitcode ? kFailure : kInvalidSpec;
  if (!options.detailed_exitcode) return kOk;
  return count_actions(view).due() > 0 ? kDifferences : kOk;
}

Result<std::vector<std::string>> folders_of(Session& session, const Options& options) {
  if (!options.folders.empty() || options.table) return options.folders;
  return session.known_folders();
}

/// What apply tells while it works: one line a step, on standard error.
reconcile::Announcer progress_lines() {
  reconcile::Announcer announcer;
  announcer.progress = [](const BoxName& box, const std::string& text) {
    put_err(fmt::format("{}: {}\n", box.str(), printable(text)));
  };
  announcer.status = [](const state::BoxStatus& status) {
    const auto* ready = status.find("Ready");
    if (ready != nullptr && ready->status == state::ConditionStatus::True) {
      put_err(fmt::format("{}: ready\n", status.name.str()));
    }
  };
  return announcer;
}

int tell_results(const std::vector<reconcile::BoxResult>& results, const std::stop_token& stop,
                 bool timed_out) {
  int failed = 0;
  for (const auto& result : results) {
    if (result.settlement == reconcile::Settlement::Converged && !result.removed) continue;
    const state::Condition* why = nullptr;
    if (result.status) {
      why = result.status->find("Stalled");
      if (why == nullptr) why = result.status->find("Reconciling");
      if (why == nullptr) why = result.status->find("Ready");
    }
    ++failed;
    put_err(fmt::format("{}: not ready: {}\n", result.name.str(),
                        why == nullptr ? std::string{"not looked at yet"}
                                       : why->reason + ": " + printable(why->message)));
  }
  if (stop.stop_requested()) {
    put_err("boxwright: interrupted after the step in hand; `boxwright apply` again finishes it\n");
    return kInterrupted;
  }
  if (failed == 0) {
    put_err(fmt::format("{} boxes are as wanted.\n", results.size()));
    return kOk;
  }
  return timed_out ? kTimeout : kFailure;
}

int apply_confirmed(const Options& options, Session& session, const Dry& dry,
                    const std::stop_token& stop) {
  reconcile::Loop loop(session.loop_parts(progress_lines()));
  for (const auto& folder : options.folders) {
    loop.add_source(specs::open_folder_source(folder));
  }
  if (options.table) {
    loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
  }
  reconcile::Loop::Bounded bounded;
  if (options.timeout > Duration{0}) bounded.timeout = options.timeout;
  bounded.confirmed_removals = dry.removals;
  const auto began = session.clock().mono_now();
  const auto results = loop.run_until_settled(bounded, stop);
  if (!results) return say_error(results.error());
  const bool timed_out = session.clock().mono_now() - began > bounded.timeout;
  const int code = tell_results(*results, stop, timed_out);
  if (code == kOk && !dry.view.spec_problems.empty()) return kInvalidSpec;
  return code;
}

}  // namespace

int show_plan(const Options& options, std::stop_token stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto folders = folders_of(session, options);
  if (!folders) return say_error(folders.error());
  const bool table = options.table || options.folders.empty();
  const auto intake = session.read_sources(*folders, table, stop);
  const auto dry = plan_dry(session, *intake, {}, stop);
  if (!dry) return say_error(dry.error());
  if (options.output == "json") {
    put_out(plan_json(dry->view));
  } else {
    put_out(plan_text(dry->view, wants_colour(options, STDOUT_FILENO)));
  }
  return exit_for(options, dry->view);
}

int apply(const Options& options, std::stop_token stop) {
  if (options.folders.empty() && !options.table) {
    put_err("boxwright apply needs `-f FOLDER` or `--table`\n");
    return kUsage;
  }
  if (options.dry_run) return show_plan(options, stop);
  const bool can_ask = is_terminal(STDIN_FILENO);
  if (!options.yes && !can_ask) {
    put_err("boxwright apply asks before it acts, and there is no terminal; give `--yes`\n");
    return kUsage;
  }
  Session session(options);
  if (auto opened = session.open_for_acting("apply", stop); !opened) {
    return say_error(opened.error());
  }
  const auto intake = session.read_sources(options.folders, options.table, stop);
  auto dry = plan_dry(session, *intake, {}, stop);
  if (dry && !dry->removals.empty()) dry = plan_dry(session, *intake, dry->removals, stop);
  if (!dry) return say_error(dry.error());
  put_err(plan_text(dry->view, wants_colour(options, STDERR_FILENO)));
  const bool anything = count_actions(dry->view).due() > 0;
  if (anything && !options.yes && !ask("Do this?")) {
    put_err("boxwright: nothing was done\n");
    return kFailure;
  }
  return apply_confirmed(options, session, *dry, stop);
}

int validate(const Options& options, std::stop_token stop) {
  if (options.folders.empty()) {
    put_err("boxwright validate needs a folder\n");
    return kUsage;
  }
  SystemClock clock;
  int boxes = 0;
  std::vector<specs::Problem> problems;
  for (const auto& folder : options.folders) {
    const auto source = specs::open_folder_source(folder);
    while (!stop.stop_requested()) {
      auto polled = source->poll(clock.mono_now());
      if (!polled) return say_error(polled.error());
      if (*polled) {
        boxes += static_cast<int>((*polled)->boxes.size());
        problems.insert(problems.end(), (*polled)->problems.begin(), (*polled)->problems.end());
        break;
      }
      wait_a_little(stop, Duration{100});
    }
  }
  if (options.output == "json") {
    PlanView view;
    view.spec_problems = problems;
    put_out(nlohmann::json::parse(plan_json(view)).at("problems").dump(2) + "\n");
  } else {
    for (const auto& problem : problems)
      put_out(printable(problem.to_line()) + "\n");
    put_err(fmt::format("{} boxes, {} problems\n", boxes, problems.size()));
  }
  return problems.empty() ? kOk : kInvalidSpec;
}

}  // namespace boxwright::cli
