#pragma once
// Sizes, CPU amounts and durations: strong types, strict parsing, canonical printing.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "specs/base/clock.h"
#include "specs/base/error.h"

namespace boxwright {

/// A number of bytes.
struct Bytes {
  std::int64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// Billionths of a CPU, as the engine counts them.
struct NanoCpus {
  std::int64_t count = 0;
  auto operator<=>(const NanoCpus&) const = default;
};

inline constexpr std::int64_t kKiB = 1024;
inline constexpr std::int64_t kMiB = 1024 * kKiB;
inline constexpr std::int64_t kGiB = 1024 * kMiB;

/// `512MiB`, `2GiB`, `1.5GiB`, `65536B`. A unit is required; units are binary only (B KiB MiB GiB
/// TiB). InvalidSpec with what to write instead.
[[nodiscard]] Result<Bytes> parse_bytes(std::string_view text);
/// The largest unit that divides evenly: `2GiB`, `1536MiB`.
[[nodiscard]] std::string to_string(Bytes bytes);

/// `1.5`, `2`, `0.25`: decimal CPUs, at most 9 fraction digits.
[[nodiscard]] Result<NanoCpus> parse_cpus(std::string_view text);
/// `1.5`, `2`.
[[nodiscard]] std::string to_string(NanoCpus cpus);

/// `250ms`, `30s`, `5m`, `24h`, `1h30m`. A unit is required; `0s` is allowed.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// Canonical: `30s`, `5m`, `24h`, `1h30m`, `1500ms`.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace boxwright
