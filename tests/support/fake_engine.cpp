#include "tests/support/fake_engine.h"

#include <algorithm>
#include <utility>

#include "tests/support/model_view.h"

namespace boxwright::test {

namespace {
constexpr std::size_t kUntakenMax = 4096;

/// In pieces that fit no boundary, as they come off a socket.
void hand_over(const std::string& tar, const engine::ArchiveSink& sink) {
  constexpr std::size_t kPiece = 1000;
  for (std::size_t at = 0; at < tar.size(); at += kPiece) {
    if (!sink(std::string_view(tar).substr(at, kPiece))) return;
  }
}

}  // namespace

FakeEngine::Hand::Hand(FakeEngine& engine) : engine_(engine), lock_(engine.mutex_) {
  engine_.model_.settle();
}

FakeEngine::Hand::~Hand() {
  engine_.publish();
}

FakeEngine::FakeEngine(FakeClock& clock) : clock_(clock), model_(clock) {
  listener_ = clock_.listen([this] { static_cast<void>(docker()); });
}

FakeEngine::~FakeEngine() {
  clock_.forget(listener_);
}

Status FakeEngine::admit(const std::stop_token& stop) const {
  if (stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, RetryClass::Transient, "stopped before the engine was asked");
  }
  if (!reachable_) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "cannot reach the engine: connection refused; start it, or check its socket");
  }
  return {};
}

void FakeEngine::note(std::string name, std::string subject, bool mutating, bool succeeded) {
  calls_.push_back({std::move(name), std::move(subject), mutating, succeeded, clock_.mono_now()});
}

void FakeEngine::publish() {
  for (const ModelEvent& event : model_.take_events()) {
    const std::optional<engine::EngineEvent> told = view_event(model_, event);
    if (!told || (lost_ && lost_(*told))) continue;
    for (Follower& follower : followers_)
      follower.waiting.push_back(*told);
    untaken_.push_back(*told);
    if (untaken_.size() > kUntakenMax) untaken_.pop_front();
  }
  changed_.notify_all();
}

void FakeEngine::end_streams() {
  for (Follower& follower : followers_)
    follower.ended = true;
  changed_.notify_all();
}

Result<state::EngineFacts> FakeEngine::facts(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("facts", "", false, admitted.has_value());
  BW_TRY(admitted);
  return state::EngineFacts{"fake",           "20.10.24",           "1.41",
                            model_.engine_id, "/var/lib/docker",    model_.cpus,
                            Bytes{16 * kGiB}, model_.cgroup_version};
}

