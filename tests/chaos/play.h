#pragma once
// Rounds of chaos on a real engine, from a seed, and how they end.

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace boxwright::chaos {

struct Settings {
  std::uint64_t seed = 1;
  int rounds = 200;
  std::string boxwright = BOXWRIGHT_BINARY;
  int boxes = 10;
  int calm_every = 40;  ///< Rounds after which everything must come to rest; and at the end.
  std::chrono::seconds patience{600};  ///< For that. A box that fell often is paced up to 5 min.
  std::chrono::seconds longest{0};     ///< No further round after that; 0: no such limit.
};

struct Outcome {
  std::string wrong;  ///< Empty: all promises were kept.
  int rounds = 0;
  int failpoints = 0;  ///< Calls at which the controller was hit.
  int asked_again = 0;
  std::size_t files = 0;
  std::chrono::milliseconds slowest_calm{0};
};

/// One play in this process. Throws std::runtime_error where it cannot be played.
[[nodiscard]] Outcome play(const Settings& settings, std::ostream& log);

/// What came of it, for a person.
void tell(const Settings& settings, const Outcome& outcome, std::ostream& out);

}  // namespace boxwright::chaos
