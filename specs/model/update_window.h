#pragma once
// Stretches of the week in which a box may be disturbed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/base/clock.h"

namespace boxwright::specs {

/// `{days: [mon, tue], from: "02:00", to: "05:00", zone: Europe/Berlin}`.
struct UpdateWindow {
  std::uint8_t days = 0;  ///< Bit 0 is Monday; of the day on which it opens. 0: every day.
  int from = 0;           ///< Minutes after midnight.
  int to = 0;             ///< The same; not after `from`: on the next day.
  std::string zone = "UTC";
  bool operator==(const UpdateWindow&) const = default;
};

inline constexpr std::string_view kWeekdays = "mon|tue|wed|thu|fri|sat|sun";

/// `mon, tue 02:00-05:00 Europe/Berlin`; for people and plans.
[[nodiscard]] std::string to_string(const UpdateWindow& window);

/// `02:00` to 120; `24:00` only where an end is meant. nullopt: no such time.
[[nodiscard]] std::optional<int> read_time_of_day(std::string_view text, bool is_end);
[[nodiscard]] std::string time_of_day(int minutes);

/// Whether one of the windows is open now, and if not, when the next one opens. A window whose zone
/// the machine does not know never opens. Without windows it is always open.
struct Opening {
  bool open = true;
  std::optional<WallTime> next;  ///< nullopt: open, or none of them ever opens.
};
[[nodiscard]] Opening look_at_windows(const std::vector<UpdateWindow>& windows, WallTime now);

}  // namespace boxwright::specs
