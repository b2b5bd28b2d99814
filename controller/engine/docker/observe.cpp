#include "controller/engine/docker/observe.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "controller/engine/docker/json_write.h"
#include "state/ownership.h"

namespace boxwright::docker {

namespace {

constexpr std::size_t kMostImages = 512;

std::string label_filter(const Installation& installation, const BoxUid& uid) {
  std::vector<std::string> labels = {
      fmt::format("{}={}", state::kLabelInstallation, installation.str())};
  if (!uid.empty()) labels.push_back(fmt::format("{}={}", state::kLabelUid, uid.str()));
  return "filters=" + url_escape(filters({{"label", labels}}));
}

/// Reads the body with `read`; an error says what was being read.
template <class Read>
auto get_and_read(DockerApi& api, const std::string& path, std::string_view doing, const Read& read,
                  const std::stop_token& stop) -> decltype(read(std::string{})) {
  BW_TRY_ASSIGN(const std::string body, api.get(path, doing, stop));
  auto value = read(body);
  if (!value) return tl::unexpected(answer_error(doing, value.error().message));
  return value;
}

Result<std::vector<ListedContainer>> list_containers(DockerApi& api, const std::stop_token& stop) {
  return get_and_read(api, "/containers/json?all=1", "list containers", read_container_list, stop);
}

/// Who holds a name; nullopt: nobody.
Result<std::optional<ListedContainer>> find_holder(DockerApi& api, const std::string& name,
                                                   const std::stop_token& stop) {
  auto holder = get_and_read(api, fmt::format("/containers/{}/json", url_escape(name)),
                             "inspect container " + name, read_container_line, stop);
  if (holder) return std::optional(std::move(*holder));
  if (holder.error().code == ErrorCode::NotFound) return std::nullopt;
  return tl::unexpected(std::move(holder).error());
}

/// Those with the box's labels, and those that hold one of its names. A list of all takes the
/// engine and us 20 ms with 100 boxes, one filtered by names 5 ms, and a look at a name that nobody
/// holds half of one: this is done at each look at each box.
Result<std::vector<ListedContainer>> list_box_containers(DockerApi& api,
                                                         const engine::BoxQuery& query,
                                                         const std::set<std::string>& names,
                                                         const std::stop_token& stop) {
  std::vector<ListedContainer> listed;
  if (!query.uid.empty()) {
    BW_TRY_ASSIGN(
        listed,
        get_and_read(api, "/containers/json?all=1&" + label_filter(query.installation, query.uid),
                     "list containers", read_container_list, stop));
  }
  for (const std::string& name : names) {
    const bool known = std::any_of(listed.begin(), listed.end(),
                                   [&name](const auto& one) { return one.name == name; });
    if (known) continue;
    BW_TRY_ASSIGN(auto holder, find_holder(api, name, stop));
    if (!holder || holder->name != name) continue;
    // Renamed between the two looks: it is listed already.
    const bool twice = std::any_of(listed.begin(), listed.end(),
                                   [&holder](const auto& one) { return one.id == holder->id; });
    if (!twice) listed.push_back(std::move(*holder));
  }
  return listed;
}

/// Inspects those of the list that are chosen, sorted by ID.
template <class Choose>
Result<std::vector<state::ObservedContainer>> inspect_containers(
    DockerApi& api, const std::vector<ListedContainer>& listed, const Choose& choose,
    const std::stop_token& stop) {
  std::vector<state::ObservedContainer> out;
  for (const ListedContainer& item : listed) {
    if (!choose(item)) continue;
    Result<state::ObservedContainer> container = get_and_read(
        api, fmt::format("/containers/{}/json", url_escape(item.id.str())),
        fmt::format("inspect container {}", item.name.empty() ? item.id.str() : item.name),
        read_container, stop);
    if (!container && container.error().code == ErrorCode::NotFound) continue;
    if (!container) return tl::unexpected(std::move(container).error());
    out.push_back(std::move(*container));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

Result<std::vector<state::ObservedNetwork>> list_networks(DockerApi& api,
                                                          const std::stop_token& stop) {
  BW_TRY_ASSIGN(auto networks,
                get_and_read(api, "/networks", "list networks", read_network_list, stop));
  std::sort(networks.begin(), networks.end(), [](const auto& a, const auto& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  return networks;
}

void sort_by_name(std::vector<state::ObservedVolume>& volumes) {
  std::sort(volumes.begin(), volumes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

/// The volumes with the box's labels, and those that hold its names without them.
Result<std::vector<state::ObservedVolume>> list_box_volumes(DockerApi& api,
                                                            const engine::BoxQuery& query,
                                                            const std::stop_token& stop) {
  std::vector<state::ObservedVolume> volumes;
  if (!query.uid.empty()) {
    BW_TRY_ASSIGN(volumes,
                  get_and_read(api, "/volumes?" + label_filter(query.installation, query.uid),
                               "list volumes", read_volume_list, stop));
  }
  std::set<VolumeName> missing = query.volume_names;
  for (const state::ObservedVolume& volume : volumes)
    missing.erase(volume.name);
  if (!missing.empty()) {
    std::vector<std::string> names;
    names.reserve(missing.size());
    for (const VolumeName& name : missing)
      names.push_back(name.str());
    // The engine's filter finds names that contain these, too.
    const std::string query_part = "filters=" + url_escape(filters({{"name", names}}));
    BW_TRY_ASSIGN(auto holders, get_and_read(api, "/volumes?" + query_part, "list volumes",
                                             read_volume_list, stop));
    for (state::ObservedVolume& holder : holders) {
      // One that the engine made in passing will go by itself.
      const bool is_stray =
          holder.owner.installation == query.installation && holder.owner.role == state::kRoleStray;
      if (missing.contains(holder.name) && !is_stray) volumes.push_back(std::move(holder));
    }
  }
  sort_by_name(volumes);
  return volumes;
}

/// nullopt: the engine has no such image.
Result<std::optional<state::ImageConfig>> inspect_image(DockerApi& api,
                                                        const std::string& reference,
                                                        const std::stop_token& stop) {
  std::string path = "/images/";
  // A reference's slashes and colons are part of the path that the engine matches.
  for (const char c : reference) {
    path +=
        c == '/' || c == ':' || c == '@' ? std::string(1, c) : url_escape(std::string_view(&c, 1));
  }
  auto image = get_and_read(api, path + "/json", "inspect image " + reference, read_image, stop);
  if (image) return std::optional(std::move(*image));
  if (image.error().code == ErrorCode::NotFound) return std::nullopt;
  return tl::unexpected(std::move(image).error());
}

Status read_images(DockerApi& api, ImageCache& images, const engine::BoxQuery& query,
                   const std::stop_token& stop, state::ObservedBox& box) {
  if (!query.image.empty()) {
    BW_TRY_ASSIGN(box.wanted_image, inspect_image(api, query.image, stop));
    if (box.wanted_image) images.put(*box.wanted_image);
  }
  for (const state::ObservedContainer& container : box.containers) {
    if (container.image_id.empty() || box.container_images.contains(container.image_id)) continue;
    std::optional<state::ImageConfig> image = images.find(container.image_id);
    if (!image) {
      BW_TRY_ASSIGN(image, inspect_image(api, container.image_id.str(), stop));
      if (image) images.put(*image);
    }
    if (image) box.container_images.emplace(container.image_id, std::move(*image));
  }
  return {};
}

/// What each reference of the fleet's containers names now, and their own images.
Status read_fleet_images(DockerApi& api, ImageCache& images, const std::stop_token& stop,
                         state::ObservedFleet& fleet) {
  std::set<std::string> references;
  for (const state::ObservedContainer& container : fleet.containers) {
    references.insert(container.config.image);
    const ImageId& id = container.image_id;
    if (id.empty() || fleet.images_by_id.contains(id)) continue;
    std::optional<state::ImageConfig> image = images.find(id);
    if (!image) {
      BW_TRY_ASSIGN(image, inspect_image(api, id.str(), stop));
      if (image) images.put(*image);
    }
    if (image) fleet.images_by_id.emplace(id, std::move(*image));
  }
  for (const std::string& reference : references) {
    BW_TRY_ASSIGN(auto image, inspect_image(api, reference, stop));
    if (image) fleet.images_by_reference.emplace(reference, std::move(*image));
  }
  return {};
}

/// Made by hand from an image committed of a hold: it carries the hold's labels, and is nobody's.
Result<bool> is_copy(DockerApi& api, ImageCache& images, const ListedContainer& item,
                     const std::stop_token& stop) {
  std::optional<state::ImageConfig> image = images.find(item.image_id);
  if (!image) {
    BW_TRY_ASSIGN(image, inspect_image(api, item.image_id.str(), stop));
    if (image) images.put(*image);
  }
  if (!image) return false;
  const Attempt inherited = state::read_owner(image->labels).attempt;
  return !inherited.empty() && inherited == item.owner.attempt;
}

bool is_hold(const ListedContainer& item, const Installation& installation) {
  return item.owner.installation == installation && item.owner.role == state::kRoleHold;
}

Result<state::ObservedHolds> pick_holds(DockerApi& api, ImageCache& images,
                                        const Installation& installation,
                                        const std::vector<ListedContainer>& listed,
                                        const std::stop_token& stop) {
  state::ObservedHolds holds;
  for (const ListedContainer& item : listed) {
    bool ours = is_hold(item, installation);
    if (ours) {
      BW_TRY_ASSIGN(const bool copy, is_copy(api, images, item, stop));
      ours = !copy;
    }
    if (ours) {
      holds.containers.push_back({item.id, item.name, item.state, item.volumes});
    } else if (item.name.starts_with(state::kHoldPrefix)) {
      holds.taken_names.insert(item.name);
    }
  }
  std::sort(holds.containers.begin(), holds.containers.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return holds;
}

}  // namespace

std::optional<state::ImageConfig> ImageCache::find(const ImageId& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = images_.find(id);
  return found == images_.end() ? std::nullopt : std::optional(found->second);
}

void ImageCache::put(const state::ImageConfig& image) {
  const std::scoped_lock lock(mutex_);
  if (images_.size() >= kMostImages) images_.clear();
  images_.insert_or_assign(image.id, image);
}

Result<state::ObservedFleet> read_fleet(DockerApi& api, ImageCache& images,
                                        const Installation& installation,
                                        const std::stop_token& stop) {
  state::ObservedFleet fleet;
  BW_TRY_ASSIGN(const auto listed, list_containers(api, stop));
  const auto ours = [&installation](const ListedContainer& item) {
    return item.owner.installation == installation && !is_hold(item, installation);
  };
  BW_TRY_ASSIGN(fleet.holds, pick_holds(api, images, installation, listed, stop));
  BW_TRY_ASSIGN(fleet.containers, inspect_containers(api, listed, ours, stop));
  for (const ListedContainer& item : listed) {
    if (!ours(item) && item.name.starts_with("box-")) {
      fleet.foreign.push_back({item.id, item.name, item.image});
    }
  }
  BW_TRY_ASSIGN(fleet.volumes, get_and_read(api, "/volumes?" + label_filter(installation, {}),
                                            "list volumes", read_volume_list, stop));
  sort_by_name(fleet.volumes);
  BW_TRY_ASSIGN(fleet.networks, list_networks(api, stop));
  BW_TRY(read_fleet_images(api, images, stop, fleet));
  return fleet;
}

Result<state::HoldView> read_holds(DockerApi& api, ImageCache& images,
                                   const engine::HoldQuery& query, const std::stop_token& stop) {
  state::HoldView view;
  BW_TRY_ASSIGN(const auto listed, list_containers(api, stop));
  BW_TRY_ASSIGN(view.holds, pick_holds(api, images, query.installation, listed, stop));
  BW_TRY_ASSIGN(view.volumes, get_and_read(api, "/volumes?" + label_filter(query.installation, {}),
                                           "list volumes", read_volume_list, stop));
  sort_by_name(view.volumes);
  BW_TRY_ASSIGN(const auto image, inspect_image(api, query.image, stop));
  view.image_there = image.has_value();
  return view;
}

Result<state::ObservedBox> read_box(DockerApi& api, ImageCache& images,
                                    const engine::BoxQuery& query, const std::stop_token& stop) {
  state::ObservedBox box;
  const std::set<std::string> names = {state::container_name(query.name),
                                       state::candidate_name(query.name),
                                       state::previous_name(query.name)};
  BW_TRY_ASSIGN(const auto listed, list_box_containers(api, query, names, stop));
  const auto ours = [&query](const ListedContainer& item) {
    return !query.uid.empty() && item.owner.installation == query.installation &&
           item.owner.uid == query.uid;
  };
  BW_TRY_ASSIGN(box.containers, inspect_containers(api, listed, ours, stop));
  for (const ListedContainer& item : listed) {
    if (!ours(item) && names.contains(item.name)) {
      box.name_holders.push_back({item.id, item.name, item.image});
    }
  }
  BW_TRY_ASSIGN(box.volumes, list_box_volumes(api, query, stop));
  BW_TRY_ASSIGN(box.networks, list_networks(api, stop));
  BW_TRY(read_images(api, images, query, stop, box));
  return box;
}

}  // namespace boxwright::docker
