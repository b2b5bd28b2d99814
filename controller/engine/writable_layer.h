#pragma once
// What a replacement would lose: the files of a container that lie on none of its volumes.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/units.h"
#include "state/observed.h"

namespace boxwright::engine {

enum class LayerChangeKind { Modified, Added, Deleted };

/// One path that differs from the image.
struct LayerChange {
  std::string path;  ///< Absolute.
  LayerChangeKind kind = LayerChangeKind::Modified;
  std::optional<Bytes> size = {};  ///< nullopt: not known cheaply, or deleted.
  bool operator==(const LayerChange&) const = default;
};

struct WritableLayer {
  Bytes size;  ///< All of it, wherever it lies.
  /// Of what lies below home and on no volume; nullopt: not known cheaply, but no more than `size`.
  std::optional<Bytes> at_stake = {};
  std::string home;                ///< Below which `paths` lie, as homes_text() names it.
  std::vector<LayerChange> paths;  ///< The largest, largest first; those of unknown size by name.
  std::size_t more = 0;            ///< Changed paths below home that are not listed.
  bool operator==(const WritableLayer&) const = default;
};

inline constexpr std::size_t kLayerPathsListed = 10;

/// The folders below which people's files lie: HOME of its environment. Most images leave it to
/// their list of users, which the engine does not tell: then /home and /root, as a whole. Pure.
[[nodiscard]] std::vector<std::string> homes_of(const state::ObservedContainer& container);

/// `/home/coder`, `/home and /root`. Pure.
[[nodiscard]] std::string homes_text(const std::vector<std::string>& homes);

/// Below one of these homes, on no volume, and no folder that is there only to hold one. Pure.
[[nodiscard]] bool is_at_stake(const state::ObservedContainer& container,
                               const std::vector<std::string>& homes, const std::string& path);

/// Those of the changes that lie below its homes, on no volume, and have no change below themselves
/// (a folder is only named where it is empty). Sorted by path. Pure.
[[nodiscard]] std::vector<LayerChange> changes_at_stake(const state::ObservedContainer& container,
                                                        std::vector<LayerChange> changes);

/// Puts the largest first, keeps kLayerPathsListed of them, and adds up what all are worth. Pure.
void list_largest(WritableLayer& layer, std::vector<LayerChange> changes);

[[nodiscard]] std::string_view to_string(LayerChangeKind value);

}  // namespace boxwright::engine
