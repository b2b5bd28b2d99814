// The memory database on SQLite: one connection, one lock, one transaction a call.

#include <map>
#include <mutex>

#include "state/schemas.h"
#include "state/sqlite_file.h"
#include "state/store.h"
#include "state/store_rows.h"

namespace boxwright::state {

namespace {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<SqliteFile> file) : file_(std::move(file)) {}

  [[nodiscard]] Result<std::vector<BoxRecord>> boxes() const override {
    return read([](SQLite::Database& db) { return rows::read_boxes(db, std::nullopt); });
  }

  [[nodiscard]] Result<std::optional<BoxRecord>> box(const BoxName& name) const override {
    BW_TRY_ASSIGN(auto found,
                  read([&](SQLite::Database& db) { return rows::read_boxes(db, name); }));
    if (found.empty()) return std::optional<BoxRecord>{};
    return std::optional{std::move(found.front())};
  }

  [[nodiscard]] Result<std::vector<SourceRecord>> sources() const override {
    return read([](SQLite::Database& db) { return rows::read_sources(db); });
  }

  [[nodiscard]] Result<std::vector<RetainedData>> retained() const override {
    return read([](SQLite::Database& db) { return rows::read_retained(db); });
  }

  [[nodiscard]] Result<std::vector<BoxStatus>> statuses() const override {
    const std::scoped_lock lock(mutex_);
    auto all =
        file_->read(kReading, [&] { return rows::read_statuses(file_->db(), std::nullopt); });
    if (!all) return all;
    for (auto& status : *all) {
      const auto seen = seen_at_.find(status.name);
      if (seen != seen_at_.end()) status.observed_at = seen->second;
    }
    return all;
  }

  [[nodiscard]] Status commit(const FleetChange& change) override;

  [[nodiscard]] Status put_container(const BoxName& box, const KnownContainer& known) override {
    return write_to(box, [&](SQLite::Database& db) { rows::put_container(db, box, known); });
  }

  [[nodiscard]] Status forget_container(const BoxName& box, const ContainerId& id) override {
    return write([&](SQLite::Database& db) {
      return remove(db, "DELETE FROM containers WHERE box = ?1 AND id = ?2", box.str(), id.str());
    });
  }

  [[nodiscard]] Status put_expected_volume(const BoxName& box, const std::string& key) override {
    return write_to(box, [&](SQLite::Database& db) { rows::put_expected_volume(db, box, key); });
  }

  [[nodiscard]] Status drop_expected_volume(const BoxName& box, const std::string& key) override {
    return write([&](SQLite::Database& db) {
      return remove(db, "DELETE FROM expected_volumes WHERE box = ?1 AND key = ?2", box.str(), key);
    });
  }

  [[nodiscard]] Status put_verdict(const BoxName& box,
                                   const std::optional<Verdict>& verdict) override {
    return write_to(box, [&](SQLite::Database& db) { rows::put_verdict(db, box, verdict); });
  }

  [[nodiscard]] Result<std::vector<GenerationRecord>> history(const BoxUid& uid) const override {
    return read([&](SQLite::Database& db) { return rows::read_generations(db, uid); });
  }

  [[nodiscard]] Status put_generation(const GenerationRecord& entry) override {
    return write([&](SQLite::Database& db) { return rows::put_generation(db, entry); });
  }

  [[nodiscard]] Status put_status(const BoxStatus& status) override;

  [[nodiscard]] Status append_event(const Event& event) override {
    return write([&](SQLite::Database& db) -> Status {
      rows::append_event(db, event);
      return {};
    });
  }

  [[nodiscard]] Result<std::vector<Event>> events(const BoxName& box, std::int64_t after_seq,
                                                  int limit) const override {
    return read([&](SQLite::Database& db) -> Result<std::vector<Event>> {
      return rows::read_events(db, box, after_seq, limit);
    });
  }

  [[nodiscard]] Status backup_to(const std::filesystem::path& file) const override {
    const std::scoped_lock lock(mutex_);
    return file_->backup_to(file);
  }

 private:
  static constexpr const char* kReading = "read";
  static constexpr const char* kWriting = "write";

  template <class Body>
  auto read(Body body) const -> decltype(body(std::declval<SQLite::Database&>())) {
    const std::scoped_lock lock(mutex_);
    return file_->read(kReading, [&] { return body(file_->db()); });
  }

  template <class Body>
  Status write(Body body) {
    const std::scoped_lock lock(mutex_);
    return file_->write(kWriting, [&] { return body(file_->db()); });
  }

  /// A worker's fact about a box that must still be known.
  template <class Body>
  Status write_to(const BoxName& box, Body body) {
    return write([&](SQLite::Database& db) -> Status {
      if (!rows::box_exists(db, box)) {
        return fail(ErrorCode::NotFound, RetryClass::Conflict,
                    "box {} is not in the memory database (any more); look at it again", box.str());
      }
      body(db);
      return {};
    });
  }

  static Status remove(SQLite::Database& db, const char* sql, const std::string& first,
                       const std::string& second) {
    SQLite::Statement statement(db, sql);
    statement.bind(1, first);
    statement.bind(2, second);
    statement.exec();
    return {};
  }

  /// Guards everything below; reading follows a replaced file, so it is a change as well.
  mutable std::mutex mutex_;
  std::unique_ptr<SqliteFile> file_;
  /// When a status that did not change was last seen true; not worth a durable write.
  std::map<BoxName, WallTime> seen_at_;
};

Status SqliteStore::commit(const FleetChange& change) {
  return write([&](SQLite::Database& db) -> Status {
    // Forgetting first: a box may take over the UID of one that goes in the same change.
    for (const auto& name : change.forget_boxes)
      rows::forget_box(db, name);
    for (const auto& box : change.put_boxes)
      BW_TRY(rows::put_box(db, box));
    for (const auto& entry : change.new_generations)
      BW_TRY(rows::begin_generation(db, entry));
    for (const auto& source : change.put_sources)
      rows::put_source(db, source);
    for (const auto& uid : change.drop_retained) {
      SQLite::Statement statement(db, "DELETE FROM retained WHERE uid = ?1");
      statement.bind(1, uid.str());
      statement.exec();
    }
    for (const auto& data : change.put_retained)
      rows::put_retained(db, data);
    for (const auto& event : change.events)
      rows::append_event(db, event);
    return {};
  });
}

Status SqliteStore::put_status(const BoxStatus& status) {
  const std::scoped_lock lock(mutex_);
  BW_TRY_ASSIGN(auto stored, file_->read(kReading, [&] {
    return rows::read_statuses(file_->db(), status.name);
  }));
  if (!stored.empty()) {
    stored.front().observed_at = status.observed_at;
    if (stored.front() == status) {
      seen_at_[status.name] = status.observed_at;
      return {};
    }
  }
  BW_TRY(file_->write(kWriting, [&]() -> Status {
    rows::put_status(file_->db(), status);
    return {};
  }));
  seen_at_.erase(status.name);
  return {};
}

}  // namespace

Result<OpenedStore> open_store(const std::filesystem::path& file, OpenMode mode,
                               const Clock& clock) {
  BW_TRY_ASSIGN(auto opened, SqliteFile::open(file, store_schema(), mode, clock));
  OpenedStore result;
  result.store = std::make_unique<SqliteStore>(std::move(opened.file));
  result.set_aside = std::move(opened.set_aside);
  result.created = opened.created;
  return result;
}

}  // namespace boxwright::state
