#include "controller/reconcile/reconciler.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/engine/lower.h"
#include "controller/engine/told_log.h"
#include "controller/plan/purge.h"
#include "controller/reconcile/activity.h"
#include "controller/reconcile/crash_loop.h"
#include "controller/reconcile/pass.h"
#include "controller/reconcile/plan_input.h"
#include "state/ownership.h"

namespace boxwright::reconcile {

namespace {

bool is_proven(const state::BoxRecord& record, const ContainerId& id) {
  return std::any_of(record.containers.begin(), record.containers.end(),
                     [&id](const auto& known) { return known.id == id && known.proven; });
}

}  // namespace

Reconciler::Reconciler(Parts parts)
    : parts_(std::move(parts)), orders_(std::make_shared<const Orders>()) {
  if (auto statuses = parts_.store.statuses()) {
    for (auto& status : *statuses)
      statuses_[status.name] = std::move(status);
  }
}

std::shared_ptr<const Orders> Reconciler::orders() const {
  const std::lock_guard lock(mutex_);
  return orders_;
}

void Reconciler::set_orders(std::shared_ptr<const Orders> orders) {
  const std::lock_guard lock(mutex_);
  orders_ = std::move(orders);
}

std::shared_ptr<Reconciler::Entry> Reconciler::entry_of(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[name];
  if (!entry) {
    entry = std::make_shared<Entry>();
    entry->blind_spots = blind_spots_;
  }
  return entry;
}

void Reconciler::note_hand(const BoxName& name, const ContainerId& container) {
  const std::lock_guard lock(mutex_);
  hands_[name].insert(container);
}

void Reconciler::note_blind_spot() {
  const std::lock_guard lock(mutex_);
  ++blind_spots_;
}

void Reconciler::forget_failures(const BoxName& name) {
  const std::lock_guard lock(mutex_);
  forgiven_.insert(name);
}

std::optional<state::BoxStatus> Reconciler::status(const BoxName& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = statuses_.find(name);
  return found == statuses_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<state::BoxStatus> Reconciler::statuses() const {
  const std::lock_guard lock(mutex_);
  std::vector<state::BoxStatus> list;
  list.reserve(statuses_.size());
  for (const auto& [name, status] : statuses_)
    list.push_back(status);
  return list;
}

void Reconciler::forget(const BoxName& name) {
  {
    const std::lock_guard lock(mutex_);
    entries_.erase(name);
    statuses_.erase(name);
    hands_.erase(name);
    rollouts_.forget(name);
  }
  demand_nothing(name);
}

Status Reconciler::plan(Pass& pass) {
  pass.plan = plan::plan_box(pass.input);
  if (pass.plan.needs_activity) BW_TRY(ask_activity(pass));
  if (pass.plan.needs_layer_size) {
    BW_TRY(measure_layer(pass));
    pass.plan = plan::plan_box(pass.input);
  }
  if (!pass.plan.needs_memory_use) return {};
  // The lower limit is sent only when it would neither fail nor kill.
  for (const auto& container : pass.observed.containers) {
    if (!container.is_alive()) continue;
    BW_TRY_ASSIGN(pass.input.memory_in_use, parts_.engine.memory_in_use(container.id, pass.stop));
  }
  if (!pass.input.memory_in_use) pass.input.memory_in_use = Bytes{0};
  pass.plan = plan::plan_box(pass.input);
  return {};
}

/// A replacement is due, and the box's owner may be at work. Each question is a program that is run
/// in the box, and passes may come close together.
Status Reconciler::ask_activity(Pass& pass) {
  std::vector<ContainerId> running;
  for (const auto& container : pass.observed.containers) {
    if (container.state == state::ContainerState::Running) running.push_back(container.id);
  }
  auto& seen = pass.memory->activity;
  if (!seen || seen->asked != running || pass.now - seen->at >= kAnswerCounts) {
    BW_TRY_ASSIGN(const bool active,
                  is_session_active(parts_.engine, pass.observed, pass.input.now, pass.stop));
    seen = BoxMemory::SeenActivity{std::move(running), pass.now, active};
  }
  pass.input.session_active = seen->is_active;
  pass.plan = plan::plan_box(pass.input);
  return {};
}

Outcome Reconciler::advance(const BoxName& name, bool leaving, std::stop_token stop) {
  Pass pass;
  pass.name = name;
  pass.leaving = leaving;
  pass.stop = std::move(stop);
  pass.now = parts_.clock.mono_now();
  pass.orders = orders();
  const auto entry = entry_of(name);
  const std::lock_guard working(entry->mutex);
  pass.entry = entry.get();
  pass.memory = &entry->memory;

  pass.in_passage = pass.memory->in_passage;
  auto outcome = run_pass(pass);
  outcome.in_passage = pass.in_passage;
  outcome.looked_at = pass.now;
  return outcome;
}

Outcome Reconciler::run_pass(Pass& pass) {
  const bool had_purge = plan::has_purge(pass.name, pass.orders->requests);
  if (had_purge) {
    if (auto purged = purge(pass)) return *purged;
  }
  auto record = parts_.store.box(pass.name);
  if (!record) return fail_pass(pass, record.error(), nullptr);
  if (!*record) {
    pass.in_passage = false;
    rollouts_.forget(pass.name);
    // An order to purge may have been withdrawn halfway.
    demand_nothing(pass.name);
    // That nothing is left is to be seen by a look at everything, which ends the order.
    if (had_purge) return {.next = Outcome::Next::Done, .removed = true};
    return {.next = Outcome::Next::Gone};
  }
  pass.record = std::move(**record);
  pass.entry->looked_at = pass.now;
  auto observed = parts_.engine.observe_box(query_for(pass.record, parts_.installation), pass.stop);
  auto& look_backoff = pass.memory->look_backoff;
  if (!observed) {
    lose_sight(pass);
    if (observed.error().code == ErrorCode::Cancelled) return {.next = Outcome::Next::Done};
    return {.next = Outcome::Next::Wait,
            .after = look_backoff.fail(pass.now, parts_.random),
            .look_failure = observed.error().message};
  }
  look_backoff.clear();
  pass.observed = std::move(*observed);
  pass.is_fresh = true;
  // Read after the look: what was done by hand under a suspension is not seen without it.
  pass.orders = orders();

  build_input(pass);
  if (auto planned = plan(pass); !planned) return fail_pass(pass, planned.error(), nullptr);
  pass.in_passage = plan::passage_is_open(pass.input, plan::view_containers(pass.input));
  report_standing(pass);
  if (auto recorded = record_findings(pass); !recorded) {
    return fail_pass(pass, recorded.error(), nullptr);
  }
  const auto waits = pass.memory->backoff.remaining(pass.now);
  const bool must_hurry = pass.leaving && pass.in_passage;
  if (waits > Duration{0} && pass.memory->failed_at == pass.fingerprint() && !must_hurry) {
    rest(pass);
    tell_status(pass);
    return {.next = Outcome::Next::Wait, .after = waits};
  }
  if (auto waiting = await_turn(pass)) return *waiting;
  const Attempt attempt{random_hex(parts_.random)};
  const auto steps = engine::lower(pass.input, pass.plan, attempt);
  if (steps.empty()) {
    demand_nothing(pass.name);
    return finish_quiet(pass);
  }
  if (auto waiting = await_effect(pass, steps.front())) return *waiting;
  return perform_steps(pass, steps);
}

Status Reconciler::record_volumes(Pass& pass) {
  const auto& expected = pass.record.expected_volumes;
  for (const auto& [key, spec] : pass.record.spec.volumes) {
    const auto name = state::volume_name(pass.record.name, key);
    if (std::find(expected.begin(), expected.end(), key) != expected.end()) continue;
    const auto& containers = pass.observed.containers;
    const bool mounted = std::any_of(containers.begin(), containers.end(), [&](const auto& one) {
      const auto& mounts = one.config.mounts;
      return std::any_of(mounts.begin(), mounts.end(),
                         [&](const auto& mount) { return mount.volume == name; });
    });
    const bool ours = std::any_of(
        pass.observed.volumes.begin(), pass.observed.volumes.end(), [&](const auto& volume) {
          return volume.name == name && volume.owner.uid == pass.record.uid;
        });
    if (mounted && ours) BW_TRY(parts_.store.put_expected_volume(pass.name, key));
  }
  return {};
}

/// What is known of containers: learnt, proven, gone.
Status Reconciler::record_containers(Pass& pass) {
  const auto& plan = pass.plan;
  if (plan.learn) {
    BW_TRY(parts_.store.put_container(pass.name, *plan.learn));
    auto mark = *plan.learn;
    mark.id = {};
    mark.proven = false;
    BW_TRY(parts_.store.put_container(pass.name, mark));
  }
  for (auto known : pass.record.containers) {
    if (plan.proven && known.id == *plan.proven && !known.proven) {
      known.proven = true;
      BW_TRY(parts_.store.put_container(pass.name, known));
      pass.memory->replace_backoff.clear();
    }
    // The one without an ID stays: it says that containers of this box were made before.
    const bool is_gone =
        !known.id.empty() && plan.is_empty() &&
        std::none_of(pass.observed.containers.begin(), pass.observed.containers.end(),
                     [&known](const auto& one) { return one.id == known.id; });
    if (is_gone) BW_TRY(parts_.store.forget_container(pass.name, known.id));
  }
  if (!plan.interrupted) return {};
  const auto view = plan::view_containers(pass.input);
  const auto candidate = view.current == nullptr ? ContainerId{} : view.current->id;
  if (std::exchange(pass.memory->interrupted, candidate) != candidate) {
    pass.memory->replace_backoff.fail(pass.now, parts_.random);
  }
  return {};
}

/// What a container that failed its trial said last, without the secrets of its box.
std::string Reconciler::last_words(const Pass& pass) {
  const auto view = plan::view_containers(pass.input);
  if (view.current == nullptr) return {};
  constexpr int kLines = 50;
  constexpr std::size_t kLongestLine = 500;
  // It is told in passing: what cannot be read is left out.
  auto log = parts_.engine.recent_log(view.current->id, kLines, pass.stop);
  if (!log || log->empty()) return {};
  auto told = engine::told_log(std::move(*log), *view.current, pass.record.spec,
                               image_of(pass.observed, *view.current), pass.secrets);
  if (parts_.announcer.last_words) parts_.announcer.last_words(pass.name, told);
  std::string text = fmt::format("\nlast lines of container {}:", view.current->name);
  for (auto& line : told) {
    if (line.size() > kLongestLine) line.resize(kLongestLine);
    text += "\n" + line;
  }
  return text;
}

Status Reconciler::record_verdict(Pass& pass) {
  if (!pass.plan.new_verdict) {
    const auto& image = pass.observed.wanted_image;
    const bool is_known = image.has_value() && !pass.wanted.secrets_missing;
    if (pass.record.verdict && is_known && !plan::is_rejected(pass.input)) {
      BW_TRY(parts_.store.put_verdict(pass.name, std::nullopt));
    }
    return {};
  }
  BW_TRY(parts_.store.put_verdict(pass.name, pass.plan.new_verdict));
  state::Event event;
  event.at = pass.input.now;
  event.box = pass.name;
  event.uid = pass.record.uid;
  event.type = "Warning";
  event.action = "RolledBack";
  event.cause = "the new container failed its trial";
  event.revision = pass.record.revision;
  event.result = "ok";
  event.message = pass.plan.new_verdict->message + last_words(pass);
  BW_TRY(parts_.store.append_event(event));
  parts_.announcer.event(event);
  return tell_halt(pass);
}

/// What planning found out is committed before anything is done about it.
Status Reconciler::record_findings(Pass& pass) {
  // Of a box that is to go as well: it may be declared again while its data waits.
  BW_TRY(record_volumes(pass));
  if (!pass.record.tombstone) BW_TRY(record_drops(pass));
  BW_TRY(record_containers(pass));
  return record_verdict(pass);
}

Outcome Reconciler::perform_steps(Pass& pass, const std::vector<engine::Step>& steps) {
  // Data that was left behind has no box whose status could be told.
  if (pass.input.record != nullptr) tell_status(pass);
  for (const auto& step : steps) {
    if (pass.leaving && !pass.in_passage) return {.next = Outcome::Next::Done};
    // The hold says when; looking again is for the case that it never does.
    constexpr Duration kHoldWait{5'000};
    if (!is_held(pass, step, steps)) return {.next = Outcome::Next::Wait, .after = kHoldWait};
    auto slot = parts_.slots.try_take(engine::slot_class(step));
    if (!slot) return {.next = Outcome::Next::NoSlot, .slot = engine::slot_class(step)};
    pass.in_passage = pass.in_passage || step.in_passage;
    if (auto done = perform_one(pass, step); !done) return fail_pass(pass, done.error(), &step);
    if (&step == &steps.front() && pass.input.record != nullptr) note_made(pass);
    if (std::holds_alternative<engine::StartContainer>(step.kind)) pass.in_passage = false;
    if (!engine::is_additive(step)) return go_on(pass, step);
  }
  return {.next = Outcome::Next::Continue};
}

/// A new box's container is started next: a look that finds every slot for that taken would be for
/// nothing.
Outcome Reconciler::go_on(const Pass& pass, const engine::Step& done) {
  const bool starts_next = std::holds_alternative<engine::CreateContainer>(done.kind) &&
                           pass.observed.containers.empty();
  if (starts_next && parts_.slots.free(engine::SlotClass::Start) == 0) {
    return {.next = Outcome::Next::NoSlot, .slot = engine::SlotClass::Start};
  }
  return {.next = Outcome::Next::Continue};
}

Result<engine::StepReply> Reconciler::carry_out(Pass& pass, const engine::Step& step) {
  if (const auto* save = std::get_if<engine::SaveLayer>(&step.kind))
    return save_layer(pass, step, save->id);
  return parts_.engine.perform(
      step, [&](const std::string& text) { parts_.announcer.progress(pass.name, text); },
      pass.in_passage ? std::stop_token{} : pass.stop);
}

Status Reconciler::perform_one(Pass& pass, const engine::Step& step) {
  // Networks are shared by boxes, and an engine before 25 lets two of one name be made at once: one
  // worker makes it, and the others, who looked before, find that it did.
  std::unique_lock network_lock(network_mutex_, std::defer_lock);
  const auto* network = std::get_if<engine::CreateNetwork>(&step.kind);
  if (network != nullptr) {
    network_lock.lock();
    const auto made = networks_made_.find(network->name);
    if (made != networks_made_.end() && made->second >= pass.now) return {};
  }
  const auto* create = std::get_if<engine::CreateContainer>(&step.kind);
  BW_TRY(note_before(pass, step));
  parts_.announcer.step(pass.name, step);
  const auto began = parts_.clock.mono_now();
  const auto reply = carry_out(pass, step);
  const auto took = std::chrono::duration_cast<Duration>(parts_.clock.mono_now() - began);
  if (!reply) {
    tell_event(pass, step, std::string{to_string(reply.error().code)}, reply.error().message, took);
    return tl::unexpected(reply.error());
  }
  std::string warnings;
  for (const auto& warning : reply->warnings)
    warnings += (warnings.empty() ? "" : "; ") + warning;
  tell_event(pass, step, "ok", warnings, took);
  if (network != nullptr) networks_made_[network->name] = parts_.clock.mono_now();
  if (create != nullptr) BW_TRY(note_creation(pass, *create, reply->created));
  if (const auto* gone = std::get_if<engine::RemoveContainer>(&step.kind)) {
    BW_TRY(parts_.store.forget_container(pass.name, gone->id));
  }
  note_performed(pass, step);
  return {};
}

/// What must be on record before a call whose answer may be lost.
Status Reconciler::note_before(Pass& pass, const engine::Step& step) {
  auto& memory = *pass.memory;
  if (const auto* create = std::get_if<engine::CreateContainer>(&step.kind)) {
    // So that a lost reply is not taken for a lost memory.
    return note_creation(pass, *create, ContainerId{});
  }
  if (const auto* volume = std::get_if<engine::CreateVolume>(&step.kind)) {
    // One that is made anew has nothing in it that could be lost, until a container mounted it.
    const auto key = volume->labels.find(state::kLabelVolumeKey);
    const auto& expected = pass.record.expected_volumes;
    if (key != volume->labels.end() &&
        std::find(expected.begin(), expected.end(), key->second) != expected.end()) {
      return parts_.store.drop_expected_volume(pass.name, key->second);
    }
  }
  if (const auto* halt = std::get_if<engine::StopContainer>(&step.kind)) {
    memory.stopped_by_us.insert(halt->id);
    memory.in_passage = memory.in_passage || step.in_passage;
  }
  return {};
}

void Reconciler::note_performed(Pass& pass, const engine::Step& step) {
  auto& memory = *pass.memory;
  memory.backoff.clear();
  memory.failure.reset();
  memory.conflicts = 0;
  if (const auto* gone = std::get_if<engine::RemoveContainer>(&step.kind)) {
    pass.entry->removed_container = true;
    memory.layer_images.erase(gone->id);
  }
  if (parts_.hold != nullptr && (std::holds_alternative<engine::CreateVolume>(step.kind) ||
                                 std::holds_alternative<engine::RemoveVolume>(step.kind))) {
    parts_.hold->hint();
  }
  if (std::holds_alternative<engine::PullImage>(step.kind)) memory.pulled = true;
  if (std::holds_alternative<engine::CreateContainer>(step.kind)) memory.pulled = false;
  if (const auto* start = std::get_if<engine::StartContainer>(&step.kind)) {
    memory.started_by_us[start->id] = parts_.clock.mono_now();
    memory.stopped_by_us.erase(start->id);
  }
}

Reconciler::Look Reconciler::look_at(const state::BoxRecord& record,
                                     const state::ObservedBox& observed, MonoTime taken) {
  const auto entry = entry_of(record.name);
  const std::unique_lock working(entry->mutex, std::try_to_lock);
  if (!working.owns_lock()) return Look::Busy;
  if (entry->looked_at && taken <= *entry->looked_at) return Look::Busy;
  Pass pass;
  pass.name = record.name;
  pass.now = parts_.clock.mono_now();
  pass.orders = orders();
  pass.entry = entry.get();
  pass.memory = &entry->memory;
  pass.record = record;
  pass.observed = observed;
  build_input(pass);
  pass.plan = plan::plan_box(pass.input);
  // One that has still to be asked may be due: its own pass tells.
  if (pass.plan.is_complete()) report_standing(pass);
  const bool to_record =
      pass.plan.learn || (pass.plan.proven && !is_proven(record, *pass.plan.proven));
  const bool to_do = !pass.plan.is_empty() || pass.plan.awaiting_health ||
                     !pass.plan.is_complete() || record.tombstone || pass.memory->failure;
  // A relist knows the images of containers only: whether another has turned up is for a pass.
  const bool is_image_unknown =
      !observed.wanted_image &&
      std::none_of(observed.containers.begin(), observed.containers.end(),
                   [&record](const auto& one) { return one.config.image == record.spec.image; });
  const bool only_waits = pass.plan.actions.size() == 1 && !pass.memory->failure &&
                          rollouts_.is_waiting(pass.name, pass.now);
  if (only_waits && !to_record && pass.requests.empty()) {
    pass.waits_for_turn = true;
    tell_status(pass);
    return Look::Quiet;
  }
  if (to_record || to_do || is_image_unknown || !pass.requests.empty()) return Look::NeedsPass;
  tell_status(pass);
  note_generation(pass);
  return Look::Quiet;
}

}  // namespace boxwright::reconcile
