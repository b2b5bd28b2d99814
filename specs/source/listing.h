#pragma once
// What stands in a source's folder, without reading any of it.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "specs/base/error.h"

namespace boxwright::specs {

/// One file that counts. Two equal entries mean the same content, as far as a file system tells.
struct ListedFile {
  std::string path;  ///< Relative to the folder, with `/`.
  std::string
      refusal;  ///< Why it must not be opened, as a problem's message; empty for a good one.
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  ///< Of the inode: shows a write that put the old mtime back.
  dev_t device = 0;
  ino_t inode = 0;
  uid_t owner = 0;
  bool operator==(const ListedFile&) const = default;
};

/// Sorted by path.
using Listing = std::vector<ListedFile>;

/// The marker's file name, directly in the folder.
inline constexpr const char* kMarkerFile = "boxwright.yaml";

/// Walks the folder once. Counts `*.yaml` and `*.yml`, also in sub-folders; never names that begin
/// with a dot or `#` (hidden files, editors' copies). Links to files inside the folder count; links
/// to folders do not, since what is inside is listed anyway. Something that is no regular file, and
/// a link that leads out of the folder or nowhere, is listed with a refusal.
/// Unavailable when the folder or one of its sub-folders is absent or cannot be read: then nothing
/// is known about which files exist.
[[nodiscard]] Result<Listing> list_folder(const std::filesystem::path& folder);

}  // namespace boxwright::specs
