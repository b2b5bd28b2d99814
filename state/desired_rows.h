#pragma once
// Rows of the public database <-> values. Private to this folder.
// Every function runs inside SqliteFile::read or ::write, which turn SQLite's exceptions into
// errors.

#include <optional>
#include <vector>

#include "specs/base/error.h"
#include "specs/source/snapshot.h"
#include "state/desired_db.h"
#include "state/sqlite_file.h"

namespace boxwright::state::rows {

[[nodiscard]] bool table_in_use(SQLite::Database& db);
/// `place`: absolute path of the file.
[[nodiscard]] Result<specs::Snapshot> read_snapshot(SQLite::Database& db, const std::string& place);

enum class Which { All, Pending };
[[nodiscard]] std::vector<Request> read_requests(SQLite::Database& db, Which which);
[[nodiscard]] std::optional<Request> read_request(SQLite::Database& db, std::int64_t id);
[[nodiscard]] std::int64_t add_request(SQLite::Database& db, const Request& request);
/// Removes finished ones that are long past.
void prune_requests(SQLite::Database& db);
void acknowledge_request(SQLite::Database& db, std::int64_t id, const std::string& outcome);
void bind_request(SQLite::Database& db, std::int64_t id, const std::string& argument);

[[nodiscard]] std::vector<DeletionRow> read_deletions(SQLite::Database& db, Which which);
void add_deletion(SQLite::Database& db, const DeletionRow& row);

[[nodiscard]] std::vector<PublicStatus> read_public_statuses(SQLite::Database& db);
void put_public_status(SQLite::Database& db, const PublicStatus& status);
void drop_public_status(SQLite::Database& db, const BoxName& name);

}  // namespace boxwright::state::rows
