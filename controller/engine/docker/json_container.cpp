// A container's inspect, by the table of docker-api notes 2.1.

#include <algorithm>
#include <charconv>
#include <utility>

#include "controller/engine/docker/json_access.h"
#include "controller/engine/docker/json_parts.h"
#include "controller/engine/docker/json_read.h"
#include "state/ownership.h"

namespace boxwright::docker {

namespace {

using state::ContainerState;
using state::ObservedContainer;

constexpr std::size_t kAnonymousVolumeName = 64;
/// The kernel's period where the engine shows none.
constexpr std::int64_t kCpuPeriod = 100'000;
constexpr std::int64_t kNanoPerCpu = 1'000'000'000;

std::string without_slash(const std::string& name) {
  return name.starts_with('/') ? name.substr(1) : name;
}

bool is_anonymous(const std::string& volume) {
  return volume.size() == kAnonymousVolumeName &&
         volume.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::optional<WallTime> moment(const Fields& fields, const char* key) {
  const WallTime time = fields.time(key);
  return time < WallTime{} ? std::nullopt : std::optional(time);
}

ContainerState read_state_name(const Fields& state, const char* key) {
  static const std::map<std::string, ContainerState> kNames = {
      {"created", ContainerState::Created},   {"running", ContainerState::Running},
      {"paused", ContainerState::Paused},     {"restarting", ContainerState::Restarting},
      {"removing", ContainerState::Removing}, {"exited", ContainerState::Exited},
      {"dead", ContainerState::Dead},
  };
  const auto found = kNames.find(state.text(key));
  if (found == kNames.end()) {
    state.complain(key, "a known state");
    return ContainerState::Dead;
  }
  return found->second;
}

state::Health read_health(const Fields& state) {
  const Fields health = state.inner("Health");
  const std::string status = health.text("Status");
  if (status.empty() || status == "none") return state::Health::None;
  if (status == "starting") return state::Health::Starting;
  if (status == "healthy") return state::Health::Healthy;
  if (status != "unhealthy") state.complain("Health.Status", "a known health");
  // Whenever the engine ends its own checking (pause) it says unhealthy, and goes on saying so
  // after the unpause until the next interval: without a check that failed, nothing is known yet.
  if (health.integer("FailingStreak") == 0) return state::Health::Starting;
  return state::Health::Unhealthy;
}

void read_state(const Fields& document, ObservedContainer& out) {
  const Fields state = document.inner("State");
  out.state = read_state_name(state, "Status");
  if (out.is_alive()) out.health = read_health(state);
  out.started_at = moment(state, "StartedAt");
  out.finished_at = moment(state, "FinishedAt");
  out.exit_code = static_cast<int>(state.integer("ExitCode"));
  out.oom_killed = state.flag("OOMKilled");
  out.engine_error = state.text("Error");
}

state::Limits read_limits(const Fields& host) {
  state::Limits limits;
  limits.cpus.count = host.integer("NanoCpus");
  const std::int64_t quota = host.integer("CpuQuota");
  const std::int64_t period = host.integer("CpuPeriod");
  if (limits.cpus.count == 0 && quota > 0 && quota < INT64_MAX / kNanoPerCpu) {
    limits.cpus.count = quota * kNanoPerCpu / (period > 0 ? period : kCpuPeriod);
  }
  limits.memory.count = host.integer("Memory");
  limits.memory_swap.count = host.integer("MemorySwap");
  // Null, 0 and -1 all mean "no limit".
  limits.pids = std::max<std::int64_t>(host.integer("PidsLimit"), 0);
  return limits;
}

specs::RestartPolicy read_restart(const Fields& host) {
  const Fields policy = host.inner("RestartPolicy");
  const std::string name = policy.text("Name");
  if (name.empty() || name == "no") return specs::RestartPolicy::No;
  if (name == "always") return specs::RestartPolicy::Always;
  if (name == "unless-stopped") return specs::RestartPolicy::UnlessStopped;
  if (name != "on-failure") policy.complain("Name", "a known restart policy");
  return specs::RestartPolicy::OnFailure;
}

std::vector<state::Mount> read_mounts(const Fields& document) {
  std::vector<state::Mount> mounts;
  for (const Fields& item : document.items("Mounts")) {
    const bool volume = item.text("Type") == "volume";
    std::string name = item.text(volume ? "Name" : "Source");
    if (volume && is_anonymous(name)) continue;
    if (item.has("RW") && !item.flag("RW")) name += ":ro";
    mounts.push_back({VolumeName{name}, item.text("Destination")});
  }
  std::sort(mounts.begin(), mounts.end(), [](const auto& a, const auto& b) {
    return std::tie(a.target, a.volume) < std::tie(b.target, b.volume);
  });
  return mounts;
}

std::uint16_t read_port(const Fields& fields, const char* key, std::string_view text) {
  std::uint16_t port = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, port);
  if (!text.empty() && (parsed.ec != std::errc{} || parsed.ptr != end))
    fields.complain(key, "a port");
  return port;
}

std::vector<specs::PublishedPort> read_publish(const Fields& host) {
  std::vector<specs::PublishedPort> ports;
  const Fields bindings = host.inner("PortBindings");
  for (const std::string& key : host.keys("PortBindings")) {
    const std::size_t slash = std::min(key.find('/'), key.size());
    const std::uint16_t inner =
        read_port(host, "PortBindings", std::string_view(key).substr(0, slash));
    const std::string protocol = slash < key.size() ? key.substr(slash + 1) : "tcp";
    for (const Fields& binding : bindings.items(key.c_str())) {
      ports.push_back({binding.text("HostIp"),
                       read_port(binding, "HostPort", binding.text("HostPort")), inner, protocol});
    }
  }
  std::sort(ports.begin(), ports.end());
  return ports;
}

std::vector<state::Attachment> read_attachments(const Fields& document) {
  std::vector<state::Attachment> attachments;
  for (const auto& [name, endpoint] : document.inner("NetworkSettings").members("Networks")) {
    attachments.push_back(
        {name, NetworkId{endpoint.text("NetworkID")},
         !endpoint.text("IPAddress").empty() || !endpoint.text("GlobalIPv6Address").empty()});
  }
  return attachments;  // The JSON library's objects are sorted by key.
}

state::ContainerConfig read_config(const Fields& document) {
  const Fields config = document.inner("Config");
  const Fields host = document.inner("HostConfig");
  state::ContainerConfig out;
  out.image = config.text("Image");
  out.entrypoint = config.texts("Entrypoint");
  out.command = config.texts("Cmd");
  for (const auto& [name, value] : read_env(config))
    out.env[name] = Secret{value};
  out.labels = config.text_map("Labels");
  out.hostname = config.text("Hostname");
  out.mounts = read_mounts(document);
  out.healthcheck = read_healthcheck(config);
  out.stop_timeout =
      std::chrono::seconds{std::clamp<std::int64_t>(config.integer("StopTimeout"), -1, 1 << 30)};
  out.network = host.text("NetworkMode");
  if (out.network.empty() || out.network == "default") out.network = "bridge";
  out.publish = read_publish(host);
  out.init = host.flag("Init");
  const Fields log = host.inner("LogConfig");
  out.log_driver = log.text("Type");
  out.log_options = log.text_map("Config");
  out.limits = read_limits(host);
  out.restart = read_restart(host);
  return out;
}

}  // namespace

Result<std::vector<ListedContainer>> read_container_list(const std::string& text) {
  return read_items<ListedContainer>(text, [](const Fields& item) {
    ListedContainer out;
    out.id = ContainerId{item.text("Id")};
    // Links add further names with a second slash.
    for (const std::string& name : item.texts("Names")) {
      if (name.find('/', 1) == std::string::npos) out.name = without_slash(name);
    }
    out.image = item.text("Image");
    out.owner = state::read_owner(item.text_map("Labels"));
    if (out.id.empty()) item.complain("Id", "present");
    if (out.owner.role != state::kRoleHold) return out;
    out.image_id = ImageId{item.text("ImageID")};
    out.state = read_state_name(item, "State");
    for (const Fields& mount : item.items("Mounts")) {
      if (mount.text("Type") == "volume") out.volumes.insert(VolumeName{mount.text("Name")});
    }
    return out;
  });
}

Result<ListedContainer> read_container_line(const std::string& text) {
  return read_document<ListedContainer>(text, [](const Fields& document) {
    const Fields config = document.inner("Config");
    ListedContainer out;
    out.id = ContainerId{document.text("Id")};
    out.name = without_slash(document.text("Name"));
    out.image = config.text("Image");
    out.owner = state::read_owner(config.text_map("Labels"));
    if (out.id.empty()) document.complain("Id", "present");
    return out;
  });
}

Result<state::ObservedContainer> read_container(const std::string& text) {
  return read_document<ObservedContainer>(text, [](const Fields& document) {
    ObservedContainer out;
    out.id = ContainerId{document.text("Id")};
    if (out.id.empty()) document.complain("Id", "present");
    out.name = without_slash(document.text("Name"));
    out.created_at = document.time("Created");
    out.restart_count = static_cast<int>(document.integer("RestartCount"));
    out.image_id = ImageId{document.text("Image")};
    read_state(document, out);
    out.attachments = read_attachments(document);
    out.config = read_config(document);
    out.owner = state::read_owner(out.config.labels);
    return out;
  });
}

Result<bool> read_tty(const std::string& inspect) {
  return read_document<bool>(
      inspect, [](const Fields& document) { return document.inner("Config").flag("Tty"); });
}

}  // namespace boxwright::docker
