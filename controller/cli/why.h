#pragma once
// Why a box is as it is: what was done to it last, what made that necessary, and what is in the way
// now. From the events on record and a look at the box. Pure.

#include <optional>
#include <string>
#include <vector>

#include "controller/cli/look.h"
#include "state/records.h"

namespace boxwright::cli {

/// Several calls for one reason: a replacement, a restart, a live change.
struct Occurrence {
  std::string what;              ///< `replaced`, `restarted`, ...: after "was".
  WallTime from{};               ///< When its first call began.
  WallTime to{};                 ///< When its last call ended.
  std::optional<Duration> down;  ///< From stopping the container to a running one.
  std::string cause;
  Revision revision;
  std::string by;            ///< Whose order it was; empty: nobody's.
  bool rolled_back = false;  ///< The new container failed, and the old one came back.
  std::string last_failure;  ///< The words of the last call that failed.
  int failures = 0;          ///< Calls that failed on the way.
  bool done = false;         ///< At least one call succeeded.
  std::vector<state::Event> steps;
};

/// Of one box's events (newest last), the newest occurrence first. Looking, deciding and preparing
/// alone are none.
[[nodiscard]] std::vector<Occurrence> occurrences(const std::vector<state::Event>& events);

struct WhyInput {
  std::string name;
  const ShownBox* box = nullptr;          ///< nullptr: there is none of that name.
  const ShownName* shown_name = nullptr;  ///< What is known of a name without a box.
  std::vector<state::Event> events;       ///< Of that name, newest last.
  std::vector<state::Request> requests;   ///< All of the public table.
  WallTime now{};
};

/// One paragraph, unwrapped. Empty: nothing at all is known of that name.
[[nodiscard]] std::string why_text(const WhyInput& input);
/// The same as an object of kind Why.
[[nodiscard]] std::string why_json(const WhyInput& input);

}  // namespace boxwright::cli
