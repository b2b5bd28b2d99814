#pragma once
// What this process keeps in mind about one box between passes. Nothing here outlives the process:
// losing it costs time, never a decision.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/plan/plan_box.h"
#include "controller/reconcile/backoff.h"

namespace boxwright::reconcile {

/// One start of one container, as far as this process saw it.
struct SeenRun {
  plan::Watch watch;
  MonoTime since{};
  MonoTime next_probe{};
  Duration probe_delay{250};
};

struct Failure {
  std::string reason;  ///< `ImagePullFailed`, `StartFailed`, ...
  std::string message;
  RetryClass retry = RetryClass::Transient;
};

struct BoxMemory {
  std::map<ContainerId, SeenRun> runs;
  /// Containers whose start or stop we asked for ourselves, and when.
  std::map<ContainerId, MonoTime> started_by_us;
  std::set<ContainerId> stopped_by_us;
  Backoff backoff;
  Backoff replace_backoff;  ///< After an interrupted replacement.
  std::optional<Failure> failure;
  std::string failed_at;  ///< Fingerprint of observation and generation when it failed.
  int conflicts = 0;      ///< In a row.
  bool pulled = false;
  std::optional<MonoTime> started_pass;  ///< When the present run of passes began, for durations.

  /// Ends of runs shorter than 30 s, for CrashLooping.
  std::deque<MonoTime> short_runs;
  std::map<ContainerId, std::pair<std::optional<WallTime>, int>> last_end;
  std::optional<MonoTime> settled_since;
};

}  // namespace boxwright::reconcile
