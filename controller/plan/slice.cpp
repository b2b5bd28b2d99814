#include "controller/plan/slice.h"

#include "state/ownership.h"

namespace boxwright::plan {

namespace {

template <class Index, class Key>
const typename Index::mapped_type& listed(const Index& index, const Key& key) {
  static const typename Index::mapped_type kNone;
  const auto found = index.find(key);
  return found == index.end() ? kNone : found->second;
}

}  // namespace

FleetIndex::FleetIndex(const state::ObservedFleet& fleet) : fleet_(fleet) {
  containers_.reserve(fleet.containers.size());
  volumes_.reserve(fleet.volumes.size());
  for (const auto& container : fleet.containers)
    containers_[container.owner.uid].push_back(&container);
  for (const auto& volume : fleet.volumes)
    volumes_[volume.owner.uid].push_back(&volume);
  for (const auto& holder : fleet.foreign)
    foreign_[holder.name].push_back(&holder);
  for (const auto& network : fleet.networks)
    networks_[network.name].push_back(&network);
}

state::ObservedBox FleetIndex::slice(const state::BoxRecord& record) const {
  state::ObservedBox box;
  box.at = fleet_.at;
  box.limits_swap = fleet_.limits_swap;
  box.host_cpus = fleet_.host_cpus;
  const auto& containers = listed(containers_, record.uid);
  box.containers.reserve(containers.size());
  for (const auto* container : containers) {
    box.containers.push_back(*container);
    const auto image = fleet_.images_by_id.find(container->image_id);
    if (image != fleet_.images_by_id.end()) box.container_images.insert(*image);
  }
  const auto& volumes = listed(volumes_, record.uid);
  box.volumes.reserve(volumes.size());
  for (const auto* volume : volumes)
    box.volumes.push_back(*volume);
  for (const auto& name : {state::container_name(record.name), state::candidate_name(record.name),
                           state::previous_name(record.name)}) {
    for (const auto* holder : listed(foreign_, name))
      box.name_holders.push_back(*holder);
  }
  for (const auto* network : listed(networks_, record.settings.network))
    box.networks.push_back(*network);
  const auto image = fleet_.images_by_reference.find(record.spec.image);
  if (image != fleet_.images_by_reference.end()) box.wanted_image = image->second;
  return box;
}

}  // namespace boxwright::plan
