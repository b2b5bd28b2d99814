#include "tests/support/model_view.h"

#include <algorithm>
#include <array>

#include "state/ownership.h"

namespace boxwright::test {

namespace {

state::ObservedVolume view_volume(const ModelVolume& volume) {
  // The engine takes CreatedAt from the directory; without one it writes the zero time.
  return {volume.name, state::read_owner(volume.labels), volume.directory_missing,
          volume.directory_missing ? WallTime{} : volume.created_at};
}

std::vector<state::ObservedNetwork> view_networks(const DockerModel& model) {
  std::vector<state::ObservedNetwork> networks;
  for (const auto& [id, network] : model.networks()) {
    networks.push_back({id, network.name, state::read_owner(network.labels)});
  }
  return networks;
}

constexpr std::string_view kNamePrefix = "box-";

/// `box-ada.next` -> `ada`; empty: no name of a box.
BoxName box_of_container(std::string_view name) {
  if (!name.starts_with(kNamePrefix)) return {};
  name.remove_prefix(kNamePrefix.size());
  return BoxName{std::string(name.substr(0, name.find('.')))};
}

/// `box-ada-workspace` -> `ada`; empty: no name of a box's volume.
BoxName box_of_volume(std::string_view name) {
  const std::size_t hyphen = name.rfind('-');
  if (!name.starts_with(kNamePrefix) || hyphen < kNamePrefix.size()) return {};
  return BoxName{std::string(name.substr(kNamePrefix.size(), hyphen - kNamePrefix.size()))};
}

}  // namespace

state::ObservedContainer view_container(const ModelContainer& container) {
  state::ObservedContainer seen;
  seen.id = container.id;
  seen.name = container.name;
  seen.owner = state::read_owner(container.config.labels);
  seen.state = container.state;
  // What is told of a stopped container's health is stale, so nobody is to see it.
  if (seen.is_alive()) seen.health = container.health;
  seen.started_at = container.started_at;
  seen.finished_at = container.finished_at;
  seen.created_at = container.created_at;
  seen.exit_code = container.exit_code;
  seen.oom_killed = container.oom_killed;
  seen.restart_count = container.restart_count;
  seen.engine_error = container.error;
  seen.image_id = container.image_id;
  seen.attachments = container.attachments;
  seen.config = container.config;
  return seen;
}

namespace {

/// An image committed of a container carries its attempt on to what is made from it.
bool is_copy(const DockerModel& model, const ModelContainer& container) {
  const ModelImage* image = model.find_image(container.image_id.str());
  if (image == nullptr) return false;
  const auto inherited = state::read_owner(image->content.config.labels).attempt;
  return !inherited.empty() && inherited == state::read_owner(container.config.labels).attempt;
}

bool is_hold(const ModelContainer& container, const Installation& installation) {
  const auto owner = state::read_owner(container.config.labels);
  return owner.installation == installation && owner.role == state::kRoleHold;
}

state::ObservedHolds list_holds(const DockerModel& model, const Installation& installation) {
  state::ObservedHolds holds;
  for (const auto& [id, container] : model.containers()) {
    if (is_hold(container, installation) && !is_copy(model, container)) {
      state::ObservedHold hold{id, container.name, container.state, {}};
      for (const auto& mount : container.config.mounts)
        hold.volumes.insert(mount.volume);
      holds.containers.push_back(std::move(hold));
    } else if (container.name.starts_with(state::kHoldPrefix)) {
      holds.taken_names.insert(container.name);
    }
  }
  return holds;
}

std::vector<state::ObservedVolume> volumes_of(const DockerModel& model,
                                              const Installation& installation) {
  std::vector<state::ObservedVolume> volumes;
  for (const auto& [name, volume] : model.volumes()) {
    if (state::read_owner(volume.labels).installation == installation) {
      volumes.push_back(view_volume(volume));
    }
  }
  return volumes;
}

}  // namespace

state::HoldView view_holds(const DockerModel& model, const engine::HoldQuery& query) {
  return {list_holds(model, query.installation), volumes_of(model, query.installation),
          model.find_image(query.image) != nullptr};
}

state::ObservedFleet view_fleet(const DockerModel& model, const Installation& installation,
                                WallTime at) {
  state::ObservedFleet fleet;
  fleet.at = at;
  fleet.holds = list_holds(model, installation);
  for (const auto& [id, container] : model.containers()) {
    if (is_hold(container, installation)) continue;
    if (state::read_owner(container.config.labels).installation == installation) {
      fleet.containers.push_back(view_container(container));
      if (const ModelImage* image = model.find_image(container.image_id.str())) {
        fleet.images_by_id[image->id] = image->content.config;
      }
      if (const ModelImage* image = model.find_image(container.config.image)) {
        fleet.images_by_reference[container.config.image] = image->content.config;
      }
    } else if (container.name.starts_with("box-")) {
      fleet.foreign.push_back({id, container.name, container.config.image});
    }
  }
  fleet.volumes = volumes_of(model, installation);
  fleet.networks = view_networks(model);
  fleet.disk_free_percent = model.disk_free_percent;
  fleet.limits_swap = true;
  fleet.host_cpus = NanoCpus{model.cpus * std::int64_t{1'000'000'000}};
  return fleet;
}

state::ObservedBox view_box(const DockerModel& model, const engine::BoxQuery& query, WallTime at) {
  state::ObservedBox box;
  box.at = at;
  box.limits_swap = true;
  box.host_cpus = NanoCpus{model.cpus * std::int64_t{1'000'000'000}};
  const std::array<std::string, 3> names = {state::container_name(query.name),
                                            state::candidate_name(query.name),
                                            state::previous_name(query.name)};
  const auto is_ours = [&query](const state::OwnerLabels& owner) {
    return owner.installation == query.installation && !query.uid.empty() && owner.uid == query.uid;
  };
  for (const auto& [id, container] : model.containers()) {
    if (is_ours(state::read_owner(container.config.labels))) {
      box.containers.push_back(view_container(container));
      const ModelImage* image = model.find_image(container.image_id.str());
      if (image != nullptr) box.container_images[image->id] = image->content.config;
    } else if (std::ranges::find(names, container.name) != names.end()) {
      box.name_holders.push_back({id, container.name, container.config.image});
    }
  }
  for (const auto& [name, volume] : model.volumes()) {
    const auto owner = state::read_owner(volume.labels);
    const bool is_stray =
        owner.installation == query.installation && owner.role == state::kRoleStray;
    if (is_ours(owner) || (query.volume_names.contains(name) && !is_stray)) {
      box.volumes.push_back(view_volume(volume));
    }
  }
  box.networks = view_networks(model);
  if (const ModelImage* image = model.find_image(query.image)) {
    box.wanted_image = image->content.config;
  }
  return box;
}

std::optional<engine::EngineEvent> view_event(const DockerModel& model, const ModelEvent& event) {
  engine::EngineEvent told{{}, {}, event.action, event.at, false};
  if (event.type == "container") {
    told.container = ContainerId{event.id};
    if (state::read_owner(event.labels).role == state::kRoleHold) {
      told.of_hold = true;
      const bool matters =
          event.action == "die" || event.action == "destroy" || event.action == "rename";
      return matters ? std::optional(told) : std::nullopt;
    }
    told.box = state::read_owner(event.labels).box;
    if (told.box.empty()) told.box = box_of_container(event.name);
    if (told.box.empty()) told.box = box_of_container(event.old_name);
  } else if (event.type == "volume") {
    told.box = box_of_volume(event.id);
  } else if (!event.container.empty()) {
    const ModelContainer* container = model.find(event.container);
    if (container != nullptr) told.box = state::read_owner(container->config.labels).box;
  } else {
    return told;
  }
  if (told.box.empty()) return std::nullopt;
  return told;
}

Error view_refusal(const Refusal& refusal, std::string_view doing) {
  ErrorCode code = ErrorCode::Refused;
  RetryClass retry = RetryClass::Transient;
  if (refusal.status == 404) {
    code = ErrorCode::NotFound;
    retry = RetryClass::Conflict;
  } else if (refusal.status == 409) {
    code = ErrorCode::Conflict;
    retry = RetryClass::Conflict;
  } else if (refusal.status == 400 || refusal.status == 403) {
    retry = RetryClass::Terminal;
  }
  return with_context(Error{code, retry, refusal.message}, doing);
}

}  // namespace boxwright::test
