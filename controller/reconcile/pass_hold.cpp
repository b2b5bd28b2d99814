// What a step would leave without anything that mounts it is held first; what is to be removed is
// let go first.

#include <algorithm>

#include "controller/reconcile/pass.h"

namespace boxwright::reconcile {

namespace {

using state::ObservedContainer;

const ObservedContainer* find(const state::ObservedBox& observed, const ContainerId& id) {
  const auto found = std::find_if(observed.containers.begin(), observed.containers.end(),
                                  [&id](const auto& container) { return container.id == id; });
  return found == observed.containers.end() ? nullptr : &*found;
}

/// The container that a step stops or removes; nullptr: none.
const ObservedContainer* loser_of(const engine::Step& step, const state::ObservedBox& observed) {
  if (const auto* stop = std::get_if<engine::StopContainer>(&step.kind)) {
    return find(observed, stop->id);
  }
  if (const auto* gone = std::get_if<engine::RemoveContainer>(&step.kind)) {
    return find(observed, gone->id);
  }
  return nullptr;
}

/// The box's volumes that it mounts and that no other running container of the box does.
std::set<VolumeName> left_by(const ObservedContainer& loser, const state::ObservedBox& observed,
                             const state::BoxRecord& record) {
  std::set<VolumeName> names;
  for (const auto& mount : loser.config.mounts) {
    const auto& volumes = observed.volumes;
    const bool is_there = std::any_of(volumes.begin(), volumes.end(), [&](const auto& volume) {
      return volume.name == mount.volume && volume.owner.uid == record.uid &&
             !volume.directory_missing;
    });
    if (is_there) names.insert(mount.volume);
  }
  for (const auto& other : observed.containers) {
    if (other.id == loser.id || !other.is_alive()) continue;
    for (const auto& mount : other.config.mounts)
      names.erase(mount.volume);
  }
  return names;
}

}  // namespace

HoldDemand Reconciler::demand_of(const Pass& pass, const engine::Step& step,
                                 const std::vector<engine::Step>& steps) {
  HoldDemand demand;
  if (std::holds_alternative<engine::RemoveVolume>(step.kind)) {
    for (const auto& one : steps) {
      const auto* gone = std::get_if<engine::RemoveVolume>(&one.kind);
      if (gone != nullptr) demand.let_go.insert(gone->name);
    }
    return demand;
  }
  const auto* loser = loser_of(step, pass.observed);
  if (loser == nullptr) return demand;
  const auto& tombstone = pass.record.tombstone;
  const bool goes_too = tombstone && tombstone->remove_volumes && !tombstone->blocked &&
                        tombstone->volumes_due <= pass.input.now;
  if (!goes_too) demand.keep = left_by(*loser, pass.observed, pass.record);
  return demand;
}

/// Nothing of it is to be held before a step, and nothing let go.
void Reconciler::demand_nothing(const BoxName& name) {
  if (parts_.hold != nullptr) (void)parts_.hold->ask(name, {});
}

/// Within a passage nothing waits: people wait for the box.
bool Reconciler::is_held(const Pass& pass, const engine::Step& step,
                         const std::vector<engine::Step>& steps) {
  if (parts_.hold == nullptr || pass.in_passage) return true;
  return parts_.hold->ask(pass.name, demand_of(pass, step, steps));
}

}  // namespace boxwright::reconcile
