#pragma once
// What this process keeps in mind about one box between passes. Nothing here outlives the process:
// losing it costs time, never a decision.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/layers/layer_note.h"
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

/// What was last seen of a container's beginnings and ends.
struct SeenEnd {
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  int restart_count = 0;
};

struct Failure {
  std::string reason;  ///< `ImagePullFailed`, `StartFailed`, ...
  std::string message;
  RetryClass retry = RetryClass::Transient;
};

/// The step that was planned last, and the state of things in which it was.
struct SeenStep {
  std::string key;
  int made = 0;     ///< In a row, said to be done, with nothing changed by it.
  Backoff backoff;  ///< Before it is made once more.
};

struct BoxMemory {
  std::map<ContainerId, SeenRun> runs;
  /// Containers whose start or stop we asked for ourselves, and when.
  std::map<ContainerId, MonoTime> started_by_us;
  std::set<ContainerId> stopped_by_us;
  /// We stopped the last running container and none has run since.
  bool in_passage = false;
  /// How often the engine refused to start a container, where another try may do.
  std::map<ContainerId, int> start_refusals;
  /// The candidate whose interruption was counted last: one counts once, however many steps it
  /// takes to go back.
  ContainerId interrupted;
  Backoff backoff;
  Backoff replace_backoff;  ///< After an interrupted replacement.
  Backoff look_backoff;  ///< While the engine cannot be looked at, which is no failure of the box.
  std::optional<Failure> failure;
  std::string failed_at;  ///< Fingerprint of observation and generation when it failed.
  int conflicts = 0;      ///< In a row.
  SeenStep last_step;
  bool pulled = false;
  /// What the history was last told, or found to say, of the present generation.
  std::string noted_generation;
  std::optional<MonoTime> started_pass;  ///< When the present run of passes began, for durations.

  /// What was last measured of a container that is to be replaced; the engine walks all of it.
  struct SeenLayer {
    ContainerId container;
    MonoTime at{};
    Bytes size;
  };
  std::optional<SeenLayer> layer;
  /// What the box last answered when it was asked whether somebody is at work in it.
  struct SeenActivity {
    std::vector<ContainerId> asked;  ///< All of it that ran.
    MonoTime at{};
    bool is_active = false;
  };
  std::optional<SeenActivity> activity;
  int save_failures = 0;  ///< In a row.
  /// What the notes of saved layers said last.
  struct SeenNotes {
    MonoTime at{};
    std::vector<layers::LayerNote> notes;
  };
  std::optional<SeenNotes> notes;
  /// Containers of which an image was made, and the end of the run that is in it.
  std::map<ContainerId, std::optional<WallTime>> layer_images;
  /// Containers whose files a person let go, and that cannot be saved.
  std::set<ContainerId> given_up_layers;

  /// Ends of runs shorter than 30 s in the last 10 min.
  std::deque<MonoTime> short_runs;
  /// Set with one run too many; from then on only what clears it ends it.
  bool crash_looping = false;
  int runs_in_loop = 0;  ///< Short runs since then.
  std::optional<MonoTime> last_short_run;
  std::map<ContainerId, SeenEnd> last_end;

  /// Pending requests and when this process saw them first: a wall clock that was set back must
  /// not leave one in the future, where no restart could ever fulfil it.
  std::map<std::int64_t, MonoTime> requests_seen;
};

}  // namespace boxwright::reconcile
