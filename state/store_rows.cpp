// Sources, retained data, statuses and events.

#include "state/store_rows.h"

#include <algorithm>

#include "state/column_codec.h"

namespace boxwright::state::rows {

namespace {

/// How many events go at once when the limit is reached, so that not every append deletes.
constexpr std::int64_t kEventsStep = 100;

Result<SourceRecord> source_from(SQLite::Statement& row) {
  SourceRecord source;
  int column = 0;
  const auto text = [&] { return row.getColumn(column++).getString(); };
  source.name = SourceName{text()};
  source.place = text();
  source.revision = Revision{text()};
  BW_TRY_ASSIGN(source.settings, from_json<specs::SourceSettings>(text()));
  source.last_good = time_from_column(row.getColumn(column++).getInt64());
  source.error = text();
  source.moved_to = text();
  source.prune_digest = text();
  source.prune_message = text();
  BW_TRY_ASSIGN(source.prune_set, from_json<std::vector<BoxName>>(text()));
  BW_TRY_ASSIGN(source.prune_confirmed, from_json<std::vector<BoxName>>(text()));
  BW_TRY_ASSIGN(source.sizes, from_json<Sizes>(text()));
  BW_TRY_ASSIGN(source.removals, from_json<Removals>(text()));
  source.rollout_resumed = time_from_column(row.getColumn(column++).getInt64());
  return source;
}

Result<BoxStatus> status_from(SQLite::Statement& row) {
  BoxStatus status;
  int column = 0;
  const auto text = [&] { return row.getColumn(column++).getString(); };
  status.name = BoxName{text()};
  status.uid = BoxUid{text()};
  BW_TRY_ASSIGN(status.conditions, from_json<std::vector<Condition>>(text()));
  status.container = ContainerId{text()};
  status.container_state = text();
  status.url = text();
  status.observed_at = time_from_column(row.getColumn(column).getInt64());
  return status;
}

Event event_from(SQLite::Statement& row) {
  Event event;
  int column = 0;
  const auto number = [&] { return row.getColumn(column++).getInt64(); };
  const auto text = [&] { return row.getColumn(column++).getString(); };
  event.seq = number();
  event.at = time_from_column(number());
  event.box = BoxName{text()};
  event.uid = BoxUid{text()};
  event.type = text();
  event.action = text();
  event.cause = text();
  event.revision = Revision{text()};
  event.result = text();
  event.duration = Duration{number()};
  event.message = text();
  event.by = text();
  return event;
}

}  // namespace

Result<std::vector<SourceRecord>> read_sources(SQLite::Database& db) {
  SQLite::Statement statement(
      db,
      "SELECT name, place, revision, settings, last_good, error, moved_to, prune_digest, "
      "prune_message, prune_set, prune_confirmed, sizes, removals, rollout_resumed FROM sources "
      "ORDER BY name");
  std::vector<SourceRecord> sources;
  while (statement.executeStep()) {
    BW_TRY_ASSIGN(auto source, source_from(statement));
    sources.push_back(std::move(source));
  }
  return sources;
}

void put_source(SQLite::Database& db, const SourceRecord& source) {
  SQLite::Statement statement(
      db,
      "INSERT OR REPLACE INTO sources (name, place, revision, settings, last_good, error, "
      "moved_to, "
      "prune_digest, prune_message, prune_set, prune_confirmed, sizes, removals, "
      "rollout_resumed) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
  int index = 0;
  const auto bind = [&](const auto& value) { statement.bind(++index, value); };
  bind(source.name.str());
  bind(source.place);
  bind(source.revision.str());
  bind(to_json(source.settings));
  bind(to_column(source.last_good));
  bind(source.error);
  bind(source.moved_to);
  bind(source.prune_digest);
  bind(source.prune_message);
  bind(to_json(source.prune_set));
  bind(to_json(source.prune_confirmed));
  bind(to_json(source.sizes));
  bind(to_json(source.removals));
  bind(to_column(source.rollout_resumed));
  statement.exec();
}

Result<std::vector<RetainedData>> read_retained(SQLite::Database& db) {
  SQLite::Statement statement(
      db, "SELECT uid, name, owner, keys, since FROM retained ORDER BY name, since, uid");
  std::vector<RetainedData> all;
  while (statement.executeStep()) {
    RetainedData data;
    data.uid = BoxUid{statement.getColumn(0).getString()};
    data.name = BoxName{statement.getColumn(1).getString()};
    data.owner = statement.getColumn(2).getString();
    BW_TRY_ASSIGN(data.keys,
                  from_json<std::vector<std::string>>(statement.getColumn(3).getString()));
    data.since = time_from_column(statement.getColumn(4).getInt64());
    all.push_back(std::move(data));
  }
  return all;
}

void put_retained(SQLite::Database& db, const RetainedData& data) {
  SQLite::Statement statement(db,
                              "INSERT OR REPLACE INTO retained (uid, name, owner, keys, since) "
                              "VALUES (?1, ?2, ?3, ?4, ?5)");
  statement.bind(1, data.uid.str());
  statement.bind(2, data.name.str());
  statement.bind(3, data.owner);
  statement.bind(4, to_json(data.keys));
  statement.bind(5, to_column(data.since));
  statement.exec();
}

Result<std::vector<BoxStatus>> read_statuses(SQLite::Database& db,
                                             const std::optional<BoxName>& name) {
  SQLite::Statement statement(
      db,
      "SELECT name, uid, conditions, container, container_state, url, observed_at FROM statuses "
      "WHERE ?1 IS NULL OR name = ?1 ORDER BY name");
  if (name) statement.bind(1, name->str());
  std::vector<BoxStatus> statuses;
  while (statement.executeStep()) {
    BW_TRY_ASSIGN(auto status, status_from(statement));
    statuses.push_back(std::move(status));
  }
  return statuses;
}

void put_status(SQLite::Database& db, const BoxStatus& status) {
  SQLite::Statement statement(
      db,
      "INSERT OR REPLACE INTO statuses (name, uid, conditions, container, container_state, url, "
      "observed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  int index = 0;
  const auto bind = [&](const auto& value) { statement.bind(++index, value); };
  bind(status.name.str());
  bind(status.uid.str());
  bind(to_json(status.conditions));
  bind(status.container.str());
  bind(status.container_state);
  bind(status.url);
  bind(to_column(status.observed_at));
  statement.exec();
}

void append_event(SQLite::Database& db, const Event& event) {
  SQLite::Statement statement(
      db,
      "INSERT INTO events (at, box, uid, type, action, cause, revision, result, duration_ms, "
      "message, author) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  int index = 0;
  const auto bind = [&](const auto& value) { statement.bind(++index, value); };
  bind(to_column(event.at));
  bind(event.box.str());
  bind(event.uid.str());
  bind(event.type);
  bind(event.action);
  bind(event.cause);
  bind(event.revision.str());
  bind(event.result);
  bind(std::int64_t{event.duration.count()});
  bind(event.message);
  bind(event.by);
  statement.exec();
  const std::int64_t seq = db.getLastInsertRowid();
  if (seq % kEventsStep != 0) return;
  SQLite::Statement prune(db, "DELETE FROM events WHERE seq <= ?1");
  prune.bind(1, seq - (kEventsMax - kEventsStep));
  prune.exec();
}

std::vector<Event> read_events(SQLite::Database& db, const BoxName& box, std::int64_t after_seq,
                               int limit) {
  // A reader that follows must miss nothing; one that begins wants the newest.
  const bool following = after_seq > 0;
  std::string sql =
      "SELECT seq, at, box, uid, type, action, cause, revision, result, duration_ms, message, "
      "author FROM events WHERE seq > ?1";
  if (!box.empty()) sql += " AND box = ?3";
  sql += following ? " ORDER BY seq LIMIT ?2" : " ORDER BY seq DESC LIMIT ?2";
  SQLite::Statement statement(db, sql);
  statement.bind(1, after_seq);
  statement.bind(2, std::max(limit, 0));
  if (!box.empty()) statement.bind(3, box.str());
  std::vector<Event> events;
  while (statement.executeStep())
    events.push_back(event_from(statement));
  if (!following) std::reverse(events.begin(), events.end());
  return events;
}

}  // namespace boxwright::state::rows
