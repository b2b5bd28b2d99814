#include "controller/reconcile/crash_loop.h"

#include <algorithm>
#include <array>

namespace boxwright::reconcile {

namespace {

void note_container(BoxMemory& memory, const state::ObservedContainer& container, MonoTime now) {
  const auto seen = std::pair(container.finished_at, container.restart_count);
  const auto [place, is_new] = memory.last_end.try_emplace(container.id, seen);
  if (is_new || place->second == seen) return;
  const int restarts = std::max(0, container.restart_count - place->second.second);
  const bool by_us = memory.stopped_by_us.contains(container.id);
  place->second = seen;
  // The engine's own restarts are counted by it; each followed the end of a run.
  for (int i = 0; i < std::min(restarts, kCrashLoopRuns + 1); ++i)
    memory.short_runs.push_back(now);
  const bool ended = container.state == state::ContainerState::Exited && restarts == 0 && !by_us;
  if (ended && container.started_at && container.finished_at &&
      *container.finished_at - *container.started_at < kShortRun) {
    memory.short_runs.push_back(now);
  }
}

}  // namespace

void note_runs(BoxMemory& memory, const state::ObservedBox& observed, MonoTime now) {
  for (const auto& container : observed.containers)
    note_container(memory, container, now);
  std::erase_if(memory.last_end, [&observed](const auto& entry) {
    return std::none_of(observed.containers.begin(), observed.containers.end(),
                        [&entry](const auto& container) { return container.id == entry.first; });
  });
  while (!memory.short_runs.empty() && now - memory.short_runs.front() > kCrashLoopWindow) {
    memory.short_runs.pop_front();
  }
  const bool steady =
      std::any_of(memory.runs.begin(), memory.runs.end(), [&observed](const auto& run) {
        return run.second.watch.running_for >= kCrashLoopClear &&
               std::any_of(observed.containers.begin(), observed.containers.end(),
                           [&run](const auto& container) {
                             return container.id == run.first && container.is_alive();
                           });
      });
  if (steady) memory.short_runs.clear();
}

bool is_crash_looping(const BoxMemory& memory) {
  return memory.short_runs.size() > static_cast<std::size_t>(kCrashLoopRuns);
}

std::optional<Duration> start_pace(const BoxMemory& memory, MonoTime now) {
  if (!is_crash_looping(memory)) return std::nullopt;
  constexpr std::array<Duration, 4> kPace{Duration{60'000}, Duration{120'000}, Duration{240'000},
                                          Duration{300'000}};
  const auto beyond = memory.short_runs.size() - static_cast<std::size_t>(kCrashLoopRuns) - 1;
  const auto due = memory.short_runs.back() + kPace[std::min(beyond, kPace.size() - 1)];
  if (due <= now) return std::nullopt;
  return std::chrono::duration_cast<Duration>(due - now);
}

}  // namespace boxwright::reconcile
