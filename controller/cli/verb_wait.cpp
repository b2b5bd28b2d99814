// wait: until boxes are ready, gone, or as a condition says.

#include <fmt/core.h>

#include "controller/cli/choose.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/selector.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{250};
constexpr Duration kDefault{30'000};

/// What is waited for, as a question to one box.
struct Goal {
  bool deleted = false;
  ConditionTerm term;
};

Goal goal_of(const Options& options) {
  Goal goal;
  goal.deleted = options.wait_for == "Deleted";
  // The words were checked when they were read.
  if (auto term = parse_condition(options.wait_for)) goal.term = std::move(*term);
  return goal;
}

std::string why_not(const ShownBox& box) {
  const auto* leading = leading_condition(box.status);
  return leading == nullptr ? std::string{"not looked at yet"}
                            : fmt::format("{}: {}", leading->reason, leading->message);
}

/// Readiness counts for the present generation only, and not for a box that is to go.
bool is_met(const Goal& goal, const ShownBox& box) {
  if (goal.deleted || box.status.conditions.empty() || !goal.term.fits(box.status)) return false;
  if (goal.term.type != "Ready" || goal.term.negated || goal.term.value != "True") return true;
  return box.status.find("Ready")->observed_generation == box.record.generation &&
         !box.record.tombstone;
}

/// Empty: it holds of that name. Else what is in the way.
std::string what_is_missing(const Looked& looked, const std::string& name, const Goal& goal) {
  for (const auto& box : looked.boxes) {
    if (box.record.name.str() != name) continue;
    return is_met(goal, box) ? std::string{} : why_not(box);
  }
  for (const auto& one : looked.names) {
    if (one.name != name || (goal.deleted && one.reason != "Orphaned")) continue;
    return one.reason + ": " + one.message;
  }
  return goal.deleted ? "" : "there is no such box";
}

/// The names that are meant now: those given, or every box that is selected.
std::vector<std::string> names_meant(const Options& options, const Looked& looked) {
  if (!options.names.empty()) return options.names;
  std::vector<std::string> names;
  for (const auto& box : looked.boxes)
    names.push_back(box.record.name.str());
  return names;
}

std::string missing_text(const Options& options, const Looked& looked, const Goal& goal) {
  if (!looked.engine_error.empty()) {
    return fmt::format("engine not reachable: {}\n", printable(looked.engine_error));
  }
  std::string missing;
  for (const auto& name : names_meant(options, looked)) {
    const auto why = what_is_missing(looked, name, goal);
    if (!why.empty()) missing += fmt::format("{}: {}\n", printable(name), printable(why));
  }
  return missing;
}

}  // namespace

int wait_for_boxes(const Options& options, const std::stop_token& stop) {
  if (const auto mistake = choice_mistake(options); !mistake.empty()) {
    put_err(fmt::format("boxwright wait: {}\n", mistake));
    return kUsage;
  }
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto goal = goal_of(options);
  const auto limit = options.timeout.value_or(kDefault);
  const auto began = session.clock().mono_now();
  while (true) {
    const auto looked = look(session, options, stop);
    if (!looked) return say_error(looked.error());
    const auto missing = missing_text(options, *looked, goal);
    if (missing.empty() && !goal.deleted && names_meant(options, *looked).empty()) {
      put_err("boxwright wait: no box fits\n");
      return kFailure;
    }
    if (missing.empty()) return kOk;
    if (session.clock().mono_now() - began >= limit) {
      put_err(missing + fmt::format("boxwright wait: not {} within {}\n", options.wait_for,
                                    format_duration(limit)));
      return kTimeout;
    }
    if (wait_a_little(stop, kPoll)) return kInterrupted;
  }
}

}  // namespace boxwright::cli
