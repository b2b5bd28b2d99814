#pragma once
// The two databases without files, for simulations: what outlives a process is this object.

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "state/desired_db.h"
#include "state/store.h"

namespace boxwright::test {

/// Keeps to the contract of state/store.h. Thread-safe.
class MemoryStore final : public state::Store {
 public:
  [[nodiscard]] Result<std::vector<state::BoxRecord>> boxes() const override;
  [[nodiscard]] Result<std::optional<state::BoxRecord>> box(const BoxName& name) const override;
  [[nodiscard]] Result<std::vector<state::SourceRecord>> sources() const override;
  [[nodiscard]] Result<std::vector<state::RetainedData>> retained() const override;
  [[nodiscard]] Result<std::vector<state::BoxStatus>> statuses() const override;
  [[nodiscard]] Status commit(const FleetChange& change) override;
  [[nodiscard]] Status put_container(const BoxName& box,
                                     const state::KnownContainer& known) override;
  [[nodiscard]] Status forget_container(const BoxName& box, const ContainerId& id) override;
  [[nodiscard]] Status put_expected_volume(const BoxName& box, const std::string& key) override;
  [[nodiscard]] Status drop_expected_volume(const BoxName& box, const std::string& key) override;
  [[nodiscard]] Status put_verdict(const BoxName& box,
                                   const std::optional<state::Verdict>& verdict) override;
  [[nodiscard]] Result<std::vector<state::GenerationRecord>> history(
      const BoxUid& uid) const override;
  [[nodiscard]] Status put_generation(const state::GenerationRecord& entry) override;
  [[nodiscard]] Status put_status(const state::BoxStatus& status) override;
  [[nodiscard]] Status append_event(const state::Event& event) override;
  [[nodiscard]] Result<std::vector<state::Event>> events(const BoxName& box, std::int64_t after_seq,
                                                         int limit) const override;
  [[nodiscard]] Status backup_to(const std::filesystem::path& file) const override;

  /// Writes that a status made, for "a second look writes nothing".
  [[nodiscard]] std::size_t status_writes() const;

 private:
  [[nodiscard]] Result<state::BoxRecord*> find(const BoxName& name);
  void put_box(const state::BoxRecord& record);

  mutable std::mutex mutex_;
  std::map<BoxName, state::BoxRecord> boxes_;
  std::map<SourceName, state::SourceRecord> sources_;
  std::vector<state::RetainedData> retained_;
  std::map<BoxUid, std::vector<state::GenerationRecord>> histories_;
  std::map<BoxName, state::BoxStatus> statuses_;
  std::vector<state::Event> events_;
  std::int64_t last_seq_ = 0;
  std::size_t status_writes_ = 0;
};

/// Requests, deletions and statuses; there is no table of boxes in it. Thread-safe.
class MemoryDesiredDb final : public state::DesiredDb {
 public:
  [[nodiscard]] Result<std::int64_t> change_counter() override;
  [[nodiscard]] Result<bool> in_use() override { return false; }
  [[nodiscard]] Result<specs::Snapshot> read() override { return specs::Snapshot{}; }
  [[nodiscard]] Result<std::vector<state::Request>> requests() override;
  [[nodiscard]] Result<std::vector<state::Request>> pending_requests() override;
  [[nodiscard]] Result<std::int64_t> add_request(const state::Request& request) override;
  [[nodiscard]] Status finish_request(std::int64_t id, const std::string& state,
                                      const std::string& outcome) override;
  [[nodiscard]] Status acknowledge_request(std::int64_t id, const std::string& outcome) override;
  [[nodiscard]] Status bind_request(std::int64_t id, const std::string& argument) override;
  [[nodiscard]] Result<std::optional<state::Request>> request(std::int64_t id) override;
  [[nodiscard]] Result<std::vector<state::DeletionRow>> deletions() override;
  [[nodiscard]] Result<std::vector<state::DeletionRow>> pending_deletions() override;
  [[nodiscard]] Status add_deletion(const state::DeletionRow& row) override;
  [[nodiscard]] Status finish_deletion(const BoxName& name, const std::string& state,
                                       const std::string& outcome) override;
  [[nodiscard]] Status put_statuses(const std::vector<state::PublicStatus>& rows) override;
  [[nodiscard]] Result<std::vector<state::PublicStatus>> statuses() override;
  [[nodiscard]] Status backup_to(const std::filesystem::path& file) override;

 private:
  std::mutex mutex_;
  std::int64_t counter_ = 1;
  std::vector<state::Request> requests_;
  std::vector<state::DeletionRow> deletions_;
  std::vector<state::PublicStatus> statuses_;
};

}  // namespace boxwright::test
