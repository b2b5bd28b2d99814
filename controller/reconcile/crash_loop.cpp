#include "controller/reconcile/crash_loop.h"

#include <algorithm>
#include <array>

namespace boxwright::reconcile {

namespace {

void add_short_run(BoxMemory& memory, MonoTime now) {
  memory.last_short_run = now;
  if (memory.crash_looping) {
    ++memory.runs_in_loop;
    return;
  }
  memory.short_runs.push_back(now);
  memory.crash_looping = memory.short_runs.size() > static_cast<std::size_t>(kCrashLoopRuns);
}

bool was_ended_by_hand(const BoxMemory& memory, const ContainerId& id) {
  const auto run = memory.runs.find(id);
  return memory.stopped_by_us.contains(id) ||
         (run != memory.runs.end() && run->second.watch.interrupted);
}

void note_container(BoxMemory& memory, const state::ObservedContainer& container, MonoTime now) {
  const SeenEnd seen{container.started_at, container.finished_at, container.restart_count};
  const auto [place, is_new] = memory.last_end.try_emplace(container.id, seen);
  if (is_new) return;
  const SeenEnd before = std::exchange(place->second, seen);
  if (before.finished_at == seen.finished_at || !seen.finished_at) return;
  // The engine's own restarts are counted by it; each followed the end of a run, and of those in
  // between only their mean length can be told.
  const int restarts = std::max(0, seen.restart_count - before.restart_count);
  const bool ended = container.state == state::ContainerState::Exited && restarts == 0;
  if (restarts == 0 && (!ended || was_ended_by_hand(memory, container.id))) return;
  const auto began = restarts > 0 ? before.started_at : seen.started_at;
  const int runs = std::max(1, restarts);
  if (!began || (*seen.finished_at - *began) / runs >= kShortRun) return;
  for (int i = 0; i < std::min(runs, kCrashLoopRuns + 1); ++i)
    add_short_run(memory, now);
}

bool runs_steadily(const BoxMemory& memory, const state::ObservedBox& observed) {
  return std::any_of(observed.containers.begin(), observed.containers.end(),
                     [&memory](const auto& container) {
                       const auto run = memory.runs.find(container.id);
                       return container.is_alive() && run != memory.runs.end() &&
                              run->second.watch.running_for >= kCrashLoopClear;
                     });
}

}  // namespace

void clear_crash_loop(BoxMemory& memory) {
  memory.short_runs.clear();
  memory.crash_looping = false;
  memory.runs_in_loop = 0;
  memory.last_short_run.reset();
}

void note_runs(BoxMemory& memory, const state::ObservedBox& observed, MonoTime now) {
  while (!memory.short_runs.empty() && now - memory.short_runs.front() > kCrashLoopWindow) {
    memory.short_runs.pop_front();
  }
  for (const auto& container : observed.containers)
    note_container(memory, container, now);
  std::erase_if(memory.last_end, [&observed](const auto& entry) {
    return std::none_of(observed.containers.begin(), observed.containers.end(),
                        [&entry](const auto& container) { return container.id == entry.first; });
  });
  if (runs_steadily(memory, observed)) clear_crash_loop(memory);
}

bool is_crash_looping(const BoxMemory& memory) {
  return memory.crash_looping;
}

std::optional<Duration> start_pace(const BoxMemory& memory, MonoTime now) {
  if (!memory.crash_looping || !memory.last_short_run) return std::nullopt;
  constexpr std::array<Duration, 4> kPace{Duration{60'000}, Duration{120'000}, Duration{240'000},
                                          Duration{300'000}};
  const auto beyond = static_cast<std::size_t>(memory.runs_in_loop);
  const auto due = *memory.last_short_run + kPace[std::min(beyond, kPace.size() - 1)];
  if (due <= now) return std::nullopt;
  return std::chrono::duration_cast<Duration>(due - now);
}

}  // namespace boxwright::reconcile
