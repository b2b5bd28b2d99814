#include "controller/plan/slice.h"

#include "state/ownership.h"

namespace boxwright::plan {

state::ObservedBox slice_box(const state::ObservedFleet& fleet, const state::BoxRecord& record) {
  state::ObservedBox box;
  box.at = fleet.at;
  for (const auto& container : fleet.containers) {
    if (container.owner.uid != record.uid) continue;
    box.containers.push_back(container);
    const auto image = fleet.images_by_id.find(container.image_id);
    if (image != fleet.images_by_id.end()) box.container_images.insert(*image);
  }
  for (const auto& volume : fleet.volumes) {
    if (volume.owner.uid == record.uid) box.volumes.push_back(volume);
  }
  const auto main = state::container_name(record.name);
  for (const auto& holder : fleet.foreign) {
    if (holder.name == main || holder.name == state::candidate_name(record.name) ||
        holder.name == state::previous_name(record.name)) {
      box.name_holders.push_back(holder);
    }
  }
  box.networks = fleet.networks;
  const auto image = fleet.images_by_reference.find(record.spec.image);
  if (image != fleet.images_by_reference.end()) box.wanted_image = image->second;
  return box;
}

}  // namespace boxwright::plan
