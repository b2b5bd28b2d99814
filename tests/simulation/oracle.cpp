#include "tests/simulation/oracle.h"

#include <fmt/core.h>

#include <algorithm>

#include "state/ownership.h"
#include "tests/simulation/passing.h"
#include "tests/simulation/plants.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

/// The container that a step is aimed at; empty: none.
ContainerId target_of(const engine::StepKind& kind) {
  return std::visit(
      [](const auto& step) -> ContainerId {
        if constexpr (requires { step.id; }) return step.id;
        return {};
      },
      kind);
}

Touch aim(const engine::Step& step, const DockerModel& model) {
  Touch touch{step, {}, {}, nullptr, nullptr};
  const std::map<std::string, std::string>* labels = nullptr;
  if (const auto id = target_of(step.kind); !id.empty()) {
    touch.container = model.find(id.str());
    if (touch.container != nullptr) labels = &touch.container->config.labels;
  } else if (const auto* create = std::get_if<engine::CreateContainer>(&step.kind)) {
    labels = &create->config.labels;
  } else if (const auto* volume = std::get_if<engine::CreateVolume>(&step.kind)) {
    labels = &volume->labels;
  } else if (const auto* gone = std::get_if<engine::RemoveVolume>(&step.kind)) {
    touch.volume = model.find_volume(gone->name);
    if (touch.volume != nullptr) labels = &touch.volume->labels;
  }
  if (labels == nullptr) return touch;
  touch.box = box_of(*labels);
  touch.uid = uid_of(*labels);
  return touch;
}

}  // namespace

class Oracle::WatchedEngine final : public PassingEngine {
 public:
  WatchedEngine(engine::Engine& inside, Oracle& oracle) : PassingEngine(inside), oracle_(oracle) {}

  [[nodiscard]] Result<state::ObservedFleet> observe_fleet(const Installation& installation,
                                                           std::stop_token stop) override {
    oracle_.ledger.looked_at_step = oracle_.ledger.steps;
    return inside_.observe_fleet(installation, std::move(stop));
  }
  [[nodiscard]] Result<state::ObservedBox> observe_box(const engine::BoxQuery& query,
                                                       std::stop_token stop) override {
    oracle_.ledger.looked_at_step = oracle_.ledger.steps;
    return inside_.observe_box(query, std::move(stop));
  }
  [[nodiscard]] Result<engine::StepReply> perform(const engine::Step& step,
                                                  const engine::ProgressSink& progress,
                                                  std::stop_token stop) override {
    const auto scene = oracle_.scene();
    ++oracle_.ledger.steps;
    auto touch = aim(step, truth_of(*oracle_.world_));
    for (const auto& invariant : oracle_.invariants_)
      invariant->before(touch, scene);
    auto reply = inside_.perform(step, progress, std::move(stop));
    oracle_.write(fmt::format("    {} [{}] {}", engine::describe(step), step.cause,
                              reply ? "ok" : reply.error().message));
    // A target that was removed is no longer there to be looked at.
    touch.container = nullptr;
    touch.volume = nullptr;
    for (const auto& invariant : oracle_.invariants_)
      invariant->after(touch, reply.has_value(), scene);
    return reply;
  }

 private:
  Oracle& oracle_;
};

namespace {

/// `= ada: Ready=True(Running)@3 UpdatePending=True(ImageMoved)@3`.
std::string status_line(const state::BoxStatus& status) {
  std::string line = fmt::format("    = {}:", status.name.str());
  for (const auto& one : status.conditions) {
    line += fmt::format(" {}={}({})@{}", one.type, to_string(one.status), one.reason,
                        one.observed_generation);
  }
  return line;
}

}  // namespace

class Oracle::WatchedStore final : public PassingStore {
 public:
  WatchedStore(state::Store& inside, Oracle& oracle) : PassingStore(inside), oracle_(oracle) {}

