#pragma once
// How an apply went: one value, and its printed forms. Pure.

#include <map>
#include <string>
#include <vector>

#include "controller/cli/activities.h"
#include "controller/cli/plan_view.h"
#include "controller/reconcile/loop.h"

namespace boxwright::cli {

struct AppliedBox {
  std::string name;  ///< Of a box; of a source, where a problem names none.
  /// `ready`, `stopped`, `removed`, `as wanted` (nothing was done), `failed`, `not removed`.
  std::string result;
  bool good = false;
  std::string reason;            ///< `RolledBack: ...`; empty where it is good.
  std::optional<Duration> took;  ///< nullopt: nothing was done to it.
  std::vector<std::string> log;  ///< Its last log lines, where it failed.
};

struct Applied {
  std::vector<AppliedBox> boxes;  ///< Sorted by name.
  Duration took{0};
  bool stopped = false;  ///< By a signal.
  bool timed_out = false;
  bool bad_spec = false;  ///< A declaration was left out.

  [[nodiscard]] std::size_t good() const;
  [[nodiscard]] std::size_t bad() const { return boxes.size() - good(); }
  [[nodiscard]] int exit_code() const;
};

/// `removals`: what was to go.
[[nodiscard]] Applied report(const std::vector<reconcile::BoxResult>& results,
                             const ActivityOf& activities, const PlanView& view,
                             const std::vector<BoxName>& removals);

/// A table of what was done or went wrong, each failure with its reason and log, and a last line.
[[nodiscard]] std::string applied_text(const Applied& applied, bool colour);
/// Kind ApplyResult.
[[nodiscard]] std::string applied_json(const Applied& applied);

}  // namespace boxwright::cli
