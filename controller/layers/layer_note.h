#pragma once
// What is written down beside a saved layer: of which container it is, and what is in it.

#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "specs/base/units.h"
#include "state/observed.h"

namespace boxwright::layers {

/// The archive that belongs to a note.
struct PackedLayer {
  Bytes size;  ///< Of the file.
  std::string sha256;
  bool operator==(const PackedLayer&) const = default;
};

/// A path that changed and is not in the archive.
struct LeftOut {
  std::string path;
  std::string why;
  bool operator==(const LeftOut&) const = default;
};

struct LayerNote {
  BoxName box;
  BoxUid uid;
  std::string name;  ///< Of its files, without ending: the attempt that made the container,
                     ///< with a number where that has a layer already.
  ContainerId container;
  std::string image;  ///< The reference that the container was made from.
  ImageId image_id;
  std::string home;  ///< Below which the paths lie: `/home/coder`, `/home and /root`.
  WallTime saved_at{};
  WallTime keep_until{};
  /// The end of the container's last run: what is saved of one that has run since is old.
  std::optional<WallTime> finished_at;
  std::size_t files = 0;  ///< In the archive, folders and links included.
  Bytes size;             ///< Of their contents.
  std::vector<std::string> deleted;
  std::vector<LeftOut> left_out;
  std::optional<PackedLayer> archive;  ///< None: nothing had changed, or it was given up.
  std::string given_up;  ///< Not empty: it could not be saved, why, and a person let it go.
  bool operator==(const LayerNote&) const = default;
};

/// Whether it says that what this container holds is kept, or let go: it has not run since.
[[nodiscard]] bool speaks_of(const LayerNote& note, const state::ObservedContainer& container);

[[nodiscard]] std::string note_json(const LayerNote& note);
/// Corrupt for what is none.
[[nodiscard]] Result<LayerNote> read_note(const std::string& json);

}  // namespace boxwright::layers
