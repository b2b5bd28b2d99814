#include "specs/model/update_window.h"

#include <fmt/format.h>

#include <algorithm>

#include "specs/base/zoned_time.h"

namespace boxwright::specs {

namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr int kMinutesOfDay = 24 * 60;
/// A window of one weekday may lie wholly in an hour that the clocks skip; then the next counts.
constexpr int kDaysAhead = 15;

/// 0 is Monday; 1970-01-01 was a Thursday.
int weekday_of(days day) {
  const auto since_monday = (day.count() + 3) % 7;
  return static_cast<int>(since_monday < 0 ? since_monday + 7 : since_monday);
}

bool opens_on(const UpdateWindow& window, days day) {
  return window.days == 0 || ((window.days >> weekday_of(day)) & 1) != 0;
}

struct Stretch {
  WallTime from;
  WallTime to;
};

std::optional<Stretch> stretch_of(const UpdateWindow& window, days day) {
  const bool over_midnight = window.to <= window.from;
  const auto from = moment_of(window.zone, {day, minutes{window.from}});
  const auto to = moment_of(window.zone, {over_midnight ? day + days{1} : day, minutes{window.to}});
  if (!from || !to || *to <= *from) return std::nullopt;
  return Stretch{*from, *to};
}

}  // namespace

std::string time_of_day(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::optional<int> read_time_of_day(std::string_view text, bool is_end) {
  const auto digit = [&text](std::size_t at) {
    return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : -1;
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const auto at : {0U, 1U, 3U, 4U})
    if (digit(at) < 0) return std::nullopt;
  const int hour = digit(0) * 10 + digit(1);
  const int minute = digit(3) * 10 + digit(4);
  const int all = hour * 60 + minute;
  if (minute > 59 || all > kMinutesOfDay || (all == kMinutesOfDay && !is_end)) return std::nullopt;
  return all;
}

std::string to_string(const UpdateWindow& window) {
  std::string text;
  for (std::size_t day = 0; day < 7; ++day) {
    if (window.days == 0 || ((window.days >> day) & 1) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(kWeekdays.substr(day * 4, 3));
  }
  return fmt::format("{}{}{}-{} {}", text, text.empty() ? "" : " ", time_of_day(window.from),
                     time_of_day(window.to), window.zone);
}

Opening look_at_windows(const std::vector<UpdateWindow>& windows, WallTime now) {
  if (windows.empty()) return {};
  Opening opening{false, std::nullopt};
  for (const auto& window : windows) {
    const auto local = local_time(window.zone, now);
    if (!local) continue;
    // One that opened yesterday may still be open.
    for (int ahead = -1; ahead <= kDaysAhead; ++ahead) {
      const auto day = local->day + days{ahead};
      if (!opens_on(window, day)) continue;
      const auto stretch = stretch_of(window, day);
      if (!stretch || stretch->to <= now) continue;
      if (stretch->from <= now) return {};
      opening.next = std::min(opening.next.value_or(WallTime::max()), stretch->from);
      break;
    }
  }
  return opening;
}

}  // namespace boxwright::specs
