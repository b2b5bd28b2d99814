// How a pass ends: recorded, told, retried.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "controller/engine/lower.h"
#include "controller/reconcile/crash_loop.h"
#include "controller/reconcile/pass.h"
#include "specs/model/canonical.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

std::string failure_reason(const engine::Step* step, const Error& error) {
  const bool is_save = step != nullptr && std::holds_alternative<engine::SaveLayer>(step->kind);
  if (is_save && !is_engine_away(error)) return "LayerNotSaved";
  if (error.code == ErrorCode::Unavailable || error.code == ErrorCode::DeadlineExceeded) {
    return "EngineUnavailable";
  }
  if (step == nullptr) return "EngineError";
  if (std::holds_alternative<engine::RemoveVolume>(step->kind) &&
      error.code == ErrorCode::Conflict) {
    return "VolumeInUse";
  }
  if (std::holds_alternative<engine::PullImage>(step->kind)) return "ImagePullFailed";
  if (std::holds_alternative<engine::CreateContainer>(step->kind)) return "CreateFailed";
  if (std::holds_alternative<engine::CreateVolume>(step->kind)) return "VolumeConflict";
  if (std::holds_alternative<engine::StartContainer>(step->kind)) return "StartFailed";
  return "EngineRefused";
}

/// A fixed time, for what is not an error.
constexpr Duration kWaiting{1'000};
constexpr int kConflictsAtOnce = 3;
/// A refused start of a candidate that another try may mend.
constexpr int kStartTries = 3;

}  // namespace

Status Reconciler::note_creation(Pass& pass, const engine::CreateContainer& create,
                                 const ContainerId& id) {
  state::KnownContainer known;
  known.id = id;
  known.attempt = Attempt{create.config.labels.at(state::kLabelAttempt)};
  known.spec_hash = pass.wanted.spec_hash;
  known.secret_mac = pass.wanted.secret_mac;
  known.renderer = plan::kRendererVersion;
  if (pass.observed.wanted_image) known.image_id = pass.observed.wanted_image->id;
  known.spec_json = specs::canonical_json(pass.record.spec);
  return parts_.store.put_container(pass.name, known);
}

Outcome Reconciler::fail_pass(Pass& pass, const Error& error, const engine::Step* step) {
  auto& memory = *pass.memory;
  if (error.code == ErrorCode::Cancelled) return {.next = Outcome::Next::Done};
  if (error.retry == RetryClass::Waiting) return {.next = Outcome::Next::Wait, .after = kWaiting};
  if (error.retry == RetryClass::Conflict && memory.conflicts < kConflictsAtOnce) {
    ++memory.conflicts;
    return {.next = Outcome::Next::Continue};
  }
  memory.conflicts = 0;
  if (step != nullptr && fail_start(pass, error, *step)) return {.next = Outcome::Next::Continue};
  memory.failure = Failure{failure_reason(step, error), error.message, error.retry};
  const auto delay = memory.backoff.fail(pass.now, parts_.random);
  rest(pass);
  if (pass.input.record != nullptr) {
    memory.failed_at = pass.fingerprint();
    tell_status(pass);
  }
  return {.next = Outcome::Next::Wait, .after = delay};
}

/// The engine refused to start a candidate while the old container is aside: it goes on at once, to
/// another try where one may do, or to the way back.
bool Reconciler::fail_start(Pass& pass, const Error& error, const engine::Step& step) {
  const auto* start = std::get_if<engine::StartContainer>(&step.kind);
  if (start == nullptr || error.code != ErrorCode::Refused) return false;
  const auto& actions = pass.plan.actions;
  const bool is_trial = std::any_of(actions.begin(), actions.end(), [](const auto& action) {
    return action.kind == plan::ActionKind::Replace;
  });
  if (!is_trial) return false;
  auto& memory = *pass.memory;
  const int refusals = ++memory.start_refusals[start->id];
  if (error.retry != RetryClass::Terminal && refusals < kStartTries) return true;
  auto& run = memory.runs[start->id];
  run.watch.container = start->id;
  run.watch.start_refused = error.message;
  return true;
}

