// Bugs in what is seen of the engine.

#include <algorithm>

#include "state/ownership.h"
#include "tests/simulation/plant_parts.h"
#include "tests/simulation/plants/plant_lists.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {

namespace {

std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> misread(
    std::function<void(state::ObservedContainer&)> change) {
  return plant_engine([change] {
    EngineHooks hooks;
    hooks.box = [change](state::ObservedBox& box, const engine::BoxQuery& /*query*/) {
      for (auto& container : box.containers)
        change(container);
    };
    hooks.fleet = [change](state::ObservedFleet& fleet) {
      for (auto& container : fleet.containers)
        change(container);
    };
    return hooks;
  });
}

std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> misread_box(
    std::function<void(state::ObservedBox&, const engine::BoxQuery&)> change) {
  return plant_engine([change] {
    EngineHooks hooks;
    hooks.box = change;
    return hooks;
  });
}

/// Foreign holders of our names are taken for ours.
void adopt_holders(state::ObservedBox& box, const engine::BoxQuery& query) {
  for (const auto& holder : box.name_holders) {
    if (box.containers.empty()) return;
    auto ours = box.containers.front();
    ours.id = holder.id;
    ours.name = holder.name;
    ours.owner.uid = query.uid;
    box.containers.push_back(std::move(ours));
  }
  box.name_holders.clear();
}

void attach_all(state::ObservedBox& box, const state::ObservedNetwork& network) {
  for (auto& container : box.containers) {
    std::erase_if(container.attachments,
                  [&](const auto& one) { return one.network == network.name; });
    container.attachments.push_back({network.name, network.id, true});
  }
}

void adopt_volumes(state::ObservedBox& box, const engine::BoxQuery& query) {
  for (auto& volume : box.volumes) {
    volume.owner.installation = query.installation;
    volume.owner.uid = query.uid;
  }
}

}  // namespace

std::vector<Plant> look_plants() {
  return {
      {"takes-foreign-containers", "whoever holds a name of ours is taken for ours",
       misread_box(adopt_holders)},
      {"takes-foreign-volumes", "a volume with a name of ours is taken for ours",
       misread_box(adopt_volumes)},
      {"sees-no-copies", "a container made from a committed image is taken for the box",
       plant_engine([] {
         EngineHooks hooks;
         hooks.box = [](state::ObservedBox& box, const engine::BoxQuery& /*query*/) {
           for (auto& [id, image] : box.container_images)
             image.labels.clear();
         };
         hooks.fleet = [](state::ObservedFleet& fleet) {
           for (auto& [id, image] : fleet.images_by_id)
             image.labels.clear();
         };
         return hooks;
       })},
      {"blind-for-health", "every running container counts as healthy", misread([](auto& one) {
         if (one.is_alive()) one.health = state::Health::Healthy;
       })},
      {"blind-for-stops", "a stopped container counts as running", misread([](auto& one) {
         if (one.state == state::ContainerState::Exited) one.state = state::ContainerState::Running;
       })},
      {"blind-for-pauses", "a paused container counts as running", misread([](auto& one) {
         if (one.state == state::ContainerState::Paused) one.state = state::ContainerState::Running;
       })},
      {"blind-for-networks", "every container counts as attached",
       misread_box([](auto& box, const auto& /*query*/) {
         for (const auto& network : box.networks) {
           if (network.name == kTestNetwork) attach_all(box, network);
         }
       })},
      {"misreads-limits", "CPUs are read with a rounding error",
       misread([](auto& one) { one.config.limits.cpus.count += 1; })},
      {"forgets-the-old-one", "a container that is aside is overlooked",
       misread_box([](auto& box, const auto& /*query*/) {
         std::erase_if(box.containers, [](const auto& one) { return one.name.ends_with(".prev"); });
       })},
      {"overlooks-volumes", "the list of volumes is read as empty",
       misread_box([](auto& box, const auto& /*query*/) { box.volumes.clear(); })},
      {"trusts-lost-directories", "a volume without a directory counts as there",
       misread_box([](auto& box, const auto& /*query*/) {
         for (auto& volume : box.volumes)
           volume.directory_missing = false;
       })},
  };
}

}  // namespace boxwright::test
