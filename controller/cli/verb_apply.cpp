// apply: the plan, a question, and then the loop until every box is as wanted. Or a plan that was
// saved, and exactly that.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cli/apply_lines.h"
#include "controller/cli/dry_plan.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/frozen_source.h"
#include "controller/cli/last_words.h"
#include "controller/cli/plan_sources.h"
#include "controller/cli/progress.h"
#include "controller/cli/saved_plan_file.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

constexpr Duration kTimeoutDefault{600'000};

/// What is to be carried out, as it was shown.
struct Order {
  std::unique_ptr<reconcile::Intake> intake;  ///< As the sources were read.
  DryPlan dry;
  /// The boxes to act on, and no other; nullopt: all.
  std::optional<std::vector<BoxName>> only;
};

using Ran = Result<std::vector<reconcile::BoxResult>>;

Ran run_loop(const Options& options, const Order& order, reconcile::Loop::Parts parts,
             const std::stop_token& stop) {
  reconcile::Loop::Bounded bounded;
  bounded.timeout = options.timeout.value_or(kTimeoutDefault);
  bounded.confirmed_removals = order.dry.removals;
  bounded.only = order.only;
  reconcile::Loop loop(std::move(parts));
  // What was shown is what is done, whatever is edited meanwhile.
  for (const auto& reading : order.intake->readings())
    loop.add_source(freeze(reading));
  return loop.run_until_settled(bounded, stop);
}

/// The report, or what kept it from being made.
Result<Applied> finish(const Ran& ran, const ActivityOf& activities, const Order& order,
                       LastWords& words, const std::stop_token& stop) {
  if (!ran) return tl::unexpected(ran.error());
  auto applied = report(*ran, activities, order.dry.view, order.dry.removals);
  applied.stopped = stop.stop_requested();
  for (const auto& result : *ran) {
    const auto box = std::find_if(applied.boxes.begin(), applied.boxes.end(),
                                  [&](const auto& one) { return one.name == result.name.str(); });
    const bool failed = box != applied.boxes.end() && box->result == "failed";
    if (failed && result.status) box->log = words.of(*result.status, stop);
  }
  return applied;
}

Result<Applied> watch_lines(const Options& options, Session& session, const Order& order,
                            LastWords& words, const std::stop_token& stop) {
  ApplyLines lines([](const std::string& line) { (void)put_out(line); }, session.clock());
  lines.plan(order.dry.view);
  auto announcer = lines.announcer();
  announcer.last_words = [&words](const auto& box, const auto& log) { words.keep(box, log); };
  auto parts = session.loop_parts(std::move(announcer));
  parts.say = [&lines](const std::string& line) { lines.note(line); };
  const auto began = session.clock().mono_now();
  const auto ran = run_loop(options, order, std::move(parts), stop);
  BW_TRY_ASSIGN(auto applied, finish(ran, lines.activities(), order, words, stop));
  applied.took = std::chrono::duration_cast<Duration>(session.clock().mono_now() - began);
  applied.timed_out = applied.took > options.timeout.value_or(kTimeoutDefault);
  lines.applied(applied);
  return applied;
}

Result<Applied> watch_person(const Options& options, Session& session, const Order& order,
                             LastWords& words, const std::stop_token& stop) {
  const bool terminal = is_terminal(STDERR_FILENO) && !options.no_color;
  const auto began = session.clock().mono_now();
  Ran ran;
  ActivityOf activities;
  {
    Progress progress({terminal, terminal_width(), terminal, options.verbose}, put_err,
                      session.clock());
    const Ticking ticking(progress);
    auto announcer = progress.announcer();
    announcer.last_words = [&words](const auto& box, const auto& log) { words.keep(box, log); };
    auto parts = session.loop_parts(std::move(announcer));
    parts.say = [&progress](const std::string& line) { progress.note(line); };
    ran = run_loop(options, order, std::move(parts), stop);
    activities = progress.activities();
  }
  BW_TRY_ASSIGN(auto applied, finish(ran, activities, order, words, stop));
  applied.took = std::chrono::duration_cast<Duration>(session.clock().mono_now() - began);
  applied.timed_out = applied.took > options.timeout.value_or(kTimeoutDefault);
  if (options.output == "json") put_out(applied_json(applied));
  if (options.output == "yaml") put_out(yaml_from_json(applied_json(applied)));
  put_err(applied_text(applied, wants_colour(options, STDERR_FILENO)));
  return applied;
}

int carry_out(const Options& options, Session& session, const Order& order,
              const std::stop_token& stop) {
  LastWords words(session);
  const auto applied = options.json_lines ? watch_lines(options, session, order, words, stop)
                                          : watch_person(options, session, order, words, stop);
  return applied ? applied->exit_code() : say_error(applied.error());
}

bool is_anything_due(const PlanView& view) {
  return count_actions(view).due() > 0 || !due_boxes(view).empty();
}

Result<Order> make_order(const Options& options, Session& session, const std::stop_token& stop) {
  Order order;
  BW_TRY_ASSIGN(order.intake, session.read_sources(options.folders, options.table, stop));
  const auto scope = scope_of(options);
  BW_TRY_ASSIGN(order.dry, plan_agreed(session, *order.intake, scope, stop));
  if (!scope.is_everything()) order.only = due_boxes(order.dry.view);
  return order;
}

std::string moved_text(const std::string& file, const std::vector<std::string>& moves) {
  constexpr std::size_t kShown = 30;
  auto text = fmt::format("{} no longer holds; what moved since it was made:", file);
  for (std::size_t i = 0; i < std::min(moves.size(), kShown); ++i)
    text += "\n" + moves[i];
  if (moves.size() > kShown) text += fmt::format("\n... and {} more", moves.size() - kShown);
  return text + "\nNothing was done; make a new plan.";
}

/// The plan of the file, made anew and found to be the same.
Result<Order> take_order(const std::string& file, const SavedPlan& saved, Session& session,
                         const std::stop_token& stop) {
  Order order;
  BW_TRY_ASSIGN(order.intake, session.read_sources(saved.folders, saved.table, stop));
  DryQuestion question{.scope = saved.scope};
  for (const auto& name : saved.removals)
    question.confirmed.emplace_back(name);
  auto dry = plan_dry(session, *order.intake, question, stop);
  // A box or source that the file names and nobody knows any more has moved, too.
  if (!dry && dry.error().code == ErrorCode::NotFound) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "{}",
                moved_text(file, {dry.error().message}));
  }
  if (!dry) return tl::unexpected(dry.error());
  order.dry = std::move(*dry);
  BW_TRY_ASSIGN(const auto now,
                to_be_saved(session, {saved.folders, saved.table}, saved.scope, order.dry, stop));
  auto moves = what_moved(saved, now);
  for (const auto& problem : order.dry.view.spec_problems)
    moves.push_back(problem.to_line());
  if (!moves.empty()) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "{}", moved_text(file, moves));
  }
  order.only = due_boxes(order.dry.view);
  order.dry.removals = std::move(question.confirmed);
  return order;
}

