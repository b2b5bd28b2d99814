#include "controller/plan/hold.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "state/ownership.h"

namespace boxwright::plan {

namespace {

using state::ContainerState;
using state::ObservedHold;
using Kind = HoldAction::Kind;

std::set<VolumeName> without(const std::set<VolumeName>& all, const std::set<VolumeName>& some) {
  std::set<VolumeName> rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

/// `box-ada-cache, box-ada-config and 3 more`.
std::string list_names(const std::set<VolumeName>& names) {
  constexpr std::size_t kShown = 2;
  std::string text;
  std::size_t shown = 0;
  for (const auto& name : names) {
    if (shown == kShown) break;
    text += (shown++ == 0 ? "" : ", ") + name.str();
  }
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

/// The view of one decision: holds that are not being removed just now.
class Deciding {
 public:
  explicit Deciding(const HoldInput& input) : input_(input), wanted_(volumes_to_hold(input)) {
    for (const auto& hold : input.holds->containers) {
      if (hold.state != ContainerState::Removing) present_.push_back(&hold);
    }
  }

  [[nodiscard]] std::optional<HoldAction> next() const {
    if (wanted_.empty()) return end_all();
    if (const auto* good = find_good()) return settle_on(*good);
    if (const auto* ready = find_ready()) {
      return HoldAction{Kind::Start, ready->id, {}, {}, {}, "it holds volumes and does not run"};
    }
    return create();
  }

 private:
  [[nodiscard]] static bool is_usable(const ObservedHold& hold) {
    return hold.state != ContainerState::Dead;
  }

  [[nodiscard]] std::optional<HoldAction> end_all() const {
    if (present_.empty()) return end_stray();
    return HoldAction{Kind::Remove, present_.front()->id, {}, {}, {}, "no volume is left to hold"};
  }

  /// Running, and mounting what is wanted and no more; at its own name before others.
  [[nodiscard]] const ObservedHold* find_good() const {
    const ObservedHold* good = nullptr;
    for (const auto* hold : present_) {
      if (!hold->is_alive() || hold->volumes != wanted_) continue;
      if (good == nullptr || hold->name == own_name()) good = hold;
    }
    return good;
  }

  [[nodiscard]] const ObservedHold* find_ready() const {
    for (const auto* hold : present_) {
      if (is_usable(*hold) && hold->volumes == wanted_) return hold;
    }
    return nullptr;
  }

  [[nodiscard]] std::optional<HoldAction> settle_on(const ObservedHold& good) const {
    for (const auto* hold : present_) {
      if (hold == &good) continue;
      return HoldAction{Kind::Remove, hold->id, {}, {}, {}, "another one holds the volumes"};
    }
    if (good.name != own_name() && is_free(own_name())) {
      return HoldAction{Kind::Rename, good.id, own_name(), {}, {}, "it has taken over"};
    }
    return end_stray();
  }

  [[nodiscard]] HoldAction create() const {
    const auto candidates = {own_name(), state::next_hold_name(input_.installation),
                             state::spare_hold_name(input_.installation)};
    for (const auto& name : candidates) {
      if (is_free(name)) return {Kind::Create, {}, name, wanted_, {}, why_create()};
    }
    // All names are taken, as after several crashes: the one that is missed least makes way.
    if (present_.empty()) {
      const std::string name = own_name() + ".more";
      return {Kind::Create, {}, name, wanted_, {}, why_create()};
    }
    const auto* least = *std::min_element(
        present_.begin(), present_.end(),
        [this](const auto* a, const auto* b) { return missed_without(*a) < missed_without(*b); });
    return {Kind::Remove, least->id, {}, {}, {}, "its name is needed"};
  }

  /// How many wanted volumes only this one holds.
  [[nodiscard]] std::size_t missed_without(const ObservedHold& hold) const {
    if (!hold.is_alive()) return 0;
    std::set<VolumeName> missed = hold.volumes;
    for (const auto* other : present_) {
      if (other != &hold && other->is_alive()) missed = without(missed, other->volumes);
    }
    return static_cast<std::size_t>(std::count_if(
        missed.begin(), missed.end(), [this](const auto& name) { return wanted_.contains(name); }));
  }

  [[nodiscard]] std::string why_create() const {
    const auto held = held_volumes(*input_.holds);
    const auto missing = without(wanted_, held);
    if (!missing.empty()) return "nothing holds " + list_names(missing);
    return "no longer to be held: " + list_names(without(held, wanted_));
  }

  /// What the engine made in passing goes, once nothing of ours mounts it.
  [[nodiscard]] std::optional<HoldAction> end_stray() const {
    const auto mounted = mounted_volumes(*input_.holds);
    for (const auto& volume : *input_.volumes) {
      const bool is_stray = volume.owner.installation == input_.installation &&
                            volume.owner.role == state::kRoleStray && volume.owner.uid.empty();
      if (!is_stray || mounted.contains(volume.name)) continue;
      return HoldAction{Kind::RemoveStray,
                        {},
                        {},
                        {},
                        volume.name,
                        "the engine made it, empty, for a volume that had gone"};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string own_name() const { return state::hold_name(input_.installation); }
  [[nodiscard]] bool is_free(const std::string& name) const {
    const auto& all = input_.holds->containers;
    return !input_.holds->taken_names.contains(name) &&
           std::none_of(all.begin(), all.end(),
                        [&name](const auto& hold) { return hold.name == name; });
  }

  const HoldInput& input_;
  std::set<VolumeName> wanted_;
  std::vector<const ObservedHold*> present_;
};

}  // namespace

std::set<VolumeName> volumes_to_hold(const HoldInput& input) {
  std::set<VolumeName> names;
  for (const auto& volume : *input.volumes) {
    // One whose directory is gone would keep the hold from starting, and has nothing to lose.
    const bool counts = volume.owner.installation == input.installation &&
                        !volume.owner.uid.empty() && !volume.directory_missing &&
                        !input.let_go.contains(volume.name);
    if (counts) names.insert(volume.name);
  }
  return names;
}

std::optional<HoldAction> plan_hold(const HoldInput& input) {
  return Deciding(input).next();
}

std::set<VolumeName> held_volumes(const state::ObservedHolds& holds) {
  std::set<VolumeName> names;
  for (const auto& hold : holds.containers) {
    if (hold.is_alive()) names.insert(hold.volumes.begin(), hold.volumes.end());
  }
  return names;
}

std::set<VolumeName> mounted_volumes(const state::ObservedHolds& holds) {
  std::set<VolumeName> names;
  for (const auto& hold : holds.containers)
    names.insert(hold.volumes.begin(), hold.volumes.end());
  return names;
}

}  // namespace boxwright::plan
