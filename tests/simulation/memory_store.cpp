#include "tests/simulation/memory_store.h"

#include <algorithm>

namespace boxwright::test {

namespace {

using state::BoxRecord;

tl::unexpected<Error> no_files() {
  return fail(ErrorCode::Unsupported, RetryClass::Terminal, "a store in memory has no files");
}

template <class Map>
auto values_of(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (const auto& [key, value] : map)
    values.push_back(value);
  return values;
}

}  // namespace

Result<BoxRecord*> MemoryStore::find(const BoxName& name) {
  const auto found = boxes_.find(name);
  if (found == boxes_.end()) {
    return fail(ErrorCode::NotFound, RetryClass::Conflict, "box {} is not known", name.str());
  }
  return &found->second;
}

Result<std::vector<BoxRecord>> MemoryStore::boxes() const {
  const std::lock_guard lock(mutex_);
  return values_of(boxes_);
}

Result<std::optional<BoxRecord>> MemoryStore::box(const BoxName& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = boxes_.find(name);
  if (found == boxes_.end()) return std::optional<BoxRecord>{};
  return std::optional(found->second);
}

Result<std::vector<state::SourceRecord>> MemoryStore::sources() const {
  const std::lock_guard lock(mutex_);
  return values_of(sources_);
}

Result<std::vector<state::RetainedData>> MemoryStore::retained() const {
  const std::lock_guard lock(mutex_);
  return retained_;
}

Result<std::vector<state::BoxStatus>> MemoryStore::statuses() const {
  const std::lock_guard lock(mutex_);
  return values_of(statuses_);
}

void MemoryStore::put_box(const BoxRecord& record) {
  auto& kept = boxes_[record.name];
  if (kept.uid != record.uid) {
    histories_.erase(kept.uid);
    kept = record;
    return;
  }
  auto containers = std::move(kept.containers);
  auto expected = std::move(kept.expected_volumes);
  auto verdict = std::move(kept.verdict);
  kept = record;
  kept.containers = std::move(containers);
  kept.expected_volumes = std::move(expected);
  kept.verdict = std::move(verdict);
}

Status MemoryStore::commit(const FleetChange& change) {
  const std::lock_guard lock(mutex_);
  for (const auto& name : change.forget_boxes) {
    if (const auto found = boxes_.find(name); found != boxes_.end()) {
      histories_.erase(found->second.uid);
    }
    boxes_.erase(name);
    statuses_.erase(name);
  }
  for (const auto& record : change.put_boxes)
    put_box(record);
  for (const auto& entry : change.new_generations)
    state::begin_generation(histories_[entry.uid], entry);
  for (const auto& source : change.put_sources)
    sources_[source.name] = source;
  std::erase_if(retained_, [&change](const auto& data) {
    return std::ranges::find(change.drop_retained, data.uid) != change.drop_retained.end();
  });
  for (const auto& data : change.put_retained) {
    std::erase_if(retained_, [&data](const auto& old) { return old.uid == data.uid; });
    retained_.push_back(data);
  }
  for (auto event : change.events) {
    event.seq = ++last_seq_;
    events_.push_back(std::move(event));
  }
  return {};
}

Status MemoryStore::put_container(const BoxName& box, const state::KnownContainer& known) {
  const std::lock_guard lock(mutex_);
  BW_TRY_ASSIGN(auto* record, find(box));
  std::erase_if(record->containers, [&known](const auto& old) { return old.id == known.id; });
  record->containers.push_back(known);
  return {};
}

Status MemoryStore::forget_container(const BoxName& box, const ContainerId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = boxes_.find(box);
  if (found == boxes_.end()) return {};
  std::erase_if(found->second.containers, [&id](const auto& old) { return old.id == id; });
  return {};
}

Status MemoryStore::put_expected_volume(const BoxName& box, const std::string& key) {
  const std::lock_guard lock(mutex_);
  BW_TRY_ASSIGN(auto* record, find(box));
  auto& keys = record->expected_volumes;
  if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  std::ranges::sort(keys);
  return {};
}

Status MemoryStore::drop_expected_volume(const BoxName& box, const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = boxes_.find(box);
  if (found != boxes_.end()) std::erase(found->second.expected_volumes, key);
  return {};
}

Status MemoryStore::put_verdict(const BoxName& box, const std::optional<state::Verdict>& verdict) {
  const std::lock_guard lock(mutex_);
  BW_TRY_ASSIGN(auto* record, find(box));
  record->verdict = verdict;
  return {};
}

Result<std::vector<state::GenerationRecord>> MemoryStore::history(const BoxUid& uid) const {
  const std::lock_guard lock(mutex_);
  const auto found = histories_.find(uid);
  return found == histories_.end() ? std::vector<state::GenerationRecord>{} : found->second;
}

Status MemoryStore::put_generation(const state::GenerationRecord& entry) {
  const std::lock_guard lock(mutex_);
  const bool known = std::ranges::any_of(
      boxes_, [&entry](const auto& box) { return box.second.uid == entry.uid; });
  if (known) state::put_generation(histories_[entry.uid], entry);
  return {};
}

Status MemoryStore::put_status(const state::BoxStatus& status) {
  const std::lock_guard lock(mutex_);
  auto& kept = statuses_[status.name];
  auto same_time = status;
  same_time.observed_at = kept.observed_at;
  if (same_time != kept) ++status_writes_;
  kept = status;
  return {};
}

std::size_t MemoryStore::status_writes() const {
  const std::lock_guard lock(mutex_);
  return status_writes_;
}

Status MemoryStore::append_event(const state::Event& event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(event);
  events_.back().seq = ++last_seq_;
  return {};
}

Result<std::vector<state::Event>> MemoryStore::events(const BoxName& box, std::int64_t after_seq,
                                                      int limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<state::Event> list;
  for (const auto& event : events_) {
    if ((box.empty() || event.box == box) && event.seq > after_seq) list.push_back(event);
  }
  const auto most = static_cast<std::size_t>(std::max(limit, 0));
  if (list.size() > most) {
    const auto extra = static_cast<std::ptrdiff_t>(list.size() - most);
    if (after_seq == 0) {
      list.erase(list.begin(), list.begin() + extra);
    } else {
      list.erase(list.end() - extra, list.end());
    }
  }
  return list;
}

Status MemoryStore::backup_to(const std::filesystem::path& /*file*/) const {
  return no_files();
}

namespace {

template <class Row>
std::vector<Row> pending_of(std::vector<Row> rows) {
  std::erase_if(rows, [](const Row& row) { return row.state != "pending"; });
  return rows;
}

}  // namespace

Result<std::int64_t> MemoryDesiredDb::change_counter() {
  const std::lock_guard lock(mutex_);
  return counter_;
}

Result<std::vector<state::Request>> MemoryDesiredDb::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

Result<std::vector<state::Request>> MemoryDesiredDb::pending_requests() {
  const std::lock_guard lock(mutex_);
  return pending_of(requests_);
}

Result<std::int64_t> MemoryDesiredDb::add_request(const state::Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  requests_.back().id = static_cast<std::int64_t>(requests_.size());
  requests_.back().state = "pending";
  ++counter_;
  return requests_.back().id;
}

Status MemoryDesiredDb::finish_request(std::int64_t id, const std::string& state,
                                       const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  for (auto& request : requests_) {
    if (request.id != id) continue;
    request.state = state;
    request.outcome = outcome;
  }
  return {};
}

Status MemoryDesiredDb::acknowledge_request(std::int64_t id, const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  for (auto& request : requests_) {
    if (request.id == id && request.state == "pending") request.outcome = outcome;
  }
  return {};
}

Status MemoryDesiredDb::bind_request(std::int64_t id, const std::string& argument) {
  const std::lock_guard lock(mutex_);
  for (auto& request : requests_) {
    const bool is_free = request.state == "pending" && request.argument.empty();
    if (request.id == id && is_free) request.argument = argument;
  }
  return {};
}

Result<std::optional<state::Request>> MemoryDesiredDb::request(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  for (const auto& request : requests_) {
    if (request.id == id) return std::optional(request);
  }
  return std::optional<state::Request>{};
}

Result<std::vector<state::DeletionRow>> MemoryDesiredDb::deletions() {
  const std::lock_guard lock(mutex_);
  return deletions_;
}

Result<std::vector<state::DeletionRow>> MemoryDesiredDb::pending_deletions() {
  const std::lock_guard lock(mutex_);
  return pending_of(deletions_);
}

Status MemoryDesiredDb::add_deletion(const state::DeletionRow& row) {
  const std::lock_guard lock(mutex_);
  deletions_.push_back(row);
  deletions_.back().state = "pending";
  ++counter_;
  return {};
}

Status MemoryDesiredDb::finish_deletion(const BoxName& name, const std::string& state,
                                        const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  for (auto& row : deletions_) {
    if (row.name != name || row.state != "pending") continue;
    row.state = state;
    row.outcome = outcome;
  }
  return {};
}

Status MemoryDesiredDb::put_statuses(const std::vector<state::PublicStatus>& rows) {
  const std::lock_guard lock(mutex_);
  statuses_ = rows;
  return {};
}

Result<std::vector<state::PublicStatus>> MemoryDesiredDb::statuses() {
  const std::lock_guard lock(mutex_);
  return statuses_;
}

Status MemoryDesiredDb::backup_to(const std::filesystem::path& /*file*/) {
  return no_files();
}

}  // namespace boxwright::test
