#pragma once
// Where saved layers lie: an archive and a note for each, in a folder for each box.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "controller/engine/engine.h"
#include "controller/layers/layer_note.h"

namespace boxwright::layers {

/// An archive in the making. Dropped before it is kept, nothing is left of it.
class LayerSink {
 public:
  virtual ~LayerSink() = default;
  /// Unavailable/Terminal when there is no room.
  [[nodiscard]] virtual Status write(std::string_view bytes) = 0;
  /// Gives it its name; it is on the disk when this returns.
  [[nodiscard]] virtual Status keep() = 0;
};

/// Thread-safe for different boxes. Only the one instance that acts writes.
class LayerFiles {
 public:
  virtual ~LayerFiles() = default;

  /// The notes of one box, or of all (empty uid), oldest first. One that cannot be read is left
  /// out.
  [[nodiscard]] virtual Result<std::vector<LayerNote>> notes(const BoxUid& uid) const = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<LayerSink>> begin(const BoxUid& uid,
                                                                 const std::string& name) = 0;
  /// Written last: a layer without a note does not count.
  [[nodiscard]] virtual Status put_note(const LayerNote& note) = 0;
  /// The bytes of an archive, piece by piece; an empty piece ends it. NotFound.
  [[nodiscard]] virtual Result<engine::ArchiveChunks> open(const LayerNote& note) const = 0;
  /// The note first. What is not there is removed already.
  [[nodiscard]] virtual Status remove(const LayerNote& note) = 0;
  /// What has no note, and was written before this: left behind by a process that was killed.
  [[nodiscard]] virtual Status remove_strays(WallTime before) = 0;
};

/// Removes the layers whose time is over; gives how many went. One that cannot be removed keeps no
/// other; the first of them is the error.
[[nodiscard]] Result<int> remove_expired(LayerFiles& files, WallTime now);

}  // namespace boxwright::layers
