#pragma once
// What holds the volumes (design 8.12): nobody's prune takes a volume that a running container
// mounts, so one small container mounts them all. Pure: what is seen of it -> the next thing to do.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "specs/base/ids.h"
#include "state/observed.h"

namespace boxwright::plan {

struct HoldInput {
  Installation installation;
  const state::ObservedHolds* holds = nullptr;
  /// All with our installation's label.
  const std::vector<state::ObservedVolume>* volumes = nullptr;
  /// Volumes that a box is about to remove: the engine keeps what anything mounts.
  std::set<VolumeName> let_go;
};

struct HoldAction {
  enum class Kind {
    Create,       ///< A container named `name` that mounts `volumes`.
    Start,        ///< `id`, which mounts what it should.
    Remove,       ///< `id`, running or not.
    Rename,       ///< `id` to `name`.
    RemoveStray,  ///< `volume`, which the engine made in passing.
  };
  Kind kind = Kind::Create;
  ContainerId id;
  std::string name;
  std::set<VolumeName> volumes;
  VolumeName volume;
  std::string cause;
  bool operator==(const HoldAction&) const = default;
};

/// What is to be held: every volume of a box that is there and is not to go.
[[nodiscard]] std::set<VolumeName> volumes_to_hold(const HoldInput& input);

/// The one next thing; nullopt: all is as it should be. New before old: no volume that is to be
/// held loses its last running hold. Leftovers of any crash are holds like any other.
[[nodiscard]] std::optional<HoldAction> plan_hold(const HoldInput& input);

/// What no prune takes, since a hold that runs mounts it.
[[nodiscard]] std::set<VolumeName> held_volumes(const state::ObservedHolds& holds);
/// What cannot be removed, since a hold mounts it, running or not.
[[nodiscard]] std::set<VolumeName> mounted_volumes(const state::ObservedHolds& holds);

}  // namespace boxwright::plan
