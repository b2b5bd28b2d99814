// I4: no volume is removed unless that was granted for its UID and its delay is over; what people
//     wrote is there, as they wrote it; no candidate writes into a volume that was mounted before.
// I8: this holds on old answers of the engine too: they may be given at any time.
// I20: data never gets another UID: a container mounts only volumes of its own.

#include <fmt/core.h>

#include <algorithm>

#include "state/ownership.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class DataInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    const auto& step = touch.step.kind;
    if (std::holds_alternative<engine::RemoveVolume>(step)) judge_removal(touch, scene);
    if (const auto* create = std::get_if<engine::CreateContainer>(&step)) {
      judge_mounts(*create, scene);
    }
    if (const auto* create = std::get_if<engine::CreateVolume>(&step)) judge_new(*create, scene);
  }

  void after(const Touch& touch, bool succeeded, const Scene& scene) override {
    const auto* gone = std::get_if<engine::RemoveVolume>(&touch.step.kind);
    if (gone != nullptr && succeeded) scene.world.give_up_data(gone->name);
    const auto& model = truth_of(scene.world);
    for (const auto& [name, content] : before_) {
      const auto* volume = model.find_volume(name);
      if (volume != nullptr && volume->directory != content) {
        scene.report("I4", fmt::format("{} wrote image files into volume {}, which was in use",
                                       engine::describe(touch.step), name.str()));
      }
    }
    before_.clear();
    look(scene);
  }

  void moment(const Scene& scene) override { look(scene); }

  /// What was not there any more when a box ended is not expected of the next one.
  void committed(const state::Store::FleetChange& change, const Scene& scene) override {
    for (const auto& name : change.forget_boxes) {
      const auto uid = scene.world.record(name.str()).uid;
      std::erase_if(scene.ledger.volumes_seen, [&](const auto& seen) {
        return seen.second == uid && truth_of(scene.world).find_volume(seen.first) == nullptr;
      });
    }
  }

 private:
  static void look(const Scene& scene) {
    if (auto lost = scene.world.lost_data(); !lost.empty()) scene.report("I4", lost);
  }

  static void judge_removal(const Touch& touch, const Scene& scene) {
    if (touch.volume == nullptr || touch.volume->directory_missing) return;
    // The engine made it, empty, when one was to be held that had just gone.
    if (state::read_owner(touch.volume->labels).role == state::kRoleStray) return;
    const auto& name = touch.volume->name.str();
    const auto grant = scene.ledger.grants.find(touch.uid);
    if (grant == scene.ledger.grants.end()) {
      scene.report("I4", fmt::format("volume {} is removed without a grant", name));
    } else if (scene.world.clock.mono_now() < grant->second.due &&
               scene.world.clock.wall_now() < grant->second.due_wall) {
      scene.report("I4", fmt::format("volume {} is removed before its delay is over", name));
    }
  }

  void judge_mounts(const engine::CreateContainer& create, const Scene& scene) {
    const auto& model = truth_of(scene.world);
    const auto uid = uid_of(create.config.labels);
    for (const auto& mount : create.config.mounts) {
      const auto* volume = model.find_volume(mount.volume);
      if (volume == nullptr) {
        scene.report("I4", fmt::format("container {} is created before volume {}, which the engine "
                                       "would make without a label",
                                       create.name, mount.volume.str()));
        continue;
      }
      if (!is_marked(volume->labels) || uid_of(volume->labels) != uid) {
        scene.report("I20", fmt::format("container {} mounts volume {}, which is not its box's",
                                        create.name, mount.volume.str()));
      }
      if (mounted_.contains(mount.volume) && !volume->directory_missing)
        before_[mount.volume] = volume->directory;
      mounted_.insert(mount.volume);
    }
  }

  /// Neither disposable nor accepted as empty.
  static bool is_kept(const engine::CreateVolume& create, const Scene& scene) {
    const auto record = scene.world.record(box_of(create.labels).str());
    const auto& key = create.labels.at(state::kLabelVolumeKey);
    const auto volume = record.spec.volumes.find(key);
    if (volume == record.spec.volumes.end() || volume->second.disposable) return false;
    const auto requests = scene.world.desired.requests();
    return std::ranges::none_of(*requests, [&](const auto& request) {
      return request.subject == record.name.str() && request.argument == "empty:" + key;
    });
  }

  /// A fresh volume of a new UID beside data that an earlier box of that name left.
  void judge_new(const engine::CreateVolume& create, const Scene& scene) {
    const auto box = box_of(create.labels);
    const auto uid = uid_of(create.labels);
    const bool is_there = truth_of(scene.world).find_volume(create.name) != nullptr;
    if (!is_there) mounted_.erase(create.name);
    if (!is_there && scene.ledger.volumes_seen[create.name] == uid && is_kept(create, scene)) {
      scene.report("I4",
                   fmt::format("volume {} is lost and is made anew, empty, without a person's "
                               "word",
                               create.name.str()));
    }
    scene.ledger.volumes_seen[create.name] = uid;
    for (const auto& [name, volume] : truth_of(scene.world).volumes()) {
      if (is_marked(volume.labels) && box_of(volume.labels) == box &&
          uid_of(volume.labels) != uid && !volume.directory_missing) {
        scene.report("I20", fmt::format("box {} gets fresh volumes although {} holds data of an "
                                        "earlier box of that name",
                                        box.str(), name.str()));
      }
    }
  }

  std::set<VolumeName> mounted_;
  std::map<VolumeName, Directory> before_;
};

}  // namespace

std::unique_ptr<Invariant> make_data_invariant() {
  return std::make_unique<DataInvariant>();
}

}  // namespace boxwright::test
