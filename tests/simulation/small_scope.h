#pragma once
// The exhaustive search: from one state, every place for a fault or a crash and every order of the
// workers, until all that can be reached was seen.
//
// A run is repeated from its start with a list of choices, so nothing need be copied. Where a run
// comes to a state that was seen before with as many faults left, it ends: what follows is known.
// A state is the world (world_digest.h), the virtual time, the place in the pass, and for what the
// process keeps in mind: how many passes each box had since it began and which faults it met. So
// two states count as one only where all that the controller ever saw is alike, up to what one box
// sees of the other's.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/invariant.h"
#include "tests/simulation/plants.h"
#include "tests/simulation/scopes.h"

namespace boxwright::test {

struct SearchInput {
  const Scope* scope = nullptr;
  int faults = 2;  ///< At most, in one run; crashes count.
  const Plant* plant = nullptr;
};

struct SearchResult {
  std::uint64_t states = 0;  ///< That differ, at places where there is a choice.
  std::uint64_t runs = 0;
  std::uint64_t calls = 0;        ///< Changing calls that reached the engine.
  std::size_t choices_most = 0;   ///< In one run.
  bool is_complete = false;       ///< Nothing was left when it ended.
  std::optional<Breach> breach;   ///< The first; the search ends with it.
  std::vector<std::string> path;  ///< What was chosen on the way to it, then its trace.
};

/// Ends early when `is_time_up` says so.
[[nodiscard]] SearchResult search(const SearchInput& input,
                                  const std::function<bool()>& is_time_up);

}  // namespace boxwright::test
