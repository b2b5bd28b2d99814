#pragma once
// From the sources into the store: reads them, decides what is wanted of every box, commits it.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/plan/fleet.h"
#include "controller/reconcile/reconciler.h"
#include "specs/source/snapshot.h"
#include "state/desired_db.h"
#include "state/store.h"

namespace boxwright::reconcile {

/// What the last decision came to.
struct Intaken {
  std::vector<state::BoxRecord> boxes;  ///< All, active and tombstoned, sorted by name.
  std::vector<state::SourceRecord> sources;
  std::vector<plan::BoxProblem> problems;
  std::vector<BoxName> orphaned;
  std::vector<BoxName> changed;  ///< Boxes whose record this decision changed: to be looked at now.
  std::shared_ptr<const Orders> orders;
  std::vector<state::Event> events;
};

/// One owner, one thread. Waits for nothing.
class Intake {
 public:
  struct Parts {
    state::Store& store;
    state::DesiredDb& desired;
    const Clock& clock;
    Random& random;
  };
  explicit Intake(Parts parts) : parts_(parts) {}

  void add_source(std::unique_ptr<specs::SpecSource> source);

  /// Polls every source once. True if any has a new reading.
  bool poll(MonoTime now);
  /// Every source has been read, or has failed, at least once.
  [[nodiscard]] bool all_read() const;
  /// The readings as they stand, in the order the sources were added.
  [[nodiscard]] std::vector<plan::SourceReading> readings() const;

  /// The inputs of a decision as they stand now, without deciding: for dry runs too.
  [[nodiscard]] Result<plan::FleetInput> gather(const state::ObservedFleet* observed) const;

  struct Situation {
    const state::ObservedFleet* observed = nullptr;  ///< nullptr: there was no good relist yet.
    bool observation_stale = false;
    std::vector<BoxName> confirmed_removals;
  };
  /// Decides and commits: store first, then the outcomes in the public database.
  [[nodiscard]] Result<Intaken> decide(const Situation& situation);

  /// Tells those who gave standing orders that these are obeyed now; called once they are.
  [[nodiscard]] Status acknowledge(const Orders& orders);

  /// Finalises tombstoned boxes of which this observation shows nothing more. Gives their names.
  [[nodiscard]] Result<std::vector<BoxName>> finalise(const state::ObservedFleet& observed);

 private:
  struct Reader {
    std::unique_ptr<specs::SpecSource> source;
    std::optional<plan::SourceReading> reading;
  };
  void add_requested(const std::vector<state::Request>& requests,
                     const std::vector<state::BoxRecord>& boxes, std::vector<BoxName>& changed);

  Parts parts_;
  std::vector<Reader> readers_;
  /// Pending ones that were there at the last decision, with what they are for.
  std::set<std::pair<std::int64_t, std::string>> known_requests_;
};

/// Statuses as the public table tells them, problems of undeclared names included.
[[nodiscard]] std::vector<state::PublicStatus> public_statuses(
    const Intaken& intaken, const std::vector<state::BoxStatus>& statuses, WallTime now);

}  // namespace boxwright::reconcile
