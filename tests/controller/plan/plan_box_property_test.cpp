// Any set of observed objects, however odd, has a plan that keeps to the promises.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "controller/engine/lower.h"
#include "controller/plan/plan_box.h"
#include "state/ownership.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using state::ContainerState;

/// One odd situation: everything that planning looks at.
struct Situation {
  BoxBuilder ada{"ada"};
  state::BoxRecord record;
  state::ObservedBox observed;
  plan::Wanted wanted;
  plan::PlanInput input;

  Situation() = default;
  Situation(const Situation&) = delete;
  Situation& operator=(const Situation&) = delete;
};

bool maybe(int percent = 50) {
  return *rc::gen::inRange(0, 100) < percent;
}

template <class T>
T one_of(std::initializer_list<T> values) {
  return *rc::gen::elementOf(std::vector<T>(values));
}

state::ObservedContainer odd_container(Situation& at, int number) {
  auto container = at.ada.running_container();
  container.id = ContainerId{"c" + std::to_string(number)};
  container.name = one_of<std::string>(
      {"box-ada", "box-ada.next", "box-ada.prev", "", "mine", "box-ada-" + std::to_string(number)});
  container.state =
      one_of({ContainerState::Created, ContainerState::Running, ContainerState::Paused,
              ContainerState::Restarting, ContainerState::Removing, ContainerState::Exited,
              ContainerState::Dead});
  container.health = one_of({state::Health::None, state::Health::Starting, state::Health::Healthy,
                             state::Health::Unhealthy});
  if (container.state == ContainerState::Created || maybe(20)) container.started_at.reset();
  container.restart_count = *rc::gen::inRange(0, 3);
  container.owner.attempt = Attempt{"a" + std::to_string(number)};
  if (maybe()) container.config.env["EDITOR"] = Secret{"ed"};
  if (maybe(30)) container.config.restart = specs::RestartPolicy::No;
  if (maybe(20)) container.attachments.clear();
  if (maybe(20)) container.config.limits.memory = Bytes{kGiB};
  if (maybe(20)) {
    container.image_id = ImageId{"sha256:saved"};
    state::ImageConfig saved;
    saved.id = container.image_id;
    auto labels = container.owner;
    saved.labels = state::write_owner(labels);
    at.observed.container_images[saved.id] = saved;
  }
  return container;
}

