#pragma once
// Records <-> rows of the memory database. Private to this folder.
// Every function runs inside SqliteFile::read or ::write, which turn SQLite's exceptions into
// errors.

#include <optional>
#include <vector>

#include "specs/base/error.h"
#include "state/generation_record.h"
#include "state/records.h"
#include "state/sqlite_file.h"

namespace boxwright::state::rows {

/// All boxes by name, or the one named.
[[nodiscard]] Result<std::vector<BoxRecord>> read_boxes(SQLite::Database& db,
                                                        const std::optional<BoxName>& name);
/// A box that is known under the same UID keeps its containers, expected volumes and verdict.
[[nodiscard]] Status put_box(SQLite::Database& db, const BoxRecord& box);
void forget_box(SQLite::Database& db, const BoxName& name);
[[nodiscard]] bool box_exists(SQLite::Database& db, const BoxName& name);
void put_container(SQLite::Database& db, const BoxName& box, const KnownContainer& known);
void put_expected_volume(SQLite::Database& db, const BoxName& box, const std::string& key);
void put_verdict(SQLite::Database& db, const BoxName& box, const std::optional<Verdict>& verdict);

[[nodiscard]] Result<std::vector<SourceRecord>> read_sources(SQLite::Database& db);
void put_source(SQLite::Database& db, const SourceRecord& source);

[[nodiscard]] Result<std::vector<RetainedData>> read_retained(SQLite::Database& db);
void put_retained(SQLite::Database& db, const RetainedData& data);

/// All statuses by name, or the one named.
[[nodiscard]] Result<std::vector<BoxStatus>> read_statuses(SQLite::Database& db,
                                                           const std::optional<BoxName>& name);
void put_status(SQLite::Database& db, const BoxStatus& status);

/// Oldest first.
[[nodiscard]] Result<std::vector<GenerationRecord>> read_generations(SQLite::Database& db,
                                                                     const BoxUid& uid);
[[nodiscard]] Status begin_generation(SQLite::Database& db, const GenerationRecord& entry);
/// Nothing for a UID that no box has.
[[nodiscard]] Status put_generation(SQLite::Database& db, const GenerationRecord& entry);
void forget_generations(SQLite::Database& db, const std::string& uid);

/// Keeps the newest kEventsMax.
void append_event(SQLite::Database& db, const Event& event);
[[nodiscard]] std::vector<Event> read_events(SQLite::Database& db, const BoxName& box,
                                             std::int64_t after_seq, int limit);

inline constexpr std::int64_t kEventsMax = 10'000;

}  // namespace boxwright::state::rows
