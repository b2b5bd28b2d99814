#pragma once
// All volumes of an installation, as they stand. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/units.h"
#include "state/observed.h"
#include "state/records.h"

namespace boxwright::cli {

enum class VolumeUse {
  InUse,     ///< A container of the box that runs has it mounted.
  Stopped,   ///< Its box is there and does not run.
  Retained,  ///< Its box was removed; it is kept until somebody purges it.
  ToGo,      ///< Its box is removed, and it goes at a stated time.
  Orphaned,  ///< It carries our mark, and nobody knows the box.
  Lost,      ///< The box expects it, and it is not there, or its directory is not.
};
[[nodiscard]] std::string_view to_string(VolumeUse value);

struct ShownVolume {
  VolumeName name;
  BoxName box;
  BoxUid uid;
  std::string key;
  std::string owner;
  VolumeUse use = VolumeUse::Stopped;
  std::optional<Bytes> size;           ///< nullopt: not known.
  std::optional<WallTime> last_used;   ///< In use: the time of the look. nullopt: not known.
  std::optional<WallTime> kept_since;  ///< Retained: since its box was removed.
  std::optional<WallTime> goes_at;     ///< ToGo.
  std::optional<bool> disposable;      ///< nullopt: the spec is not known any more.
};

struct VolumeListInput {
  std::vector<state::BoxRecord> boxes;
  std::vector<state::RetainedData> retained;
  const state::ObservedFleet* observed = nullptr;  ///< Required.
  std::map<VolumeName, Bytes> sizes;
};

/// Sorted by box, then key.
[[nodiscard]] std::vector<ShownVolume> list_volumes(const VolumeListInput& input);

/// NAME BOX KEY STATE SIZE LAST-USED, and with `wide` OWNER UID KEPT DISPOSABLE.
[[nodiscard]] std::string volume_table(const std::vector<ShownVolume>& volumes, WallTime now,
                                       bool wide);
/// `4 volumes, 1.2 GiB`, with how many are not measured.
[[nodiscard]] std::string volume_sum(const std::vector<ShownVolume>& volumes);
/// Kind VolumeList. `size_problem`: why nothing was measured; empty: it was, or was not asked for.
[[nodiscard]] std::string volume_list_json(const std::vector<ShownVolume>& volumes,
                                           const std::string& size_problem);

}  // namespace boxwright::cli