Result<state::ObservedFleet> FakeEngine::observe_fleet(const Installation& installation,
                                                       std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("observe_fleet", installation.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  publish();
  return view_fleet(model_, installation, clock_.wall_now());
}

Result<state::ObservedBox> FakeEngine::observe_box(const engine::BoxQuery& query,
                                                   std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("observe_box", query.name.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  publish();
  return view_box(model_, query, clock_.wall_now());
}

Result<state::HoldView> FakeEngine::observe_holds(const engine::HoldQuery& query,
                                                  std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("observe_holds", query.installation.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  publish();
  return view_holds(model_, query);
}

Result<engine::StepReply> FakeEngine::perform(const engine::Step& step,
                                              const engine::ProgressSink& progress,
                                              std::stop_token stop) {
  std::unique_lock lock(mutex_);
  Status admitted = admit(stop);
  Result<engine::StepReply> reply = tl::unexpected(Error{});
  if (admitted) {
    model_.settle();
    reply = carry_out(step, progress, lock);
    publish();
  } else {
    reply = tl::unexpected(std::move(admitted).error());
  }
  note(std::string(engine::step_name(step)), engine::describe(step), true, reply.has_value());
  return reply;
}

Result<engine::StepReply> FakeEngine::wait_for_stop(std::unique_lock<std::mutex>& lock,
                                                    Duration grace) {
  if (stops_outlast_calls_) {
    return fail(ErrorCode::DeadlineExceeded, RetryClass::Transient,
                "no answer in time; the engine may still finish the stop: look again");
  }
  publish();
  lock.unlock();
  clock_.advance(grace);
  lock.lock();
  model_.settle();
  return engine::StepReply{};
}

Result<const ModelContainer*> FakeEngine::running(const ContainerId& id, const char* doing) const {
  const ModelContainer* container = model_.find(id.str());
  if (container == nullptr) {
    return tl::unexpected(view_refusal({404, "No such container: " + id.str()}, doing));
  }
  if (container->state != state::ContainerState::Running) {
    return tl::unexpected(view_refusal({409, "Container " + id.str() + " is not running"}, doing));
  }
  return container;
}

Result<std::map<VolumeName, Bytes>> FakeEngine::volume_sizes(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("volume_sizes", "", false, admitted.has_value());
  BW_TRY(admitted);
  std::map<VolumeName, Bytes> sizes;
  for (const auto& [name, volume] : model_.volumes()) {
    Bytes size{0};
    for (const auto& [file, bytes] : volume.directory.files)
      size.count += static_cast<std::int64_t>(bytes.size());
    // A directory that is gone cannot be walked, which the engine tells as not measured.
    if (!volume.directory_missing) sizes.emplace(name, size);
  }
  return sizes;
}

Result<bool> FakeEngine::probe(const ContainerId& id, const state::EngineHealthCheck& check,
                               std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("probe", id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  BW_TRY_ASSIGN(const ModelContainer* container, running(id, "run the health check"));
  if (check.test.empty() || check.test.front() == "NONE") return true;
  return model_.answers(*container);
}

/// Of all programs the model knows `echo`, `false`, and a shell that asks the box's servers whether
/// somebody is at work there.
Result<engine::ExecAnswer> FakeEngine::ask(const ContainerId& id,
                                           const std::vector<std::string>& program,
                                           Duration /*timeout*/, std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("ask", id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  BW_TRY_ASSIGN(const ModelContainer* container, running(id, "run a program"));
  engine::ExecAnswer answer;
  const std::string name = program.empty() ? "" : program.front();
  if (name == "echo") {
    for (std::size_t i = 1; i < program.size(); ++i)
      answer.output += (i == 1 ? "" : " ") + program[i];
    answer.output += "\n";
  } else if (name == "sh") {
    answer.output = container->behaviour.says;
  } else {
    answer.exit_code = name == "false" ? 1 : 127;
  }
  answer.output.resize(std::min(answer.output.size(), engine::kAnswerLongest));
  return answer;
}

Result<Bytes> FakeEngine::memory_in_use(const ContainerId& id, std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("memory_in_use", id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  model_.settle();
  const ModelContainer* container = model_.find(id.str());
  if (container == nullptr) {
    return tl::unexpected(view_refusal({404, "No such container: " + id.str()}, "read memory"));
  }
  // The engine answers zeros for a container that does not run.
  return container->has_process() ? container->behaviour.memory : Bytes{0};
}

Result<std::vector<std::string>> FakeEngine::recent_log(const ContainerId& id, int lines,
                                                        std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("recent_log", id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  const ModelContainer* container = model_.find(id.str());
  if (container == nullptr) {
    return tl::unexpected(view_refusal({404, "No such container: " + id.str()}, "read the log"));
  }
  if (!container->started_at) return std::vector<std::string>{};
  const auto& log = container->behaviour.log;
  const auto wanted = std::min(log.size(), static_cast<std::size_t>(std::max(lines, 0)));
  return std::vector<std::string>(log.end() - static_cast<std::ptrdiff_t>(wanted), log.end());
}

Result<engine::WritableLayer> FakeEngine::writable_layer(const state::ObservedContainer& container,
                                                         std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("writable_layer", container.id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  const ModelContainer* found = model_.find(container.id.str());
  if (found == nullptr) {
    return tl::unexpected(
        view_refusal({404, "No such container: " + container.id.str()}, "measure the container"));
  }
  engine::WritableLayer layer;
  layer.home = engine::homes_text(engine::homes_of(container));
  std::vector<engine::LayerChange> changes;
  for (const auto& [path, content] : found->layer) {
    const Bytes size{static_cast<std::int64_t>(content.size())};
    layer.size.count += size.count;
    changes.push_back({path, engine::LayerChangeKind::Added, size});
  }
  engine::list_largest(layer, engine::changes_at_stake(container, std::move(changes)));
  return layer;
}

Result<std::vector<engine::LayerChange>> FakeEngine::changed_paths(const ContainerId& id,
                                                                   std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  const Status admitted = admit(stop);
  note("changed_paths", id.str(), false, admitted.has_value());
  BW_TRY(admitted);
  const ModelContainer* found = model_.find(id.str());
  if (found == nullptr) {
    return tl::unexpected(
        view_refusal({404, "No such container: " + id.str()}, "list what changed"));
  }
  std::vector<engine::LayerChange> changes;
  for (const auto& [path, content] : found->layer)
    changes.push_back({path, engine::LayerChangeKind::Added, std::nullopt});
  return changes;
}

Status FakeEngine::read_archive(const ContainerId& id, const std::string& path,
                                const engine::ArchiveSink& sink, std::stop_token stop) {
  std::string tar;
  {
    const std::lock_guard lock(mutex_);
    const Status admitted = admit(stop);
    note("read_archive", id.str() + " " + path, false, admitted.has_value());
    BW_TRY(admitted);
    auto read = model_.read_archive(id.str(), path);
    if (!read) return tl::unexpected(view_refusal(read.error(), "read " + path));
    tar = std::move(*read);
  }
  hand_over(tar, sink);
  return {};
}

Status FakeEngine::read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                                  std::stop_token stop) {
  std::string tar;
  {
    const std::lock_guard lock(mutex_);
    const Status admitted = admit(stop);
    note("read_all_files", id.str(), false, admitted.has_value());
    BW_TRY(admitted);
    auto read = model_.export_files(id.str());
    if (!read) return tl::unexpected(view_refusal(read.error(), "export"));
    tar = std::move(*read);
  }
  hand_over(tar, sink);
  return {};
}

Status FakeEngine::write_archive(const ContainerId& id, const std::string& path,
                                 const engine::ArchiveChunks& next_chunk, std::stop_token stop) {
  BW_TRY(admit(stop));
  std::string tar;
  Status all;
  while (true) {
    auto chunk = next_chunk();
    if (!chunk) all = tl::unexpected(chunk.error());
    if (!chunk || chunk->empty()) break;
    tar += *chunk;
  }
  const std::lock_guard lock(mutex_);
  const Answer written = model_.write_archive(id.str(), path, tar);
  note("write_archive", id.str() + " " + path, true, written && all);
  publish();
  if (!written) return tl::unexpected(view_refusal(written.error(), "write to " + path));
  return all;
}

Status FakeEngine::follow_events(const std::function<void()>& opened,
                                 const std::function<void(const engine::EngineEvent&)>& on_event,
                                 std::stop_token stop) {
  std::unique_lock lock(mutex_);
  BW_TRY(admit(stop));
  const auto me = followers_.emplace(followers_.end());
  lock.unlock();
  opened();
  lock.lock();
  Status ended;
  while (true) {
    static_cast<void>(
        changed_.wait(lock, stop, [&me] { return me->ended || !me->waiting.empty(); }));
    if (stop.stop_requested()) {
      ended = fail(ErrorCode::Cancelled, RetryClass::Transient, "stopped following events");
      break;
    }
    if (me->waiting.empty()) break;
    const engine::EngineEvent event = std::move(me->waiting.front());
    me->waiting.pop_front();
    lock.unlock();
    on_event(event);
    lock.lock();
  }
  followers_.erase(me);
  return ended;
}

void FakeEngine::restart() {
  const std::lock_guard lock(mutex_);
  model_.restart_engine();
  static_cast<void>(model_.take_events());
  end_streams();
}

void FakeEngine::set_reachable(bool reachable) {
  const std::lock_guard lock(mutex_);
  reachable_ = reachable;
  if (!reachable) end_streams();
}

void FakeEngine::set_stops_outlast_calls(bool outlast) {
  const std::lock_guard lock(mutex_);
  stops_outlast_calls_ = outlast;
}

void FakeEngine::lose_events(std::function<bool(const engine::EngineEvent&)> lost) {
  const std::lock_guard lock(mutex_);
  lost_ = std::move(lost);
}

std::vector<EngineCall> FakeEngine::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::size_t FakeEngine::mutating_calls() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(calls_, &EngineCall::mutating));
}

std::size_t FakeEngine::reading_calls() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(calls_, [](const EngineCall& call) { return !call.mutating; }));
}

void FakeEngine::forget_calls() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

std::vector<engine::EngineEvent> FakeEngine::take_events() {
  const std::lock_guard lock(mutex_);
  std::vector<engine::EngineEvent> taken(untaken_.begin(), untaken_.end());
  untaken_.clear();
  return taken;
}

}  // namespace boxwright::test
