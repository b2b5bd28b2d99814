// wait: until boxes are ready, or gone.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{250};
constexpr Duration kDefault{30'000};

/// Empty: the condition holds. Else what is in the way.
std::string what_is_missing(const Looked& looked, const std::string& name, bool deleted) {
  if (!looked.engine_error.empty()) return "engine not reachable: " + looked.engine_error;
  const auto found =
      std::find_if(looked.boxes.begin(), looked.boxes.end(),
                   [&name](const auto& box) { return box.record.name.str() == name; });
  const bool orphaned = std::any_of(
      looked.names.begin(), looked.names.end(),
      [&name](const auto& one) { return one.name == name && one.reason == "Orphaned"; });
  if (found == looked.boxes.end()) {
    if (deleted) return orphaned ? "its container is there, but no source has it" : "";
    return "there is no such box";
  }
  const auto& box = *found;
  const auto* leading = leading_condition(box.status);
  const auto why = leading == nullptr ? std::string{"not looked at yet"}
                                      : fmt::format("{}: {}", leading->reason, leading->message);
  if (deleted) return why.empty() ? "it is there" : why;
  const auto* ready = box.status.find("Ready");
  const bool met = ready != nullptr && ready->status == state::ConditionStatus::True &&
                   ready->observed_generation == box.record.generation && !box.record.tombstone;
  return met ? "" : why;
}

}  // namespace

int wait_for_boxes(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const bool deleted = options.wait_for == "Deleted";
  const auto limit = options.timeout.value_or(kDefault);
  const auto began = session.clock().mono_now();
  while (true) {
    const auto looked = look(session, options, stop);
    if (!looked) return say_error(looked.error());
    std::string missing;
    for (const auto& name : options.names) {
      const auto why = what_is_missing(*looked, name, deleted);
      if (!why.empty()) missing += fmt::format("{}: {}\n", printable(name), printable(why));
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
