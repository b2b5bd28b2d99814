// Creating, naming, limiting and removing containers.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "tests/support/docker_model.h"

namespace boxwright::test {

namespace {

constexpr Bytes kSmallestMemory{6 * kMiB};

tl::unexpected<Refusal> refuse(int status, std::string message) {
  return tl::unexpected(Refusal{status, std::move(message)});
}

tl::unexpected<Refusal> no_such_container(const std::string& who) {
  return refuse(404, "No such container: " + who);
}

std::optional<Refusal> check_limits(const state::Limits& limits, int cpus, bool update) {
  if (limits.memory.count != 0 && limits.memory < kSmallestMemory) {
    return Refusal{400, "Minimum memory limit allowed is 6MB"};
  }
  if (limits.memory.count == 0 && limits.memory_swap.count > 0 && !update) {
    return Refusal{400,
                   "You should always set the Memory limit when using Memoryswap limit, see usage"};
  }
  if (limits.memory_swap.count > 0 && limits.memory_swap < limits.memory) {
    return Refusal{400, "Minimum memoryswap limit should be larger than memory limit, see usage"};
  }
  if (limits.cpus.count < 0 || limits.cpus.count > NanoCpus{1'000'000'000}.count * cpus) {
    return Refusal{400,
                   fmt::format("Range of CPUs is from 0.01 to {}.00, as there are only {} CPUs "
                               "available",
                               cpus, cpus)};
  }
  return std::nullopt;
}

void merge_health(state::EngineHealthCheck& ours, const state::EngineHealthCheck& image) {
  if (ours.test.empty()) ours.test = image.test;
  if (ours.interval == Duration{0}) ours.interval = image.interval;
  if (ours.timeout == Duration{0}) ours.timeout = image.timeout;
  if (ours.start_period == Duration{0}) ours.start_period = image.start_period;
  if (ours.retries == 0) ours.retries = image.retries;
}

}  // namespace

Answer DockerModel::check_create(const CreateCall& call) const {
  if (const auto refused = check_limits(call.config.limits, cpus, false)) {
    return tl::unexpected(*refused);
  }
  if (find_image(call.config.image) == nullptr) {
    return refuse(404, "No such image: " + call.config.image);
  }
  if (const ModelContainer* holder = call.name.empty() ? nullptr : by_name(call.name)) {
    return refuse(409,
                  fmt::format("Conflict. The container name \"/{}\" is already in use by "
                              "container \"{}\". You have to remove (or rename) that container "
                              "to be able to reuse that name.",
                              call.name, holder->id.str()));
  }
  return 201;
}

void DockerModel::merge_image(ModelContainer& container, const ModelImage& image) const {
  state::ContainerConfig& config = container.config;
  const state::ImageConfig& base = image.content.config;
  for (const auto& [key, value] : base.env)
    config.env.try_emplace(key, Secret{value});
  for (const auto& [key, value] : base.labels)
    config.labels.try_emplace(key, value);
  if (config.command.empty()) config.command = base.command;
  config.entrypoint = base.entrypoint;
  merge_health(config.healthcheck, base.healthcheck);
  if (config.hostname.empty()) config.hostname = container.id.str().substr(0, 12);
  if (config.log_driver.empty()) config.log_driver = "json-file";
  if (config.network.empty()) config.network = "default";
  if (config.limits.memory.count > 0 && config.limits.memory_swap.count == 0) {
    config.limits.memory_swap = Bytes{2 * config.limits.memory.count};
  }
  // Null, zero and -1 all read back as "no limit".
  config.limits.pids = std::max<std::int64_t>(config.limits.pids, 0);
  std::ranges::sort(config.mounts,
                    [](const auto& a, const auto& b) { return a.target < b.target; });
  std::ranges::sort(config.publish);
}

ModelVolume& DockerModel::volume_for(const VolumeName& name,
                                     const std::map<std::string, std::string>& labels) {
  const auto [entry, is_new] = volumes_.try_emplace(name);
  if (is_new) entry->second = ModelVolume{name, labels, wall_at_now(), false, false, {}};
  // Engine 20.10 tells of a creation even where the volume was there already.
  emit_other("volume", "create", name.str());
  return entry->second;
}

void DockerModel::mount_first_time(ModelVolume& volume, const std::string& target,
                                   const ModelImage& image) {
  const auto directory = image.content.directories.find(target);
  if (directory == image.content.directories.end() || !volume.directory.files.empty()) return;
  volume.directory = directory->second;
}

void DockerModel::make_mounts(ModelContainer& container, const CreateCall& call,
                              const ModelImage& image) {
  for (const state::Mount& mount : container.config.mounts) {
    ModelVolume& volume = volume_for(mount.volume, call.volume_labels);
    if (!call.no_copy.contains(mount.volume)) mount_first_time(volume, mount.target, image);
  }
  for (const std::string& path : image.content.config.volumes) {
    const bool covered = std::ranges::any_of(
        container.config.mounts, [&path](const auto& mount) { return mount.target == path; });
    if (covered) continue;
    ModelVolume& volume = volume_for(VolumeName{new_id("volume")}, {});
    volume.anonymous = true;
    mount_first_time(volume, path, image);
    container.anonymous_volumes.push_back(volume.name);
  }
}

tl::expected<Created, Refusal> DockerModel::create(const CreateCall& call) {
  if (const Answer checked = check_create(call); !checked) return tl::unexpected(checked.error());
  const ModelImage& image = *find_image(call.config.image);
  ModelContainer container;
  container.id = ContainerId{new_id("container")};
  container.name = call.name.empty() ? "unnamed_" + container.id.str().substr(0, 8) : call.name;
  container.config = call.config;
  container.image_id = image.id;
  container.behaviour = image.content.behaviour;
  container.created_at = wall_at_now();
  merge_image(container, image);
  // Whether the network exists is not asked before the start.
  const std::string& network = container.config.network;
  container.attachments.push_back({network == "default" ? "bridge" : network, NetworkId{}, false});
  make_mounts(container, call, image);
  const ContainerId id = container.id;
  emit(containers_.emplace(id, std::move(container)).first->second, "create");
  return Created{id, {}};
}

Answer DockerModel::rename(const std::string& who, const std::string& to) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  if (container->name == to) {
    return refuse(400, "Renaming a container with the same name as its current name");
  }
  if (const ModelContainer* holder = by_name(to)) {
    return refuse(409,
                  fmt::format("Conflict. The container name \"/{}\" is already in use by "
                              "container \"{}\". You have to remove (or rename) that container "
                              "to be able to reuse that name.",
                              to, holder->id.str()));
  }
  const std::string before = std::exchange(container->name, to);
  emit(*container, "rename");
  events_.back().old_name = before;
  return 204;
}

Answer DockerModel::update(const std::string& who, const std::optional<state::Limits>& limits,
                           const std::optional<specs::RestartPolicy>& restart) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  if (limits) {
    if (const auto refused = check_limits(*limits, cpus, true)) return tl::unexpected(*refused);
    state::Limits& held = container->config.limits;
    if (limits->memory_swap.count == 0 && limits->memory > held.memory_swap) {
      return refuse(409,
                    "Memory limit should be smaller than already set memoryswap limit, update "
                    "the memoryswap at the same time");
    }
    const bool too_little = container->has_process() && limits->memory.count != 0 &&
                            limits->memory < container->behaviour.memory;
    if (too_little && cgroup_version == 1) {
      return refuse(500, "Cannot update container " + container->id.str() +
                             ": runc did not terminate successfully: unable to set memory limit: "
                             "device or resource busy");
    }
    // Zero leaves a limit as it is: none can be taken away (trap 0.9).
    if (limits->cpus.count != 0) held.cpus = limits->cpus;
    if (limits->memory.count != 0) held.memory = limits->memory;
    if (limits->memory_swap.count != 0) held.memory_swap = limits->memory_swap;
    if (limits->pids != 0) held.pids = std::max<std::int64_t>(limits->pids, 0);
    if (too_little) process_ends(*container, 137, true);
  }
  if (restart) container->config.restart = *restart;
  emit(*container, "update");
  return 200;
}

