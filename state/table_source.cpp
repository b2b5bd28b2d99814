// The table as a source that is polled like a folder.

#include "state/desired_db.h"

namespace boxwright::state {

namespace {

class TableSource final : public specs::SpecSource {
 public:
  TableSource(DesiredDb& db, const std::filesystem::path& file)
      : db_(db), place_(std::filesystem::absolute(file).lexically_normal().string()) {}

  [[nodiscard]] std::string place() const override { return place_; }

  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll(MonoTime now) override;
  [[nodiscard]] bool is_unused() const override { return unused_; }

 private:
  [[nodiscard]] Result<std::optional<specs::Snapshot>> look();

  DesiredDb& db_;
  const std::string place_;
  std::optional<std::int64_t> counter_;  ///< At the last reading that need not be repeated.
  std::optional<Error> error_;           ///< The last thing told, if it was an error.
  bool unused_ = false;
  std::optional<specs::Snapshot> told_;  ///< The last snapshot told.
};

bool says_the_same(const specs::Snapshot& a, const specs::Snapshot& b) {
  return a.revision == b.revision && a.settings == b.settings && a.boxes == b.boxes &&
         a.problems == b.problems;
}

Result<std::optional<specs::Snapshot>> TableSource::poll(MonoTime /*now*/) {
  auto looked = look();
  if (looked) {
    if (*looked) {
      error_.reset();
      told_ = **looked;
    }
    return looked;
  }
  // A lock or a full disk passes without a change of the table: read again then.
  if (looked.error().retry == RetryClass::Transient) counter_.reset();
  if (error_ == looked.error()) return std::optional<specs::Snapshot>{};
  error_ = looked.error();
  return looked;
}

Result<std::optional<specs::Snapshot>> TableSource::look() {
  BW_TRY_ASSIGN(const std::int64_t counter, db_.change_counter());
  if (counter_ == counter) return std::optional<specs::Snapshot>{};
  BW_TRY_ASSIGN(const bool in_use, db_.in_use());
  unused_ = !in_use && !told_;
  if (unused_) {
    counter_ = counter;
    return std::optional<specs::Snapshot>{};
  }
  counter_ = counter;
  auto snapshot = db_.read();
  BW_TRY(snapshot);
  if (told_ && !error_ && says_the_same(*told_, *snapshot)) return std::optional<specs::Snapshot>{};
  return std::optional{std::move(*snapshot)};
}

}  // namespace

std::unique_ptr<specs::SpecSource> make_table_source(DesiredDb& db,
                                                     const std::filesystem::path& file) {
  return std::make_unique<TableSource>(db, file);
}

}  // namespace boxwright::state
