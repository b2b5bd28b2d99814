#include <algorithm>

#include "controller/plan/compare.h"
#include "controller/plan/plan_box.h"
#include "state/ownership.h"

namespace boxwright::plan {

namespace {

using state::ObservedContainer;

const state::KnownContainer* find_known(const state::BoxRecord& record, const ContainerId& id) {
  for (const auto& known : record.containers) {
    if (known.id == id) return &known;
  }
  return nullptr;
}

const state::ImageConfig* image_of(const PlanInput& input, const ObservedContainer& container) {
  const auto found = input.observed->container_images.find(container.image_id);
  return found == input.observed->container_images.end() ? nullptr : &found->second;
}

/// An image committed from a box carries the box's labels on to every container made from it. The
/// attempt label tells: a container that we made from such an image has an attempt of its own.
bool is_copy(const PlanInput& input, const ObservedContainer& container) {
  if (find_known(*input.record, container.id) != nullptr) return false;
  const auto* image = image_of(input, container);
  if (image == nullptr) return false;
  const auto inherited = state::read_owner(image->labels);
  return !inherited.uid.empty() && inherited.attempt == container.owner.attempt;
}

/// The `<key id>` of `v1:<key id>:<mac>`.
std::string mac_key_id(const std::string& mac) {
  const auto first = mac.find(':');
  if (first == std::string::npos) return {};
  return mac.substr(first + 1, mac.find(':', first + 1) - first - 1);
}

bool is_proven(const state::BoxRecord& record, const ObservedContainer& container) {
  const auto* known = find_known(record, container.id);
  return known != nullptr && known->proven;
}

bool differs_from_wanted(const PlanInput& input, const ObservedContainer& container) {
  const auto* image = image_of(input, container);
  return !compare_containers(container.config,
                             image == nullptr ? std::nullopt : std::optional(*image), *input.wanted,
                             input.record->spec.secrets, {})
              .empty();
}

bool same_secrets(const PlanInput& input, const ObservedContainer& container,
                  const std::string& recorded) {
  if (input.wanted->secrets_missing || recorded == input.wanted->secret_mac) return true;
  // Another key made the recorded MAC: only the values themselves can tell.
  if (mac_key_id(recorded).empty() || input.wanted->secret_mac.empty()) return false;
  if (mac_key_id(recorded) == mac_key_id(input.wanted->secret_mac)) return false;
  for (const auto& [name, reference] : input.record->spec.secrets) {
    const auto wanted = input.wanted->config.env.find(name);
    const auto found = container.config.env.find(name);
    if (wanted == input.wanted->config.env.end() || found == container.config.env.end())
      return false;
    if (!(wanted->second == found->second)) return false;
  }
  return true;
}

bool follows_moved_image(const PlanInput& input, const ObservedContainer& container) {
  return input.record->spec.update.image == specs::ImagePolicy::Follow &&
         input.observed->wanted_image.has_value() &&
         input.observed->wanted_image->id != container.image_id;
}

bool is_as_wanted(const PlanInput& input, const ObservedContainer& container) {
  if (follows_moved_image(input, container)) return false;
  const auto* known = find_known(*input.record, container.id);
  if (known == nullptr) return !differs_from_wanted(input, container);
  return known->spec_hash == input.wanted->spec_hash &&
         same_secrets(input, container, known->secret_mac);
}

/// The one to keep of several: proven before untried, alive before dead, at its place before aside.
/// Two candidates of which none was ever healthy must not push out what worked before.
bool is_better(const state::BoxRecord& record, const ObservedContainer& a,
               const ObservedContainer& b) {
  const auto rank = [&record](const ObservedContainer& container) {
    const bool at_place = container.name == state::container_name(record.name);
    return std::tuple(is_proven(record, container), container.is_alive(), container.ever_started(),
                      at_place, container.started_at.value_or(WallTime::min()),
                      container.created_at, container.id);
  };
  return rank(a) > rank(b);
}

void keep_best(const state::BoxRecord& record, const ObservedContainer*& kept,
               const ObservedContainer& next, std::vector<const ObservedContainer*>& surplus) {
  if (kept == nullptr) {
    kept = &next;
  } else if (is_better(record, next, *kept)) {
    surplus.push_back(kept);
    kept = &next;
  } else {
    surplus.push_back(&next);
  }
}

}  // namespace

BoxView view_containers(const PlanInput& input) {
  BoxView view;
  const auto& record = *input.record;
  const bool memory_lost = record.containers.empty();
  for (const auto& container : input.observed->containers) {
    if (is_copy(input, container)) {
      view.copies.push_back(&container);
      continue;
    }
    if (container.state == state::ContainerState::Removing) {
      view.removing = &container;
      continue;
    }
    if (container.state == state::ContainerState::Dead) {
      view.surplus.push_back(&container);
      continue;
    }
    if (is_as_wanted(input, container)) {
      keep_best(record, view.current, container, view.surplus);
      continue;
    }
    const bool unknown = find_known(record, container.id) == nullptr;
    if (unknown && memory_lost && !input.accepted.contains("drift")) {
      keep_best(record, view.drifted_unknown, container, view.surplus);
      continue;
    }
    keep_best(record, view.outdated, container, view.surplus);
  }
  if (view.current == nullptr) return view;
  view.current_is_unknown = find_known(record, view.current->id) == nullptr;
  if (view.outdated == nullptr) return view;
  // The wanted one has proven itself, or the other never ran (the spec went back while a candidate
  // was waiting): there is nothing to go back to.
  if (is_proven(record, *view.current) ||
      (!view.outdated->ever_started() && view.current->ever_started())) {
    view.surplus.push_back(view.outdated);
    view.outdated = nullptr;
  }
  return view;
}

namespace {

bool is_mounted(const PlanInput& input, const VolumeName& name) {
  for (const auto& container : input.observed->containers) {
    for (const auto& mount : container.config.mounts) {
      if (mount.volume == name) return true;
    }
  }
  return false;
}

bool is_expected(const PlanInput& input, const std::string& key, const VolumeName& name) {
  const auto& expected = input.record->expected_volumes;
  if (std::find(expected.begin(), expected.end(), key) != expected.end()) return true;
  if (is_mounted(input, name)) return true;
  // No record and no container, but some of its volumes: the missing ones were there.
  return expected.empty() &&
         std::any_of(input.observed->volumes.begin(), input.observed->volumes.end(),
                     [&input](const state::ObservedVolume& volume) {
                       return volume.owner.installation == input.installation &&
                              volume.owner.uid == input.record->uid;
                     });
}

}  // namespace

std::vector<VolumeView> view_volumes(const PlanInput& input) {
  std::vector<VolumeView> views;
  const auto& record = *input.record;
  for (const auto& [key, spec] : record.spec.volumes) {
    VolumeView view;
    view.key = key;
    view.name = state::volume_name(record.name, key);
    view.path = spec.path;
    view.disposable = spec.disposable;
    const auto& volumes = input.observed->volumes;
    const auto found = std::find_if(volumes.begin(), volumes.end(), [&view](const auto& volume) {
      return volume.name == view.name;
    });
    if (found == volumes.end()) {
      view.state = is_expected(input, key, view.name) ? VolumeState::Lost : VolumeState::New;
    } else if (found->owner.installation != input.installation || found->owner.uid != record.uid) {
      view.state = VolumeState::Conflict;
    } else if (found->directory_missing) {
      view.state = VolumeState::Lost;
      view.directory_missing = true;
    } else {
      view.state = VolumeState::Present;
    }
    view.remake = view.state == VolumeState::Lost &&
                  (view.disposable || input.accepted.contains("empty:" + key));
    views.push_back(std::move(view));
  }
  return views;
}

std::string wanted_key(const PlanInput& input) {
  const auto& image = input.observed->wanted_image;
  return input.wanted->spec_hash + "|" + (image ? image->id.str() : "") + "|" +
         input.wanted->secret_mac;
}

bool is_rejected(const PlanInput& input) {
  return input.record->verdict.has_value() && input.record->verdict->wanted == wanted_key(input);
}

const state::ObservedNetwork* wanted_network(const PlanInput& input) {
  for (const auto& network : input.observed->networks) {
    if (network.name == input.wanted->config.network) return &network;
  }
  return nullptr;
}

bool is_attached(const PlanInput& input, const ObservedContainer& container) {
  const auto* network = wanted_network(input);
  if (network == nullptr) return false;
  for (const auto& attachment : container.attachments) {
    if (attachment.network != network->name) continue;
    if (container.state == state::ContainerState::Running) {
      return attachment.network_id == network->id && attachment.has_address;
    }
    return attachment.network_id.empty() || attachment.network_id == network->id;
  }
  return false;
}

namespace {

const Watch* watch_of(const PlanInput& input, const ObservedContainer& container) {
  for (const auto& watch : input.watches) {
    if (watch.container == container.id && watch.started_at == container.started_at) return &watch;
  }
  return nullptr;
}

bool has_check(const ObservedContainer& container) {
  return container.health != state::Health::None;
}

}  // namespace

bool is_healthy(const PlanInput& input, const ObservedContainer& container) {
  if (container.state != state::ContainerState::Running) return false;
  if (!has_check(container)) return true;
  if (container.health == state::Health::Healthy) return true;
  const auto* watch = watch_of(input, container);
  return container.health == state::Health::Starting && watch != nullptr && watch->check_passed;
}

Trial judge_candidate(const PlanInput& input, const ObservedContainer& candidate) {
  const auto* watch = watch_of(input, candidate);
  if (!candidate.ever_started()) {
    return watch != nullptr && !watch->start_refused.empty() ? Trial::Failed : Trial::NotStarted;
  }
  if (!candidate.is_alive()) {
    // Only an exit that this process could have seen from the start on is the candidate's own.
    return watch != nullptr && !watch->interrupted ? Trial::Failed : Trial::Interrupted;
  }
  if (candidate.restart_count > 0 || candidate.health == state::Health::Unhealthy) {
    return Trial::Failed;
  }
  const Duration waited = watch == nullptr ? Duration{0} : watch->running_for;
  if (is_healthy(input, candidate) && (has_check(candidate) || waited >= kSettledWithoutCheck)) {
    return Trial::Passed;
  }
  if (waited > input.record->spec.update.health_timeout) return Trial::Failed;
  return Trial::Waiting;
}

}  // namespace boxwright::plan
