#pragma once
// What is remembered. Values only; store.h keeps them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "specs/model/box_spec.h"
#include "specs/source/snapshot.h"

namespace boxwright::state {

/// A container that we made, or looked at once and found right.
struct KnownContainer {
  ContainerId id;
  Attempt attempt;
  std::string spec_hash;
  std::string secret_mac;
  std::string renderer;
  ImageId image_id;  ///< What the reference resolved to at creation.
  std::string
      spec_json;        ///< Canonical spec it was made from; empty when adopted. For "old -> new".
  bool proven = false;  ///< Was healthy once: what a failed replacement goes back to.
  bool operator==(const KnownContainer&) const = default;
};

/// A stored mark that a box is to be removed.
struct Tombstone {
  enum class Kind { Prune, Delete };
  Kind kind = Kind::Prune;
  WallTime since{};
  Revision revision;            ///< The snapshot in which it was absent.
  bool confirmed = false;       ///< A person named this box (delete, apply): no delay, no guard.
  bool remove_volumes = false;  ///< Granted with this very request.
  WallTime volumes_due{};       ///< Not before this; meaningful only with remove_volumes.
  /// Those of the box that were there when the grant was given, sorted: what is told to be gone.
  std::vector<VolumeName> volumes;
  /// Must not proceed at present, whatever else is said here: the removal guard holds its source,
  /// or the last run did not read that source whole, fresh and from its known place.
  bool blocked = false;
  std::string by;
  bool operator==(const Tombstone&) const = default;
};

/// A wanted state that was tried and failed; it is not tried again by itself.
struct Verdict {
  std::string wanted;  ///< Spec hash, image ID and secret MAC, joined.
  std::string reason;  ///< `RolledBack`.
  std::string message;
  WallTime at{};
  bool operator==(const Verdict&) const = default;
};

/// A person's order that stands: the box stays as it was in an earlier generation, whatever its
/// declaration says, until that changes.
struct RollbackHold {
  std::string to;           ///< `3` or `3.1`: the entry of the history.
  std::string by;           ///< Empty: unknown.
  specs::BoxSpec declared;  ///< What the declaration says meanwhile.
  bool operator==(const RollbackHold&) const = default;
};

/// Everything remembered about one box.
struct BoxRecord {
  BoxName name;
  BoxUid uid;
  SourceName source;
  std::string owner;
  std::map<std::string, std::string> labels;
  specs::BoxSpec spec;
  std::int64_t generation = 0;
  specs::Origin origin;
  std::map<std::string, specs::FieldPlace> fields;
  Revision revision;               ///< Of the snapshot that last declared it.
  specs::SourceSettings settings;  ///< Its source's settings at that revision.
  std::string problem;  ///< Its declaration is at present invalid: the first problem's line.
  std::optional<RollbackHold> rollback;  ///< Then `spec` is not what is declared.

