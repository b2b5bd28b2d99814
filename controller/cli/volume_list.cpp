#include "controller/cli/volume_list.h"

#include <algorithm>
#include <tuple>

#include "state/ownership.h"

namespace boxwright::cli {

namespace {

using state::ObservedContainer;
using state::ObservedVolume;

/// What is remembered, by the UID that names the data.
struct Known {
  std::map<BoxUid, const state::BoxRecord*> boxes;
  std::map<BoxUid, const state::RetainedData*> retained;
};

Known known_of(const VolumeListInput& input) {
  Known known;
  for (const auto& box : input.boxes)
    known.boxes.emplace(box.uid, &box);
  for (const auto& data : input.retained)
    known.retained.emplace(data.uid, &data);
  return known;
}

/// Containers of boxes that mount it. What else of ours has it mounted uses none of it.
std::vector<const ObservedContainer*> users_of(const state::ObservedFleet& fleet,
                                               const VolumeName& volume) {
  std::vector<const ObservedContainer*> users;
  for (const auto& container : fleet.containers) {
    if (container.owner.role != state::kRoleBox) continue;
    const auto& mounts = container.config.mounts;
    const bool mounted = std::any_of(mounts.begin(), mounts.end(), [&volume](const auto& mount) {
      return mount.volume == volume;
    });
    if (mounted) users.push_back(&container);
  }
  return users;
}

VolumeUse use_of(const ObservedVolume& volume, const Known& known, bool alive) {
  if (volume.directory_missing) return VolumeUse::Lost;
  if (alive) return VolumeUse::InUse;
  const auto box = known.boxes.find(volume.owner.uid);
  if (box != known.boxes.end()) {
    const auto& stone = box->second->tombstone;
    return stone && stone->remove_volumes ? VolumeUse::ToGo : VolumeUse::Stopped;
  }
  return known.retained.contains(volume.owner.uid) ? VolumeUse::Retained : VolumeUse::Orphaned;
}

void add_times(ShownVolume& shown, const Known& known,
               const std::vector<const ObservedContainer*>& users, WallTime now) {
  for (const auto* user : users) {
    if (user->is_alive()) {
      shown.last_used = now;
      return;
    }
    if (user->finished_at)
      shown.last_used = std::max(shown.last_used.value_or(WallTime::min()), *user->finished_at);
  }
  if (const auto data = known.retained.find(shown.uid); data != known.retained.end()) {
    shown.kept_since = data->second->since;
    if (!shown.last_used) shown.last_used = data->second->since;
  }
}

void add_spec(ShownVolume& shown, const state::BoxRecord& box) {
  const auto spec = box.spec.volumes.find(shown.key);
  if (spec != box.spec.volumes.end()) shown.disposable = spec->second.disposable;
  if (shown.use == VolumeUse::ToGo) shown.goes_at = box.tombstone->volumes_due;
}

ShownVolume shown_of(const ObservedVolume& volume, const VolumeListInput& input,
                     const Known& known) {
  ShownVolume shown;
  shown.name = volume.name;
  shown.box = volume.owner.box;
  shown.uid = volume.owner.uid;
  shown.key = volume.owner.volume_key;
  shown.owner = volume.owner.owner;
  const auto users = users_of(*input.observed, volume.name);
  const bool alive =
      std::any_of(users.begin(), users.end(), [](const auto* user) { return user->is_alive(); });
  shown.use = use_of(volume, known, alive);
  if (const auto size = input.sizes.find(volume.name); size != input.sizes.end()) {
    shown.size = size->second;
  }
  add_times(shown, known, users, input.observed->at);
  const auto box = known.boxes.find(shown.uid);
  if (box != known.boxes.end()) add_spec(shown, *box->second);
  return shown;
}

/// What a box has had and the engine does not list.
void add_lost(const VolumeListInput& input, std::vector<ShownVolume>& list) {
  const auto& volumes = input.observed->volumes;
  for (const auto& box : input.boxes) {
    for (const auto& key : box.expected_volumes) {
      ShownVolume lost;
      lost.name = state::volume_name(box.name, key);
      const bool listed = std::any_of(volumes.begin(), volumes.end(), [&lost](const auto& volume) {
        return volume.name == lost.name;
      });
      if (listed || box.tombstone) continue;
      lost.box = box.name;
      lost.uid = box.uid;
      lost.key = key;
      lost.owner = box.owner;
      lost.use = VolumeUse::Lost;
      add_spec(lost, box);
      list.push_back(std::move(lost));
    }
  }
}

}  // namespace

std::string_view to_string(VolumeUse value) {
  switch (value) {
    case VolumeUse::InUse: return "in-use";
    case VolumeUse::Stopped: return "stopped";
    case VolumeUse::Retained: return "retained";
    case VolumeUse::ToGo: return "to-go";
    case VolumeUse::Orphaned: return "orphaned";
    case VolumeUse::Lost: return "lost";
  }
  return "lost";
}

std::vector<ShownVolume> list_volumes(const VolumeListInput& input) {
  const auto known = known_of(input);
  std::vector<ShownVolume> list;
  for (const auto& volume : input.observed->volumes) {
    // A volume of ours that no box has is part of the machinery, not somebody's data.
    if (!volume.owner.uid.empty()) list.push_back(shown_of(volume, input, known));
  }
  add_lost(input, list);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return std::tie(a.box, a.key, a.uid, a.name) < std::tie(b.box, b.key, b.uid, b.name);
  });
  return list;
}

}  // namespace boxwright::cli
