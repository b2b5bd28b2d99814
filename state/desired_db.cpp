// The public database on SQLite: one long-lived connection, one lock.

#include "state/desired_db.h"

#include <map>
#include <mutex>
#include <tuple>

#include "state/desired_rows.h"
#include "state/schemas.h"
#include "state/sqlite_file.h"

namespace boxwright::state {

namespace {

/// What put_statuses has to write; empty if the table says all that already.
struct StatusChanges {
  std::vector<PublicStatus> put;
  std::vector<BoxName> drop;
  [[nodiscard]] bool empty() const { return put.empty() && drop.empty(); }
};

StatusChanges compare(const std::vector<PublicStatus>& stored,
                      const std::vector<PublicStatus>& wanted) {
  StatusChanges changes;
  std::map<BoxName, PublicStatus> left;
  for (const auto& status : stored)
    left[status.name] = status;
  for (const auto& status : wanted) {
    const auto found = left.find(status.name);
    if (found != left.end()) found->second.observed_at = status.observed_at;
    if (found == left.end() || !(found->second == status)) changes.put.push_back(status);
    if (found != left.end()) left.erase(found);
  }
  for (const auto& [name, status] : left)
    changes.drop.push_back(name);
  return changes;
}

Status finish(SQLite::Database& db, const char* sql, const auto& key, const std::string& state,
              const std::string& outcome, const std::string& what) {
  SQLite::Statement statement(db, sql);
  statement.bind(1, key);
  statement.bind(2, state);
  statement.bind(3, outcome);
  if (statement.exec() > 0) return {};
  return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no pending {}", what);
}

class SqliteDesiredDb final : public DesiredDb {
 public:
  explicit SqliteDesiredDb(std::unique_ptr<SqliteFile> file)
      : file_(std::move(file)),
        place_(std::filesystem::absolute(file_->path()).lexically_normal().string()) {}

  [[nodiscard]] Result<std::int64_t> change_counter() override;

  [[nodiscard]] Result<bool> in_use() override {
    return read([](SQLite::Database& db) -> Result<bool> { return rows::table_in_use(db); });
  }
  [[nodiscard]] Result<specs::Snapshot> read() override {
    return read([&](SQLite::Database& db) { return rows::read_snapshot(db, place_); });
  }

  [[nodiscard]] Result<std::vector<Request>> requests() override {
    return read([](SQLite::Database& db) -> Result<std::vector<Request>> {
      return rows::read_requests(db, rows::Which::All);
    });
  }
  [[nodiscard]] Result<std::vector<Request>> pending_requests() override {
    return read([](SQLite::Database& db) -> Result<std::vector<Request>> {
      return rows::read_requests(db, rows::Which::Pending);
    });
  }
  [[nodiscard]] Result<std::int64_t> add_request(const Request& request) override {
    return write_order([&](SQLite::Database& db) -> Result<std::int64_t> {
      return rows::add_request(db, request);
    });
  }
  [[nodiscard]] Status finish_request(std::int64_t id, const std::string& state,
                                      const std::string& outcome) override {
    return write([&](SQLite::Database& db) -> Status {
      BW_TRY(finish(db,
                    "UPDATE requests SET state = ?2, outcome = ?3 WHERE id = ?1 AND state = "
                    "'pending'",
                    id, state, outcome, "request " + std::to_string(id)));
      // Programs that write SQL add rows without us.
      rows::prune_requests(db);
      return {};
    });
  }
  [[nodiscard]] Status acknowledge_request(std::int64_t id, const std::string& outcome) override {
    return write([&](SQLite::Database& db) -> Status {
      rows::acknowledge_request(db, id, outcome);
      return {};
    });
  }
  [[nodiscard]] Status bind_request(std::int64_t id, const std::string& argument) override {
    return write([&](SQLite::Database& db) -> Status {
      rows::bind_request(db, id, argument);
      return {};
    });
  }
  [[nodiscard]] Result<std::optional<Request>> request(std::int64_t id) override {
    return read([&](SQLite::Database& db) -> Result<std::optional<Request>> {
      return rows::read_request(db, id);
    });
  }

