#pragma once
// Orders to remove the data that a removed box left. Each names that box's UID: a grant is for the
// data of one box that is gone, never for whoever holds its name.

#include <optional>
#include <string>
#include <vector>

#include "state/observed.h"
#include "state/records.h"

namespace boxwright::plan {

/// A `grant` whose argument is `purge:UID`, or `purge:UID/KEY` for one volume.
struct PurgeOrder {
  std::int64_t id = 0;
  BoxName box;
  BoxUid uid;
  std::string key;  ///< Empty: all of them.
  std::string by;
  bool operator==(const PurgeOrder&) const = default;
};

[[nodiscard]] std::string purge_argument(const BoxUid& uid, const std::string& key);
/// nullopt: another kind of request, or one that is over.
[[nodiscard]] std::optional<PurgeOrder> read_purge(const state::Request& request);
/// Whether any of these is such an order about this name.
[[nodiscard]] bool has_purge(const BoxName& box, const std::vector<state::Request>& requests);
/// What the order covers of the volumes that were seen, sorted.
[[nodiscard]] std::vector<VolumeName> purge_targets(
    const PurgeOrder& order, const Installation& installation,
    const std::vector<state::ObservedVolume>& volumes);

}  // namespace boxwright::plan
