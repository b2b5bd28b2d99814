// desired_boxes and desired_source as a snapshot. Anything may stand in these tables.

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>

#include "specs/base/units.h"
#include "specs/parse/documents.h"
#include "specs/parse/rules.h"
#include "state/desired_rows.h"

namespace boxwright::state::rows {

namespace {

/// A column of the settings row: nullopt where it is NULL or empty, which means the default.
std::optional<std::string> setting(SQLite::Statement& row, int column) {
  if (row.getColumn(column).isNull()) return std::nullopt;
  std::string text = row.getColumn(column).getString();
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::int64_t> table_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

tl::unexpected<Error> bad_setting(std::string_view column, const std::string& why) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "desired_source.{}: {}; the table is not read until that is set right", column, why);
}

Status take_text(std::string_view column, const std::optional<std::string>& text,
                 specs::Verdict (*check)(std::string_view), std::string& into) {
  if (!text) return {};
  if (const auto complaint = check(*text)) return bad_setting(column, complaint->message);
  into = *text;
  return {};
}

Status take_prune_delay(const std::optional<std::string>& text, Duration& into) {
  if (!text) return {};
  const auto delay = parse_duration(*text);
  if (!delay) return bad_setting("prune_delay", delay.error().message);
  const auto* const field = specs::find_field(specs::source_fields(), "spec.pruneDelay");
  if (field != nullptr && delay->count() > field->max) {
    return bad_setting("prune_delay", fmt::format("`{}` is too long; write {} or less", *text,
                                                  format_duration(Duration{field->max})));
  }
  into = *delay;
  return {};
}

/// A number of boxes: what is NULL or empty has its default.
Status take_count(std::string_view column, std::string_view field_path,
                  const std::optional<std::string>& text, int& into) {
  if (!text) return {};
  const auto* const field = specs::find_field(specs::source_fields(), field_path);
  const auto value = table_integer(*text);
  if (!value || field == nullptr || *value < field->min || *value > field->max) {
    return bad_setting(
        column, fmt::format("`{}` is no whole number from {} to {}", *text,
                            field == nullptr ? 0 : field->min, field == nullptr ? 0 : field->max));
  }
  into = static_cast<int>(*value);
  return {};
}

Status take_routing(const std::optional<std::string>& text, specs::RoutingMode& into) {
  if (!text || text == "labels") return {};
  if (text != "none") {
    return bad_setting("routing", fmt::format("`{}` is no mode; write labels or none", *text));
  }
  into = specs::RoutingMode::None;
  return {};
}

Status take_secrets_dir(const std::optional<std::string>& text, std::string& into) {
  constexpr std::size_t kPathMax = 4096;
  if (!text) return {};
  if (const auto complaint = specs::check_line(*text, kPathMax)) {
    return bad_setting("secrets_dir", complaint->message);
  }
  if (!text->starts_with('/')) {
    return bad_setting("secrets_dir",
                       fmt::format("`{}` is relative; write an absolute path", *text));
  }
  into = std::filesystem::path(*text).lexically_normal().string();
  return {};
}

Result<specs::SourceSettings> read_settings(SQLite::Database& db) {
  specs::SourceSettings settings;
  SQLite::Statement row(db,
                        "SELECT complete, domain, prune_delay, secrets_dir, routing, network, "
                        "entry_point, rollout_max_concurrent, rollout_max_failures "
                        "FROM desired_source WHERE id = 1");
  if (!row.executeStep()) return settings;
  const auto complete = row.getColumn(0);
  if (!complete.isInteger() || (complete.getInt64() != 0 && complete.getInt64() != 1)) {
    return bad_setting("complete", "write 1, or 0 while a bulk writer is at work");
  }
  if (complete.getInt64() == 0) {
    return fail(
        ErrorCode::Unavailable, RetryClass::Waiting,
        "a bulk writer is at work (desired_source.complete is 0); the table is read when it "
        "is 1 again");
  }
  BW_TRY(take_text("domain", setting(row, 1), specs::check_domain, settings.domain));
  BW_TRY(take_prune_delay(setting(row, 2), settings.prune_delay));
  BW_TRY(take_secrets_dir(setting(row, 3), settings.secrets_dir));
  BW_TRY(take_routing(setting(row, 4), settings.routing));
  BW_TRY(take_text("network", setting(row, 5), specs::check_network_name, settings.network));
  BW_TRY(
      take_text("entry_point", setting(row, 6), specs::check_network_name, settings.entry_point));
  BW_TRY(take_count("rollout_max_concurrent", "spec.rollout.maxConcurrent", setting(row, 7),
                    settings.rollout.max_concurrent));
  BW_TRY(take_count("rollout_max_failures", "spec.rollout.maxFailures", setting(row, 8),
                    settings.rollout.max_failures));
  return settings;
}

/// The rows that can be handed to the decoder at all; the others become problems.
struct ReadRows {
  std::vector<specs::Row> rows;
  std::vector<specs::Problem> problems;
};

/// NULL reads as empty, which the decoder then judges. A BLOB is nothing that it could show.
bool take_column(SQLite::Statement& row, int column, std::string_view title, ReadRows& read,
                 std::string& into) {
  const auto value = row.getColumn(column);
  if (!value.isBlob()) {
    into = value.getString();
    return true;
  }
  const std::string name = row.getColumn(1).getString();
  read.problems.push_back({std::string{specs::codes::kWrongType.id},
                           "desired_boxes/" + name,
                           {},
                           fmt::format("column {} is a BLOB; write it as text", title),
                           BoxName{name}});
  return false;
}

ReadRows read_box_rows(SQLite::Database& db) {
  ReadRows read;
  SQLite::Statement row(
      db, "SELECT rowid, name, owner, labels, spec FROM desired_boxes ORDER BY name, rowid");
  while (row.executeStep()) {
    const auto name = row.getColumn(1);
    if (!name.isText()) {
      read.problems.push_back({std::string{specs::codes::kBadName.id},
                               fmt::format("desired_boxes/(rowid {})", row.getColumn(0).getInt64()),
                               {},
                               fmt::format("column name is {}; write the box's name",
                                           name.isNull() ? "NULL" : "a BLOB"),
                               {}});
      continue;
    }
    specs::Row one;
    one.name = name.getString();
    // All three are looked at, so that one reading tells everything that is wrong.
    const bool owner = take_column(row, 2, "owner", read, one.owner);
    const bool labels = take_column(row, 3, "labels", read, one.labels_json);
    const bool spec = take_column(row, 4, "spec", read, one.spec_json);
    if (owner && labels && spec) read.rows.push_back(std::move(one));
  }
  return read;
}

std::int64_t table_revision(SQLite::Database& db) {
  SQLite::Statement row(db, "SELECT value FROM desired_revision WHERE id = 1");
  return row.executeStep() ? row.getColumn(0).getInt64() : 0;
}

}  // namespace

bool table_in_use(SQLite::Database& db) {
  return db.execAndGet(
               "SELECT EXISTS (SELECT 1 FROM desired_source) OR EXISTS (SELECT 1 FROM "
               "desired_boxes)")
             .getInt() != 0;
}

Result<specs::Snapshot> read_snapshot(SQLite::Database& db, const std::string& place) {
  specs::Snapshot snapshot;
  snapshot.source = SourceName{kTableSource};
  snapshot.place = place;
  snapshot.revision = Revision{fmt::format("{}:{}", kTableSource, table_revision(db))};
  BW_TRY_ASSIGN(snapshot.settings, read_settings(db));
  ReadRows read = read_box_rows(db);
  specs::Documents documents = specs::read_rows(read.rows);
  for (const specs::Row& one : read.rows)
    if (!one.owner.empty()) snapshot.authors.emplace("desired_boxes/" + one.name, one.owner);
  snapshot.boxes = std::move(documents.boxes);
  snapshot.problems = std::move(documents.problems);
  snapshot.problems.insert(snapshot.problems.end(), read.problems.begin(), read.problems.end());
  std::sort(snapshot.problems.begin(), snapshot.problems.end());
  return snapshot;
}

}  // namespace boxwright::state::rows
