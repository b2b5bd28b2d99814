#include "controller/plan/hash.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "controller/plan/record_text.h"
#include "controller/plan/wanted.h"
#include "controller/routing/traefik_labels.h"

namespace boxwright::plan {
namespace {

void add_environment(RecordText& out, const state::ContainerConfig& config,
                     const std::map<std::string, specs::SecretRef>& secrets) {
  for (const auto& [name, value] : config.env) {
    if (!secrets.contains(name)) out.add("env", {name, value.reveal()});
  }
}

void add_health(RecordText& out, const state::EngineHealthCheck& check) {
  out.add_list("health", check.test);
  out.add_number("health.interval", check.interval.count());
  out.add_number("health.retries", check.retries);
  out.add_number("health.startPeriod", check.start_period.count());
  out.add_number("health.timeout", check.timeout.count());
}

void add_mounts(RecordText& out, std::vector<state::Mount> mounts) {
  std::ranges::sort(mounts, {}, [](const state::Mount& m) { return std::tie(m.target, m.volume); });
  for (const state::Mount& mount : mounts)
    out.add("mount", {mount.volume.str(), mount.target});
}

void add_ports(RecordText& out, std::vector<specs::PublishedPort> ports) {
  std::ranges::sort(ports);
  for (const specs::PublishedPort& port : ports) {
    out.add("publish", {port.host_ip, std::to_string(port.host_port),
                        std::to_string(port.container_port), port.protocol});
  }
}

}  // namespace

std::string hash_text_v1(const state::ContainerConfig& config,
                         const std::map<std::string, specs::SecretRef>& secrets) {
  RecordText out("boxwright container v1");
  add_environment(out, config, secrets);
  add_health(out, config.healthcheck);
  out.add_text("hostname", config.hostname);
  out.add_text("image", config.image);
  if (config.init) out.add("init", {"true"});
  out.add_list("command", config.command);
  for (const auto& [key, value] : config.labels) {
    if (routing::is_traefik_label(key)) out.add("label", {key, value});
  }
  out.add_text("log", config.log_driver);
  for (const auto& [name, value] : config.log_options)
    out.add("log.option", {name, value});
  add_mounts(out, config.mounts);
  out.add_text("network", config.network);
  add_ports(out, config.publish);
  for (const auto& [name, ref] : secrets)
    out.add("secret", {name});
  out.add_number("stopTimeout", config.stop_timeout.count());
  return std::move(out).take();
}

std::string spec_hash_v1(const state::ContainerConfig& config,
                         const std::map<std::string, specs::SecretRef>& secrets) {
  return "v1:" + sha256_hex(hash_text_v1(config, secrets));
}

std::string secret_mac_v1(const MacKey& key, const std::map<std::string, Secret>& values) {
  if (values.empty()) return {};
  RecordText out("boxwright secrets v1");
  for (const auto& [name, value] : values)
    out.add("secret", {name, value.reveal()});
  // A Secret from here on, so that the values do not stay behind in freed memory.
  const Secret text(std::move(out).take());
  return "v1:" + key.id + ":" + hmac_sha256_hex(key, text.reveal());
}

}  // namespace boxwright::plan
