#include "controller/engine/docker/docker_engine.h"

#include <sys/statvfs.h>

#include <mutex>
#include <utility>

#include "controller/engine/docker/archive.h"
#include "controller/engine/docker/docker_api.h"
#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "controller/engine/docker/json_write.h"
#include "controller/engine/docker/look_inside.h"
#include "controller/engine/docker/observe.h"
#include "controller/engine/docker/perform.h"
#include "controller/engine/docker/read_layer.h"
#include "controller/engine/docker/stream.h"

namespace boxwright::docker {

namespace {

constexpr std::string_view kUnixScheme = "unix://";

NanoCpus whole_cpus(int count) {
  return {count * std::int64_t{1'000'000'000}};
}

/// Free space as an unprivileged writer sees it. nullopt: the path is not on this machine.
std::optional<int> free_percent(const std::string& path) {
  struct statvfs space{};
  if (path.empty() || ::statvfs(path.c_str(), &space) != 0 || space.f_blocks == 0)
    return std::nullopt;
  return static_cast<int>(100 * space.f_bavail / space.f_blocks);
}

/// Which box a container is of, so that network events, which name only the container, can be told
/// to their box. Thread-safe.
class KnownContainers {
 public:
  void learn(const ContainerId& id, const BoxName& box) {
    if (id.empty() || box.empty()) return;
    const std::scoped_lock lock(mutex_);
    boxes_[id] = box;
  }
  void replace_by(const std::vector<state::ObservedContainer>& containers) {
    const std::scoped_lock lock(mutex_);
    boxes_.clear();
    for (const auto& container : containers)
      boxes_[container.id] = container.owner.box;
  }
  [[nodiscard]] BoxName box_of(const ContainerId& id) const {
    const std::scoped_lock lock(mutex_);
    const auto found = boxes_.find(id);
    return found == boxes_.end() ? BoxName{} : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<ContainerId, BoxName> boxes_;
};

class DockerEngine final : public engine::Engine {
 public:
  DockerEngine(std::string socket, ApiVersion newest, const Deadlines& deadlines,
               const Clock& clock)
      : api_(std::move(socket), newest, deadlines), clock_(clock) {}

  Result<state::EngineFacts> facts(std::stop_token stop) override;
  Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                             std::stop_token stop) override;
  Result<state::ObservedBox> observe_box(const engine::BoxQuery& query,
                                         std::stop_token stop) override;
  Result<state::HoldView> observe_holds(const engine::HoldQuery& query,
                                        std::stop_token stop) override {
    return read_holds(api_, images_, query, stop);
  }
  Result<engine::StepReply> perform(const engine::Step& step, const engine::ProgressSink& progress,
                                    std::stop_token stop) override {
    return perform_step(api_, step, progress, stop);
  }
  Result<std::map<VolumeName, Bytes>> volume_sizes(std::stop_token stop) override {
    return docker::volume_sizes(api_, stop);
  }
  Result<bool> probe(const ContainerId& id, const state::EngineHealthCheck& check,
                     std::stop_token stop) override {
    return run_check(api_, id, check, stop);
  }
  Result<engine::ExecAnswer> ask(const ContainerId& id, const std::vector<std::string>& program,
                                 Duration timeout, std::stop_token stop) override {
    return docker::ask(api_, id, program, timeout, stop);
  }
  Result<Bytes> memory_in_use(const ContainerId& id, std::stop_token stop) override {
    return docker::memory_in_use(api_, id, stop);
  }
  Result<std::vector<std::string>> recent_log(const ContainerId& id, int lines,
                                              std::stop_token stop) override {
    return docker::recent_log(api_, id, lines, stop);
  }
  Result<engine::WritableLayer> writable_layer(const state::ObservedContainer& container,
                                               std::stop_token stop) override {
    return read_layer(api_, container, stop);
  }
  Result<std::vector<engine::LayerChange>> changed_paths(const ContainerId& id,
                                                         std::stop_token stop) override {
    return read_changes(api_, id, stop);
  }
  Status read_archive(const ContainerId& id, const std::string& path,
                      const engine::ArchiveSink& sink, std::stop_token stop) override {
    return docker::read_archive(api_, id, path, sink, stop);
  }
  Status read_all_files(const ContainerId& id, const engine::ArchiveSink& sink,
                        std::stop_token stop) override {
    return docker::read_all_files(api_, id, sink, stop);
  }
  Status write_archive(const ContainerId& id, const std::string& path,
                       const engine::ArchiveChunks& next_chunk, std::stop_token stop) override {
    return docker::write_archive(api_, id, path, next_chunk, stop);
  }
  Status follow_events(const std::function<void()>& opened,
                       const std::function<void(const engine::EngineEvent&)>& on_event,
                       std::stop_token stop) override;

 private:
  [[nodiscard]] Result<EngineInfo> read_engine_info(const std::stop_token& stop);
  /// As told first: the data root and the kernel's abilities cannot change while the engine runs,
  /// and an engine with another data root is another engine.
  [[nodiscard]] Result<EngineInfo> known_info(const std::stop_token& stop);
  /// Gives an event to its box; drops those of containers that are nobody's.
  void pass_on(engine::EngineEvent event,
               const std::function<void(const engine::EngineEvent&)>& on_event);

  DockerApi api_;
  const Clock& clock_;
  ImageCache images_;
  KnownContainers known_;
  std::mutex mutex_;
  std::optional<EngineInfo> info_;
};

Result<EngineInfo> DockerEngine::read_engine_info(const std::stop_token& stop) {
  BW_TRY_ASSIGN(const std::string body, api_.get("/info", "ask about the engine", stop));
  auto info = read_info(body);
  if (!info) return tl::unexpected(answer_error("ask about the engine", info.error().message));
  const std::scoped_lock lock(mutex_);
  info_ = *info;
  return info;
}

Result<EngineInfo> DockerEngine::known_info(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    if (info_) return *info_;
  }
  return read_engine_info(stop);
}

Result<state::EngineFacts> DockerEngine::facts(std::stop_token stop) {
  BW_TRY_ASSIGN(const ApiVersion api, api_.version(stop));
  BW_TRY_ASSIGN(const std::string body, api_.get("/version", "ask the engine's version", stop));
  const auto version = read_version(body);
  if (!version) {
    return tl::unexpected(answer_error("ask the engine's version", version.error().message));
  }
  BW_TRY_ASSIGN(const EngineInfo info, read_engine_info(stop));
  state::EngineFacts facts;
  facts.kind = "docker";
  facts.version = version->version;
  facts.api_version = to_string(api);
  facts.engine_id = info.id;
  facts.data_root = info.data_root;
  facts.cpus = info.cpus;
  facts.memory = info.memory;
  facts.cgroup_version = info.cgroup_version;
  return facts;
}

Result<state::ObservedFleet> DockerEngine::observe_fleet(const Installation& installation,
                                                         std::stop_token stop) {
  const WallTime at = clock_.wall_now();
  BW_TRY_ASSIGN(const EngineInfo info, known_info(stop));
  BW_TRY_ASSIGN(state::ObservedFleet fleet, read_fleet(api_, images_, installation, stop));
  fleet.at = at;
  fleet.disk_free_percent = free_percent(info.data_root);
  fleet.limits_swap = info.limits_swap;
  fleet.host_cpus = whole_cpus(info.cpus);
  known_.replace_by(fleet.containers);
  return fleet;
}

Result<state::ObservedBox> DockerEngine::observe_box(const engine::BoxQuery& query,
                                                     std::stop_token stop) {
  const WallTime at = clock_.wall_now();
  BW_TRY_ASSIGN(const EngineInfo info, known_info(stop));
  BW_TRY_ASSIGN(state::ObservedBox box, read_box(api_, images_, query, stop));
  box.at = at;
  box.limits_swap = info.limits_swap;
  box.host_cpus = whole_cpus(info.cpus);
  for (const state::ObservedContainer& container : box.containers) {
    known_.learn(container.id, container.owner.box);
  }
  return box;
}

void DockerEngine::pass_on(engine::EngineEvent event,
                           const std::function<void(const engine::EngineEvent&)>& on_event) {
  if (event.of_hold) return on_event(event);
  if (event.box.empty() && !event.container.empty()) {
    event.box = known_.box_of(event.container);
    if (event.box.empty()) return;
    event.container = {};
  } else {
    known_.learn(event.container, event.box);
  }
  on_event(event);
}

Status DockerEngine::follow_events(const std::function<void()>& opened,
                                   const std::function<void(const engine::EngineEvent&)>& on_event,
                                   std::stop_token stop) {
  std::string problem;
  LineSplitter lines([&](std::string_view line) {
    auto event = read_event(std::string(line));
    if (!event) {
      problem = event.error().message;
      return false;
    }
    if (*event) pass_on(std::move(**event), on_event);
    return true;
  });
  // No label filter: it would drop every event of a network or volume.
  const std::string types = filters({{"type", {"container", "image", "network", "volume"}}});
  const StreamSink sink{.opened = opened,
                        .chunk = [&lines](std::string_view bytes) { return lines.feed(bytes); }};
  BW_TRY_ASSIGN(
      const HttpReply reply,
      api_.stream({.path = "/events?filters=" + url_escape(types), .body = {}}, sink, stop));
  if (reply.status != 200) {
    return tl::unexpected(reply_error("follow the engine's events", reply.status, reply.body));
  }
  if (lines.overlong()) problem = "an event is too long";
  if (!problem.empty()) return tl::unexpected(answer_error("follow the engine's events", problem));
  return {};
}

}  // namespace

Result<std::unique_ptr<engine::Engine>> connect_docker(const DockerOptions& options,
                                                       const Clock& clock) {
  if (!options.endpoint.starts_with(kUnixScheme) || options.endpoint.size() == kUnixScheme.size()) {
    return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                "cannot use the Docker endpoint '{}': only unix sockets are supported; write "
                "unix:///path/to/docker.sock",
                printable(options.endpoint));
  }
  const auto newest = parse_api_version(options.newest_api);
  if (!newest) {
    return fail(ErrorCode::Internal, RetryClass::Terminal, "'{}' is not an API version",
                options.newest_api);
  }
  return std::make_unique<DockerEngine>(options.endpoint.substr(kUnixScheme.size()), *newest,
                                        options.deadlines, clock);
}

std::string default_endpoint(const char* docker_host) {
  if (docker_host != nullptr && *docker_host != '\0') return docker_host;
  return "unix:///var/run/docker.sock";
}

}  // namespace boxwright::docker
