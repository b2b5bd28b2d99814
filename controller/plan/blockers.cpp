#include "controller/plan/blockers.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "controller/routing/traefik_labels.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

const std::string& name_of(const PlanInput& input) {
  return input.record->name.str();
}

void block(Blockers& blockers, std::string& which, std::string reason, std::string message) {
  if (which.empty()) which = reason;
  blockers.findings.push_back({"Stalled", std::move(reason), std::move(message)});
}

void check_volumes(const PlanInput& input, Blockers& blockers) {
  for (const auto& volume : view_volumes(input)) {
    if (volume.state == VolumeState::Conflict) {
      block(blockers, blockers.creation, "VolumeConflict",
            fmt::format("volume {} exists and does not belong to box {}; it is neither mounted nor "
                        "changed: rename or remove it by hand, or rename the box",
                        volume.name.str(), name_of(input)));
    } else if (volume.state == VolumeState::Lost && !volume.remake) {
      block(blockers, blockers.creation, "VolumeLost",
            fmt::format("volume {} of box {} is gone; restore it, or accept an empty one with "
                        "`boxwright accept {} --empty {}`",
                        volume.name.str(), name_of(input), name_of(input), volume.key));
      blockers.start = "VolumeLost";
    }
  }
}

void check_dropped(const PlanInput& input, Blockers& blockers) {
  const auto dropped = dropped_volumes(input);
  if (dropped.empty()) return;
  block(blockers, blockers.creation, "VolumeDropped",
        fmt::format("the spec of box {} no longer names volume {}, which holds data; declare it "
                    "again, or let it go (it is kept) with `boxwright accept {} --drop {}`",
                    name_of(input), fmt::join(dropped, ", "), name_of(input), dropped.front()));
}

bool lies_on_volume(const specs::BoxSpec& spec, const std::string& path) {
  return std::any_of(spec.volumes.begin(), spec.volumes.end(), [&path](const auto& volume) {
    const auto& covering = volume.second.path;
    return path == covering || path.starts_with(covering + "/");
  });
}

void check_image(const PlanInput& input, const BoxView& view, Blockers& blockers) {
  const auto& spec = input.record->spec;
  const auto& image = input.observed->wanted_image;
  // What an image brings along matters to a container that is still to be made.
  if (image && view.current == nullptr) {
    const auto routes = routing::inherited_routes(image->labels);
    if (!routes.empty()) {
      block(blockers, blockers.creation, "ImageRoutes",
            fmt::format("image {} of box {} carries the routing label {}, which its container "
                        "would inherit; build the image without it",
                        spec.image, name_of(input), routes.front()));
    }
    for (const auto& path : image->volumes) {
      if (lies_on_volume(spec, path)) continue;
      block(blockers, blockers.creation, "ImageVolume",
            fmt::format("image {} of box {} declares a volume at {} that no volume of the box "
                        "covers; add one under spec.volumes with that path",
                        spec.image, name_of(input), path));
      break;
    }
  }
  const auto* kept = view.current != nullptr ? view.current : view.outdated;
  const bool moved = kept != nullptr && view.current == kept && view.outdated == nullptr &&
                     (!image || image->id != kept->image_id);
  if (moved) {
    blockers.findings.push_back(
        {"UpdatePending", "ImageMoved",
         fmt::format("{} now {}; box {} goes on with the image it was made from", spec.image,
                     image ? "names another image" : "names no image on this engine",
                     name_of(input))});
  }
  if (!image && spec.pull == specs::PullPolicy::Never && view.current == nullptr) {
    block(blockers, blockers.creation, "ImagePullFailed",
          fmt::format("image {} of box {} is not on the engine and spec.pull is never; load it, or "
                      "allow pulling",
                      spec.image, name_of(input)));
  }
}

/// The first of the names that the box needs and that something else holds; empty: none.
std::string held_name(const PlanInput& input, const BoxView& view) {
  const auto& box = input.record->name;
  for (const auto& name :
       {state::container_name(box), state::candidate_name(box), state::previous_name(box)}) {
    if (is_name_held(input, view, name)) return name;
  }
  return {};
}

void check_names(const PlanInput& input, const BoxView& view, Blockers& blockers) {
  // A container that stays needs no other name; the live changes tell when its own is taken.
  if (view.current != nullptr && view.outdated == nullptr) return;
  if (held_name(input, view).empty()) return;
  block(blockers, blockers.creation, "NameConflict", name_conflict_message(input, view));
}

