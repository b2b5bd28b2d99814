#include "state/sqlite_file.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>
#include <fstream>
#include <vector>

namespace boxwright::state {

namespace {

namespace fs = std::filesystem;

/// After this many pages' worth of bytes the write-ahead log is cut back on reset.
constexpr const char* kPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 1048576;";

/// File format versions of SQLite's header: 2 says "with a write-ahead log", 1 without.
constexpr std::size_t kWriteVersionByte = 18;
constexpr std::size_t kReadVersionByte = 19;
constexpr std::size_t kHeaderSize = 100;
/// A file that changes under a reader is read again; a writer then has its log, which ends this.
constexpr int kReadingAttempts = 5;

int number(SQLite::Database& db, const std::string& sql) {
  return db.execAndGet(sql).getInt();
}

/// Closing must not fold the log into a file that we only look at.
void checkpoint_on_close(SQLite::Database& db, bool wanted) {
  sqlite3_db_config(db.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

Result<std::vector<char>> bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "{} cannot be read; check its rights and that it is a regular file", file.string());
  }
  return bytes;
}

/// A database in memory that holds these bytes.
std::unique_ptr<SQLite::Database> database_from(std::vector<char> bytes) {
  auto db =
      std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  if (bytes.size() < kHeaderSize) {
    if (bytes.empty()) return db;
    bytes.resize(kHeaderSize);  // SQLite then says "not a database".
  }
  // A memory database has no log; the bytes are complete without one.
  if (bytes[kWriteVersionByte] == 2) bytes[kWriteVersionByte] = 1;
  if (bytes[kReadVersionByte] == 2) bytes[kReadVersionByte] = 1;
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (copy == nullptr) throw SQLite::Exception("out of memory", SQLITE_NOMEM);
  std::memcpy(copy, bytes.data(), bytes.size());
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  const int code =
      sqlite3_deserialize(db->getHandle(), "main", copy, size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  if (code != SQLITE_OK) throw SQLite::Exception(db->getHandle(), code);
  return db;
}

Result<FileStamp> stamp_or_none(const fs::path& file) {
  BW_TRY_ASSIGN(const auto stamp, stamp_of(file));
  return stamp.value_or(FileStamp{});
}

}  // namespace

Result<SqliteFile::Opened> SqliteFile::open(const fs::path& file, const FileSchema& schema,
                                            OpenMode mode, const Clock& clock) {
  Opened opened;
  opened.file.reset(new SqliteFile(file, schema, mode));
  if (mode == OpenMode::ReadOnly) {
    BW_TRY(opened.file->connect_reading());
    opened.created = opened.file->stamp_.inode == 0;
    return opened;
  }
  BW_TRY(make_folder_for(file));
  BW_TRY_ASSIGN(opened.created, make_private_file(file));
  auto connected = opened.file->connect_writing();
  if (!connected && connected.error().code == ErrorCode::Corrupt) {
    opened.file->db_.reset();
    BW_TRY_ASSIGN(opened.set_aside, set_file_aside(file, clock.wall_now()));
    BW_TRY_ASSIGN(opened.created, make_private_file(file));
    connected = opened.file->connect_writing();
  }
  BW_TRY(connected);
  return opened;
}

Status SqliteFile::connect_writing() {
  BW_TRY_ASSIGN(stamp_, stamp_or_none(path_));
  if (stamp_.size == 0 && stamp_.log_size > 0) {
    // SQLite would delete the log of an empty file; it may be all that is left.
    return fail(ErrorCode::Corrupt, RetryClass::Terminal, "the {} {} is empty but its log is not",
                schema_.title, path_.string());
  }
  return attempt("open", [&]() -> Status {
    db_ = std::make_unique<SQLite::Database>(path_.string(), SQLite::OPEN_READWRITE,
                                             schema_.busy_timeout_ms);
    checkpoint_on_close(*db_, false);
    BW_TRY(check());
    db_->exec(kPragmas);
    checkpoint_on_close(*db_, true);
    return {};
  });
}

Status SqliteFile::check() {
  BW_TRY_ASSIGN(const int version, check_identity());
  BW_TRY(check_pages());
  return migrate(version);
}

Result<int> SqliteFile::check_identity() {
  const int version = number(*db_, "PRAGMA user_version");
  const int application = number(*db_, "PRAGMA application_id");
  if (application != schema_.application_id) {
    const bool fresh =
        application == 0 && version == 0 && number(*db_, "SELECT count(*) FROM sqlite_master") == 0;
    if (fresh) return 0;
    return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                "{} is a database of another program, not Boxwright's {} (application_id {}, "
                "expected {}); it was left as it is: move it away or name another file",
                path_.string(), schema_.title, application, schema_.application_id);
  }
  if (version > schema_.version()) {
    return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                "the {} {} has schema version {}, and this Boxwright knows versions up to {}; use "
                "a newer Boxwright, or move the file away",
                schema_.title, path_.string(), version, schema_.version());
  }
  return version;
}

