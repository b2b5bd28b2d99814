#pragma once
// A clock that stands still until a test moves it.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include "specs/base/clock.h"

namespace boxwright::test {

/// Thread-safe. Listeners run on the thread that moves the clock, outside the clock's own lock.
class FakeClock final : public Clock {
 public:
  /// Starts at 2026-01-01T00:00:00Z; the monotonic side at one hour.
  FakeClock();

  [[nodiscard]] WallTime wall_now() const override;
  [[nodiscard]] MonoTime mono_now() const override;

  /// Moves both clocks on and tells the listeners. Negative lengths are not allowed.
  void advance(Duration by);
  /// Moves the wall clock alone, either way: an operator or NTP set it.
  void jump_wall(Duration by);

  /// Calls `listener` after every `advance`; the number is for `forget`.
  [[nodiscard]] std::uint64_t listen(std::function<void()> listener);
  void forget(std::uint64_t listener);

 private:
  mutable std::mutex mutex_;
  WallTime wall_;
  MonoTime mono_;
  std::uint64_t last_listener_ = 0;
  std::map<std::uint64_t, std::function<void()>> listeners_;
};

}  // namespace boxwright::test
