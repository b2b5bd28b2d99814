#include "tests/simulation/passing.h"

namespace boxwright::test {

Result<state::EngineFacts> PassingEngine::facts(std::stop_token stop) {
  return inside_.facts(std::move(stop));
}
Result<state::ObservedFleet> PassingEngine::observe_fleet(const Installation& installation,
                                                          std::stop_token stop) {
  return inside_.observe_fleet(installation, std::move(stop));
}
Result<state::ObservedBox> PassingEngine::observe_box(const engine::BoxQuery& query,
                                                      std::stop_token stop) {
  return inside_.observe_box(query, std::move(stop));
}
Result<state::HoldView> PassingEngine::observe_holds(const engine::HoldQuery& query,
                                                     std::stop_token stop) {
  return inside_.observe_holds(query, std::move(stop));
}
Result<engine::StepReply> PassingEngine::perform(const engine::Step& step,
                                                 const engine::ProgressSink& progress,
                                                 std::stop_token stop) {
  return inside_.perform(step, progress, std::move(stop));
}
Result<std::map<VolumeName, Bytes>> PassingEngine::volume_sizes(std::stop_token stop) {
  return inside_.volume_sizes(std::move(stop));
}
Result<bool> PassingEngine::probe(const ContainerId& id, const state::EngineHealthCheck& check,
                                  std::stop_token stop) {
  return inside_.probe(id, check, std::move(stop));
}
Result<engine::ExecAnswer> PassingEngine::ask(const ContainerId& id,
                                              const std::vector<std::string>& program,
                                              Duration timeout, std::stop_token stop) {
  return inside_.ask(id, program, timeout, std::move(stop));
}
Result<Bytes> PassingEngine::memory_in_use(const ContainerId& id, std::stop_token stop) {
  return inside_.memory_in_use(id, std::move(stop));
}
Result<std::vector<std::string>> PassingEngine::recent_log(const ContainerId& id, int lines,
                                                           std::stop_token stop) {
  return inside_.recent_log(id, lines, std::move(stop));
}
Result<engine::WritableLayer> PassingEngine::writable_layer(
    const state::ObservedContainer& container, std::stop_token stop) {
  return inside_.writable_layer(container, std::move(stop));
}
Result<std::vector<engine::LayerChange>> PassingEngine::changed_paths(const ContainerId& id,
                                                                      std::stop_token stop) {
  return inside_.changed_paths(id, std::move(stop));
}
Status PassingEngine::read_archive(const ContainerId& id, const std::string& path,
                                   const engine::ArchiveSink& sink, std::stop_token stop) {
  return inside_.read_archive(id, path, sink, std::move(stop));
}
Status PassingEngine::read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                                     std::stop_token stop) {
  return inside_.read_all_files(id, sink, std::move(stop));
}
Status PassingEngine::write_archive(const ContainerId& id, const std::string& path,
                                    const engine::ArchiveChunks& next_chunk, std::stop_token stop) {
  return inside_.write_archive(id, path, next_chunk, std::move(stop));
}
Status PassingEngine::follow_events(const std::function<void()>& opened,
                                    const std::function<void(const engine::EngineEvent&)>& on_event,
                                    std::stop_token stop) {
  return inside_.follow_events(opened, on_event, std::move(stop));
}