Status SqliteFile::check_pages() {
  const std::string found = db_->execAndGet("PRAGMA quick_check(1)").getString();
  if (found == "ok") return {};
  return fail(ErrorCode::Corrupt, RetryClass::Terminal,
              "the {} {} is corrupt ({}); start `boxwright run` anew, which sets it aside and goes "
              "on with a fresh one",
              schema_.title, path_.string(), found);
}

Status SqliteFile::migrate(int from) {
  if (from == schema_.version()) return {};
  const bool in_memory = mode_ == OpenMode::ReadOnly;
  if (from > 0 && !in_memory) {
    fs::path copy = path_;
    copy += fmt::format(".v{}.bak", from);
    BW_TRY(copy_database(*db_, copy, Overwrite::Yes));
  }
  SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
  // Another process may have been quicker.
  for (int version = number(*db_, "PRAGMA user_version"); version < schema_.version(); ++version) {
    db_->exec(schema_.steps[static_cast<std::size_t>(version)]);
  }
  db_->exec(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                        schema_.application_id, schema_.version()));
  transaction.commit();
  return {};
}

Status SqliteFile::connect_reading() {
  for (int attempt_number = 0; attempt_number < kReadingAttempts; ++attempt_number) {
    live_ = false;
    BW_TRY_ASSIGN(const FileStamp before, stamp_or_none(path_));
    BW_TRY(attempt("open for reading", [&]() -> Status {
      if (before.log_size > 0) return read_through_log();
      return read_into_memory(before);
    }));
    BW_TRY_ASSIGN(stamp_, stamp_or_none(path_));
    if (live_ ? stamp_.same_file(before) : stamp_ == before) return {};
  }
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "the {} {} kept changing while it was opened; try again", schema_.title,
              path_.string());
}

/// A writer is at work, or was killed: only SQLite itself can read past the log.
Status SqliteFile::read_through_log() {
  db_ = std::make_unique<SQLite::Database>(path_.string(), SQLite::OPEN_READONLY,
                                           schema_.busy_timeout_ms);
  checkpoint_on_close(*db_, false);
  BW_TRY_ASSIGN(const int version, check_identity());
  BW_TRY(check_pages());
  if (version == schema_.version()) {
    live_ = true;
    return {};
  }
  BW_TRY(copy_to_memory());
  return migrate(version);
}

/// Without a log the file is complete, and reading its bytes makes no side files, as SQLite would.
Status SqliteFile::read_into_memory(const FileStamp& before) {
  std::vector<char> bytes;
  if (before.inode != 0) {
    BW_TRY_ASSIGN(bytes, bytes_of(path_));
  }
  db_ = database_from(std::move(bytes));
  return check();
}

Status SqliteFile::copy_to_memory() {
  auto memory =
      std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  {
    SQLite::Backup backup(*memory, *db_);
    backup.executeStep(-1);
  }
  db_ = std::move(memory);
  return {};
}

Result<bool> SqliteFile::follow() {
  if (mode_ == OpenMode::ReadWrite && !schema_.shared) return false;
  BW_TRY_ASSIGN(const FileStamp now, stamp_or_none(path_));
  if (mode_ == OpenMode::ReadOnly) {
    if (db_ && (live_ ? now.same_file(stamp_) : now == stamp_)) return false;
    db_.reset();
    auto connected = connect_reading();
    if (!connected) db_.reset();
    BW_TRY(connected);
    ++reopenings_;
    return true;
  }
  if (now.inode == 0) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "the {} {} is gone; put it back, or restart Boxwright to begin with an empty one",
                schema_.title, path_.string());
  }
  if (db_ && now.same_file(stamp_)) return false;
  // The old connection goes first: closing it later would drop the new one's locks on side files.
  if (db_) checkpoint_on_close(*db_, false);
  db_.reset();
  auto connected = connect_writing();
  if (!connected) db_.reset();
  BW_TRY(connected);
  ++reopenings_;
  return true;
}

void SqliteFile::fold_log() {
  if (mode_ == OpenMode::ReadOnly) return;
  db_->tryExec("PRAGMA busy_timeout = 0");
  db_->tryExec("PRAGMA wal_checkpoint(TRUNCATE)");
  db_->setBusyTimeout(schema_.busy_timeout_ms);
}

}  // namespace boxwright::state