int apply_saved(const Options& options, const std::stop_token& stop) {
  const auto& file = options.folders.front();
  if (options.table || !scope_of(options).is_everything()) {
    put_err("boxwright apply: a saved plan says itself what it is about; give the file alone\n");
    return kUsage;
  }
  const auto saved = read_plan_file(file);
  if (!saved) return say_error(saved.error());
  Session session(options);
  if (auto opened = session.open_for_acting("apply", stop); !opened) {
    return say_error(opened.error());
  }
  const auto order = take_order(file, *saved, session, stop);
  if (!order) return say_error(order.error());
  if (!options.json_lines) {
    put_err(plan_text(order->dry.view, wants_colour(options, STDERR_FILENO)));
  }
  if (options.dry_run) return kOk;
  return carry_out(options, session, *order, stop);
}

}  // namespace

int apply(const Options& options, const std::stop_token& stop) {
  if (options.folders.empty() && !options.table) {
    put_err(
        "boxwright apply: say what to apply: `-f FOLDER`, `--table`, or a file of `plan --out`\n");
    return kUsage;
  }
  // Who saved a plan has read it: there is no question.
  if (names_plan_file(options.folders)) return apply_saved(options, stop);
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
  const auto order = make_order(options, session, stop);
  if (!order) return say_source_error(options, order.error(), options.folders);
  if (!options.json_lines || !options.yes) {
    put_err(plan_text(order->dry.view, wants_colour(options, STDERR_FILENO)));
  }
  if (is_anything_due(order->dry.view) && !options.yes) {
    const auto answer = ask("Do this?", stop);
    if (answer != Answer::Yes) return answer == Answer::No ? kFailure : kInterrupted;
  }
  return carry_out(options, session, *order, stop);
}

}  // namespace boxwright::cli
