#pragma once
// One process of the controller: what a kill takes away.

#include <fmt/core.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/world.h"

namespace boxwright::test {

class DeclaredSource final : public specs::SpecSource {
 public:
  explicit DeclaredSource(const DeclaredBoxes& declared) : declared_(declared) {}

  [[nodiscard]] std::string place() const override { return declared_.place; }

  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll(MonoTime /*now*/) override {
    if (seen_ == declared_.version) return std::optional<specs::Snapshot>{};
    seen_ = declared_.version;
    if (!declared_.failure.empty()) {
      return fail(ErrorCode::Unavailable, RetryClass::Transient, "{}", declared_.failure);
    }
    specs::Snapshot snapshot;
    snapshot.source = declared_.name;
    snapshot.place = place();
    snapshot.revision = Revision{fmt::format("r{}", declared_.version)};
    snapshot.settings = declared_.settings;
    for (const auto& [name, box] : declared_.boxes) {
      if (!declared_.emptied && !declared_.hidden.contains(name)) snapshot.boxes.push_back(box);
    }
    if (!declared_.problem.empty()) {
      snapshot.problems.push_back({"BW0103", "broken.yaml", {1, 1}, declared_.problem, {}});
    }
    return std::optional(std::move(snapshot));
  }

 private:
  const DeclaredBoxes& declared_;
  std::int64_t seen_ = 0;
};

/// What a kill takes away.
struct World::Process {
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<state::Store> store;
  std::unique_ptr<state::DesiredDb> desired;
  reconcile::SlotPool slots;
  reconcile::Intake intake;
  reconcile::Hold hold;
  reconcile::Reconciler reconciler;
  reconcile::WorkQueue queue;
  std::optional<state::ObservedFleet> observed;
  std::optional<MonoTime> last_relist;
  MonoTime listed_from{};
  MonoTime next_relist{};
  std::optional<std::int64_t> counter;
  std::optional<reconcile::Intaken> intaken;
  std::vector<std::pair<std::int64_t, std::string>> finished;
  std::vector<std::pair<std::int64_t, std::string>> refused;
  std::vector<std::pair<std::int64_t, std::string>> bound;
  std::set<BoxName> visited;
  std::set<BoxName> in_passage;
  std::vector<BoxName> taken;  ///< By workers that have not begun.
  std::map<std::string, std::uint64_t> passes;
  bool must_decide = true;
  bool relist_asked = false;

  explicit Process(World& world)
      : engine(world.between_.engine_for(world.faulty)),
        store(world.between_.store_for(*world.store)),
        desired(world.between_.desired_for(world.desired)),
        slots(world.slots),
        intake({*store, *desired, world.clock, world.random}),
        hold({*engine, *store, world.clock, world.random, Installation{kTestInstallation}, {}, {}}),
        reconciler({*engine, *store, world.layers, world.clock, world.random, slots,
                    Installation{kTestInstallation}, test_mac_key(), announcer(world),
                    world.holds_ ? &hold : nullptr, world.keeps_layer_images_}) {
    intake.add_source(world.between_.source_for(std::make_unique<DeclaredSource>(world.declared)));
    if (world.with_table_) {
      intake.add_source(world.between_.source_for(std::make_unique<DeclaredSource>(world.table)));
    }
  }

  reconcile::Announcer announcer(World& world) {
    reconcile::Announcer made;
    made.last_words = [&world](const BoxName&, const auto& log) { world.last_words = log; };
    made.finished = [this](std::int64_t id, const std::string& outcome) {
      finished.emplace_back(id, outcome);
    };
    made.refused = [this](std::int64_t id, const std::string& outcome) {
      refused.emplace_back(id, outcome);
    };
    made.bound = [this](std::int64_t id, const std::string& argument) {
      bound.emplace_back(id, argument);
    };
    return made;
  }
};

}  // namespace boxwright::test