Result<std::vector<state::BoxRecord>> PassingStore::boxes() const {
  return inside_.boxes();
}
Result<std::optional<state::BoxRecord>> PassingStore::box(const BoxName& name) const {
  return inside_.box(name);
}
Result<std::vector<state::SourceRecord>> PassingStore::sources() const {
  return inside_.sources();
}
Result<std::vector<state::RetainedData>> PassingStore::retained() const {
  return inside_.retained();
}
Result<std::vector<state::BoxStatus>> PassingStore::statuses() const {
  return inside_.statuses();
}
Status PassingStore::commit(const FleetChange& change) {
  return inside_.commit(change);
}
Status PassingStore::put_container(const BoxName& box, const state::KnownContainer& known) {
  return inside_.put_container(box, known);
}
Status PassingStore::forget_container(const BoxName& box, const ContainerId& id) {
  return inside_.forget_container(box, id);
}
Status PassingStore::put_expected_volume(const BoxName& box, const std::string& key) {
  return inside_.put_expected_volume(box, key);
}
Status PassingStore::drop_expected_volume(const BoxName& box, const std::string& key) {
  return inside_.drop_expected_volume(box, key);
}
Status PassingStore::put_verdict(const BoxName& box, const std::optional<state::Verdict>& verdict) {
  return inside_.put_verdict(box, verdict);
}
Result<std::vector<state::GenerationRecord>> PassingStore::history(const BoxUid& uid) const {
  return inside_.history(uid);
}

Status PassingStore::put_generation(const state::GenerationRecord& entry) {
  return inside_.put_generation(entry);
}

Status PassingStore::put_status(const state::BoxStatus& status) {
  return inside_.put_status(status);
}
Status PassingStore::append_event(const state::Event& event) {
  return inside_.append_event(event);
}
Result<std::vector<state::Event>> PassingStore::events(const BoxName& box, std::int64_t after_seq,
                                                       int limit) const {
  return inside_.events(box, after_seq, limit);
}
Status PassingStore::backup_to(const std::filesystem::path& file) const {
  return inside_.backup_to(file);
}

Result<std::int64_t> PassingDesiredDb::change_counter() {
  return inside_.change_counter();
}
Result<bool> PassingDesiredDb::in_use() {
  return inside_.in_use();
}
Result<specs::Snapshot> PassingDesiredDb::read() {
  return inside_.read();
}
Result<std::vector<state::Request>> PassingDesiredDb::requests() {
  return inside_.requests();
}
Result<std::vector<state::Request>> PassingDesiredDb::pending_requests() {
  return inside_.pending_requests();
}
Result<std::int64_t> PassingDesiredDb::add_request(const state::Request& request) {
  return inside_.add_request(request);
}
Status PassingDesiredDb::finish_request(std::int64_t id, const std::string& state,
                                        const std::string& outcome) {
  return inside_.finish_request(id, state, outcome);
}
Status PassingDesiredDb::acknowledge_request(std::int64_t id, const std::string& outcome) {
  return inside_.acknowledge_request(id, outcome);
}
Status PassingDesiredDb::bind_request(std::int64_t id, const std::string& argument) {
  return inside_.bind_request(id, argument);
}
Result<std::optional<state::Request>> PassingDesiredDb::request(std::int64_t id) {
  return inside_.request(id);
}
Result<std::vector<state::DeletionRow>> PassingDesiredDb::deletions() {
  return inside_.deletions();
}
Result<std::vector<state::DeletionRow>> PassingDesiredDb::pending_deletions() {
  return inside_.pending_deletions();
}
Status PassingDesiredDb::add_deletion(const state::DeletionRow& row) {
  return inside_.add_deletion(row);
}
Status PassingDesiredDb::finish_deletion(const BoxName& name, const std::string& state,
                                         const std::string& outcome) {
  return inside_.finish_deletion(name, state, outcome);
}
Status PassingDesiredDb::put_statuses(const std::vector<state::PublicStatus>& rows) {
  return inside_.put_statuses(rows);
}
Result<std::vector<state::PublicStatus>> PassingDesiredDb::statuses() {
  return inside_.statuses();
}
Status PassingDesiredDb::backup_to(const std::filesystem::path& file) {
  return inside_.backup_to(file);
}

std::string PassingSource::place() const {
  return inside_->place();
}
Result<std::optional<specs::Snapshot>> PassingSource::poll(MonoTime now) {
  return inside_->poll(now);
}
bool PassingSource::is_unused() const {
  return inside_->is_unused();
}

}  // namespace boxwright::test
