#pragma once
// One SQLite file of ours: opened, checked, migrated, followed, written in transactions.
// Private to this folder: the only header that shows a SQLiteCpp type.

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "state/file_place.h"
#include "state/store.h"

namespace boxwright::state {

/// How long a call waits for another program's lock.
inline constexpr int kBusyTimeoutMs = 5000;

/// What a kind of file holds. `steps[n]` is the SQL that leads from schema version n to n + 1.
struct FileSchema {
  std::string_view title;  ///< `memory database`, for messages.
  std::int32_t application_id = 0;
  std::span<const char* const> steps;
  /// Other programs may replace the file while we have it open: look for that before each use.
  bool shared = false;
  int busy_timeout_ms = kBusyTimeoutMs;

  [[nodiscard]] int version() const { return static_cast<int>(steps.size()); }
};

/// Not thread-safe: its owner holds a lock around every call.
class SqliteFile {
 public:
  struct Opened {
    std::unique_ptr<SqliteFile> file;
    std::filesystem::path set_aside;
    bool created = false;
  };

  /// ReadWrite makes what is missing, sets a corrupt file aside and migrates an old one after a
  /// copy
  /// `<file>.v<N>.bak`. ReadOnly makes and changes no file; an absent one reads as empty.
  [[nodiscard]] static Result<Opened> open(const std::filesystem::path& file,
                                           const FileSchema& schema, OpenMode mode,
                                           const Clock& clock);

  [[nodiscard]] SQLite::Database& db() { return *db_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Opens the file again if it is no longer the one that was opened; tells whether it did.
  /// Unavailable where a shared file is gone.
  [[nodiscard]] Result<bool> follow();
  /// How often follow() opened the file again.
  [[nodiscard]] std::int64_t reopenings() const { return reopenings_; }

  /// Brings what was committed into the main file, so that a person who replaces that file leaves
  /// no log behind that belongs to the old one. Skipped while anybody else is at work.
  void fold_log();

  /// Runs `body` (which gives a Result or Status) with SQLite's exceptions turned into errors.
  template <class Body>
  auto attempt(std::string_view doing, Body&& body) -> decltype(body()) {
    try {
      return std::forward<Body>(body)();
    } catch (const SQLite::Exception& exception) {
      return tl::unexpected(explain(exception, doing));
    }
  }

  /// One consistent view for all of `body`'s reads.
  template <class Body>
  auto read(std::string_view doing, Body&& body) -> decltype(body()) {
    if (auto followed = follow(); !followed) return tl::unexpected(std::move(followed).error());
    return attempt(doing, [&]() -> decltype(body()) {
      SQLite::Transaction view(*db_);
      auto result = body();
      view.commit();
      return result;
    });
  }

  /// All of `body`'s writes or none. Durable when it returns.
  template <class Body>
  auto write(std::string_view doing, Body&& body) -> decltype(body()) {
    if (mode_ == OpenMode::ReadOnly) {
      return fail(ErrorCode::Unavailable, RetryClass::Terminal,
                  "{}: the {} {} was opened for reading only", doing, schema_.title,
                  path_.string());
    }
    if (auto followed = follow(); !followed) return tl::unexpected(std::move(followed).error());
    return attempt(doing, [&]() -> decltype(body()) {
      // A deferred transaction that turns into a writing one fails with BUSY_SNAPSHOT at once.
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      auto result = body();
      if (result) transaction.commit();
      return result;
    });
  }

  /// A consistent copy under a name that must be free.
  [[nodiscard]] Status backup_to(const std::filesystem::path& target);

 private:
  SqliteFile(std::filesystem::path path, const FileSchema& schema, OpenMode mode)
      : path_(std::move(path)), schema_(schema), mode_(mode) {}

  [[nodiscard]] Status connect_writing();
  [[nodiscard]] Status connect_reading();
  [[nodiscard]] Status read_through_log();
  [[nodiscard]] Status read_into_memory(const FileStamp& before);
  [[nodiscard]] Status check();
  [[nodiscard]] Result<int> check_identity();
  [[nodiscard]] Status check_pages();
  [[nodiscard]] Status migrate(int from);
  [[nodiscard]] Status copy_to_memory();
  [[nodiscard]] Error explain(const SQLite::Exception& exception, std::string_view doing) const;

  std::filesystem::path path_;
  FileSchema schema_;
  OpenMode mode_;
  std::unique_ptr<SQLite::Database> db_;
  FileStamp stamp_;    ///< Of what is open; inode 0: there was no file.
  bool live_ = false;  ///< ReadOnly: the connection itself sees later commits.
  std::int64_t reopenings_ = 0;
};

enum class Overwrite { No, Yes };

/// Copies the whole of `from` into the file `target` by SQLite's backup call, through a temporary
/// name beside it. Conflict if the name is taken, unless it may be overwritten. May throw
/// SQLite::Exception: call it inside SqliteFile::attempt.
[[nodiscard]] Status copy_database(SQLite::Database& from, const std::filesystem::path& target,
                                   Overwrite overwrite);

}  // namespace boxwright::state