void make_containers(Situation& at) {
  const int count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    auto container = odd_container(at, i);
    if (maybe()) {
      auto known = at.ada.known_container();
      known.id = container.id;
      if (maybe()) known.spec_hash = "v1:another";
      known.proven = maybe();
      at.record.containers.push_back(known);
    }
    if (maybe(30)) {
      plan::Watch watch;
      watch.container = container.id;
      watch.started_at = container.started_at;
      watch.check_passed = maybe();
      watch.interrupted = maybe();
      if (maybe(30)) watch.start_refused = "no such file";
      watch.running_for = Duration{*rc::gen::inRange(0, 300'000)};
      at.input.watches.push_back(watch);
    }
    at.observed.containers.push_back(std::move(container));
  }
}

void make_volumes(Situation& at) {
  for (const char* key : {"workspace", "config", "cache", "inbox", "gone"}) {
    if (maybe(25)) continue;
    auto volume = at.ada.volume(key);
    if (maybe(15)) volume.owner = {};
    volume.directory_missing = maybe(15);
    at.observed.volumes.push_back(volume);
    if (maybe()) at.record.expected_volumes.emplace_back(key);
  }
}

void make_orders(Situation& at) {
  auto& input = at.input;
  at.record.spec.power = one_of({specs::Power::Running, specs::Power::Stopped});
  at.record.spec.update.policy = one_of(
      {specs::RolloutPolicy::Auto, specs::RolloutPolicy::OnStop, specs::RolloutPolicy::Manual});
  at.record.spec.pull =
      one_of({specs::PullPolicy::IfAbsent, specs::PullPolicy::Always, specs::PullPolicy::Never});
  input.suspended = maybe(15);
  input.observation_stale = maybe(15);
  input.disk_low = maybe(15);
  input.pulled = maybe();
  input.in_passage = maybe(20);
  if (maybe(20)) input.restart_requested = test_start() + Duration{1'000};
  if (maybe(20)) input.accepted.insert("empty:workspace");
  if (maybe(20)) input.accepted.insert("drop:gone");
  if (maybe(20)) input.accepted.insert("drift");
  if (maybe()) input.memory_in_use = Bytes{*rc::gen::inRange<std::int64_t>(0, 4 * kGiB)};
  if (maybe(20)) input.start_held = Duration{60'000};
  if (maybe(20)) input.replace_held = Duration{60'000};
  if (maybe(20)) at.observed.wanted_image.reset();
  if (maybe(20)) at.observed.networks.clear();
  if (maybe(15)) at.observed.name_holders.push_back({ContainerId{"f"}, "box-ada", "foreign"});
  if (maybe(15)) at.observed.name_holders.push_back({ContainerId{"g"}, "box-ada.prev", "foreign"});
  if (maybe(15)) {
    state::Tombstone tombstone;
    tombstone.confirmed = maybe();
    tombstone.blocked = maybe(30);
    tombstone.remove_volumes = maybe();
    at.record.tombstone = tombstone;
  }
}

void make(Situation& at) {
  at.record = at.ada.record();
  at.observed = at.ada.absent_box();
  make_containers(at);
  make_volumes(at);
  make_orders(at);
  at.wanted = at.ada.wanted();
  at.input.record = &at.record;
  at.input.observed = &at.observed;
  at.input.wanted = &at.wanted;
  at.input.installation = Installation{kTestInstallation};
  at.input.now = test_start() + std::chrono::hours(1);
  if (maybe(20)) {
    at.record.verdict = state::Verdict{plan::wanted_key(at.input), "RolledBack", "m", test_start()};
  }
}

/// For a person who looks at a counterexample.
std::string describe(const Situation& at) {
  std::string text;
  for (const auto& container : at.observed.containers) {
    text += container.id.str() + " " + container.name + " " +
            std::string(to_string(container.state)) +
            (container.ever_started() ? " started" : " new") + "\n";
  }
  for (const auto& known : at.record.containers)
    text +=
        "known " + known.id.str() + " " + known.spec_hash + (known.proven ? " proven" : "") + "\n";
  const auto plan = plan::plan_box(at.input);
  for (const auto& action : plan.actions)
    text += std::string(to_string(action.kind)) + ": " + action.cause + "\n";
  for (const auto& step : engine::lower(at.input, plan, Attempt{"t"}))
    text += engine::describe(step) + "\n";
  return text;
}

/// The container that a step acts on; empty: none.
ContainerId target_of(const engine::Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.id; }) {
          return kind.id;
        } else {
          return ContainerId{};
        }
      },
      step.kind);
}

std::vector<std::string> told(const std::vector<engine::Step>& steps) {
  std::vector<std::string> lines;
  lines.reserve(steps.size());
  for (const auto& step : steps)
    lines.push_back(engine::describe(step) + "|" + step.cause);
  return lines;
}

RC_GTEST_PROP(PlanBox, IsTotalAndSaysTheSameTwice, ()) {
  Situation at;
  make(at);
  const auto plan = plan::plan_box(at.input);
  const auto again = plan::plan_box(at.input);
  RC_ASSERT(plan.actions == again.actions);
  RC_ASSERT(plan.findings == again.findings);
  RC_ASSERT(told(engine::lower(at.input, plan, Attempt{"t"})) ==
            told(engine::lower(at.input, again, Attempt{"t"})));
}

RC_GTEST_PROP(PlanBox, TouchesOnlyItsOwnContainersAndNoCopy, ()) {
  Situation at;
  make(at);
  const auto view = plan::view_containers(at.input);
  for (const auto& step : engine::lower(at.input, plan::plan_box(at.input), Attempt{"t"})) {
    const auto target = target_of(step);
    if (target.empty()) continue;
    const auto& containers = at.observed.containers;
    RC_ASSERT(std::any_of(containers.begin(), containers.end(),
                          [&](const auto& one) { return one.id == target; }));
    RC_ASSERT(std::none_of(view.copies.begin(), view.copies.end(),
                           [&](const auto* copy) { return copy->id == target; }));
  }
}