  [[nodiscard]] Status commit(const FleetChange& change) override {
    about_to("commit");
    for (const auto& invariant : oracle_.invariants_)
      invariant->committed(change, oracle_.scene());
    for (const auto& event : change.events) {
      oracle_.write(fmt::format("    * {} {}: {}", event.action, event.uid.str(), event.message));
    }
    return inside_.commit(change);
  }
  [[nodiscard]] Status put_status(const state::BoxStatus& status) override {
    about_to("put_status");
    if (oracle_.keep_trace) oracle_.tell(status_line(status));
    for (const auto& invariant : oracle_.invariants_)
      invariant->told(status, oracle_.scene());
    return inside_.put_status(status);
  }
  [[nodiscard]] Status append_event(const state::Event& event) override {
    for (const auto& invariant : oracle_.invariants_)
      invariant->noted(event, oracle_.scene());
    return inside_.append_event(event);
  }
  [[nodiscard]] Status put_container(const BoxName& box,
                                     const state::KnownContainer& known) override {
    about_to("put_container");
    return inside_.put_container(box, known);
  }
  [[nodiscard]] Status forget_container(const BoxName& box, const ContainerId& id) override {
    about_to("forget_container");
    return inside_.forget_container(box, id);
  }
  [[nodiscard]] Status put_expected_volume(const BoxName& box, const std::string& key) override {
    about_to("put_expected_volume");
    return inside_.put_expected_volume(box, key);
  }
  [[nodiscard]] Status drop_expected_volume(const BoxName& box, const std::string& key) override {
    about_to("drop_expected_volume");
    return inside_.drop_expected_volume(box, key);
  }
  [[nodiscard]] Status put_verdict(const BoxName& box,
                                   const std::optional<state::Verdict>& verdict) override {
    about_to("put_verdict");
    return inside_.put_verdict(box, verdict);
  }
  [[nodiscard]] Status put_generation(const state::GenerationRecord& entry) override {
    about_to("put_generation");
    return inside_.put_generation(entry);
  }

 private:
  void about_to(const char* what) const {
    if (oracle_.before_write) oracle_.before_write(what);
  }

  Oracle& oracle_;
};

std::unique_ptr<engine::Engine> Oracle::around_engine(engine::Engine& inside) {
  return std::make_unique<WatchedEngine>(inside, *this);
}

std::unique_ptr<engine::Engine> Oracle::engine_for(engine::Engine& inside) {
  if (plant_ != nullptr && plant_->engine) return plant_->engine(inside);
  return std::make_unique<PassingEngine>(inside);
}

std::unique_ptr<state::Store> Oracle::store_for(state::Store& inside) {
  stores_.push_back(std::make_unique<WatchedStore>(inside, *this));
  if (plant_ != nullptr && plant_->store) return plant_->store(*stores_.back());
  return std::make_unique<PassingStore>(*stores_.back());
}

std::unique_ptr<state::DesiredDb> Oracle::desired_for(state::DesiredDb& inside) {
  if (plant_ != nullptr && plant_->desired) return plant_->desired(inside);
  return std::make_unique<PassingDesiredDb>(inside);
}

std::unique_ptr<specs::SpecSource> Oracle::source_for(std::unique_ptr<specs::SpecSource> inside) {
  if (plant_ != nullptr && plant_->source) return plant_->source(std::move(inside));
  return inside;
}

void Oracle::deliver(std::vector<engine::EngineEvent>& events) {
  switch (delivery) {
    case Delivery::AsTheyCome: break;
    case Delivery::Twice: {
      const auto once = events;
      events.insert(events.end(), once.begin(), once.end());
      break;
    }
    case Delivery::Backwards: std::ranges::reverse(events); break;
    case Delivery::Late: std::swap(late_, events); return;
  }
  events.insert(events.begin(), late_.begin(), late_.end());
  late_.clear();
}

void Oracle::moment() {
  for (const auto& invariant : invariants_)
    invariant->moment(scene());
}

void Oracle::forgotten() {
  for (const auto& invariant : invariants_)
    invariant->forgotten(scene());
}

void Oracle::report(const std::string& invariant, const std::string& what) {
  scene().report(invariant, what);
}

void Oracle::write(const std::string& line) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  for (const char one : line)
    digest_ = (digest_ ^ static_cast<unsigned char>(one)) * kPrime;
  const auto now = world_->clock.mono_now().time_since_epoch().count();
  digest_ = (digest_ ^ static_cast<std::uint64_t>(now)) * kPrime;
  if (keep_trace) tell(line);
}

void Oracle::tell(const std::string& line) {
  const auto seconds =
      static_cast<double>(std::chrono::duration_cast<Duration>(world_->clock.mono_now() -
                                                               MonoTime{std::chrono::hours{1}})
                              .count()) /
      1000.0;
  trace_.push_back(fmt::format("{:9.3f} {}", seconds, line));
}

}  // namespace boxwright::test
