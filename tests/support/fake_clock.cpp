#include "tests/support/fake_clock.h"

#include <utility>
#include <vector>

namespace boxwright::test {

namespace {
constexpr std::chrono::year_month_day kFirstDay{std::chrono::year{2026}, std::chrono::January,
                                                std::chrono::day{1}};
}  // namespace

FakeClock::FakeClock()
    : wall_(std::chrono::sys_days{kFirstDay}), mono_(MonoTime{std::chrono::hours{1}}) {
}

WallTime FakeClock::wall_now() const {
  const std::lock_guard lock(mutex_);
  return wall_;
}

MonoTime FakeClock::mono_now() const {
  const std::lock_guard lock(mutex_);
  return mono_;
}

void FakeClock::advance(Duration by) {
  std::vector<std::function<void()>> to_tell;
  {
    const std::lock_guard lock(mutex_);
    wall_ += by;
    mono_ += by;
    for (const auto& [number, listener] : listeners_)
      to_tell.push_back(listener);
  }
  for (const auto& listener : to_tell)
    listener();
}

void FakeClock::jump_wall(Duration by) {
  const std::lock_guard lock(mutex_);
  wall_ += by;
}

std::uint64_t FakeClock::listen(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listeners_[++last_listener_] = std::move(listener);
  return last_listener_;
}

void FakeClock::forget(std::uint64_t listener) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(listener);
}

}  // namespace boxwright::test
