#pragma once
// The working table of one fleet decision. Private to the fleet_*.cpp files.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/plan/fleet.h"
#include "state/rollback_order.h"

namespace boxwright::plan {

/// How a source stands in this run.
enum class SourceState {
  NotInRun,  ///< Nothing was read of it: everything of it stays as it is.
  Failed,    ///< Could not be read, or two places say they are it.
  Moved,     ///< Read, but from another place than before.
  Partial,   ///< Read, with problems: its good boxes count, its absences do not.
  Complete,  ///< Read whole, fresh, from its known place.
};

struct SourceDraft {
  state::SourceRecord record;
  const state::SourceRecord* before = nullptr;
  SourceState state = SourceState::NotInRun;
  const specs::Snapshot* snapshot = nullptr;  ///< Set for Partial and Complete.
  int active_before = 0;  ///< Boxes of it without a tombstone, before this decision.
  int active_after = 0;

  [[nodiscard]] bool usable() const { return snapshot != nullptr; }
};

/// One usable snapshot declares this name.
struct Claim {
  SourceDraft* source = nullptr;
  const specs::BoxDeclaration* declaration = nullptr;
};

/// A record that is carried through the decision. Thousands are, and most looks change none of
/// them: so it is neither copied nor compared, and only edit() makes it one to be written.
class HeldRecord {
 public:
  /// Taken from what is remembered.
  void load(state::BoxRecord record) { record_ = std::move(record); }
  /// New in this decision.
  void create(state::BoxRecord record) {
    record_ = std::move(record);
    changed_ = true;
  }
  /// To be called only for a change of value.
  [[nodiscard]] state::BoxRecord& edit() {
    changed_ = true;
    return record_.value();
  }
  [[nodiscard]] bool changed() const { return changed_; }
  [[nodiscard]] state::BoxRecord release() { return std::move(record_.value()); }

  explicit operator bool() const { return record_.has_value(); }
  const state::BoxRecord& operator*() const { return record_.value(); }
  const state::BoxRecord* operator->() const { return &record_.value(); }

 private:
  std::optional<state::BoxRecord> record_;
  bool changed_ = false;
};

/// All that bears on one box name.
struct NameDraft {
  HeldRecord record;
  std::vector<Claim> claims;  ///< Sorted by source name.
  const state::DeletionRow* deletion = nullptr;
  bool deletion_refused = false;
  bool created = false;       ///< In this decision.
  bool fresh = false;         ///< Created with a new UID.
  bool tombstoned = false;    ///< By its source, in this decision.
  bool was_held = false;      ///< By an order to go back, before this decision.
  bool wish_settled = false;  ///< What is wanted of it was decided from a declaration.

  /// A row of `desired_deletions` stands and is not refused.
  [[nodiscard]] bool deletion_stands() const { return deletion != nullptr && !deletion_refused; }
};

/// Everything the engine holds under one box name.
struct Seen {
  std::vector<const state::ObservedContainer*> containers;
  std::vector<const state::ObservedVolume*> volumes;
};

/// The latest open order to go back for one box, or to end such an order.
struct RollbackDraft {
  const state::Request* request = nullptr;
  std::optional<state::RollbackOrder> order;   ///< nullopt: `undo`.
  std::vector<const state::Request*> earlier;  ///< What an `undo` ends.
};

struct FleetDraft {
  FleetInput* input = nullptr;  ///< Its boxes have been moved into `names`.
  Random* random = nullptr;
  std::map<SourceName, SourceDraft> sources;
  std::map<BoxName, NameDraft> names;
  std::unordered_map<BoxName, Seen> seen;
  std::optional<std::unordered_map<BoxUid, BoxName>> uid_owners;  ///< See is_foreign.
  std::unordered_map<BoxName, std::vector<const state::RetainedData*>> retained;
  std::unordered_map<BoxName, const state::Request*> accepted_retained;
  std::map<BoxName, RollbackDraft> rollbacks;
  std::set<BoxName> confirmed_removals;
  std::set<BoxUid> purges;  ///< Data that is being removed for good: nobody may inherit it.
  std::vector<const state::Request*> requests;  ///< Sorted by id.
  std::map<std::int64_t, RequestOutcome> outcomes;
  FleetDecision decision;

  [[nodiscard]] WallTime now() const { return input->now; }
  [[nodiscard]] SourceDraft* find_source(const SourceName& name);
  [[nodiscard]] const Seen* find_seen(const BoxName& name) const;
  [[nodiscard]] const std::vector<const state::RetainedData*>& find_retained(
      const BoxName& name) const;
  /// The state of a record's source; NotInRun for a source nobody knows.
  [[nodiscard]] SourceState state_of(const SourceName& name);

