// requests, desired_deletions and box_status.

#include "state/desired_rows.h"

#include <fmt/format.h>

#include <array>

namespace boxwright::state::rows {

namespace {

using Verb = Request::Verb;
constexpr std::array kVerbs{Verb::Restart,  Verb::Suspend, Verb::Resume,       Verb::Accept,
                            Verb::Confirm,  Verb::Grant,   Verb::Hold,         Verb::MoveSource,
                            Verb::Rollback, Verb::Rollout, Verb::ResumeRollout};

/// A finished order that is nobody's memory any more goes when it is this many behind.
constexpr std::int64_t kFinishedKept = 1000;

constexpr const char* kRequestColumns =
    "SELECT id, verb, subject, argument, by, at, state, outcome FROM requests ";

const char* condition_of(Which which) {
  return which == Which::Pending ? "WHERE state = 'pending'" : "";
}

WallTime time_or_zero(const std::string& text) {
  return parse_rfc3339(text).value_or(WallTime{});
}

Verb verb_from(const std::string& text) {
  for (const Verb verb : kVerbs) {
    if (text == to_string(verb)) return verb;
  }
  // The table's CHECK lets no other text in.
  return Verb::Restart;
}

Request request_from(SQLite::Statement& row) {
  Request request;
  request.id = row.getColumn(0).getInt64();
  request.verb = verb_from(row.getColumn(1).getString());
  request.subject = row.getColumn(2).getString();
  request.argument = row.getColumn(3).getString();
  request.by = row.getColumn(4).getString();
  request.at = time_or_zero(row.getColumn(5).getString());
  request.state = row.getColumn(6).getString();
  request.outcome = row.getColumn(7).getString();
  return request;
}

/// `table:17` is kept as the number 17, so that SQL compares it with desired_boxes.revision.
std::optional<std::int64_t> table_number(const std::string& revision) {
  const std::string prefix = std::string{kTableSource} + ":";
  const std::string digits = revision.starts_with(prefix) ? revision.substr(prefix.size()) : "";
  constexpr std::size_t kDigitsMax = 18;
  if (digits.empty() || digits.size() > kDigitsMax ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return std::stoll(digits);
}

}  // namespace

std::vector<Request> read_requests(SQLite::Database& db, Which which) {
  SQLite::Statement row(db, std::string{kRequestColumns} + condition_of(which) + " ORDER BY id");
  std::vector<Request> requests;
  while (row.executeStep())
    requests.push_back(request_from(row));
  return requests;
}

std::optional<Request> read_request(SQLite::Database& db, std::int64_t id) {
  SQLite::Statement row(db, std::string{kRequestColumns} + "WHERE id = ?1");
  row.bind(1, id);
  return row.executeStep() ? std::optional(request_from(row)) : std::nullopt;
}

std::int64_t add_request(SQLite::Database& db, const Request& request) {
  SQLite::Statement insert(db,
                           "INSERT INTO requests (verb, subject, argument, by, at, state, outcome) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  insert.bind(1, std::string{to_string(request.verb)});
  insert.bind(2, request.subject);
  insert.bind(3, request.argument);
  insert.bind(4, request.by);
  insert.bind(5, to_rfc3339(request.at));
  insert.bind(6, request.state.empty() ? std::string{"pending"} : request.state);
  insert.bind(7, request.outcome);
  insert.exec();
  const std::int64_t id = db.getLastInsertRowid();
  prune_requests(db);
  return id;
}

void prune_requests(SQLite::Database& db) {
  // What suspend, accept, confirm and the like ordered holds on; a restart, a rollout, a rollback
  // that was ended, data that was purged, work on volumes or a refusal is over.
  SQLite::Statement prune(
      db,
      "DELETE FROM requests WHERE id <= (SELECT max(id) FROM requests) - ?1 AND state <> 'pending' "
      "AND (verb IN ('restart', 'rollback', 'rollout', 'resume-rollout', 'grant') "
      "OR state = 'failed' "
      "OR (verb IN ('suspend', 'resume') AND substr(by, -length(?2)) = ?2))");
  prune.bind(1, kFinishedKept);
  prune.bind(2, std::string{kByVolumeWork});
  prune.exec();
}

void acknowledge_request(SQLite::Database& db, std::int64_t id, const std::string& outcome) {
  SQLite::Statement update(db,
                           "UPDATE requests SET outcome = ?2 WHERE id = ?1 AND state = 'pending'");
  update.bind(1, id);
  update.bind(2, outcome);
  update.exec();
}

void bind_request(SQLite::Database& db, std::int64_t id, const std::string& argument) {
  SQLite::Statement update(db,
                           "UPDATE requests SET argument = ?2 "
                           "WHERE id = ?1 AND state = 'pending' AND argument = ''");
  update.bind(1, id);
  update.bind(2, argument);
  update.exec();
}

std::vector<DeletionRow> read_deletions(SQLite::Database& db, Which which) {
  SQLite::Statement row(
      db, std::string{"SELECT name, volumes, now, by, at, state, outcome FROM desired_deletions "} +
              condition_of(which) + " ORDER BY id");
  std::vector<DeletionRow> deletions;
  while (row.executeStep()) {
    DeletionRow one;
    one.name = BoxName{row.getColumn(0).getString()};
    one.volumes = row.getColumn(1).getInt() == 1;
    one.now = row.getColumn(2).getInt() == 1;
    one.by = row.getColumn(3).getString();
    one.at = time_or_zero(row.getColumn(4).getString());
    one.state = row.getColumn(5).getString();
    one.outcome = row.getColumn(6).getString();
    deletions.push_back(std::move(one));
  }
  return deletions;
}

void add_deletion(SQLite::Database& db, const DeletionRow& row) {
  // The table's own trigger takes the box out of desired_boxes, in this same transaction.
  SQLite::Statement insert(
      db,
      "INSERT INTO desired_deletions (name, volumes, now, by, at, state, outcome) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  insert.bind(1, row.name.str());
  insert.bind(2, row.volumes ? 1 : 0);
  insert.bind(3, row.now ? 1 : 0);
  insert.bind(4, row.by);
  insert.bind(5, to_rfc3339(row.at));
  insert.bind(6, row.state.empty() ? std::string{"pending"} : row.state);
  insert.bind(7, row.outcome);
  insert.exec();
  SQLite::Statement prune(db,
                          "DELETE FROM desired_deletions WHERE id <= ?1 AND state <> 'pending'");
  prune.bind(1, db.getLastInsertRowid() - kFinishedKept);
  prune.exec();
}

std::vector<PublicStatus> read_public_statuses(SQLite::Database& db) {
  SQLite::Statement row(
      db,
      "SELECT name, uid, revision_seen, generation, ready, reason, message, observed_at "
      "FROM box_status ORDER BY name");
  std::vector<PublicStatus> statuses;
  while (row.executeStep()) {
    PublicStatus one;
    one.name = BoxName{row.getColumn(0).getString()};
    one.uid = BoxUid{row.getColumn(1).getString()};
    const auto revision = row.getColumn(2);
    one.revision_seen = revision.isInteger()
                            ? fmt::format("{}:{}", kTableSource, revision.getInt64())
                            : revision.getString();
    one.generation = row.getColumn(3).getInt64();
    one.ready = row.getColumn(4).getInt() == 1;
    one.reason = row.getColumn(5).getString();
    one.message = row.getColumn(6).getString();
    one.observed_at = time_or_zero(row.getColumn(7).getString());
    statuses.push_back(std::move(one));
  }
  return statuses;
}

void put_public_status(SQLite::Database& db, const PublicStatus& status) {
  SQLite::Statement upsert(db, R"sql(
INSERT INTO box_status (name, uid, revision_seen, generation, ready, reason, message, observed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (name) DO UPDATE SET
  uid = excluded.uid, revision_seen = excluded.revision_seen, generation = excluded.generation,
  ready = excluded.ready, reason = excluded.reason, message = excluded.message,
  observed_at = excluded.observed_at
)sql");
  upsert.bind(1, status.name.str());
  upsert.bind(2, status.uid.str());
  if (const auto revision = table_number(status.revision_seen)) {
    upsert.bind(3, *revision);
  } else {
    upsert.bind(3, status.revision_seen);
  }
  upsert.bind(4, status.generation);
  upsert.bind(5, status.ready ? 1 : 0);
  upsert.bind(6, status.reason);
  upsert.bind(7, status.message);
  upsert.bind(8, to_rfc3339(status.observed_at));
  upsert.exec();
}

void drop_public_status(SQLite::Database& db, const BoxName& name) {
  SQLite::Statement statement(db, "DELETE FROM box_status WHERE name = ?1");
  statement.bind(1, name.str());
  statement.exec();
}

}  // namespace boxwright::state::rows
