#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "state/sqlite_file.h"

namespace boxwright::state {

namespace {

namespace fs = std::filesystem;

/// Takes its file away unless it was given its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

Status copy_database(SQLite::Database& from, const fs::path& target, Overwrite overwrite) {
  if (overwrite == Overwrite::No && fs::exists(fs::symlink_status(target))) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} exists already and is not overwritten; name another file", target.string());
  }
  fs::path partial = target;
  partial += ".partial-" + std::to_string(::getpid());
  const TemporaryFile temporary(partial);
  std::error_code ignored;
  fs::remove(partial, ignored);  // Left by a process of the same number that was killed.
  BW_TRY_ASSIGN(const bool made, make_private_file(partial));
  if (!made) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal, "{} is in the way; remove it",
                partial.string());
  }
  {
    SQLite::Database copy(partial.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    SQLite::Backup backup(copy, from);
    backup.executeStep(-1);
    if (backup.getRemainingPageCount() != 0) {
      return fail(ErrorCode::Unavailable, RetryClass::Transient,
                  "the copy to {} did not finish because the database was locked; try again",
                  target.string());
    }
  }
  BW_TRY(flush_file(partial));
  if (overwrite == Overwrite::No) {
    BW_TRY(rename_to_free_name(partial, target));
  } else {
    std::error_code failure;
    fs::rename(partial, target, failure);
    if (failure) {
      return fail(ErrorCode::Unavailable, RetryClass::Transient, "{} cannot be renamed to {}: {}",
                  partial.string(), target.string(), failure.message());
    }
  }
  return flush_file(target);
}

Status SqliteFile::backup_to(const fs::path& target) {
  BW_TRY(follow());
  return attempt("copy to " + target.string(),
                 [&] { return copy_database(*db_, target, Overwrite::No); });
}

}  // namespace boxwright::state
