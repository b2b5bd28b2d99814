#include "controller/plan/wanted.h"

#include <algorithm>
#include <utility>

#include "controller/routing/traefik_labels.h"
#include "state/ownership.h"

namespace boxwright::plan {
namespace {

std::vector<state::Mount> mounts_of(const BoxName& box,
                                    const std::map<std::string, specs::VolumeSpec>& volumes) {
  std::vector<state::Mount> mounts;
  mounts.reserve(volumes.size());
  for (const auto& [key, volume] : volumes) {
    mounts.push_back({state::volume_name(box, key), volume.path});
  }
  std::ranges::sort(mounts, {}, &state::Mount::target);
  return mounts;
}

/// Puts the values that there are into the environment; false if one is missing.
bool add_secrets(const WantedInput& input, std::map<std::string, Secret>& env,
                 std::map<std::string, Secret>& used) {
  bool complete = true;
  for (const auto& [variable, ref] : input.spec->secrets) {
    const Secret* value = nullptr;
    if (input.secrets != nullptr) {
      const auto found = input.secrets->values.find(variable);
      if (found != input.secrets->values.end()) value = &found->second;
    }
    if (value == nullptr) {
      complete = false;
      env.erase(variable);  // a plain value of the same name must not stand in for it
      continue;
    }
    env.insert_or_assign(variable, *value);
    used.insert_or_assign(variable, *value);
  }
  return complete;
}

/// Everything but labels and environment.
state::ContainerConfig plain_config(const WantedInput& input) {
  const specs::BoxSpec& spec = *input.spec;
  state::ContainerConfig config;
  config.image = spec.image;
  config.command = spec.command;
  config.hostname = input.name.str();
  config.mounts = mounts_of(input.name, spec.volumes);
  config.healthcheck = engine_health_check(spec.healthcheck);
  config.stop_timeout = std::chrono::ceil<std::chrono::seconds>(spec.stop_grace_period);
  config.network = input.settings->network;
  config.publish = spec.publish;
  std::ranges::sort(config.publish);
  config.init = true;
  config.log_driver = kLogDriver;
  config.log_options = {{"max-size", kLogMaxSize}, {"max-file", kLogMaxFile}};
  config.limits = wanted_limits(spec.resources);
  config.restart = spec.restart;
  return config;
}

}  // namespace

Wanted wanted_container(const WantedInput& input) {
  Wanted wanted;
  wanted.config = plain_config(input);
  for (const auto& [name, value] : input.spec->env) {
    wanted.config.env.insert_or_assign(name, Secret(value));
  }
  std::map<std::string, Secret> used;
  wanted.secrets_missing = !add_secrets(input, wanted.config.env, used);

  wanted.config.labels = routing::traefik_labels(input.uid, input.spec->subdomain, *input.settings);
  wanted.spec_hash = spec_hash_v1(wanted.config, input.spec->secrets);
  if (!wanted.secrets_missing && input.mac_key != nullptr) {
    wanted.secret_mac = secret_mac_v1(*input.mac_key, used);
  }

  state::OwnerLabels owner;
  owner.installation = input.installation;
  owner.uid = input.uid;
  owner.box = input.name;
  owner.role = state::kRoleBox;
  owner.spec_hash = wanted.spec_hash;
  owner.renderer = kRendererVersion;
  owner.secret_mac = wanted.secret_mac;
  wanted.config.labels.merge(state::write_owner(owner));
  return wanted;
}

state::Limits wanted_limits(const specs::Resources& resources) {
  state::Limits limits;
  limits.cpus = resources.cpus;
  limits.memory = resources.memory;
  limits.memory_swap = Bytes{2 * resources.memory.count};
  limits.pids = resources.pids;
  return limits;
}

}  // namespace boxwright::plan
