#include "tests/simulation/truth.h"

#include <fmt/core.h>

#include <algorithm>

#include "state/ownership.h"

namespace boxwright::test {

const DockerModel& truth_of(World& world) {
  return *world.engine.docker().operator->();
}

bool is_marked(const std::map<std::string, std::string>& labels) {
  const auto found = labels.find(state::kLabelInstallation);
  return found != labels.end() && found->second == kTestInstallation;
}

BoxName box_of(const std::map<std::string, std::string>& labels) {
  const auto found = labels.find(state::kLabelBox);
  return found == labels.end() ? BoxName{} : BoxName{found->second};
}

BoxUid uid_of(const std::map<std::string, std::string>& labels) {
  const auto found = labels.find(state::kLabelUid);
  return found == labels.end() ? BoxUid{} : BoxUid{found->second};
}

bool is_ours(const ModelContainer& container, const Ledger& ledger) {
  return is_marked(container.config.labels) && !ledger.foreign.contains(container.id);
}

bool is_hold(const ModelContainer& container, const Ledger& ledger) {
  return is_ours(container, ledger) &&
         state::read_owner(container.config.labels).role == state::kRoleHold;
}

std::set<VolumeName> held_volumes(World& world, const Ledger& ledger) {
  std::set<VolumeName> held;
  for (const auto& [id, container] : truth_of(world).containers()) {
    const bool runs =
        container.has_process() || container.state == state::ContainerState::Restarting;
    if (!runs || !is_hold(container, ledger)) continue;
    for (const auto& mount : container.config.mounts)
      held.insert(mount.volume);
  }
  return held;
}

std::string unheld_volume(World& world, const Ledger& ledger) {
  const auto held = held_volumes(world, ledger);
  for (const auto& [name, volume] : truth_of(world).volumes()) {
    const bool counts =
        is_marked(volume.labels) && !uid_of(volume.labels).empty() && !volume.directory_missing;
    if (counts && !held.contains(name)) return name.str();
  }
  return {};
}

std::vector<const ModelContainer*> containers_of(World& world, const Ledger& ledger,
                                                 const BoxName& box) {
  std::vector<const ModelContainer*> list;
  for (const auto& [id, container] : truth_of(world).containers()) {
    if (is_ours(container, ledger) && box_of(container.config.labels) == box) {
      list.push_back(&container);
    }
  }
  return list;
}

bool does_answer(const DockerModel& model, const ModelContainer& container) {
  if (container.state != state::ContainerState::Running) return false;
  const auto& test = container.config.healthcheck.test;
  if (test.empty() || test.front() == "NONE") return true;
  return container.health == state::Health::Healthy || model.answers(container);
}

std::string differs_in_making(const ModelContainer& container, const specs::BoxDeclaration& box) {
  const auto& spec = box.spec;
  const auto& config = container.config;
  if (config.image != spec.image) {
    return fmt::format("image {} instead of {}", config.image, spec.image);
  }
  for (const auto& [key, value] : spec.env) {
    const auto found = config.env.find(key);
    if (found == config.env.end() || found->second != Secret{value}) return "env " + key;
  }
  if (!spec.env.contains("EDITOR") && config.env.contains("EDITOR")) return "env EDITOR is left";
  if (!spec.secrets.contains("TOKEN") && config.env.contains("TOKEN")) {
    return "secret TOKEN is left";
  }
  for (const auto& [key, secret] : spec.secrets) {
    if (!config.env.contains(key)) return "secret " + key;
  }
  const bool wants_none = std::holds_alternative<specs::NoCheck>(spec.healthcheck.check);
  const auto& test = config.healthcheck.test;
  if (wants_none != (test.empty() || test.front() == "NONE")) return "health check";
  if (config.stop_timeout != spec.stop_grace_period) return "stop timeout";
  if (config.mounts.size() != spec.volumes.size()) return "number of mounts";
  for (const auto& [key, volume] : spec.volumes) {
    const state::Mount wanted{state::volume_name(box.name, key), volume.path};
    if (std::ranges::find(config.mounts, wanted) == config.mounts.end()) return "mount " + key;
  }
  return {};
}

namespace {

std::string differs_in_life(World& world, const ModelContainer& container,
                            const specs::BoxDeclaration& box) {
  const auto& model = truth_of(world);
  const auto& spec = box.spec;
  const auto& config = container.config;
  if (container.name != state::container_name(box.name)) return "name " + container.name;
  if (config.limits.memory != spec.resources.memory) return "memory";
  if (config.limits.memory_swap.count != 2 * spec.resources.memory.count) return "swap";
  if (config.limits.cpus != spec.resources.cpus) return "cpus";
  if (config.restart != spec.restart) return "restart policy";
  for (const auto& [key, volume] : spec.volumes) {
    const auto* found = model.find_volume(state::volume_name(box.name, key));
    if (found == nullptr || found->directory_missing) return "volume " + key;
    if (uid_of(found->labels) != uid_of(config.labels)) return "owner of volume " + key;
  }
  const auto* network = model.find_network(kTestNetwork);
  const bool runs = spec.power == specs::Power::Running;
  const bool attached = std::ranges::any_of(container.attachments, [&](const auto& one) {
    const bool is_fresh = !runs && one.network_id.empty() && one.network == kTestNetwork;
    return is_fresh ||
           (network != nullptr && one.network_id == network->id && one.has_address == runs);
  });
  if (!runs) {
    const bool active =
        container.has_process() || container.state == state::ContainerState::Restarting;
    if (active) return "it runs and should not";
    return attached ? "" : "it is not in its network";
  }
  if (container.state != state::ContainerState::Running) return "it does not run";
  if (!attached) return "no address in its network";
  return does_answer(model, container) ? "" : "it does not answer";
}

}  // namespace

std::string how_it_differs(World& world, const Ledger& ledger, const specs::BoxDeclaration& box) {
  const auto list = containers_of(world, ledger, box.name);
  if (list.size() != 1) return fmt::format("{} containers", list.size());
  if (auto made = differs_in_making(*list.front(), box); !made.empty()) return made;
  const auto& config = list.front()->config;
  const auto version = ledger.secrets.find(box.name);
  const bool has_secret = !box.spec.secrets.empty() && version != ledger.secrets.end();
  if (has_secret && config.env.at("TOKEN") != Secret{secret_value(box.name, version->second)}) {
    return "value of the secret";
  }
  const auto& settings = world.record(box.name.str()).settings;
  if (settings.domain.empty() == config.labels.contains("traefik.enable")) return "routing labels";
  return differs_in_life(world, *list.front(), box);
}

std::string secret_value(const BoxName& box, unsigned version) {
  return fmt::format("{}-{}-{}", kCanary, box.str(), version);
}

bool is_good_image(const std::string& image) {
  return image != kExitingImage && image != kSickImage && image != kMissingImage &&
         image != kNoStartImage;
}

void add_images(World& world) {
  const auto docker = [&world](const char* name, const Behaviour& behaviour) {
    if (truth_of(world).find_image(name) != nullptr) return box_image();
    auto image = box_image();
    image.behaviour = behaviour;
    // Files that a first mount copies into an empty volume.
    image.directories["/home/coder/.config"] = Directory{{{"from-image", name}}, "0700 1000:1000"};
    // One that only this image has: a volume for it stays empty until then.
    if (name == std::string_view(kSecondImage)) {
      image.directories["/home/coder/.inbox"] = Directory{{{"welcome", name}}, "0700 1000:1000"};
    }
    world.engine.docker()->add_image(name, image);
    return image;
  };
  Behaviour good;
  good.answers_after = Duration{300};
  if (!truth_of(world).find_image(kSlowImage)) world.engine.docker()->untag(kTestImage, true);
  docker(kTestImage, good);
  const auto offered = docker(kSecondImage, good);
  world.engine.docker()->offer(kOfferedImage, offered);
  Behaviour slow = good;
  slow.answers_after = Duration{25'000};
  docker(kSlowImage, slow);
  Behaviour stubborn = good;
  stubborn.ignores_term = true;
  docker(kStubbornImage, stubborn);
  Behaviour exits;
  exits.answers_after = std::nullopt;
  exits.exits_after = Duration{700};
  exits.exit_code = 1;
  docker(kExitingImage, exits);
  Behaviour sick;
  sick.answers_after = std::nullopt;
  docker(kSickImage, sick);
  Behaviour no_start = good;
  no_start.start_error = "exec format error";
  docker(kNoStartImage, no_start);
}

}  // namespace boxwright::test
