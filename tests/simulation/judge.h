#pragma once
// What must be true of a world once everybody has calmed down.

#include <optional>
#include <string>

#include "tests/simulation/oracle.h"
#include "tests/simulation/player.h"

namespace boxwright::test {

/// All three must outlive it. Each judgement lets time pass and reports what it finds to the
/// oracle; none is asked for once a promise is broken.
class Judge {
 public:
  Judge(World& world, Oracle& oracle, Player& player)
      : world_(world), oracle_(oracle), player_(player) {}

  [[nodiscard]] bool is_broken() const;
  /// The first promise that was broken.
  [[nodiscard]] std::optional<Breach> breach() const;

  /// How the world differs from what people want; empty: it has converged.
  [[nodiscard]] std::string difference();
  /// I1, and with it I5, I6, I7: whatever happened, the end is what people want.
  void convergence();
  /// I2: what has converged is left alone, and nothing is written of it.
  void rest();
  /// I12: one box is changed, while others may fail for ever.
  void fairness();

 private:
  /// I28: a box that is told to be as its generation says has that on record as applied, with the
  /// image that its container was made from.
  void records();
  [[nodiscard]] std::string difference(const BoxName& name, const Wish& wish);
  [[nodiscard]] std::string conditions();

  World& world_;
  Oracle& oracle_;
  Player& player_;
};

/// A folder for secrets that only we can read, one for this process.
[[nodiscard]] const std::string& secrets_folder();

}  // namespace boxwright::test
