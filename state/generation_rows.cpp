// The history of each box.

#include "state/generation_record.h"

#include "state/column_codec.h"
#include "state/store_rows.h"

namespace boxwright::state::rows {

namespace {

Result<GenerationRecord> generation_from(SQLite::Statement& row) {
  GenerationRecord entry;
  int column = 0;
  const auto number = [&] { return row.getColumn(column++).getInt64(); };
  const auto text = [&] { return row.getColumn(column++).getString(); };
  entry.uid = BoxUid{text()};
  entry.generation = number();
  entry.part = static_cast<int>(number());
  entry.spec_json = text();
  entry.image_id = ImageId{text()};
  entry.secret_mac = text();
  entry.source = SourceName{text()};
  entry.revision = Revision{text()};
  entry.author = text();
  entry.rollback_to = text();
  entry.wanted_at = time_from_column(number());
  entry.applied_at = time_from_column(number());
  BW_TRY_ASSIGN(entry.outcome, outcome_from(text()));
  entry.reason = text();
  return entry;
}

void insert(SQLite::Database& db, const GenerationRecord& entry) {
  SQLite::Statement statement(
      db,
      "INSERT INTO generations (uid, generation, part, spec, image_id, secret_mac, source, "
      "revision, author, rollback_to, wanted_at, applied_at, outcome, reason) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
  int index = 0;
  const auto bind = [&](const auto& value) { statement.bind(++index, value); };
  bind(entry.uid.str());
  bind(entry.generation);
  bind(entry.part);
  bind(entry.spec_json);
  bind(entry.image_id.str());
  bind(entry.secret_mac);
  bind(entry.source.str());
  bind(entry.revision.str());
  bind(entry.author);
  bind(entry.rollback_to);
  bind(to_column(entry.wanted_at));
  bind(to_column(entry.applied_at));
  bind(std::string{to_string(entry.outcome)});
  bind(entry.reason);
  statement.exec();
}

/// A history is short, and changes rarely: it is written whole.
template <class Change>
Status change_history(SQLite::Database& db, const GenerationRecord& entry, const Change& change) {
  BW_TRY_ASSIGN(auto history, read_generations(db, entry.uid));
  change(history, entry);
  forget_generations(db, entry.uid.str());
  for (const auto& one : history)
    insert(db, one);
  return {};
}

bool has_uid(SQLite::Database& db, const BoxUid& uid) {
  SQLite::Statement statement(db, "SELECT 1 FROM boxes WHERE uid = ?1");
  statement.bind(1, uid.str());
  return statement.executeStep();
}

}  // namespace

Result<std::vector<GenerationRecord>> read_generations(SQLite::Database& db, const BoxUid& uid) {
  SQLite::Statement statement(
      db,
      "SELECT uid, generation, part, spec, image_id, secret_mac, source, revision, author, "
      "rollback_to, wanted_at, applied_at, outcome, reason "
      "FROM generations WHERE uid = ?1 ORDER BY generation, part");
  statement.bind(1, uid.str());
  std::vector<GenerationRecord> history;
  while (statement.executeStep()) {
    BW_TRY_ASSIGN(auto entry, generation_from(statement));
    history.push_back(std::move(entry));
  }
  return history;
}

Status begin_generation(SQLite::Database& db, const GenerationRecord& entry) {
  return change_history(
      db, entry, [](auto& history, const auto& one) { state::begin_generation(history, one); });
}

Status put_generation(SQLite::Database& db, const GenerationRecord& entry) {
  // The box may have been forgotten while a worker was at it.
  if (!has_uid(db, entry.uid)) return {};
  return change_history(
      db, entry, [](auto& history, const auto& one) { state::put_generation(history, one); });
}

void forget_generations(SQLite::Database& db, const std::string& uid) {
  SQLite::Statement statement(db, "DELETE FROM generations WHERE uid = ?1");
  statement.bind(1, uid);
  statement.exec();
}

}  // namespace boxwright::state::rows
