#pragma once
// The public database `desired.db`: a contract; any program may write it with plain SQL.

#include <filesystem>
#include <memory>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/source/snapshot.h"
#include "state/records.h"
#include "state/store.h"

namespace boxwright::state {

/// What is told in the public table `box_status`.
struct PublicStatus {
  BoxName name;
  BoxUid uid;
  std::string revision_seen;
  std::int64_t generation = 0;
  bool ready = false;
  std::string reason;
  std::string message;
  WallTime observed_at{};
  bool operator==(const PublicStatus&) const = default;
};

/// Thread-safe. Every write is `BEGIN IMMEDIATE`. A file that was replaced is opened anew by the
/// next call; one that is gone is Unavailable, and nobody makes an empty one in its place.
class DesiredDb {
 public:
  virtual ~DesiredDb() = default;

  /// Changes when anybody else committed something (PRAGMA data_version), when this object added a
  /// request or deletion, or when the file was replaced. Rises only. A hint: it may also change
  /// when nothing did. Cheap enough for every 250 ms.
  [[nodiscard]] virtual Result<std::int64_t> change_counter() = 0;

  /// Whether a table source is in use: `desired_source` has a row, or `desired_boxes` has any.
  [[nodiscard]] virtual Result<bool> in_use() = 0;
  /// The table as a snapshot of source `table`; without rows an empty one. Waiting error while
  /// `complete` is 0; InvalidSpec while a setting in `desired_source` is not valid.
  [[nodiscard]] virtual Result<specs::Snapshot> read() = 0;

  /// All, oldest first. An unreadable `at` is the zero time.
  [[nodiscard]] virtual Result<std::vector<Request>> requests() = 0;
  /// Those that are neither done nor failed.
  [[nodiscard]] virtual Result<std::vector<Request>> pending_requests() = 0;
  /// Gives the new request's id.
  [[nodiscard]] virtual Result<std::int64_t> add_request(const Request& request) = 0;
  [[nodiscard]] virtual Status finish_request(std::int64_t id, const std::string& state,
                                              const std::string& outcome) = 0;
  /// Says of a pending order that stands how it stands; it stays pending. No error if it is none.
  [[nodiscard]] virtual Status acknowledge_request(std::int64_t id, const std::string& outcome) = 0;
  /// Says of a pending order that names none what exactly it is for, once and for all. No error if
  /// it is none, or says so already.
  [[nodiscard]] virtual Status bind_request(std::int64_t id, const std::string& argument) = 0;
  [[nodiscard]] virtual Result<std::optional<Request>> request(std::int64_t id) = 0;

  /// All, oldest first; a name may occur more than once.
  [[nodiscard]] virtual Result<std::vector<DeletionRow>> deletions() = 0;
  [[nodiscard]] virtual Result<std::vector<DeletionRow>> pending_deletions() = 0;
  /// Adds the deletion and removes the box's row in `desired_boxes`, in one transaction.
  [[nodiscard]] virtual Status add_deletion(const DeletionRow& row) = 0;
  /// Finishes the pending ones of that name; NotFound if there is none.
  [[nodiscard]] virtual Status finish_deletion(const BoxName& name, const std::string& state,
                                               const std::string& outcome) = 0;

  /// Makes `box_status` equal to these rows; writes nothing if it is already (observed_at apart).
  [[nodiscard]] virtual Status put_statuses(const std::vector<PublicStatus>& rows) = 0;
  /// What `box_status` tells, sorted by name.
  [[nodiscard]] virtual Result<std::vector<PublicStatus>> statuses() = 0;
  [[nodiscard]] virtual Status backup_to(const std::filesystem::path& file) = 0;
};

/// The source name under which table rows are known.
inline constexpr const char* kTableSource = "table";

/// Opens or makes `desired.db`: integrity check, migration, WAL, triggers. A corrupt file is set
/// aside (never deleted) and `set_aside` is filled in; its boxes go on from memory.
struct OpenedDesiredDb {
  std::unique_ptr<DesiredDb> db;
  std::filesystem::path set_aside;
};
/// ReadOnly makes and changes no file: an absent one reads as empty, and every write is
/// Unavailable.
[[nodiscard]] Result<OpenedDesiredDb> open_desired_db(const std::filesystem::path& file,
                                                      const Clock& clock,
                                                      OpenMode mode = OpenMode::ReadWrite);

/// The table as a source among others. `db` must outlive it. Its poll() looks at the change counter
/// first; while the table is not in use, and was not since this was made, it gives nothing.
[[nodiscard]] std::unique_ptr<specs::SpecSource> make_table_source(
    DesiredDb& db, const std::filesystem::path& file);

}  // namespace boxwright::state
