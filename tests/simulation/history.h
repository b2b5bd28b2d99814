#pragma once
// One history from its operations: played, watched, calmed down, judged; and cut down when it
// breaks a promise.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/invariant.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/plants.h"

namespace boxwright::test {

struct HistoryInput {
  std::uint64_t seed = 1;
  int boxes = 4;
  std::vector<Operation> operations;
  const Plant* plant = nullptr;
  bool keep_trace = false;
};

struct HistoryResult {
  std::optional<Breach> breach;
  std::size_t operations_played = 0;
  std::uint64_t turns = 0;   ///< Of the controller's loop.
  std::uint64_t passes = 0;  ///< For one box.
  std::uint64_t calls = 0;   ///< Changing calls that reached the engine.
  std::uint64_t digest = 0;  ///< Of the trace, kept or not.
  std::vector<std::string> trace;
};

[[nodiscard]] HistoryResult play_history(const HistoryInput& input);

/// The shortest list found that breaks the same invariant: delta debugging over the operations,
/// then over their waits. Ends when `is_time_up` says so.
[[nodiscard]] std::vector<Operation> shrink(HistoryInput input, const std::string& invariant,
                                            const std::function<bool()>& is_time_up);

/// For people: seed, what was broken, the shortest history with its trace, how to play it again.
[[nodiscard]] std::string report_breach(const HistoryInput& input, const HistoryResult& result,
                                        const std::function<bool()>& is_time_up);

}  // namespace boxwright::test
