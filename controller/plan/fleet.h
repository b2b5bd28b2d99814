#pragma once
// From readings of the sources to what is wanted of every box: who owns which name, what is new,
// what moved, what is to be removed, and what must not be. Pure (design section 6).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
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
  std::vector<SourceReading> readings;  ///< Sources that are not part of this run are not listed.
  std::vector<state::Request> requests; ///< All that are pending or standing.
  std::vector<state::DeletionRow> deletions;
  const state::ObservedFleet* observed = nullptr;  ///< From a good relist.
  WallTime now{};
  /// Removals that the person confirmed start at once (`apply`): the names shown to them.
  std::vector<BoxName> confirmed_removals;
};

/// Something to be told about a name that has no box of its own yet, or about one that has.
struct BoxProblem {
  BoxName box;
  SourceName source;
  std::string reason;   ///< `InvalidSpec`, `DuplicateName`, `RetainedData`, `NameChanged`, ...
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
  std::vector<BoxName> orphaned;  ///< Known from labels or memory, but no source of this run has them.
  std::vector<RequestOutcome> requests;
  std::vector<DeletionOutcome> deletions;
};

/// `random` gives new UIDs; a dry run passes one of its own.
[[nodiscard]] FleetDecision decide_fleet(const FleetInput& input, Random& random);

/// First 4 hex digits of a digest of the sorted names: what a person types to confirm a set.
[[nodiscard]] std::string prune_digest(const std::vector<BoxName>& names);

/// Boxes are suspended when their spec says so, or a standing `suspend` names them or all.
[[nodiscard]] bool is_suspended(const state::BoxRecord& box,
                                const std::vector<state::Request>& requests);

}  // namespace boxwright::plan
