// Windows in which a box may be replaced: by the clocks of their zone, through the nights on which
// those are changed.

#include "specs/model/update_window.h"

#include <gtest/gtest.h>

#include "specs/base/zoned_time.h"

namespace boxwright::specs {
namespace {

constexpr std::uint8_t kMonday = 1;
constexpr std::uint8_t kSunday = 1U << 6U;

WallTime at(const char* text) {
  return parse_rfc3339(text).value();
}

UpdateWindow window(std::uint8_t days, const char* from, const char* to,
                    const char* zone = "Europe/Berlin") {
  return {days, read_time_of_day(from, false).value(), read_time_of_day(to, true).value(), zone};
}

bool is_open(const UpdateWindow& one, const char* now) {
  return look_at_windows({one}, at(now)).open;
}

std::string next(const UpdateWindow& one, const char* now) {
  const auto opening = look_at_windows({one}, at(now));
  return opening.next ? to_rfc3339(*opening.next) : "never";
}

TEST(UpdateWindow, WithoutAnyItIsAlwaysOpen) {
  const auto opening = look_at_windows({}, at("2026-11-26T10:00:00Z"));
  EXPECT_TRUE(opening.open);
  EXPECT_FALSE(opening.next);
}

TEST(UpdateWindow, OpensAndClosesByTheClocksOfItsZone) {
  // Monday 2026-11-23; Berlin is one hour ahead in winter.
  const auto night = window(kMonday, "02:00", "05:00");
  EXPECT_FALSE(is_open(night, "2026-11-23T00:59:59Z"));
  EXPECT_TRUE(is_open(night, "2026-11-23T01:00:00Z"));
  EXPECT_TRUE(is_open(night, "2026-11-23T03:59:59Z"));
  EXPECT_FALSE(is_open(night, "2026-11-23T04:00:00Z"));
  EXPECT_EQ(next(night, "2026-11-23T00:00:00Z"), "2026-11-23T01:00:00.000Z");
  EXPECT_EQ(next(night, "2026-11-23T04:00:00Z"), "2026-11-30T01:00:00.000Z");
}

TEST(UpdateWindow, OverMidnightBelongsToTheDayOnWhichItOpens) {
  const auto night = window(kSunday, "22:00", "02:00");
  EXPECT_TRUE(is_open(night, "2026-11-22T21:00:00Z"));
  EXPECT_TRUE(is_open(night, "2026-11-23T00:59:00Z")) << "Monday, 01:59";
  EXPECT_FALSE(is_open(night, "2026-11-23T01:00:00Z"));
  EXPECT_FALSE(is_open(night, "2026-11-23T21:30:00Z")) << "Monday evening";
}

TEST(UpdateWindow, WithoutDaysItOpensEveryDayAndFromEqualsToIsAWholeDay) {
  EXPECT_TRUE(is_open(window(0, "02:00", "05:00"), "2026-11-25T02:00:00Z"));
  EXPECT_TRUE(is_open(window(0, "00:00", "24:00"), "2026-11-25T23:59:59Z"));
  EXPECT_TRUE(is_open(window(kMonday, "08:00", "08:00"), "2026-11-24T06:59:00Z"));
  EXPECT_FALSE(is_open(window(kMonday, "08:00", "08:00"), "2026-11-24T07:00:00Z"));
}

TEST(UpdateWindow, WhoseOpeningTheClocksSkipOpensWithTheSkip) {
  // On 2027-03-28 Berlin goes from 02:00 to 03:00, at 01:00 UTC.
  const auto night = window(kSunday, "02:30", "05:00");
  EXPECT_EQ(next(night, "2027-03-28T00:00:00Z"), "2027-03-28T01:00:00.000Z");
  EXPECT_TRUE(is_open(night, "2027-03-28T01:00:00Z"));
  EXPECT_FALSE(is_open(night, "2027-03-28T03:00:00Z")) << "05:00 in summer";
}

TEST(UpdateWindow, ThatLiesInTheSkippedHourOpensAWeekLater) {
  const auto hour = window(kSunday, "02:10", "02:50");
  EXPECT_FALSE(is_open(hour, "2027-03-28T01:00:00Z"));
  EXPECT_EQ(next(hour, "2027-03-28T00:00:00Z"), "2027-04-04T00:10:00.000Z");
}

TEST(UpdateWindow, WhoseOpeningTheClocksShowTwiceOpensOnceAtTheFirst) {
  // On 2026-10-25 Berlin goes back from 03:00 to 02:00, at 01:00 UTC.
  const auto night = window(kSunday, "02:30", "04:00");
  EXPECT_EQ(next(night, "2026-10-25T00:00:00Z"), "2026-10-25T00:30:00.000Z");
  EXPECT_TRUE(is_open(night, "2026-10-25T01:15:00Z"));
  EXPECT_TRUE(is_open(night, "2026-10-25T02:59:00Z")) << "03:59 in winter";
  EXPECT_FALSE(is_open(night, "2026-10-25T03:00:00Z"));
}

TEST(UpdateWindow, TheNextOfSeveralCounts) {
  const std::vector<UpdateWindow> windows{window(kSunday, "02:00", "03:00"),
                                          window(kMonday, "23:00", "23:30", "America/New_York")};
  const auto opening = look_at_windows(windows, at("2026-11-23T12:00:00Z"));
  EXPECT_FALSE(opening.open);
  EXPECT_EQ(to_rfc3339(opening.next.value()), "2026-11-24T04:00:00.000Z");
}

TEST(UpdateWindow, InAZoneThatIsNotKnownNeverOpens) {
  const auto opening =
      look_at_windows({window(0, "00:00", "24:00", "Mars/Olympus")}, at("2026-11-23T12:00:00Z"));
  EXPECT_FALSE(opening.open);
  EXPECT_FALSE(opening.next);
}

TEST(UpdateWindow, ReadsTimesOfDay) {
  EXPECT_EQ(read_time_of_day("02:05", false), 125);
  EXPECT_EQ(read_time_of_day("24:00", true), 1440);
  for (const char* wrong : {"24:00", "2:05", "02:60", "24:01", "02-05", "02:0x", "", "002:05"})
    EXPECT_FALSE(read_time_of_day(wrong, false)) << wrong;
  EXPECT_FALSE(read_time_of_day("24:01", true));
  EXPECT_EQ(to_string(window(kMonday | kSunday, "02:00", "05:00")),
            "mon, sun 02:00-05:00 Europe/Berlin");
  EXPECT_EQ(to_string(window(0, "22:00", "02:00", "UTC")), "22:00-02:00 UTC");
}

TEST(ZonedTime, KnowsItsZonesAndNoPath) {
  EXPECT_TRUE(is_time_zone("Europe/Berlin"));
  EXPECT_TRUE(is_time_zone("UTC"));
  for (const char* wrong : {"", "Berlin", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime"})
    EXPECT_FALSE(is_time_zone(wrong)) << wrong;
}

}  // namespace
}  // namespace boxwright::specs
