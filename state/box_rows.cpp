// Boxes with their containers and expected volumes.

#include <map>

#include "specs/model/canonical.h"
#include "state/column_codec.h"
#include "state/store_rows.h"

namespace boxwright::state::rows {

namespace {

constexpr const char* kPutBox = R"sql(
INSERT INTO boxes (name, uid, source, owner, labels, spec, generation, origin_file, origin_line,
                   origin_column, fields, revision, settings, problem, tombstone, rollback)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (name) DO UPDATE SET
  uid = excluded.uid, source = excluded.source, owner = excluded.owner, labels = excluded.labels,
  spec = excluded.spec, generation = excluded.generation, origin_file = excluded.origin_file,
  origin_line = excluded.origin_line, origin_column = excluded.origin_column,
  fields = excluded.fields, revision = excluded.revision, settings = excluded.settings,
  problem = excluded.problem, tombstone = excluded.tombstone, rollback = excluded.rollback
)sql";

constexpr const char* kReadBoxes = R"sql(
SELECT name, uid, source, owner, labels, spec, generation, origin_file, origin_line, origin_column,
       fields, revision, settings, problem, tombstone, verdict, rollback
FROM boxes WHERE ?1 IS NULL OR name = ?1 ORDER BY name
)sql";

void bind_name(SQLite::Statement& statement, const std::optional<BoxName>& name) {
  if (name) {
    statement.bind(1, name->str());
  } else {
    statement.bind(1);
  }
}

void run(SQLite::Database& db, const char* sql, const std::string& first) {
  SQLite::Statement statement(db, sql);
  statement.bind(1, first);
  statement.exec();
}

/// One row of kReadBoxes.
Result<BoxRecord> box_from(SQLite::Statement& row) {
  BoxRecord box;
  int column = 0;
  const auto text = [&] { return row.getColumn(column++).getString(); };
  box.name = BoxName{text()};
  box.uid = BoxUid{text()};
  box.source = SourceName{text()};
  box.owner = text();
  BW_TRY_ASSIGN(box.labels, from_json<StringMap>(text()));
  BW_TRY_ASSIGN(box.spec, specs::spec_from_canonical_json(text()));
  box.generation = row.getColumn(column++).getInt64();
  box.origin.file = text();
  box.origin.at.line = row.getColumn(column++).getInt();
  box.origin.at.column = row.getColumn(column++).getInt();
  BW_TRY_ASSIGN(box.fields, from_json<FieldPlaces>(text()));
  box.revision = Revision{text()};
  BW_TRY_ASSIGN(box.settings, from_json<specs::SourceSettings>(text()));
  box.problem = text();
  if (!row.getColumn(column).isNull()) {
    BW_TRY_ASSIGN(box.tombstone, from_json<Tombstone>(row.getColumn(column).getString()));
  }
  ++column;
  if (!row.getColumn(column).isNull()) {
    BW_TRY_ASSIGN(box.verdict, from_json<Verdict>(row.getColumn(column).getString()));
  }
  ++column;
  if (!row.getColumn(column).isNull()) {
    BW_TRY_ASSIGN(box.rollback, from_json<RollbackHold>(row.getColumn(column).getString()));
  }
  return box;
}

KnownContainer container_from(SQLite::Statement& row) {
  int column = 1;
  const auto text = [&] { return row.getColumn(column++).getString(); };
  KnownContainer known;
  known.id = ContainerId{text()};
  known.attempt = Attempt{text()};
  known.spec_hash = text();
  known.secret_mac = text();
  known.renderer = text();
  known.image_id = ImageId{text()};
  known.spec_json = text();
  known.proven = row.getColumn(column).getInt() != 0;
  return known;
}

/// Children of all boxes in two queries, not two per box.
void add_children(SQLite::Database& db, const std::optional<BoxName>& name,
                  std::vector<BoxRecord>& boxes) {
  std::map<std::string, BoxRecord*> by_name;
  for (auto& box : boxes)
    by_name[box.name.str()] = &box;
  SQLite::Statement containers(
      db,
      "SELECT box, id, attempt, spec_hash, secret_mac, renderer, image_id, spec, proven "
      "FROM containers "
      "WHERE ?1 IS NULL OR box = ?1 ORDER BY rowid");
  bind_name(containers, name);
  while (containers.executeStep()) {
    const auto owner = by_name.find(containers.getColumn(0).getString());
    if (owner != by_name.end()) owner->second->containers.push_back(container_from(containers));
  }
  SQLite::Statement volumes(
      db, "SELECT box, key FROM expected_volumes WHERE ?1 IS NULL OR box = ?1 ORDER BY rowid");
  bind_name(volumes, name);
  while (volumes.executeStep()) {
    const auto owner = by_name.find(volumes.getColumn(0).getString());
    if (owner != by_name.end()) {
      owner->second->expected_volumes.push_back(volumes.getColumn(1).getString());
    }
  }
}

