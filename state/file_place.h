#pragma once
// Where a database file lies: making it, naming it aside, and noticing that it was replaced.
// Private to this folder.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "specs/base/clock.h"
#include "specs/base/error.h"

namespace boxwright::state {

/// Tells one state of a database file (with its write-ahead log) from another.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t changed_ns = 0;
  std::int64_t log_size = 0;  ///< Of `<file>-wal`; 0 where there is none.
  std::int64_t log_changed_ns = 0;
  bool operator==(const FileStamp&) const = default;

  [[nodiscard]] bool same_file(const FileStamp& other) const {
    return device == other.device && inode == other.inode;
  }
};

/// nullopt: there is no such file. Unavailable: it could not be looked at.
[[nodiscard]] Result<std::optional<FileStamp>> stamp_of(const std::filesystem::path& file);

/// Makes missing folders above `file`, each 0700.
[[nodiscard]] Status make_folder_for(const std::filesystem::path& file);

/// Makes `file` empty with mode 0600 if there is none; tells whether it did. SQLite gives its own
/// side files the same mode.
[[nodiscard]] Result<bool> make_private_file(const std::filesystem::path& file);

/// Renames `file` and its side files to `<file>.corrupt-<time>`; deletes nothing. Gives the name.
[[nodiscard]] Result<std::filesystem::path> set_file_aside(const std::filesystem::path& file,
                                                           WallTime now);

/// Gives `from` the name `to`; Conflict if that name is taken.
[[nodiscard]] Status rename_to_free_name(const std::filesystem::path& from,
                                         const std::filesystem::path& to);

/// Makes the file's bytes and its name durable.
[[nodiscard]] Status flush_file(const std::filesystem::path& file);

}  // namespace boxwright::state
