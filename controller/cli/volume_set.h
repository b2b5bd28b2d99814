#pragma once
// Which volumes a word on the command line means: `ada`, or `ada/workspace`. Pure.

#include <string>
#include <vector>

#include "controller/cli/volume_list.h"
#include "specs/base/error.h"

namespace boxwright::cli {

/// The volumes of one box, living or removed.
struct VolumeSet {
  BoxName box;
  BoxUid uid;
  std::vector<ShownVolume> volumes;  ///< Sorted by key.

  [[nodiscard]] const ShownVolume* find(const std::string& key) const;
};

/// What the word names of all there is. NotFound with the nearest name; Conflict where several
/// removed boxes of that name left data.
[[nodiscard]] Result<VolumeSet> volumes_named(const std::string& word,
                                              const std::vector<ShownVolume>& all);

/// One volume and where its data goes.
struct VolumePair {
  ShownVolume from;
  ShownVolume to;
};
/// By key, or one with one whatever their keys. Conflict where something has no counterpart.
[[nodiscard]] Result<std::vector<VolumePair>> pair_volumes(const VolumeSet& from,
                                                           const VolumeSet& to);

}  // namespace boxwright::cli
