// plan: what would be done, from reading calls alone.

#include <fmt/core.h>
#include <unistd.h>

#include "controller/cli/dry_plan.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/plan_sources.h"
#include "controller/cli/saved_plan_file.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

/// Between two looks at sources and engine.
constexpr Duration kWatchPace{1'000};

int exit_for(const Options& options, const PlanView& view) {
  if (!view.spec_problems.empty()) return options.detailed_exitcode ? kFailure : kInvalidSpec;
  if (!options.detailed_exitcode) return kOk;
  return count_actions(view).due() > 0 ? kDifferences : kOk;
}

std::string shown(const Options& options, const PlanView& view) {
  if (options.output == "json") return plan_json(view);
  if (options.output == "yaml") return yaml_from_json(plan_json(view));
  return plan_text(view, wants_colour(options, STDOUT_FILENO));
}

int save(const Options& options, Session& session, const PlanSources& sources, const DryPlan& dry,
         const std::stop_token& stop) {
  if (!dry.view.spec_problems.empty()) {
    put_err("boxwright plan: nothing was saved: the specs have errors\n");
    return kInvalidSpec;
  }
  const auto saved = to_be_saved(session, sources, scope_of(options), dry, stop);
  if (!saved) return say_error(saved.error());
  if (auto written = write_plan_file(options.out, *saved); !written) {
    return say_error(written.error());
  }
  put_err(fmt::format("Saved; `boxwright apply {}` does exactly this.\n", printable(options.out)));
  return exit_for(options, dry.view);
}

/// Prints what is new until it is asked to stop. A look that fails is told once, and tried again.
class Watcher {
 public:
  Watcher(const Options& options, Session& session, reconcile::Intake& intake)
      : options_(options), session_(session), intake_(intake) {}

  int run(const std::stop_token& stop) {
    while (look(stop)) {
      if (wait_a_little(stop, kWatchPace)) break;
      (void)intake_.poll(session_.clock().mono_now());
    }
    return kOk;
  }

 private:
  /// False: the reader has gone, or it is time to stop.
  bool look(const std::stop_token& stop) {
    // Layers grow all the time, and measuring walks them: only for what is printed.
    auto dry =
        plan_dry(session_, intake_, {.scope = scope_of(options_), .measure_layers = false}, stop);
    if (!dry) return tell(dry.error(), stop);
    if (!error_.empty()) put_err("boxwright plan: it can be read again\n");
    error_.clear();
    auto now = plan_json(dry->view);
    if (now == last_) return true;
    const auto measured = plan_dry(session_, intake_, {.scope = scope_of(options_)}, stop);
    if (!measured) return tell(measured.error(), stop);
    const auto at = to_rfc3339(session_.clock().wall_now());
    if (!last_.empty()) put_err(fmt::format("--- changed, {}\n", at));
    last_ = std::move(now);
    return put_out(shown(options_, measured->view));
  }
  bool tell(const Error& error, const std::stop_token& stop) {
    if (stop.stop_requested()) return false;
    if (error.message != error_) say_error(error);
    error_ = error.message;
    return true;
  }

  const Options& options_;
  Session& session_;
  reconcile::Intake& intake_;
  std::string last_;
  std::string error_;
};

}  // namespace

int show_plan(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto sources = plan_sources(session, options);
  if (!sources) {
    const int code = say_error(sources.error());
    return sources.error().code == ErrorCode::NotFound ? kUsage : code;
  }
  const auto intake = session.read_sources(sources->folders, sources->table, stop);
  if (!intake) return say_error(intake.error());
  if (options.watch) return Watcher(options, session, **intake).run(stop);
  // What is saved is for a person who agrees to it, removals included; so `apply` shows it, too.
  const auto dry = options.out.empty()
                       ? plan_dry(session, **intake, {.scope = scope_of(options)}, stop)
                       : plan_agreed(session, **intake, scope_of(options), stop);
  if (!dry) return say_source_error(options, dry.error(), sources->folders);
  put_out(shown(options, dry->view));
  if (!options.out.empty()) return save(options, session, *sources, *dry, stop);
  return exit_for(options, dry->view);
}

}  // namespace boxwright::cli
