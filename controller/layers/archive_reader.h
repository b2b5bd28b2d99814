#pragma once
// Reads a saved archive again.

#include <functional>
#include <string>
#include <vector>

#include "controller/layers/layer_files.h"

struct archive;
struct archive_entry;

namespace boxwright::layers {

/// One file of a saved layer, for a list.
struct LayerEntry {
  std::string path;  ///< Absolute.
  std::string kind;  ///< `file`, `folder`, `link`, `other`.
  Bytes size;
  int mode = 0;
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  WallTime modified_at{};
};

/// Calls `see` for each entry in order; the archive stands at its contents then. Corrupt where it
/// cannot be read to its end.
[[nodiscard]] Status read_entries(const LayerFiles& files, const LayerNote& note,
                                  const std::function<Status(archive& in, archive_entry&)>& see);

[[nodiscard]] Result<std::vector<LayerEntry>> list_entries(const LayerFiles& files,
                                                           const LayerNote& note);

/// Whether the archive is the one that was written: Corrupt with a way out if it is not.
[[nodiscard]] Status check_digest(const LayerFiles& files, const LayerNote& note);

/// The bare tar archive, piece by piece.
[[nodiscard]] Result<engine::ArchiveChunks> unpacked(const LayerFiles& files,
                                                     const LayerNote& note);

}  // namespace boxwright::layers
