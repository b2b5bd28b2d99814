#pragma once
// More than 5 runs shorter than 30 s in 10 min is CrashLooping, which changes only the pace. Pure.

#include <optional>

#include "controller/reconcile/box_memory.h"
#include "state/observed.h"

namespace boxwright::reconcile {

inline constexpr int kCrashLoopRuns = 5;
inline constexpr Duration kShortRun{30'000};
inline constexpr Duration kCrashLoopWindow{600'000};
/// It clears after the box has run this long.
inline constexpr Duration kCrashLoopClear{120'000};

/// Counts the ends of runs that this observation shows for the first time.
void note_runs(BoxMemory& memory, const state::ObservedBox& observed, MonoTime now);

/// A person, or a changed wanted state, asks for a fresh start.
void clear_crash_loop(BoxMemory& memory);

[[nodiscard]] bool is_crash_looping(const BoxMemory& memory);
/// How long a new start has to wait: 1, 2, 4, then 5 min since the last end; nullopt: not at all.
[[nodiscard]] std::optional<Duration> start_pace(const BoxMemory& memory, MonoTime now);

}  // namespace boxwright::reconcile
