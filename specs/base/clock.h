#pragma once
// Time and chance come in as parameters, so that a simulation can own them.

#include <chrono>
#include <cstdint>
#include <string>

#include "specs/base/error.h"

namespace boxwright {

/// A length of time. All configured durations have millisecond resolution.
using Duration = std::chrono::milliseconds;
/// A moment for people and for persisted records. May jump.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
/// A moment for delays and deadlines. Never goes back; means nothing after a restart.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall_now() const = 0;
  [[nodiscard]] virtual MonoTime mono_now() const = 0;
};

/// A source of random bits. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall_now() const override;
  [[nodiscard]] MonoTime mono_now() const override;
};

/// Bits from the operating system (libsodium's randombytes).
class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::uint64_t next() override;
};

/// `2026-11-24T20:31:01.123Z`.
[[nodiscard]] std::string to_rfc3339(WallTime time);
/// Parses RFC 3339 in UTC or with an offset, 0 to 9 fraction digits (the engine writes
/// nanoseconds). The engine's zero time, year 1, gives a time before 1970. InvalidSpec on anything
/// else.
[[nodiscard]] Result<WallTime> parse_rfc3339(const std::string& text);
/// 16 lower-case hex digits.
[[nodiscard]] std::string random_hex(Random& random);

}  // namespace boxwright
