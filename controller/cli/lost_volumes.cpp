#include "controller/cli/lost_volumes.h"

#include <algorithm>

#include "state/ownership.h"

namespace boxwright::cli {

namespace {

engine::Step create_step(const Installation& installation, const VolumeSet& set,
                         const ShownVolume& volume, const Attempt& attempt) {
  state::OwnerLabels owner;
  owner.installation = installation;
  owner.uid = set.uid;
  owner.box = set.box;
  owner.role = state::kRoleVolume;
  owner.attempt = attempt;
  owner.owner = volume.owner;
  owner.volume_key = volume.key;
  return {engine::CreateVolume{volume.name, state::write_owner(owner)},
          "a lost volume is restored"};
}

/// Empty ones would be those of an attempt that was never made.
bool is_made_by(const state::ObservedVolume& volume, const Attempt& attempt) {
  return !attempt.empty() && volume.owner.attempt == attempt &&
         volume.owner.role == state::kRoleVolume;
}

}  // namespace

Status make_lost_volumes(engine::Engine& engine, const Installation& installation,
                         const VolumeSet& set, const Attempt& attempt,
                         const std::stop_token& stop) {
  std::vector<VolumeName> made;
  for (const auto& volume : set.volumes) {
    if (volume.use != VolumeUse::Lost) continue;
    BW_TRY(engine.perform(create_step(installation, set, volume, attempt), {}, stop));
    made.push_back(volume.name);
  }
  if (made.empty()) return {};
  // The engine answers alike for one that was there.
  BW_TRY_ASSIGN(const auto fleet, engine.observe_fleet(installation, stop));
  for (const auto& name : made) {
    const bool is_ours = std::any_of(
        fleet.volumes.begin(), fleet.volumes.end(),
        [&](const auto& volume) { return volume.name == name && is_made_by(volume, attempt); });
    if (is_ours) continue;
    return fail(
        ErrorCode::Conflict, RetryClass::Transient,
        "volume {} was lost, and somebody else made it just now; look at `boxwright volumes "
        "{}`, and say this again",
        name.str(), set.box.str());
  }
  return {};
}

Status remove_made_volumes(engine::Engine& engine, const Installation& installation,
                           const Attempt& attempt) {
  // Also after an interrupt.
  BW_TRY_ASSIGN(const auto fleet, engine.observe_fleet(installation, std::stop_token{}));
  for (const auto& volume : fleet.volumes) {
    if (!is_made_by(volume, attempt)) continue;
    BW_TRY(engine.perform({engine::RemoveVolume{volume.name}, "it was not filled"}, {},
                          std::stop_token{}));
  }
  return {};
}

}  // namespace boxwright::cli
