#pragma once
// Decorators that let everything through: what watches, or plants a bug, overrides what it is
// about.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "specs/source/snapshot.h"
#include "state/desired_db.h"
#include "state/store.h"

namespace boxwright::test {

class PassingEngine : public engine::Engine {
 public:
  explicit PassingEngine(engine::Engine& inside) : inside_(inside) {}

  [[nodiscard]] Result<state::EngineFacts> facts(std::stop_token stop) override;
  [[nodiscard]] Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                                           std::stop_token stop) override;
  [[nodiscard]] Result<state::ObservedBox> observe_box(const engine::BoxQuery& query,
                                                       std::stop_token stop) override;
  [[nodiscard]] Result<state::HoldView> observe_holds(const engine::HoldQuery& query,
                                                      std::stop_token stop) override;
  [[nodiscard]] Result<engine::StepReply> perform(const engine::Step& step,
                                                  const engine::ProgressSink& progress,
                                                  std::stop_token stop) override;
  [[nodiscard]] Result<std::map<VolumeName, Bytes>> volume_sizes(std::stop_token stop) override;
  [[nodiscard]] Result<bool> probe(const ContainerId& id, const state::EngineHealthCheck& check,
                                   std::stop_token stop) override;
  [[nodiscard]] Result<engine::ExecAnswer> ask(const ContainerId& id,
                                               const std::vector<std::string>& program,
                                               Duration timeout, std::stop_token stop) override;
  [[nodiscard]] Result<Bytes> memory_in_use(const ContainerId& id, std::stop_token stop) override;
  [[nodiscard]] Result<std::vector<std::string>> recent_log(const ContainerId& id, int lines,
                                                            std::stop_token stop) override;
  [[nodiscard]] Result<engine::WritableLayer> writable_layer(
      const state::ObservedContainer& container, std::stop_token stop) override;
  [[nodiscard]] Result<std::vector<engine::LayerChange>> changed_paths(
      const ContainerId& id, std::stop_token stop) override;
  [[nodiscard]] Status read_archive(const ContainerId& id, const std::string& path,
                                    const engine::ArchiveSink& sink, std::stop_token stop) override;
  [[nodiscard]] Status read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                                      std::stop_token stop) override;
  [[nodiscard]] Status write_archive(const ContainerId& id, const std::string& path,
                                     const engine::ArchiveChunks& next_chunk,
                                     std::stop_token stop) override;
  [[nodiscard]] Status follow_events(
      const std::function<void()>& opened,
      const std::function<void(const engine::EngineEvent&)>& on_event,
      std::stop_token stop) override;

 protected:
  engine::Engine& inside_;
};

class PassingStore : public state::Store {
 public:
  explicit PassingStore(state::Store& inside) : inside_(inside) {}

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

 protected:
  state::Store& inside_;
};

class PassingDesiredDb : public state::DesiredDb {
 public:
  explicit PassingDesiredDb(state::DesiredDb& inside) : inside_(inside) {}

  [[nodiscard]] Result<std::int64_t> change_counter() override;
  [[nodiscard]] Result<bool> in_use() override;
  [[nodiscard]] Result<specs::Snapshot> read() override;
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

 protected:
  state::DesiredDb& inside_;
};

class PassingSource : public specs::SpecSource {
 public:
  explicit PassingSource(std::unique_ptr<specs::SpecSource> inside) : inside_(std::move(inside)) {}

  [[nodiscard]] std::string place() const override;
  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll(MonoTime now) override;
  [[nodiscard]] bool is_unused() const override;

 protected:
  std::unique_ptr<specs::SpecSource> inside_;
};

}  // namespace boxwright::test
