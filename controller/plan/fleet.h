#pragma once
// From readings of the sources to what is wanted of every box: who owns which name, what is new,
// what moved, what is to be removed, and what must not be. Pure (design section 6).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "specs/source/snapshot.h"
#include "state/observed.h"
#include "state/records.h"
#include "state/store.h"

namespace boxwright::plan {

/// One source of this run, as just read.
struct SourceReading {
  SourceName source;  ///< Known from its marker or from an earlier run; empty if it never was read.
  std::string place;
  Result<specs::Snapshot> snapshot;  ///< An error means "could not read", never "empty".
};

struct FleetInput {
  std::vector<state::BoxRecord> boxes;
  std::vector<state::SourceRecord> sources;
  std::vector<state::RetainedData> retained;
  /// The latest reading of every source of this run, also where it did not change since the last
  /// decision: a removal goes on only while its source is here, whole and in its known place.
  /// Sources that are not part of this run are not listed.
  std::vector<SourceReading> readings;
  std::vector<state::Request> requests;  ///< All that are pending or standing.
  std::vector<state::DeletionRow> deletions;
  /// From a good relist; nullptr: there was none yet, and then no box is new and none is gone.
  const state::ObservedFleet* observed = nullptr;
  WallTime now{};
  /// Removals that the person confirmed start at once (`apply`): the names shown to them.
  std::vector<BoxName> confirmed_removals;
};

/// Something to be told about a name that has no box of its own yet, or about one that has.
struct BoxProblem {
  BoxName box;
  SourceName source;
  /// `InvalidSpec`, `DuplicateName`, `DuplicateSource`, `SourceFailed` (no box: the source has no
  /// name yet), `RetainedData`, `AmbiguousOwnership`, `EngineUnknown`, `BeingDeleted`, and
  /// `NameChanged`, which is a note and no error.
  std::string reason;
  std::string message;  ///< With the way out.
  bool operator==(const BoxProblem&) const = default;
};

/// What a request or a row of `desired_deletions` came to.
struct RequestOutcome {
  std::int64_t id = 0;
  std::string state;  ///< `done` or `failed`.
  std::string outcome;
  bool operator==(const RequestOutcome&) const = default;
};
struct DeletionOutcome {
  BoxName box;
  std::string state;  ///< `done`, `refused` (declared by a file: names file and line).
  std::string outcome;
  bool operator==(const DeletionOutcome&) const = default;
};

struct FleetDecision {
  state::Store::FleetChange change;  ///< To commit; empty when nothing changed.
  /// Every box there is after the change, active and tombstoned, sorted by name.
  std::vector<state::BoxRecord> boxes;
  std::vector<state::SourceRecord> sources;
  std::vector<BoxProblem> problems;
  std::vector<BoxName>
      orphaned;  ///< Known from labels or memory, but no source of this run has them.
  std::vector<RequestOutcome> requests;
  std::vector<std::int64_t> obeyed;  ///< Rollbacks that stand and are in force.
  std::vector<DeletionOutcome> deletions;
};

/// `random` gives new UIDs; a dry run passes one of its own. The order of the inputs does not
/// matter, and a decision over its own result changes nothing.
///
/// Requests finished here: Resume and the Suspend it ends, Accept `retained`, Confirm, MoveSource,
/// ResumeRollout, a Rollback that is over and the undo that ended it, and whatever names a box or
/// source that does not exist. A row of `desired_deletions` is finished once its container is gone:
/// until then it is the standing order, and wins over a declaration in a table.
[[nodiscard]] FleetDecision decide_fleet(FleetInput input, Random& random);

/// When a person let the halted rollout of a source go on; sources for which nobody did are absent.
[[nodiscard]] std::map<SourceName, WallTime> rollouts_resumed(
    const std::vector<state::SourceRecord>& sources);

/// When the removal of a tombstoned box may begin, if nothing holds it (`blocked`, suspension).
[[nodiscard]] WallTime removal_due(const state::BoxRecord& box);

/// Forgets every tombstoned box of which `observed` shows nothing more that has to go, keeps its
/// volumes on record, and counts the removal for the guard of its source. `boxes` and `sources` are
/// the current records; no worker may hold one of those boxes. `observed` counts only for boxes
/// whose tombstone is not younger. Empty when nothing is finished. A row of `desired_deletions` for
/// a forgotten box is the caller's to finish if decide_fleet has not done so.
[[nodiscard]] state::Store::FleetChange finalise(const std::vector<state::BoxRecord>& boxes,
                                                 const std::vector<state::SourceRecord>& sources,
                                                 const std::vector<state::Request>& requests,
                                                 const state::ObservedFleet& observed,
                                                 WallTime now);

/// First 4 hex digits of a digest of the sorted names: what a person types to confirm a set.
[[nodiscard]] std::string prune_digest(const std::vector<BoxName>& names);

/// Boxes are suspended when their spec says so, or when the latest standing `suspend` or `resume`
/// that names them or all (`*`) is a `suspend`.
[[nodiscard]] bool is_suspended(const state::BoxRecord& box,
                                const std::vector<state::Request>& requests);

}  // namespace boxwright::plan
