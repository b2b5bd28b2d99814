#include "controller/engine/docker/json_write.h"

#include <nlohmann/json.hpp>

#include "controller/engine/hold/hold_image.h"

namespace boxwright::docker {

namespace {

using nlohmann::json;

/// How often the engine itself looks during the start period, where it can be told (API 1.44).
constexpr std::chrono::seconds kStartInterval{1};

/// Bytes that are no UTF-8 become U+FFFD: an exception would be the alternative.
Secret body(const json& document) {
  return Secret{document.dump(-1, ' ', false, json::error_handler_t::replace)};
}

std::int64_t nanoseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

json healthcheck(const state::EngineHealthCheck& check, ApiVersion version) {
  json out = {{"Test", check.test},
              {"Interval", nanoseconds(check.interval)},
              {"Timeout", nanoseconds(check.timeout)},
              {"StartPeriod", nanoseconds(check.start_period)},
              {"Retries", check.retries}};
  // Only meaningful inside a start period.
  if (version >= kStartIntervalApi && check.start_period.count() > 0) {
    out["StartInterval"] = nanoseconds(kStartInterval);
  }
  return out;
}

void put_limits(const state::Limits& limits, json& out) {
  out["NanoCpus"] = limits.cpus.count;
  out["Memory"] = limits.memory.count;
  out["MemorySwap"] = limits.memory_swap.count;
  out["PidsLimit"] = limits.pids;
}

json restart_policy(specs::RestartPolicy policy) {
  return {{"Name", std::string(specs::to_string(policy))}, {"MaximumRetryCount", 0}};
}

json mounts(const engine::CreateContainer& step) {
  json out = json::array();
  for (const state::Mount& mount : step.config.mounts) {
    out.push_back({{"Type", "volume"},
                   {"Source", mount.volume.str()},
                   {"Target", mount.target},
                   {"VolumeOptions", {{"NoCopy", step.no_copy.contains(mount.volume)}}}});
  }
  return out;
}

json host_config(const engine::CreateContainer& step) {
  const state::ContainerConfig& config = step.config;
  json bindings = json::object();
  for (const specs::PublishedPort& port : config.publish) {
    bindings[fmt::format("{}/{}", port.container_port, port.protocol)].push_back(
        {{"HostIp", port.host_ip}, {"HostPort", std::to_string(port.host_port)}});
  }
  json out = {{"Mounts", mounts(step)},
              {"NetworkMode", config.network},
              {"PortBindings", bindings},
              {"RestartPolicy", restart_policy(config.restart)},
              {"LogConfig", {{"Type", config.log_driver}, {"Config", config.log_options}}},
              {"Init", config.init}};
  put_limits(config.limits, out);
  return out;
}

}  // namespace

Secret create_body(const engine::CreateContainer& step, ApiVersion version) {
  const state::ContainerConfig& config = step.config;
  json out = {{"Image", config.image},
              {"Hostname", config.hostname},
              {"Labels", config.labels},
              {"StopTimeout", std::chrono::ceil<std::chrono::seconds>(config.stop_timeout).count()},
              {"HostConfig", host_config(step)}};
  json env = json::array();
  for (const auto& [name, value] : config.env)
    env.push_back(name + "=" + value.reveal());
  out["Env"] = std::move(env);
  if (!config.command.empty()) out["Cmd"] = config.command;
  if (!config.healthcheck.test.empty())
    out["Healthcheck"] = healthcheck(config.healthcheck, version);
  for (const specs::PublishedPort& port : config.publish) {
    out["ExposedPorts"][fmt::format("{}/{}", port.container_port, port.protocol)] = json::object();
  }
  // Keyed by name: a network that was made again is found by it, and from API 1.44 on a container
  // is attached to the map's networks only.
  if (!config.network.empty()) {
    out["NetworkingConfig"]["EndpointsConfig"][config.network] = json::object();
  }
  return body(out);
}

Secret hold_body(const engine::CreateHold& step) {
  // The engine's smallest is 6 MiB, but its helper that starts the program reads all mounts in it.
  constexpr std::int64_t kLeastMemory = 32 * kMiB;
  constexpr std::int64_t kMemoryForMount = 64 * kKiB;
  const std::int64_t memory =
      kLeastMemory + kMemoryForMount * static_cast<std::int64_t>(step.volumes.size());
  json mounts = json::array();
  for (const VolumeName& volume : step.volumes) {
    mounts.push_back({{"Type", "volume"},
                      {"Source", volume.str()},
                      {"Target", "/volumes/" + volume.str()},
                      {"ReadOnly", true},
                      {"VolumeOptions", {{"NoCopy", true}, {"Labels", step.stray}}}});
  }
  json host = {{"Mounts", std::move(mounts)},
               {"NetworkMode", "none"},
               {"ReadonlyRootfs", true},
               {"CapDrop", {"ALL"}},
               {"SecurityOpt", {"no-new-privileges:true"}},
               {"RestartPolicy", restart_policy(specs::RestartPolicy::UnlessStopped)},
               {"LogConfig", {{"Type", "none"}}},
               {"Memory", memory},
               {"MemorySwap", memory},
               {"PidsLimit", 64},
               {"Init", false}};
  return body({{"Image", step.image},
               {"Entrypoint", {engine::kHoldProgramPath}},
               {"User", "65534:65534"},
               {"Labels", step.labels},
               {"HostConfig", std::move(host)}});
}

Secret update_body(const engine::UpdateContainer& step) {
  json out = json::object();
  if (step.limits) put_limits(*step.limits, out);
  if (step.restart) out["RestartPolicy"] = restart_policy(*step.restart);
  return body(out);
}

Secret commit_body(const engine::CommitImage& step) {
  json env = json::array();
  for (const std::string& name : step.blank)
    env.push_back(name + "=");
  return body({{"Labels", step.labels}, {"Env", std::move(env)}});
}

Secret volume_body(const engine::CreateVolume& step) {
  return body({{"Name", step.name.str()}, {"Driver", "local"}, {"Labels", step.labels}});
}

Secret network_body(const engine::CreateNetwork& step) {
  return body({{"Name", step.name},
               {"Driver", "bridge"},
               {"Attachable", true},
               {"CheckDuplicate", true},
               {"Labels", step.labels}});
}

Secret connect_body(const ContainerId& container) {
  return body({{"Container", container.str()}, {"EndpointConfig", json::object()}});
}

Secret disconnect_body(const ContainerId& container) {
  // Force also clears an endpoint that a crash of the engine left behind.
  return body({{"Container", container.str()}, {"Force", true}});
}

Secret exec_body(const std::vector<std::string>& argv) {
  return body({{"Cmd", argv}, {"AttachStdout", true}, {"AttachStderr", true}, {"Tty", false}});
}

std::string filters(const std::map<std::string, std::vector<std::string>>& values) {
  return json(values).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace boxwright::docker
