#include "controller/reconcile/pass.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/reconcile/crash_loop.h"
#include "controller/reconcile/plan_input.h"

namespace boxwright::reconcile {

std::string Reconciler::Pass::fingerprint() const {
  std::string text = fmt::format("{}", record.generation);
  for (const auto& container : observed.containers) {
    text += fmt::format("|{}:{}:{}:{}", container.id.str(), container.name,
                        to_string(container.state), container.attachments.size());
  }
  for (const auto& volume : observed.volumes) {
    text += fmt::format("|{}:{}", volume.name.str(), volume.directory_missing);
  }
  if (observed.wanted_image) text += "|" + observed.wanted_image->id.str();
  for (const auto& holder : observed.name_holders)
    text += "|" + holder.id.str();
  return text + "|" + wanted.secret_mac;
}

namespace {

/// Starts of containers as this process sees them: how long they run, counted on the monotonic
/// clock.
void watch_runs(BoxMemory& memory, const state::ObservedBox& observed, MonoTime now) {
  for (const auto& container : observed.containers) {
    if (!container.started_at) continue;
    const auto started_by_us = memory.started_by_us.find(container.id);
    const bool seen_running = container.is_alive();
    auto& run = memory.runs[container.id];
    const bool same =
        run.watch.container == container.id && run.watch.started_at == container.started_at;
    if (!same && (seen_running || started_by_us != memory.started_by_us.end())) {
      run = SeenRun{};
      run.watch.container = container.id;
      run.watch.started_at = container.started_at;
      run.since = started_by_us == memory.started_by_us.end() ? now : started_by_us->second;
      run.next_probe = now;
      memory.started_by_us.erase(container.id);
    }
    if (run.watch.container.empty()) {
      memory.runs.erase(container.id);
      continue;
    }
    run.watch.running_for = std::chrono::duration_cast<Duration>(now - run.since);
  }
  const auto is_gone = [&observed](const auto& entry) {
    return std::none_of(observed.containers.begin(), observed.containers.end(),
                        [&entry](const auto& container) { return container.id == entry.first; });
  };
  std::erase_if(memory.runs, is_gone);
  std::erase_if(memory.started_by_us, is_gone);
  std::erase_if(memory.start_refusals, is_gone);
  std::erase_if(memory.stopped_by_us,
                [&is_gone](const auto& id) { return is_gone(std::pair<ContainerId, int>(id, 0)); });
  const bool any_alive = std::any_of(observed.containers.begin(), observed.containers.end(),
                                     [](const auto& container) { return container.is_alive(); });
  if (any_alive) memory.in_passage = false;
}

}  // namespace

/// After the runs were looked at: a hand or a blind spot may concern one that began just now.
void Reconciler::take_notes(Pass& pass) {
  std::set<ContainerId> hands;
  std::uint64_t blind_spots = 0;
  bool forgiven = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = hands_.find(pass.name); found != hands_.end()) {
      hands = std::move(found->second);
      hands_.erase(found);
    }
    forgiven = forgiven_.erase(pass.name) > 0;
    blind_spots = blind_spots_;
  }
  auto& memory = *pass.memory;
  const bool blind = std::exchange(pass.entry->blind_spots, blind_spots) != blind_spots;
  for (auto& [id, run] : memory.runs) {
    if (blind || (hands.contains(id) && !memory.stopped_by_us.contains(id))) {
      run.watch.interrupted = true;
    }
  }
  if (forgiven) {
    memory.backoff.clear();
    memory.replace_backoff.clear();
    memory.last_step = {};
    memory.failure.reset();
    clear_crash_loop(memory);
  }
}

void Reconciler::read_watches(Pass& pass) {
  pass.input.watches.clear();
  for (const auto& [id, run] : pass.memory->runs)
    pass.input.watches.push_back(run.watch);
}

void Reconciler::build_input(Pass& pass) {
  auto& memory = *pass.memory;
  watch_runs(memory, pass.observed, pass.now);
  take_notes(pass);
  note_runs(memory, pass.observed, pass.now);

  const auto& record = pass.record;
  pass.secrets = state::resolve_secrets(record.spec.secrets, record.settings.secrets_dir);
  pass.wanted = wanted_for(record, parts_.installation, pass.secrets, &parts_.mac_key);
  const auto told = status(pass.name);
  auto& input = pass.input;
  input = input_for({pass.record, pass.observed, pass.wanted, pass.secrets, *pass.orders,
                     told ? &*told : nullptr, parts_.installation, parts_.clock.wall_now()});
  input.pulled = memory.pulled;
  input.pull_failed = memory.failure && memory.failure->reason == "ImagePullFailed";
  input.start_held = start_pace(memory, pass.now);
  if (const auto wait = memory.replace_backoff.remaining(pass.now); wait > Duration{0}) {
    input.replace_held = wait;
  }
  read_watches(pass);
  input.in_passage = memory.in_passage;
  input.crash_looping = is_crash_looping(memory);
  read_requests(pass);
  input.rollout_halted = rollouts_.halted(question_for(input, *pass.orders), pass.name);
  read_layers(pass);
}

}  // namespace boxwright::reconcile