  [[nodiscard]] Result<std::vector<DeletionRow>> deletions() override {
    return read([](SQLite::Database& db) -> Result<std::vector<DeletionRow>> {
      return rows::read_deletions(db, rows::Which::All);
    });
  }
  [[nodiscard]] Result<std::vector<DeletionRow>> pending_deletions() override {
    return read([](SQLite::Database& db) -> Result<std::vector<DeletionRow>> {
      return rows::read_deletions(db, rows::Which::Pending);
    });
  }
  [[nodiscard]] Status add_deletion(const DeletionRow& row) override {
    return write_order([&](SQLite::Database& db) -> Status {
      rows::add_deletion(db, row);
      return {};
    });
  }
  [[nodiscard]] Status finish_deletion(const BoxName& name, const std::string& state,
                                       const std::string& outcome) override {
    return write([&](SQLite::Database& db) {
      return finish(db,
                    "UPDATE desired_deletions SET state = ?2, outcome = ?3 WHERE name = ?1 AND "
                    "state = 'pending'",
                    name.str(), state, outcome, "deletion of box " + name.str());
    });
  }

  [[nodiscard]] Status put_statuses(const std::vector<PublicStatus>& statuses) override;
  [[nodiscard]] Result<std::vector<PublicStatus>> statuses() override {
    return read([](SQLite::Database& db) -> Result<std::vector<PublicStatus>> {
      return rows::read_public_statuses(db);
    });
  }

  [[nodiscard]] Status backup_to(const std::filesystem::path& file) override {
    const std::scoped_lock lock(mutex_);
    return file_->backup_to(file);
  }

 private:
  template <class Body>
  auto read(Body body) -> decltype(body(std::declval<SQLite::Database&>())) {
    const std::scoped_lock lock(mutex_);
    return file_->read("read", [&] { return body(file_->db()); });
  }

  template <class Body>
  auto write(Body body) -> decltype(body(std::declval<SQLite::Database&>())) {
    const std::scoped_lock lock(mutex_);
    return write_locked(body);
  }

  template <class Body>
  auto write_locked(Body body) -> decltype(body(std::declval<SQLite::Database&>())) {
    auto result = file_->write("write", [&] { return body(file_->db()); });
    if (result) file_->fold_log();
    return result;
  }

  /// Something that whoever polls has to see, although it is this connection that wrote it.
  template <class Body>
  auto write_order(Body body) -> decltype(body(std::declval<SQLite::Database&>())) {
    const std::scoped_lock lock(mutex_);
    auto result = write_locked(body);
    if (result) ++own_orders_;
    return result;
  }

  /// Guards everything below.
  std::mutex mutex_;
  std::unique_ptr<SqliteFile> file_;
  const std::string place_;
  /// {SQLite's data_version, reopenings, own orders}, as of the last change of the counter.
  std::tuple<int, std::int64_t, std::int64_t> seen_{0, 0, 0};
  std::int64_t counter_ = 0;
  std::int64_t own_orders_ = 0;
};

Result<std::int64_t> SqliteDesiredDb::change_counter() {
  const std::scoped_lock lock(mutex_);
  BW_TRY(file_->follow());
  return file_->attempt("look for changes", [&]() -> Result<std::int64_t> {
    const int version = file_->db().execAndGet("PRAGMA data_version").getInt();
    const std::tuple now{version, file_->reopenings(), own_orders_};
    if (now != seen_) {
      seen_ = now;
      ++counter_;
      file_->fold_log();
    }
    return counter_;
  });
}

Status SqliteDesiredDb::put_statuses(const std::vector<PublicStatus>& statuses) {
  const std::scoped_lock lock(mutex_);
  BW_TRY_ASSIGN(const StatusChanges changes, file_->read("read", [&]() -> Result<StatusChanges> {
    return compare(rows::read_public_statuses(file_->db()), statuses);
  }));
  if (changes.empty()) return {};
  return write_locked([&](SQLite::Database& db) -> Status {
    for (const auto& name : changes.drop)
      rows::drop_public_status(db, name);
    for (const auto& status : changes.put)
      rows::put_public_status(db, status);
    return {};
  });
}

}  // namespace

Result<OpenedDesiredDb> open_desired_db(const std::filesystem::path& file, const Clock& clock,
                                        OpenMode mode) {
  BW_TRY_ASSIGN(auto opened, SqliteFile::open(file, desired_schema(), mode, clock));
  OpenedDesiredDb result;
  result.db = std::make_unique<SqliteDesiredDb>(std::move(opened.file));
  result.set_aside = std::move(opened.set_aside);
  return result;
}

}  // namespace boxwright::state
