#pragma once
// When a box that failed is tried again: 1 s doubling to 5 min, +-20 %. Pure.

#include <algorithm>

#include "specs/base/clock.h"

namespace boxwright::reconcile {

class Backoff {
 public:
  static constexpr Duration kFirst{1'000};
  static constexpr Duration kLongest{300'000};

  /// Counts one failure; the next try is not before the delay that this gives.
  Duration fail(MonoTime now, Random& random) {
    const int doublings = std::min(failures_, 9);
    ++failures_;
    const auto base = std::min<std::int64_t>(kFirst.count() << doublings, kLongest.count());
    const auto spread = static_cast<std::int64_t>(random.next() % 401) - 200;
    const Duration delay{base + base * spread / 1'000};
    not_before_ = now + delay;
    return delay;
  }
  void clear() {
    failures_ = 0;
    not_before_ = MonoTime{};
  }
  [[nodiscard]] Duration remaining(MonoTime now) const {
    return std::max(Duration{0}, std::chrono::duration_cast<Duration>(not_before_ - now));
  }
  [[nodiscard]] int failures() const { return failures_; }

 private:
  int failures_ = 0;
  MonoTime not_before_{};
};

}  // namespace boxwright::reconcile
