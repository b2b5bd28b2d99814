#pragma once
// Chance that can be repeated: the same seed gives the same bits on every machine.

#include <cstdint>
#include <mutex>

#include "specs/base/clock.h"

namespace boxwright::test {

/// SplitMix64 (Steele, Lea, Flood 2014). Thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() override {
    const std::lock_guard lock(mutex_);
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31U);
  }

  /// A number in [0, bound). Requires: bound > 0. The bias of the modulus is of no account here.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// True in `percent` of 100 cases.
  [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::mutex mutex_;
  std::uint64_t state_;
};

}  // namespace boxwright::test