RC_GTEST_PROP(PlanBox, RemovesAVolumeOnlyByGrantOrWhereItIsLost, ()) {
  Situation at;
  make(at);
  const auto volumes = plan::view_volumes(at.input);
  for (const auto& step : engine::lower(at.input, plan::plan_box(at.input), Attempt{"t"})) {
    const auto* removal = std::get_if<engine::RemoveVolume>(&step.kind);
    if (removal == nullptr) continue;
    const bool is_remade = std::any_of(volumes.begin(), volumes.end(), [&](const auto& volume) {
      return volume.name == removal->name && volume.remake && volume.directory_missing;
    });
    const bool is_granted = at.record.tombstone && at.record.tombstone->remove_volumes;
    RC_ASSERT(is_remade || is_granted);
  }
}

/// Follows the steps as the engine would: who runs after each.
RC_GTEST_PROP(PlanBox, NeverStartsAContainerBesideOneThatRuns, ()) {
  Situation at;
  make(at);
  const auto view = plan::view_containers(at.input);
  std::set<ContainerId> alive;
  for (const auto& container : at.observed.containers) {
    const bool is_copy = std::any_of(view.copies.begin(), view.copies.end(),
                                     [&](const auto* copy) { return copy->id == container.id; });
    if (container.is_alive() && !is_copy) alive.insert(container.id);
  }
  for (const auto& step : engine::lower(at.input, plan::plan_box(at.input), Attempt{"t"})) {
    if (const auto* stop = std::get_if<engine::StopContainer>(&step.kind)) alive.erase(stop->id);
    const auto* start = std::get_if<engine::StartContainer>(&step.kind);
    if (start == nullptr) continue;
    alive.erase(start->id);
    if (!alive.empty()) {
      RC_LOG() << describe(at);
      RC_FAIL("started beside one that runs");
    }
    alive.insert(start->id);
  }
}

RC_GTEST_PROP(PlanBox, RemovesNoRunningContainerAndNothingWhileSuspended, ()) {
  Situation at;
  make(at);
  const auto plan = plan::plan_box(at.input);
  std::set<ContainerId> alive;
  for (const auto& container : at.observed.containers) {
    if (container.is_alive()) alive.insert(container.id);
  }
  for (const auto& step : engine::lower(at.input, plan, Attempt{"t"})) {
    if (const auto* stop = std::get_if<engine::StopContainer>(&step.kind)) alive.erase(stop->id);
    const auto* removal = std::get_if<engine::RemoveContainer>(&step.kind);
    if (removal != nullptr) RC_ASSERT(!alive.contains(removal->id));
  }
  if (at.input.suspended && !plan::passage_is_open(at.input, plan::view_containers(at.input))) {
    RC_ASSERT(plan.actions.empty());
  }
}

RC_GTEST_PROP(PlanBox, RemovesNothingThatRanBeforeItIsSaved, ()) {
  Situation at;
  make(at);
  std::set<ContainerId> saved;
  for (const auto& container : at.observed.containers) {
    if (!container.ever_started() || maybe(20)) saved.insert(container.id);
  }
  at.input.saved_layers = saved;
  for (const auto& step : engine::lower(at.input, plan::plan_box(at.input), Attempt{"t"})) {
    if (const auto* save = std::get_if<engine::SaveLayer>(&step.kind)) saved.insert(save->id);
    const auto* removal = std::get_if<engine::RemoveContainer>(&step.kind);
    if (removal != nullptr) RC_ASSERT(saved.contains(removal->id));
  }
}

RC_GTEST_PROP(PlanBox, EveryActionAndStepHasACause, ()) {
  Situation at;
  make(at);
  const auto plan = plan::plan_box(at.input);
  for (const auto& action : plan.actions)
    RC_ASSERT(!action.cause.empty());
  for (const auto& step : engine::lower(at.input, plan, Attempt{"t"}))
    RC_ASSERT(!step.cause.empty());
}

}  // namespace
}  // namespace boxwright::test