void check_networks(const PlanInput& input, Blockers& blockers) {
  const auto& name = input.wanted->config.network;
  const auto same = std::count_if(input.observed->networks.begin(), input.observed->networks.end(),
                                  [&name](const auto& network) { return network.name == name; });
  if (same > 1) {
    block(blockers, blockers.creation, "NetworkConflict",
          fmt::format("the engine has {} networks named {}; remove all but one by ID", same, name));
    blockers.start = "NetworkConflict";
  }
}

void check_cpus(const PlanInput& input, Blockers& blockers) {
  if (!wants_too_many_cpus(input)) return;
  block(blockers, blockers.creation, "CpusExceedHost",
        fmt::format("box {} wants {} cpus and this engine's host has {}; write at most that under "
                    "spec.resources.cpus",
                    name_of(input), to_string(input.record->spec.resources.cpus),
                    to_string(input.observed->host_cpus)));
}

}  // namespace

bool wants_too_many_cpus(const PlanInput& input) {
  const auto host = input.observed->host_cpus;
  return host.count > 0 && input.record->spec.resources.cpus > host;
}

std::string name_conflict_message(const PlanInput& input, const BoxView& view) {
  const auto name = held_name(input, view);
  std::string image;
  for (const auto& holder : input.observed->name_holders) {
    if (holder.name == name) image = holder.image;
  }
  for (const auto* copy : view.copies) {
    if (copy->name == name) image = copy->config.image;
  }
  return fmt::format(
      "the name {} that box {} needs is held by a container that is not ours (image "
      "{}); rename or remove that container by hand, or rename the box",
      name, name_of(input), image);
}

std::vector<std::string> dropped_volumes(const PlanInput& input) {
  std::vector<std::string> keys;
  for (const auto& volume : input.observed->volumes) {
    const auto& key = volume.owner.volume_key;
    if (key.empty() || volume.owner.installation != input.installation ||
        volume.owner.uid != input.record->uid) {
      continue;
    }
    if (input.record->spec.volumes.contains(key) || input.accepted.contains("drop:" + key))
      continue;
    // What was let go before is neither on record nor mounted.
    const auto& expected = input.record->expected_volumes;
    const bool on_record = std::find(expected.begin(), expected.end(), key) != expected.end();
    const bool mounted = std::any_of(
        input.observed->containers.begin(), input.observed->containers.end(),
        [&volume](const auto& container) {
          return std::any_of(container.config.mounts.begin(), container.config.mounts.end(),
                             [&volume](const auto& mount) { return mount.volume == volume.name; });
        });
    if (mounted || on_record) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool needs_new_mount_source(const PlanInput& input, const BoxView& view) {
  const auto& observed = input.observed->volumes;
  const bool any_missing = std::any_of(observed.begin(), observed.end(),
                                       [](const auto& volume) { return volume.directory_missing; });
  if (!any_missing) return false;
  for (const auto& volume : view_volumes(input)) {
    if (!volume.remake || !volume.directory_missing) continue;
    for (const auto& container : input.observed->containers) {
      if (container.is_alive() || !is_startable(view, container)) continue;
      for (const auto& mount : container.config.mounts) {
        if (mount.volume == volume.name) return true;
      }
    }
  }
  return false;
}

std::string lost_under(const PlanInput& input, const state::ObservedContainer& container) {
  if (!container.is_alive()) return {};
  const auto& observed = input.observed->volumes;
  if (std::none_of(observed.begin(), observed.end(),
                   [](const auto& volume) { return volume.directory_missing; })) {
    return {};
  }
  for (const auto& volume : view_volumes(input)) {
    if (!volume.remake || !volume.directory_missing) continue;
    for (const auto& mount : container.config.mounts) {
      if (mount.volume == volume.name) return volume.name.str();
    }
  }
  return {};
}

Blockers find_blockers(const PlanInput& input, const BoxView& view) {
  Blockers blockers;
  check_names(input, view, blockers);
  check_volumes(input, blockers);
  check_dropped(input, blockers);
  check_networks(input, blockers);
  check_image(input, view, blockers);
  check_cpus(input, blockers);
  if (input.wanted->secrets_missing) {
    block(blockers, blockers.creation, "SecretMissing", input.secrets_message);
  }
  if (input.disk_low && blockers.creation.empty()) blockers.creation = kDiskLow;
  for (const auto* copy : view.copies) {
    blockers.findings.push_back(
        {"Drifted", "Copy",
         fmt::format("container {} was made from an image committed of box {}; it is not counted "
                     "and left as it is",
                     copy->name, name_of(input))});
  }
  return blockers;
}

}  // namespace boxwright::plan
