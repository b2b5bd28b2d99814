#pragma once
// Wall clocks of IANA time zones, from the machine's zone database.

#include <chrono>
#include <optional>
#include <string>

#include "specs/base/clock.h"

namespace boxwright {

/// What a wall clock shows: the days since 1970-01-01, and the time since midnight.
struct LocalTime {
  std::chrono::days day{0};
  Duration time{0};
  bool operator==(const LocalTime&) const = default;
};

/// Whether the zone database knows a zone of this name (`Europe/Berlin`, `UTC`).
[[nodiscard]] bool is_time_zone(const std::string& name);

/// nullopt: there is no such zone.
[[nodiscard]] std::optional<LocalTime> local_time(const std::string& zone, WallTime at);
/// The first moment at which the zone's clocks show this time. A time that they skip is the moment
/// of the skip. nullopt: there is no such zone.
[[nodiscard]] std::optional<WallTime> moment_of(const std::string& zone, LocalTime local);

}  // namespace boxwright
