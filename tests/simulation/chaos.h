#pragma once
// What people, the engine and chance do to a world, by seed.

#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace boxwright::test {

/// One run: `steps` disturbances, each followed by some work and time; then quiet, and the end is
/// judged. Gives the first broken promise with its invariant's number, or an empty text.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed);

  [[nodiscard]] std::string run(int steps);
  /// What was done, oldest first, for a person who looks into a seed.
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }

 private:
  void disturb();
  void change_spec();
  void hand();
  void engine_trouble();
  void note(std::string what) { trace_.push_back(std::move(what)); }
  [[nodiscard]] std::string box();
  [[nodiscard]] std::string judge_end();
  [[nodiscard]] std::string judge_box(const std::string& name);

  SeededRandom chance_;
  World world_;
  std::vector<std::string> trace_;
  std::set<std::string> suspended_;
};

}  // namespace boxwright::test
