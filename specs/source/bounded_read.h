#pragma once
// Reads one listed file, bounded and without ever blocking on it.

#include <filesystem>
#include <string>

#include "specs/source/listing.h"

namespace boxwright::specs {

/// At most `bytes_max` + 1 bytes, so that the caller sees "too large". What was opened is compared
/// with the listed inode before anything is read, and opening never waits: a FIFO put in the file's
/// place is refused. The message of an error is a problem's message.
/// Conflict: the file is not the listed one any more. Denied or Unavailable: cannot be read.
[[nodiscard]] Result<std::string> read_listed(const std::filesystem::path& folder,
                                              const ListedFile& file, std::size_t bytes_max);

}  // namespace boxwright::specs
