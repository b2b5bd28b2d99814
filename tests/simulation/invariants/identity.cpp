// I19: the generation rises by one exactly when the normalised spec changes.
// I20: a UID that was finalised comes back only together with its data; two boxes never have one
// UID. I16: a box that comes back within its delay keeps its UID.

#include <fmt/core.h>

#include "specs/model/canonical.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

struct Known {
  BoxUid uid;
  std::int64_t generation = 0;
  std::string spec;
};

class IdentityInvariant final : public Invariant {
 public:
  void committed(const state::Store::FleetChange& change, const Scene& scene) override {
    for (const auto& name : change.forget_boxes) {
      const auto found = known_.find(name);
      if (found == known_.end()) continue;
      finalised_.insert(found->second.uid);
      known_.erase(found);
    }
    for (const auto& record : change.put_boxes)
      judge(record, scene);
  }

  void forgotten(const Scene& /*scene*/) override {
    known_.clear();
    finalised_.clear();
  }

 private:
  void judge(const state::BoxRecord& record, const Scene& scene) {
    const auto spec = specs::canonical_json(record.spec);
    auto& known = known_[record.name];
    const auto& name = record.name.str();
    if (!known.uid.empty() && known.uid != record.uid) {
      scene.report("I16", fmt::format("box {} got another UID without having been removed", name));
    } else if (!known.uid.empty()) {
      const auto wanted = known.generation + (known.spec == spec ? 0 : 1);
      if (record.generation != wanted) {
        scene.report("I19", fmt::format("box {} is at generation {} where {} is due", name,
                                        record.generation, wanted));
      }
    } else if (finalised_.contains(record.uid) && !has_data(record.uid, scene)) {
      scene.report("I20", fmt::format("box {} has a UID that is finished", name));
    }
    for (const auto& [other, entry] : known_) {
      if (other != record.name && entry.uid == record.uid) {
        scene.report("I20", fmt::format("boxes {} and {} have one UID", name, other.str()));
      }
    }
    known = {record.uid, record.generation, spec};
  }

  static bool has_data(const BoxUid& uid, const Scene& scene) {
    // The last list of volumes may be older than the hand that took them.
    constexpr Duration kList{60'000};
    const auto by_hand = scene.world.clock.mono_now() - scene.ledger.volumes_by_hand;
    if (by_hand < kList) return true;
    for (const auto& [name, volume] : truth_of(scene.world).volumes()) {
      if (uid_of(volume.labels) == uid) return true;
    }
    // A container that is left by hand speaks for its UID as well.
    for (const auto& [id, container] : truth_of(scene.world).containers()) {
      if (uid_of(container.config.labels) == uid) return true;
    }
    return false;
  }

  std::map<BoxName, Known> known_;
  std::set<BoxUid> finalised_;
};

}  // namespace

std::unique_ptr<Invariant> make_identity_invariant() {
  return std::make_unique<IdentityInvariant>();
}

}  // namespace boxwright::test