  void tell(const BoxName& box, const SourceName& source, std::string reason, std::string message);
  void finish(const state::Request& request, std::string state, std::string outcome);
  void add_box_event(const state::BoxRecord& box, std::string action, std::string cause,
                     std::string message, std::string by = {});
  void add_source_event(const SourceDraft& source, bool warning, std::string action,
                        std::string message);
};

// The phases of decide_fleet, in their order. Each has a file of its own.

/// fleet_ingest.cpp: which readings count, and what they say about their sources.
void ingest_readings(FleetDraft& draft);
/// fleet_deletions.cpp: which rows of `desired_deletions` are refused.
void judge_deletions(FleetDraft& draft);
/// fleet_purge.cpp: which retained data is to go for good, and which has gone.
void judge_purges(FleetDraft& draft);
/// fleet_claims.cpp: who owns which name; upserts, moves, duplicates.
void settle_claims(FleetDraft& draft);
/// fleet_create.cpp: a name without a record becomes a box, or a problem.
void create_box(FleetDraft& draft, const BoxName& name, NameDraft& entry);
/// fleet_rollbacks.cpp: which orders to go back stand.
void load_rollbacks(FleetDraft& draft);
/// fleet_rollbacks.cpp: those about boxes whose source cannot be read, and outcomes of all.
void settle_rollbacks(FleetDraft& draft);
/// fleet_wanted.cpp: whose the document is that declares the box; empty: unknown.
[[nodiscard]] std::string author_of(const Claim& claim);
/// fleet_wanted.cpp: what is wanted of a new record, whose history is still to begin.
void want_first(FleetDraft& draft, NameDraft& entry, const specs::BoxSpec& declared);
/// fleet_wanted.cpp: what is wanted of a known box. `claim`: where it is declared; nullptr: that
/// cannot be read at present.
void want_declared(FleetDraft& draft, NameDraft& entry, const specs::BoxSpec& declared,
                   const Claim* claim);
/// fleet_wanted.cpp: the present generation as an entry of the history.
void begin_history(FleetDraft& draft, const state::BoxRecord& record, std::string author,
                   WallTime wanted_at);
/// fleet_claims.cpp: takes over what the declaration says, all but the spec.
void take_metadata(HeldRecord& record, const Claim& claim);
/// fleet_prune.cpp: tombstones for what is absent.
void mark_absent(FleetDraft& draft);
/// fleet_deletions.cpp: tombstones for what is deleted by name.
void apply_deletions(FleetDraft& draft);
/// fleet_prune.cpp: the guard of every source in this run, and what it holds.
void guard_removals(FleetDraft& draft);
/// fleet_requests.cpp: outcomes of standing orders, apart from those that other phases gave.
void settle_requests(FleetDraft& draft);

// Shared questions.

/// It is neither done nor failed.
[[nodiscard]] inline bool is_open(const state::Request& request) {
  return request.state.empty() || request.state == "pending";
}
/// fleet_finalise.cpp: a container that belongs to this box is still there. A container made by
/// hand from an image of the box carries its labels too, but is neither known nor named like it.
[[nodiscard]] bool has_container_left(const state::BoxRecord& box, const Seen* seen);
/// fleet_finalise.cpp: `box-ada`, `box-ada.next` or `box-ada.prev`.
[[nodiscard]] bool is_name_of(const BoxName& box, const std::string& container);
/// fleet_finalise.cpp: the volumes that carry this UID.
[[nodiscard]] std::vector<const state::ObservedVolume*> volumes_of(const BoxUid& uid,
                                                                   const Seen* seen);
/// fleet_finalise.cpp: what a grant for this box covers: what is seen of it, and what it is known
/// to have had since everything was last looked at.
[[nodiscard]] std::vector<VolumeName> volumes_granted(const state::BoxRecord& box,
                                                      const Seen* seen);
/// fleet_finalise.cpp: ` with volumes a and b`; empty for none.
[[nodiscard]] std::string gone_with(const std::vector<VolumeName>& volumes);
/// fleet.cpp: everything that carries our mark, by box name.
[[nodiscard]] std::unordered_map<BoxName, Seen> index_seen(const state::ObservedFleet& observed);
/// fleet_prune.cpp: times that a jumping clock left in the future count as now, and absurdly old
/// ones as kOldestMemory ago.
void clamp_times(HeldRecord& box, WallTime now);
void clamp_times(state::SourceRecord& source, WallTime now);
/// fleet_prune.cpp: `ada, bob, cyd and 4 more`.
[[nodiscard]] std::string list_names(const std::vector<BoxName>& names);
/// fleet_claims.cpp: `boxes/ada.yaml:3`, or the file alone for a row.
[[nodiscard]] std::string place_of(const specs::Origin& origin);

inline constexpr Duration kGuardWindow{24LL * 3600 * 1000};
inline constexpr Duration kOldestMemory{365LL * 24 * 3600 * 1000};

}  // namespace boxwright::plan
