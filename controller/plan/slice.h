#pragma once
// One box cut out of an observation of everything. Pure.

#include <string>
#include <unordered_map>
#include <vector>

#include "state/observed.h"
#include "state/records.h"

namespace boxwright::plan {

/// An observation of everything, in order by box: made once for a relist, so that looking at every
/// box takes time in proportion to their number. `fleet` must outlive it.
class FleetIndex {
 public:
  explicit FleetIndex(const state::ObservedFleet& fleet);

  /// What the relist says about one box. Holders of its volume names without our labels are not in
  /// it: a box that needs new volumes is observed by itself before anything is done.
  [[nodiscard]] state::ObservedBox slice(const state::BoxRecord& record) const;

 private:
  const state::ObservedFleet& fleet_;
  std::unordered_map<BoxUid, std::vector<const state::ObservedContainer*>> containers_;
  std::unordered_map<BoxUid, std::vector<const state::ObservedVolume*>> volumes_;
  std::unordered_map<std::string, std::vector<const state::NameHolder*>> foreign_;  ///< By name.
  std::unordered_map<std::string, std::vector<const state::ObservedNetwork*>> networks_;
};

}  // namespace boxwright::plan
