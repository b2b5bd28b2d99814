#include <algorithm>
#include <utility>

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
  // Another key made the recorded MAC, or a plan has none at all since it makes none: only the
  // values themselves can tell.
  if (mac_key_id(recorded).empty() || input.record->spec.secrets.empty()) return false;
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

/// The container at its place runs, and the engine says nothing against it.
bool is_any_sound(const PlanInput& input) {
  const auto& containers = input.observed->containers;
  return std::any_of(containers.begin(), containers.end(), [&input](const auto& container) {
    return container.name == state::container_name(input.record->name) && container.is_alive() &&
           (container.health == state::Health::Healthy || container.health == state::Health::None);
  });
}

/// The one to keep of several: proven before untried, put aside by us before its unproven candidate
/// (it was running when nobody had had the time to record that it is healthy), alive before dead,
/// at its place before aside. Two candidates of which none was ever healthy must not push out what
/// worked before.
struct Choice {
  const state::BoxRecord& record;
  bool aside_first;

  [[nodiscard]] bool is_better(const ObservedContainer& a, const ObservedContainer& b) const {
    const auto rank = [this](const ObservedContainer& container) {
      const bool at_place = container.name == state::container_name(record.name);
      const bool is_aside = aside_first && container.ever_started() &&
                            container.name == state::previous_name(record.name);
      return std::tuple(is_proven(record, container), is_aside, container.is_alive(),
                        container.ever_started(), at_place,
                        container.started_at.value_or(WallTime::min()), container.created_at,
                        container.id);
    };
    return rank(a) > rank(b);
  }
};

void keep_best(const Choice& choice, const ObservedContainer*& kept, const ObservedContainer& next,
               std::vector<const ObservedContainer*>& surplus) {
  if (kept == nullptr) {
    kept = &next;
  } else if (choice.is_better(next, *kept)) {
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
  // Without memory nobody knows whether the new one has proven itself meanwhile, but the engine
  // does whether it may have.
  const Choice choice{record, !memory_lost || !is_any_sound(input)};
  const Choice shown{record, false};
  // Without memory nobody knows which of several is left over: none is touched.
  std::vector<const ObservedContainer*> untouched;
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
      keep_best(choice, view.current, container, view.surplus);
      continue;
    }
    const bool unknown = find_known(record, container.id) == nullptr;
    if (unknown && memory_lost && !input.accepted.contains("drift")) {
      keep_best(shown, view.drifted_unknown, container, untouched);
      continue;
    }
    keep_best(choice, view.outdated, container, view.surplus);
  }
  if (view.current != nullptr && view.drifted_unknown != nullptr) {
    if (untouched.empty()) {
      // One as wanted beside one that is not: a replacement was under way when memory was lost.
      view.outdated = std::exchange(view.drifted_unknown, nullptr);
    } else if (view.current->is_alive()) {
      view.drifted_unknown = nullptr;
    } else {
      view.current = nullptr;
    }
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

bool has_started_since(const PlanInput& input, const ObservedContainer& container, WallTime since) {
  constexpr Duration kSkew{60'000};
  if (!container.started_at) return false;
  return input.started_anew.contains(container.id) ||
         (*container.started_at >= since && *container.started_at <= input.now + kSkew);
}

std::string wanted_key(const PlanInput& input) {
  const auto& image = input.observed->wanted_image;
  return input.wanted->spec_hash + "|" + (image ? image->id.str() : "") + "|" +
         input.wanted->secret_mac;
}

bool is_wanted(const PlanInput& input, const std::string& key, Unknown unknown) {
  const auto first = key.find('|');
  const auto last = key.rfind('|');
  if (first == std::string::npos || first == last) return false;
  const auto& image = input.observed->wanted_image;
  const auto& wanted = *input.wanted;
  const auto key_image = key.substr(first + 1, last - first - 1);
  const auto key_mac = key.substr(last + 1);
  const auto fits = [unknown](const std::string& part) {
    return unknown == Unknown::Fits && part.empty();
  };
  return key.compare(0, first, wanted.spec_hash) == 0 &&
         (!image || fits(key_image) || image->id.str() == key_image) &&
         (wanted.secrets_missing || fits(key_mac) || key_mac == wanted.secret_mac);
}

bool matches_verdict(const PlanInput& input) {
  return input.record->verdict && is_wanted(input, input.record->verdict->wanted);
}

bool is_rejected(const PlanInput& input) {
  if (!matches_verdict(input)) return false;
  const auto given = input.record->verdict->at;
  // A verdict from the future was given before the clock was set back.
  const auto lifts = [&](const std::optional<WallTime>& asked) {
    return asked && (given > input.now || given < *asked);
  };
  return !lifts(input.restart_requested) && !lifts(input.rollout_requested);
}

bool is_startable(const BoxView& view, const ObservedContainer& container) {
  return container.state != state::ContainerState::Removing &&
         container.state != state::ContainerState::Dead &&
         std::find(view.copies.begin(), view.copies.end(), &container) == view.copies.end();
}

bool passage_is_open(const PlanInput& input, const BoxView& view) {
  if (input.record->spec.power == specs::Power::Stopped) return false;
  const auto previous = state::previous_name(input.record->name);
  const auto wanted_policy = input.wanted->config.restart;
  int startable = 0;
  bool any_aside = false;
  bool any_untried = false;
  for (const auto& container : input.observed->containers) {
    if (!is_startable(view, container)) continue;
    if (container.is_alive()) return false;
    ++startable;
    any_untried = any_untried || !container.ever_started();
    any_aside = any_aside || container.name == previous ||
                (container.ever_started() && container.config.restart == specs::RestartPolicy::No &&
                 wanted_policy != specs::RestartPolicy::No);
  }
  if (startable == 0) return false;
  if (input.in_passage) return true;
  if (startable == 1) {
    const auto& containers = input.observed->containers;
    return std::any_of(containers.begin(), containers.end(), [&](const auto& container) {
      return is_startable(view, container) && container.name == previous;
    });
  }
  // A candidate that has run since ended the passage, whatever became of it later.
  return any_aside && (any_untried || is_rejected(input));
}

bool is_name_held(const PlanInput& input, const BoxView& view, const std::string& name) {
  const auto& holders = input.observed->name_holders;
  return std::any_of(holders.begin(), holders.end(),
                     [&name](const auto& holder) { return holder.name == name; }) ||
         std::any_of(view.copies.begin(), view.copies.end(),
                     [&name](const auto* copy) { return copy->name == name; });
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

}  // namespace boxwright::plan