  std::vector<KnownContainer> containers;
  /// Volume keys that the store recorded verified: expected to exist.
  std::vector<std::string> expected_volumes;
  std::optional<Tombstone> tombstone;
  std::optional<Verdict> verdict;
  bool operator==(const BoxRecord&) const = default;
};

/// Everything remembered about one source.
struct SourceRecord {
  SourceName name;
  std::string place;
  Revision revision;
  specs::SourceSettings settings;
  WallTime last_good{};  ///< When this revision was first read, or read again after a failure.
  std::string error;     ///< Why the last reading failed; empty if it did not.
  std::string moved_to;  ///< Not empty: SourceMoved, read from there, waiting for `source move`.
  std::string prune_digest;  ///< Not empty: PruneBlocked, waiting for `confirm-prune`.
  std::string prune_message;
  std::vector<BoxName> prune_set;  ///< The boxes whose removal is blocked.
  std::vector<BoxName>
      prune_confirmed;  ///< A confirmed set; holds while the blocked set is a subset.
  /// Largest box count by hour-slot start, over the last 24 h, for the guard. An hour in which the
  /// count did not change has no slot.
  std::vector<std::pair<WallTime, int>> sizes;
  /// Removals of the last 24 h that count for the guard: pruned, and not confirmed by name.
  std::vector<std::pair<WallTime, BoxName>> removals;
  /// A person said then that its rollout goes on: failures up to it no longer halt it. The zero
  /// time: nobody did.
  WallTime rollout_resumed{};
  bool operator==(const SourceRecord&) const = default;
};

/// A volume set that was kept when its box went.
struct RetainedData {
  BoxName name;
  BoxUid uid;
  std::string owner;
  std::vector<std::string> keys;
  WallTime since{};
  bool operator==(const RetainedData&) const = default;
};

enum class ConditionStatus { True, False, Unknown };

/// A named observation about a box or a source.
struct Condition {
  std::string type;  ///< `Ready`, `Stalled`, ...
  ConditionStatus status = ConditionStatus::Unknown;
  std::string reason;   ///< CamelCase.
  std::string message;  ///< Stable for one cause: no times, counts or ids.
  std::int64_t observed_generation = 0;
  WallTime last_transition{};
  bool operator==(const Condition&) const = default;
};

/// What is told about one box.
struct BoxStatus {
  BoxName name;
  BoxUid uid;
  std::vector<Condition> conditions;  ///< Sorted by type.
  ContainerId container;
  std::string container_state;  ///< `running`, `absent`, ...
  std::string url;              ///< Empty without a domain.
  WallTime observed_at{};
  bool operator==(const BoxStatus&) const = default;

  [[nodiscard]] const Condition* find(std::string_view type) const;
};

/// One thing done or noticed. `seq` is given by the store.
struct Event {
  std::int64_t seq = 0;
  WallTime at{};
  BoxName box;
  BoxUid uid;
  std::string type;    ///< `Normal` or `Warning`.
  std::string action;  ///< `CreateContainer`, `Stalled`, ...
  std::string cause;   ///< The field and its change: `spec.resources.memory 2GiB -> 4GiB`.
  Revision revision;
  std::string result;  ///< `ok`, or an ErrorCode name.
  Duration duration{0};
  std::string message;
  std::string by;  ///< Whose hand is behind it, as far as a source tells; empty: unknown.
};

/// A person's standing order, kept in the public database so that it survives the loss of memory.
struct Request {
  enum class Verb {
    Restart,
    Suspend,
    Resume,
    Accept,
    Confirm,
    Grant,
    Hold,
    MoveSource,
    Rollback,
    Rollout,        ///< Update this box now, whatever its update policy waits for.
    ResumeRollout,  ///< Go on with the rollout of a source that was halted.
  };
  std::int64_t id = 0;
  Verb verb = Verb::Restart;
  std::string subject;   ///< A box name; a source name for Confirm, MoveSource and ResumeRollout;
                         ///< `*` for all boxes.
  std::string argument;  ///< Accept: `empty:workspace`, `drop:inbox`, `retained`, `drift`. Confirm:
                         ///< the digest. Rollback: see rollback_order.h. Rollout: the wanted state
                         ///< that it is for (plan::wanted_key); empty until a controller saw it.
  std::string by;
  WallTime at{};
  std::string state;    ///< `pending`, `done`, `failed`.
  std::string outcome;  ///< A sentence, once not pending.
};

/// Stands behind the giver's name where a command gave the order for as long as it works on
/// volumes, so that it is told from a person's own.
inline constexpr const char* kByVolumeWork = " (volumes)";

/// A row of `desired_deletions`: delete this box by name.
struct DeletionRow {
  BoxName name;
  bool volumes = false;
  bool now = false;
  std::string by;
  WallTime at{};
  std::string state;  ///< `pending`, `done`, `refused`.
  std::string outcome;
};

[[nodiscard]] std::string_view to_string(ConditionStatus value);
[[nodiscard]] std::string_view to_string(Request::Verb value);

}  // namespace boxwright::state
