// I10: no call ever changes an object that lacks our mark, or that was made by others: foreign
//      containers, copies made from a committed image, volumes and networks of others. Whatever we
//      make carries our mark and a UID.

#include <fmt/core.h>

#include "state/ownership.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

class OwnershipInvariant final : public Invariant {
 public:
  void before(const Touch& touch, const Scene& scene) override {
    if (touch.container != nullptr && !is_ours(*touch.container, scene.ledger)) {
      scene.report("I10", fmt::format("{} touches container {}, which is not ours",
                                      engine::describe(touch.step), touch.container->name));
    }
    if (std::holds_alternative<engine::RemoveVolume>(touch.step.kind) && touch.volume != nullptr &&
        !is_marked(touch.volume->labels)) {
      scene.report(
          "I10", fmt::format("{} touches a volume that is not ours", engine::describe(touch.step)));
    }
    if (const auto* create = std::get_if<engine::CreateContainer>(&touch.step.kind)) {
      judge_labels(create->name, create->config.labels, scene);
    }
    if (const auto* create = std::get_if<engine::CreateHold>(&touch.step.kind)) {
      const bool marked = is_marked(create->labels) && is_marked(create->stray) &&
                          state::read_owner(create->labels).role == state::kRoleHold;
      if (!marked) scene.report("I10", fmt::format("{} is made without our mark", create->name));
      for (const auto& name : create->volumes)
        judge_held(name, scene);
    }
    if (const auto* create = std::get_if<engine::CreateVolume>(&touch.step.kind)) {
      judge_labels(create->name.str(), create->labels, scene);
    }
  }

 private:
  static void judge_held(const VolumeName& name, const Scene& scene) {
    const auto* volume = truth_of(scene.world).find_volume(name);
    if (volume == nullptr || is_marked(volume->labels)) return;
    scene.report("I10", fmt::format("volume {} is held and is not ours", name.str()));
  }

  static void judge_labels(const std::string& name,
                           const std::map<std::string, std::string>& labels, const Scene& scene) {
    if (!is_marked(labels) || uid_of(labels).empty() || box_of(labels).empty()) {
      scene.report("I10", fmt::format("{} is made without our mark, a UID and a box", name));
      return;
    }
    const auto record = scene.world.record(box_of(labels).str());
    if (record.uid != uid_of(labels)) {
      scene.report("I10", fmt::format("{} is made with a UID that is not its box's", name));
    }
    const auto prefix = state::container_name(box_of(labels));
    const bool is_named =
        name == prefix || name.starts_with(prefix + ".") || name.starts_with(prefix + "-");
    if (!is_named) scene.report("I10", fmt::format("{} carries the box of another", name));
  }
};

}  // namespace

std::unique_ptr<Invariant> make_ownership_invariant() {
  return std::make_unique<OwnershipInvariant>();
}

}  // namespace boxwright::test
