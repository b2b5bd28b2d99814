// Volumes, networks and images of the model.

#include <fmt/core.h>

#include <algorithm>

#include "tests/support/docker_model.h"

namespace boxwright::test {

namespace {

tl::unexpected<Refusal> refuse(int status, std::string message) {
  return tl::unexpected(Refusal{status, std::move(message)});
}

state::Attachment* attachment_to(ModelContainer& container, const std::string& network) {
  const auto found = std::ranges::find_if(
      container.attachments, [&network](const auto& it) { return it.network == network; });
  return found == container.attachments.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ContainerId> DockerModel::users_of(const VolumeName& volume) const {
  std::vector<ContainerId> users;
  for (const auto& [id, container] : containers_) {
    const bool mounts = std::ranges::any_of(
        container.config.mounts, [&volume](const auto& mount) { return mount.volume == volume; });
    const bool anonymous =
        std::ranges::find(container.anonymous_volumes, volume) != container.anonymous_volumes.end();
    if (mounts || anonymous) users.push_back(id);
  }
  return users;
}

Answer DockerModel::create_volume(const VolumeName& name,
                                  const std::map<std::string, std::string>& labels) {
  // An existing volume is the answer, whatever labels it carries.
  static_cast<void>(volume_for(name, labels));
  return 201;
}

Answer DockerModel::remove_volume(const VolumeName& name, bool force) {
  if (find_volume(name) == nullptr) {
    if (force) return 204;
    return refuse(404, fmt::format("get {}: no such volume", name.str()));
  }
  if (const auto users = users_of(name); !users.empty()) {
    return refuse(
        409, fmt::format("remove {}: volume is in use - [{}]", name.str(), users.front().str()));
  }
  volumes_.erase(name);
  emit_other("volume", "destroy", name.str());
  return 204;
}

void DockerModel::delete_volume_directory(const VolumeName& name) {
  const auto found = volumes_.find(name);
  if (found == volumes_.end()) return;
  found->second.directory_missing = true;
  found->second.directory = Directory{};
}

std::vector<VolumeName> DockerModel::prune_volumes() {
  std::vector<VolumeName> gone;
  for (const auto& [name, volume] : volumes_) {
    if (users_of(name).empty()) gone.push_back(name);
  }
  for (const VolumeName& name : gone)
    static_cast<void>(remove_volume(name));
  return gone;
}

tl::expected<NetworkId, Refusal> DockerModel::create_network(
    const std::string& name, const std::map<std::string, std::string>& labels) {
  const ModelNetwork* holder = find_network(name);
  if (holder != nullptr) {
    return refuse(409, fmt::format("network with name {} already exists", name));
  }
  NetworkId id{new_id("network")};
  networks_[id] = ModelNetwork{id, name, labels};
  emit_other("network", "create", id.str());
  return id;
}

Answer DockerModel::remove_network(const std::string& who) {
  const ModelNetwork* network = find_network(who);
  if (network == nullptr) return refuse(404, fmt::format("network {} not found", who));
  const NetworkId id = network->id;
  // Stopped containers do not hold a network; running ones do.
  const bool active = std::ranges::any_of(containers_, [&id](const auto& entry) {
    return std::ranges::any_of(entry.second.attachments, [&id](const auto& attachment) {
      return attachment.has_address && attachment.network_id == id;
    });
  });
  if (active) {
    return refuse(403, fmt::format("error while removing network: network {} id {} has active "
                                   "endpoints",
                                   network->name, id.str()));
  }
  networks_.erase(id);
  emit_other("network", "destroy", id.str());
  return 204;
}

Answer DockerModel::connect(const std::string& network, const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return refuse(404, "No such container: " + who);
  const bool runs = container->has_process();
  const ModelNetwork* found = find_network(network);
  if (found == nullptr && runs) return refuse(404, fmt::format("network {} not found", network));
  if (found == nullptr) {
    // A stopped one takes any name on trust, as a create does; its start is what fails.
    if (attachment_to(*container, network) == nullptr) {
      container->attachments.push_back({network, NetworkId{}, false});
    }
    return 200;
  }
  state::Attachment* held = attachment_to(*container, found->name);
  if (held != nullptr && runs) {
    return refuse(403, fmt::format("endpoint with name {} already exists in network {}",
                                   container->name, found->name));
  }
  if (held == nullptr) held = &container->attachments.emplace_back();
  *held = {found->name, found->id, runs};
  std::ranges::sort(container->attachments,
                    [](const auto& a, const auto& b) { return a.network < b.network; });
  if (runs) {
    emit_other("network", "connect", found->id.str());
    events_.back().container = container->id.str();
  }
  return 200;
}

Answer DockerModel::disconnect(const std::string& network, const std::string& who, bool force) {
  const ModelNetwork* found = find_network(network);
  if (found == nullptr) return refuse(404, fmt::format("network {} not found", network));
  ModelContainer* container = get(who);
  if (container == nullptr) {
    if (force) return 200;
    return refuse(404, "No such container: " + who);
  }
  const std::string name = found->name;
  if (attachment_to(*container, name) == nullptr) {
    return refuse(
        403, fmt::format("container {} is not connected to network {}", container->id.str(), name));
  }
  std::erase_if(container->attachments, [&name](const auto& it) { return it.network == name; });
  if (container->has_process()) {
    emit_other("network", "disconnect", found->id.str());
    events_.back().container = container->id.str();
  }
  return 200;
}

ImageId DockerModel::add_image(const std::string& reference, const ImageContent& content) {
  const ImageId id{"sha256:" + new_id("image")};
  ModelImage& image = images_[id];
  image.id = id;
  image.content = content;
  image.content.config.id = id;
  static_cast<void>(tag(id.str(), reference));
  return id;
}

Answer DockerModel::import_image(const std::string& reference, const std::string& archive,
                                 const ImageContent& content) {
  constexpr std::size_t kBlock = 512;
  if (archive.size() < kBlock || archive.compare(257, 5, "ustar") != 0) {
    return refuse(500, "Error processing tar file(exit status 1): unexpected EOF");
  }
  const ImageId id = add_image(reference, content);
  emit_other("image", "import", id.str());
  return 200;
}

Answer DockerModel::tag(const std::string& from, const std::string& to) {
  ModelImage* image = get_image(from);
  if (image == nullptr) return refuse(404, "No such image: " + from);
  if (ModelImage* holder = get_image(to); holder != nullptr && holder != image) {
    holder->references.erase(to);
  }
  image->references.insert(to);
  emit_other("image", "tag", image->id.str());
  return 201;
}

tl::expected<ImageId, Refusal> DockerModel::commit(const std::string& who,
                                                   const std::string& reference,
                                                   const std::map<std::string, std::string>& labels,
                                                   const std::set<std::string>& blank) {
  const ModelContainer* container = find(who);
  if (container == nullptr) return refuse(404, "No such container: " + who);
  const ModelImage* base = find_image(container->image_id.str());
  ImageContent content = base == nullptr ? ImageContent{} : base->content;
  content.behaviour = container->behaviour;
  content.config.labels = container->config.labels;
  for (const auto& [key, value] : labels)
    content.config.labels[key] = value;
  content.config.env.clear();
  for (const auto& [key, value] : container->config.env)
    content.config.env[key] = value.reveal();
  for (const std::string& name : blank)
    content.config.env[name].clear();
  content.config.command = container->config.command;
  content.config.entrypoint = container->config.entrypoint;
  content.config.healthcheck = container->config.healthcheck;
  return add_image(reference, content);
}

Answer DockerModel::untag(const std::string& reference, bool force) {
  ModelImage* image = get_image(reference);
  if (image == nullptr) return refuse(404, "No such image: " + reference);
  const bool is_used = std::ranges::any_of(
      containers_, [image](const auto& entry) { return entry.second.image_id == image->id; });
  if (image->references.size() <= 1 && is_used && !force) {
    return refuse(409, fmt::format("conflict: unable to remove repository reference \"{}\" (must "
                                   "force) - a container is using its referenced image",
                                   reference));
  }
  image->references.erase(reference);
  emit_other("image", "untag", image->id.str());
  if (image->references.empty() && !is_used) images_.erase(ImageId{image->id});
  return 200;
}

Answer DockerModel::pull(const std::string& reference) {
  const auto offered = registry_.find(reference);
  if (offered == registry_.end()) {
    return refuse(500,
                  "Get \"https://registry.invalid/v2/\": dial tcp: lookup registry.invalid: no "
                  "such host");
  }
  if (find_image(reference) == nullptr) {
    const ImageId id = add_image(reference, offered->second);
    emit_other("image", "pull", id.str());
  }
  return 200;
}

void DockerModel::offer(const std::string& reference, const ImageContent& content) {
  registry_[reference] = content;
}

}  // namespace boxwright::test