std::optional<Outcome> Reconciler::probe(Pass& pass) {
  if (!pass.plan.awaiting_health) return std::nullopt;
  for (const auto& container : pass.observed.containers) {
    const auto found = pass.memory->runs.find(container.id);
    if (container.state != state::ContainerState::Running ||
        container.config.healthcheck.test.empty() || container.health != state::Health::Starting ||
        found == pass.memory->runs.end()) {
      continue;
    }
    auto& run = found->second;
    if (run.watch.check_passed) continue;
    if (pass.now < run.next_probe) {
      return Outcome{.next = Outcome::Next::Wait,
                     .after = std::chrono::duration_cast<Duration>(run.next_probe - pass.now)};
    }
    const auto passed = parts_.engine.probe(container.id, container.config.healthcheck, pass.stop);
    if (passed && *passed) {
      run.watch.check_passed = true;
      return Outcome{.next = Outcome::Next::Continue};
    }
    const auto now = parts_.clock.mono_now();
    run.next_probe = now + run.probe_delay;
    const auto wait = run.probe_delay;
    run.probe_delay = std::min(run.probe_delay * 2, Duration{5'000});
    return Outcome{.next = Outcome::Next::Wait, .after = wait};
  }
  return std::nullopt;
}

/// nullopt: nothing is left to be done.
std::optional<Outcome> Reconciler::plan_after_probe(Pass& pass) {
  read_watches(pass);
  if (auto planned = plan(pass); !planned) return fail_pass(pass, planned.error(), nullptr);
  // What is to be done is for a pass of its own, with a look before it; and nothing is recorded
  // here that would let that pass forget why.
  const Attempt none{random_hex(parts_.random)};
  if (!engine::lower(pass.input, pass.plan, none).empty()) {
    return Outcome{.next = Outcome::Next::Continue};
  }
  report_standing(pass);
  if (auto recorded = record_findings(pass); !recorded) {
    return fail_pass(pass, recorded.error(), nullptr);
  }
  return std::nullopt;
}

Outcome Reconciler::finish_quiet(Pass& pass) {
  auto probed = probe(pass);
  // A box that passes right away was not "starting" just because nobody had looked yet. The check
  // ran inside it just now, so what was seen before is not looked at again.
  if (probed && probed->next == Outcome::Next::Continue) {
    if (auto goes_on = plan_after_probe(pass)) return *goes_on;
    probed.reset();
  }
  tell_status(pass);
  if (probed) return *probed;
  auto& memory = *pass.memory;
  if (pass.plan.awaiting_health) {
    return {.next = Outcome::Next::Wait, .after = pass.plan.look_again.value_or(Duration{1'000})};
  }
  // Nothing was tried, so nothing fails.
  memory.backoff.clear();
  memory.last_step = {};
  memory.failure.reset();
  finish_requests(pass);
  tell_status(pass);
  note_generation(pass);
  if (pass.record.tombstone && pass.plan.held.empty() && pass.plan.is_empty()) {
    return {.next = Outcome::Next::Done, .removed = true};
  }
  // Whoever deleted a box whose data goes later is told that the container is gone.
  const bool container_gone = pass.record.tombstone && pass.observed.containers.empty() &&
                              std::exchange(pass.entry->removed_container, false);
  if (pass.plan.look_again) {
    return {.next = Outcome::Next::Wait, .after = *pass.plan.look_again, .removed = container_gone};
  }
  return {.next = Outcome::Next::Done, .removed = container_gone};
}

void Reconciler::tell_status(Pass& pass) {
  SummaryInput summary;
  summary.planned = &pass.input;
  summary.plan = &pass.plan;
  summary.failure = pass.memory->failure;
  summary.crash_looping = is_crash_looping(*pass.memory);
  summary.waits_for_turn = pass.waits_for_turn;
  if (const auto found = pass.orders->problems.find(pass.name);
      found != pass.orders->problems.end()) {
    summary.problem = found->second;
  }
  state::BoxStatus status;
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    const auto before = statuses_.find(pass.name);
    summary.previous = before == statuses_.end() ? nullptr : &before->second;
    status = summarise(summary);
    changed = summary.previous == nullptr || summary.previous->conditions != status.conditions ||
              summary.previous->container != status.container;
    statuses_[pass.name] = status;
  }
  // A status that cannot be written is told again at the next look.
  (void)parts_.store.put_status(status);
  if (changed) parts_.announcer.status(status);
}

void Reconciler::tell_event(Pass& pass, const engine::Step& step, const std::string& result,
                            const std::string& message, Duration took) {
  state::Event event;
  event.at = parts_.clock.wall_now();
  event.box = pass.name;
  event.uid = pass.record.uid;
  event.type = result == "ok" ? "Normal" : "Warning";
  event.action = std::string{engine::step_name(step)};
  event.cause = step.cause;
  event.revision = pass.record.revision;
  event.result = result;
  event.duration = took;
  event.message = message;
  if (const auto* gone = std::get_if<engine::RemoveVolume>(&step.kind)) {
    event.message = "volume " + gone->name.str() + (message.empty() ? "" : ": " + message);
  }
  (void)parts_.store.append_event(event);
  parts_.announcer.event(event);
}

}  // namespace boxwright::reconcile
