#pragma once
// What an archive of volumes holds, in a form that two readings of the same data agree on.

#include <functional>
#include <map>
#include <string>

#include "specs/base/error.h"
#include "specs/base/units.h"

namespace boxwright::cli {

/// The folder that every archive of ours begins with; below it one folder a volume, named by key.
inline constexpr const char* kVolumesFolder = "volumes";

/// One volume. An entry's path is below the volume, empty for the volume's own folder; its value is
/// a digest over type, mode, owner, size, time (in seconds), target of a link, and content.
struct VolumeListing {
  std::map<std::string, std::string> entries;
  std::size_t files = 0;
  Bytes bytes;

  /// Over all entries; what is compared and written down.
  [[nodiscard]] std::string digest() const;
  /// Nothing is in it but its own folder.
  [[nodiscard]] bool is_empty() const;
};
using VolumeListings = std::map<std::string, VolumeListing>;

/// Gives the next bytes; empty: the end.
using NextChunk = std::function<Result<std::string>()>;

/// Reads a tar archive to its end. Corrupt for one that is none, is cut short, or holds anything
/// outside the folder of volumes.
[[nodiscard]] Result<VolumeListings> list_archive(const NextChunk& next_chunk);

}  // namespace boxwright::cli
