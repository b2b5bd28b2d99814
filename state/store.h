#pragma once
// The memory database: uid, generation, tombstones, history, events, verdicts. Only the lock holder
// writes it. Losing it loses history and verdicts, never a box.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "state/generation_record.h"
#include "state/records.h"

namespace boxwright::state {

/// Thread-safe. Every write is one transaction that is durable when the call returns.
/// Errors: Unavailable (locked, disk full, read-only: the message says which and what to do),
/// Corrupt.
class Store {
 public:
  virtual ~Store() = default;

  [[nodiscard]] virtual Result<std::vector<BoxRecord>> boxes() const = 0;
  [[nodiscard]] virtual Result<std::optional<BoxRecord>> box(const BoxName& name) const = 0;
  [[nodiscard]] virtual Result<std::vector<SourceRecord>> sources() const = 0;
  [[nodiscard]] virtual Result<std::vector<RetainedData>> retained() const = 0;
  [[nodiscard]] virtual Result<std::vector<BoxStatus>> statuses() const = 0;

  /// What one reading of the sources changes, all or nothing. Done in this order: forget, put,
  /// begin generations, drop retained, put retained, append.
  struct FleetChange {
    /// A box that is known under the same UID keeps its containers, expected volumes and verdict as
    /// the workers wrote them (the calls below change those); a new one, or one with another UID,
    /// is written whole. Two boxes with one UID are an Internal error: that would be two boxes on
    /// one set of volumes.
    std::vector<BoxRecord> put_boxes;
    /// Finalised: nothing of it is left on the engine. Its history goes, too.
    std::vector<BoxName> forget_boxes;
    /// What is wanted from now on, as begin_generation (generation_record.h) has it.
    std::vector<GenerationRecord> new_generations;
    std::vector<SourceRecord> put_sources;
    std::vector<RetainedData> put_retained;
    std::vector<BoxUid> drop_retained;
    std::vector<Event> events;
  };
  [[nodiscard]] virtual Status commit(const FleetChange& change) = 0;

  /// Facts that a worker learns about its own box; each touches only its own columns. The putting
  /// ones give NotFound for a box that is not known.
  [[nodiscard]] virtual Status put_container(const BoxName& box, const KnownContainer& known) = 0;
  [[nodiscard]] virtual Status forget_container(const BoxName& box, const ContainerId& id) = 0;
  [[nodiscard]] virtual Status put_expected_volume(const BoxName& box, const std::string& key) = 0;
  [[nodiscard]] virtual Status drop_expected_volume(const BoxName& box, const std::string& key) = 0;
  [[nodiscard]] virtual Status put_verdict(const BoxName& box,
                                           const std::optional<Verdict>& verdict) = 0;

  /// The history of the box with this UID, oldest first; see generation_record.h for what is kept.
  [[nodiscard]] virtual Result<std::vector<GenerationRecord>> history(const BoxUid& uid) const = 0;
  /// What became of a generation: its entry is replaced, or added. Nothing for an unknown UID.
  [[nodiscard]] virtual Status put_generation(const GenerationRecord& entry) = 0;

  /// Writes only if it differs from what is stored (observed_at apart, which `statuses` of this
  /// same object then gives from memory).
  [[nodiscard]] virtual Status put_status(const BoxStatus& status) = 0;
  [[nodiscard]] virtual Status append_event(const Event& event) = 0;
  /// Newest last. Empty `box`: all. With `after_seq` 0 the newest `limit`; else the first `limit`
  /// that follow it, so that a reader who goes on from the last one misses nothing. The newest
  /// 10,000 are kept.
  [[nodiscard]] virtual Result<std::vector<Event>> events(const BoxName& box,
                                                          std::int64_t after_seq,
                                                          int limit) const = 0;
  /// A consistent copy while running (SQLite's backup call). Conflict if `file` exists.
  [[nodiscard]] virtual Status backup_to(const std::filesystem::path& file) const = 0;
};

enum class OpenMode { ReadWrite, ReadOnly };

/// What opening found out; said to the person, once.
struct OpenedStore {
  std::unique_ptr<Store> store;
  /// Not empty: the file was corrupt and was set aside under this name; a fresh one is in use.
  std::filesystem::path set_aside;
  bool created = false;  ///< There was no file: ownership is to be learnt from labels.
};

/// Opens or makes the memory database: integrity check, migration (after a copy), WAL.
/// Unsupported names both versions when the schema is newer than ours, and is also the answer to
/// another program's database. A read-only opening makes and changes no file, gives an empty store
/// for an absent one, and later calls see what a writer commits meanwhile.
[[nodiscard]] Result<OpenedStore> open_store(const std::filesystem::path& file, OpenMode mode,
                                             const Clock& clock);

}  // namespace boxwright::state
