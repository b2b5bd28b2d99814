// The volumes that a spec asks for: there, new, lost, or somebody else's.

#include <algorithm>

#include "controller/plan/plan_box.h"
#include "state/ownership.h"

namespace boxwright::plan {

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
  return is_mounted(input, name);
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

}  // namespace boxwright::plan
