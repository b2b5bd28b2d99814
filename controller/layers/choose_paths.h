#pragma once
// Which of a container's changes are saved, and by which calls. Pure.

#include <set>
#include <string>
#include <vector>

#include "controller/engine/writable_layer.h"
#include "state/observed.h"

namespace boxwright::layers {

/// One path to be read.
struct Fetch {
  std::string path;
  /// With all that lies below it: it was added. Else a folder is taken without its contents, since
  /// those that did not change come from the image, and others may lie on volumes.
  bool whole = false;
  bool operator==(const Fetch&) const = default;
};

struct Choice {
  std::vector<Fetch> fetches;        ///< Sorted by path; none lies below a whole one.
  std::set<std::string> paths;       ///< All that is to be in the archive.
  std::vector<std::string> deleted;  ///< Sorted. They cannot be archived, only told.
  bool operator==(const Choice&) const = default;
};

/// Changes below the container's homes that lie on no volume.
[[nodiscard]] Choice choose_paths(const state::ObservedContainer& container,
                                  const std::vector<engine::LayerChange>& changes);

/// As the engine's list shows it: bytes that are no UTF-8 become U+FFFD, one each.
[[nodiscard]] std::string as_listed(const std::string& path);

}  // namespace boxwright::layers
