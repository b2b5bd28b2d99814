// SQLite's result codes in words: what happened, to which file, what to do.

#include <fmt/format.h>
#include <sqlite3.h>

#include "state/sqlite_file.h"

namespace boxwright::state {

namespace {

Error unavailable(std::string message) {
  return {ErrorCode::Unavailable, RetryClass::Transient, std::move(message)};
}

}  // namespace

Error SqliteFile::explain(const SQLite::Exception& exception, std::string_view doing) const {
  const std::string what = fmt::format("{}: the {} {}", doing, schema_.title, path_.string());
  switch (exception.getErrorCode()) {
    case SQLITE_FULL:
      return unavailable(
          fmt::format("{} cannot grow: the disk is full; free space on its file system", what));
    case SQLITE_READONLY:
      return unavailable(fmt::format(
          "{} cannot be written: it or its file system is read-only; make it writable", what));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(
          fmt::format("{} has been locked by another program for {} s; end that program's "
                      "transaction (`fuser -v {}` shows who holds the file)",
                      what, schema_.busy_timeout_ms / 1000, path_.string()));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return unavailable(fmt::format(
          "{} cannot be opened ({}); it must be a regular file, and its folder must be writable",
          what, exception.what()));
    case SQLITE_IOERR:
      return unavailable(
          fmt::format("{} cannot be read or written ({}, SQLite code {}); check the disk, its free "
                      "space and the limits on file size",
                      what, exception.what(), exception.getExtendedErrorCode()));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::Corrupt, RetryClass::Terminal,
              fmt::format("{} is corrupt ({}); start `boxwright run` anew, which sets it aside and "
                          "goes on with a fresh one",
                          what, exception.what())};
    default:
      return {ErrorCode::Internal, RetryClass::Transient,
              fmt::format("{} refused a statement of ours: {} (SQLite code {})", what,
                          exception.what(), exception.getExtendedErrorCode())};
  }
}

}  // namespace boxwright::state
