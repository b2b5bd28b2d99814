#include "tests/simulation/plant_parts.h"

namespace boxwright::test {

namespace {

class PlantedEngine final : public PassingEngine {
 public:
  PlantedEngine(engine::Engine& inside, EngineHooks hooks)
      : PassingEngine(inside), hooks_(std::move(hooks)) {}

  [[nodiscard]] Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                                           std::stop_token stop) override {
    auto seen = inside_.observe_fleet(installation, std::move(stop));
    if (seen && hooks_.fleet) hooks_.fleet(*seen);
    return seen;
  }
  [[nodiscard]] Result<state::ObservedBox> observe_box(const engine::BoxQuery& query,
                                                       std::stop_token stop) override {
    auto seen = inside_.observe_box(query, std::move(stop));
    if (seen && hooks_.box) hooks_.box(*seen, query);
    return seen;
  }
  [[nodiscard]] Result<state::HoldView> observe_holds(const engine::HoldQuery& query,
                                                      std::stop_token stop) override {
    auto seen = inside_.observe_holds(query, std::move(stop));
    if (seen && hooks_.holds) hooks_.holds(*seen);
    return seen;
  }
  [[nodiscard]] Result<std::vector<engine::LayerChange>> changed_paths(
      const ContainerId& id, std::stop_token stop) override {
    auto changes = inside_.changed_paths(id, std::move(stop));
    if (changes && hooks_.changes) hooks_.changes(*changes);
    return changes;
  }
  [[nodiscard]] Result<engine::StepReply> perform(const engine::Step& step,
                                                  const engine::ProgressSink& progress,
                                                  std::stop_token stop) override {
    auto changed = step;
    if (hooks_.step) {
      const auto pass_on = [&](const engine::Step& one) {
        return inside_.perform(one, progress, stop);
      };
      if (auto instead = hooks_.step(changed, pass_on)) return std::move(*instead);
    }
    return inside_.perform(changed, progress, stop);
  }

 private:
  EngineHooks hooks_;
};

class PlantedStore final : public PassingStore {
 public:
  PlantedStore(state::Store& inside, StoreHooks hooks)
      : PassingStore(inside), hooks_(std::move(hooks)) {}

  [[nodiscard]] Status commit(const FleetChange& change) override {
    auto changed = change;
    if (hooks_.commit) hooks_.commit(changed, inside_);
    return inside_.commit(changed);
  }
  [[nodiscard]] Status put_status(const state::BoxStatus& status) override {
    auto changed = status;
    if (hooks_.status) hooks_.status(changed);
    return inside_.put_status(changed);
  }
  [[nodiscard]] Status append_event(const state::Event& event) override {
    auto changed = event;
    if (hooks_.event) hooks_.event(changed);
    return inside_.append_event(changed);
  }
  [[nodiscard]] Status put_verdict(const BoxName& box,
                                   const std::optional<state::Verdict>& verdict) override {
    return hooks_.drops_verdicts ? Status{} : inside_.put_verdict(box, verdict);
  }
  [[nodiscard]] Status put_container(const BoxName& box,
                                     const state::KnownContainer& known) override {
    return hooks_.drops_containers ? Status{} : inside_.put_container(box, known);
  }
  [[nodiscard]] Status put_expected_volume(const BoxName& box, const std::string& key) override {
    return hooks_.drops_expected_volumes ? Status{} : inside_.put_expected_volume(box, key);
  }

 private:
  StoreHooks hooks_;
};

class PlantedDesired final : public PassingDesiredDb {
 public:
  PlantedDesired(state::DesiredDb& inside,
                 std::function<void(std::vector<state::Request>&)> requests,
                 std::function<void(std::vector<state::DeletionRow>&)> deletions)
      : PassingDesiredDb(inside),
        requests_(std::move(requests)),
        deletions_(std::move(deletions)) {}

  [[nodiscard]] Result<std::vector<state::Request>> pending_requests() override {
    auto list = inside_.pending_requests();
    if (list && requests_) requests_(*list);
    return list;
  }
  [[nodiscard]] Result<std::vector<state::DeletionRow>> pending_deletions() override {
    auto list = inside_.pending_deletions();
    if (list && deletions_) deletions_(*list);
    return list;
  }

 private:
  std::function<void(std::vector<state::Request>&)> requests_;
  std::function<void(std::vector<state::DeletionRow>&)> deletions_;
};

class PlantedSource final : public PassingSource {
 public:
  PlantedSource(std::unique_ptr<specs::SpecSource> inside, std::function<void(Polled&)> polled)
      : PassingSource(std::move(inside)), polled_(std::move(polled)) {}

  [[nodiscard]] Polled poll(MonoTime now) override {
    auto polled = inside_->poll(now);
    polled_(polled);
    return polled;
  }

 private:
  std::function<void(Polled&)> polled_;
};

}  // namespace

std::function<std::unique_ptr<engine::Engine>(engine::Engine&)> plant_engine(
    std::function<EngineHooks()> make) {
  return [make = std::move(make)](engine::Engine& inside) {
    return std::make_unique<PlantedEngine>(inside, make());
  };
}

std::function<std::unique_ptr<state::Store>(state::Store&)> plant_store(StoreHooks hooks) {
  return [hooks = std::move(hooks)](state::Store& inside) {
    return std::make_unique<PlantedStore>(inside, hooks);
  };
}

std::function<std::unique_ptr<state::DesiredDb>(state::DesiredDb&)> plant_desired(
    std::function<void(std::vector<state::Request>&)> requests,
    std::function<void(std::vector<state::DeletionRow>&)> deletions) {
  return
      [requests = std::move(requests), deletions = std::move(deletions)](state::DesiredDb& inside) {
        return std::make_unique<PlantedDesired>(inside, requests, deletions);
      };
}

std::function<std::unique_ptr<specs::SpecSource>(std::unique_ptr<specs::SpecSource>)> plant_source(
    std::function<std::function<void(Polled&)>()> make) {
  return [make = std::move(make)](std::unique_ptr<specs::SpecSource> inside) {
    return std::make_unique<PlantedSource>(std::move(inside), make());
  };
}

}  // namespace boxwright::test