void put_box_row(SQLite::Database& db, const BoxRecord& box) {
  SQLite::Statement statement(db, kPutBox);
  int index = 0;
  const auto bind = [&](const auto& value) { statement.bind(++index, value); };
  bind(box.name.str());
  bind(box.uid.str());
  bind(box.source.str());
  bind(box.owner);
  bind(to_json(box.labels));
  bind(specs::canonical_json(box.spec));
  bind(box.generation);
  bind(box.origin.file);
  bind(box.origin.at.line);
  bind(box.origin.at.column);
  bind(to_json(box.fields));
  bind(box.revision.str());
  bind(to_json(box.settings));
  bind(box.problem);
  constexpr int kTombstone = 15;
  constexpr int kRollback = 16;
  if (box.tombstone) statement.bind(kTombstone, to_json(*box.tombstone));
  if (box.rollback) statement.bind(kRollback, to_json(*box.rollback));
  statement.exec();
}

std::optional<std::string> stored_uid(SQLite::Database& db, const BoxName& name) {
  SQLite::Statement statement(db, "SELECT uid FROM boxes WHERE name = ?1");
  statement.bind(1, name.str());
  if (!statement.executeStep()) return std::nullopt;
  return statement.getColumn(0).getString();
}

}  // namespace

Result<std::vector<BoxRecord>> read_boxes(SQLite::Database& db,
                                          const std::optional<BoxName>& name) {
  std::vector<BoxRecord> boxes;
  SQLite::Statement statement(db, kReadBoxes);
  bind_name(statement, name);
  while (statement.executeStep()) {
    BW_TRY_ASSIGN(auto box, box_from(statement));
    boxes.push_back(std::move(box));
  }
  add_children(db, name, boxes);
  return boxes;
}

Status put_box(SQLite::Database& db, const BoxRecord& box) {
  const auto uid_before = stored_uid(db, box.name);
  put_box_row(db, box);
  if (uid_before == box.uid.str()) return {};
  if (uid_before) {
    run(db, "DELETE FROM containers WHERE box = ?1", box.name.str());
    run(db, "DELETE FROM expected_volumes WHERE box = ?1", box.name.str());
    forget_generations(db, *uid_before);
  }
  for (const auto& known : box.containers)
    put_container(db, box.name, known);
  for (const auto& key : box.expected_volumes)
    put_expected_volume(db, box.name, key);
  put_verdict(db, box.name, box.verdict);
  return {};
}

void forget_box(SQLite::Database& db, const BoxName& name) {
  if (const auto uid = stored_uid(db, name)) forget_generations(db, *uid);
  run(db, "DELETE FROM boxes WHERE name = ?1", name.str());
  run(db, "DELETE FROM statuses WHERE name = ?1", name.str());
}

bool box_exists(SQLite::Database& db, const BoxName& name) {
  return stored_uid(db, name).has_value();
}

void put_container(SQLite::Database& db, const BoxName& box, const KnownContainer& known) {
  SQLite::Statement statement(db, R"sql(
INSERT INTO containers (box, id, attempt, spec_hash, secret_mac, renderer, image_id, spec, proven)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (box, id) DO UPDATE SET
  attempt = excluded.attempt, spec_hash = excluded.spec_hash, secret_mac = excluded.secret_mac,
  renderer = excluded.renderer, image_id = excluded.image_id, spec = excluded.spec,
  proven = excluded.proven
)sql");
  int index = 0;
  for (const auto* value :
       {&box.str(), &known.id.str(), &known.attempt.str(), &known.spec_hash, &known.secret_mac,
        &known.renderer, &known.image_id.str(), &known.spec_json}) {
    statement.bind(++index, *value);
  }
  statement.bind(++index, known.proven ? 1 : 0);
  statement.exec();
}

void put_expected_volume(SQLite::Database& db, const BoxName& box, const std::string& key) {
  SQLite::Statement statement(
      db, "INSERT INTO expected_volumes (box, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
  statement.bind(1, box.str());
  statement.bind(2, key);
  statement.exec();
}

void put_verdict(SQLite::Database& db, const BoxName& box, const std::optional<Verdict>& verdict) {
  SQLite::Statement statement(db, "UPDATE boxes SET verdict = ?2 WHERE name = ?1");
  statement.bind(1, box.str());
  if (verdict) statement.bind(2, to_json(*verdict));
  statement.exec();
}

}  // namespace boxwright::state::rows