Answer DockerModel::remove(const std::string& who, bool force, bool volumes) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  const std::string& id = container->id.str();
  if (container->state == state::ContainerState::Removing) {
    return refuse(409, "removal of container " + id + " is already in progress");
  }
  if (container->state == state::ContainerState::Paused && !force) {
    return refuse(409, "You cannot remove a paused container " + id +
                           ". Unpause and then stop the container before attempting removal or "
                           "force remove");
  }
  const bool active =
      container->has_process() || container->state == state::ContainerState::Restarting;
  if (active && !force) {
    return refuse(409, "You cannot remove a running container " + id +
                           ". Stop the container before attempting removal or force remove");
  }
  if (active) ends_by_person(*container, 137);
  erase(container->id, volumes);
  return 204;
}

void DockerModel::erase(const ContainerId& id, bool volumes) {
  const auto found = containers_.find(id);
  if (found == containers_.end()) return;
  const ModelContainer gone = found->second;
  containers_.erase(found);
  if (volumes) {
    for (const VolumeName& name : gone.anonymous_volumes) {
      if (users_of(name).empty()) volumes_.erase(name);
    }
  }
  emit(gone, "destroy");
}

void DockerModel::make_dead(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return;
  if (container->has_process()) ends_by_person(*container, 137);
  container->state = state::ContainerState::Dead;
  container->name.clear();
}

void DockerModel::begin_removal(const std::string& who, Duration takes) {
  ModelContainer* container = get(who);
  if (container == nullptr) return;
  if (container->has_process()) ends_by_person(*container, 137);
  container->state = state::ContainerState::Removing;
  after(takes, Timer::Kind::Removed, *container);
}

void DockerModel::set_behaviour(const std::string& who, const Behaviour& behaviour) {
  if (ModelContainer* container = get(who)) container->behaviour = behaviour;
}

std::vector<std::string> DockerModel::prune_containers() {
  std::vector<ContainerId> ids;
  std::vector<std::string> names;
  for (const auto& [id, container] : containers_) {
    const bool active =
        container.has_process() || container.state == state::ContainerState::Restarting;
    if (active || container.state == state::ContainerState::Removing) continue;
    ids.push_back(id);
    names.push_back(container.name);
  }
  for (const ContainerId& id : ids)
    erase(id, false);
  return names;
}

}  // namespace boxwright::test
