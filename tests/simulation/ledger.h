#pragma once
// What really happened, as the oracle keeps it: what people said and did, and what the engine was
// made to do. Nothing in here comes from what the controller believes.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "specs/source/snapshot.h"
#include "state/records.h"
#include "tests/simulation/world.h"

namespace boxwright::test {

/// What people want of one name, as they last said it.
struct Wish {
  std::optional<specs::BoxDeclaration> declared;
  specs::BoxDeclaration last;  ///< The last declaration, also where it was taken out since.
  bool in_table = false;
  MonoTime absent_since{};
  WallTime absent_wall{};
  /// Declared, but its source reads as empty since then: that is absence, too.
  std::optional<std::pair<MonoTime, WallTime>> unseen_since;
  bool suspended = false;     ///< By a request that names it, or all.
  std::int64_t deletion = 0;  ///< Deletions asked for so far.
  bool deletion_stands = false;
};

/// Permission to remove the volumes of one UID, and from when on.
struct Grant {
  MonoTime due{};
  WallTime due_wall{};
  bool by_spec = false;  ///< A refused deletion takes back only what it gave itself.
};

/// A box that was removed since it was absent, neither confirmed nor named.
struct Prune {
  BoxName box;
  SourceName source;
  MonoTime at{};
  bool is_over = false;  ///< It is forgotten: whatever comes back is another box.
};

struct Ledger {
  std::map<BoxName, Wish> wishes;
  std::map<BoxUid, Grant> grants;
  /// Removals that a person confirmed, by source.
  std::map<SourceName, std::set<BoxName>> confirmed;
  /// Containers that are nobody's of ours: foreign ones and copies, by ID.
  std::set<ContainerId> foreign;
  /// Volumes with a name that we need, made by others.
  std::set<VolumeName> foreign_volumes;
  /// Containers made by hand with our labels, as tools do that "recreate".
  std::set<ContainerId> by_hand;
  /// Containers whose server answered at least once.
  std::set<ContainerId> was_healthy;
  /// Boxes whose last running container we stopped, and none has run since.
  std::set<BoxName> stopped_by_us;
  /// Requests that may make a converged box move.
  std::map<BoxName, MonoTime> asked;
  std::vector<Prune> prunes;
  std::map<BoxName, unsigned> secrets;  ///< Version of the value in the secret's file.
  bool stale = false;                   ///< Old answers may be given.
  bool clock_jumped = false;            ///< The wall clock was set at least once.
  MonoTime volumes_by_hand{};           ///< When a hand last removed volumes.
  /// Volumes that were there once, and whose they were.
  std::map<VolumeName, BoxUid> volumes_seen;
  /// Volumes that were held once: from then on no prune may take them, until they may go.
  std::set<VolumeName> held;
  bool memory_was_lost = false;      ///< The memory database was lost at least once.
  std::uint64_t operations = 0;      ///< Played so far.
  std::uint64_t looked_at_step = 0;  ///< How many there were at the last look.
  std::uint64_t steps = 0;           ///< Calls that reached the engine.

  [[nodiscard]] const Wish* find(const BoxName& name) const {
    const auto found = wishes.find(name);
    return found == wishes.end() ? nullptr : &found->second;
  }
};

/// The source reads well, whole, from its place.
[[nodiscard]] inline bool is_sound(const DeclaredBoxes& source) {
  return source.failure.empty() && source.problem.empty() && !source.emptied &&
         source.place == source.home;
}

[[nodiscard]] inline const DeclaredBoxes& source_of(const World& world, const Wish& wish) {
  return wish.in_table ? world.table : world.declared;
}

}  // namespace boxwright::test
