#include "specs/base/clock.h"

#include <sodium.h>

#include <cstddef>

namespace boxwright {
namespace {

/// Reads digits from a fixed place of a text; anything else spoils it.
class DigitReader {
 public:
  explicit DigitReader(const std::string& text) : text_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = peek();
      if (c < '0' || c > '9') {
        good_ = false;
        return 0;
      }
      value = value * 10 + (c - '0');
      ++at_;
    }
    return value;
  }

  void expect(char wanted) {
    if (peek() != wanted) good_ = false;
    ++at_;
  }

  /// The fraction behind a dot, cut to milliseconds.
  int fraction_ms() {
    ++at_;
    int value = 0;
    int digits = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_, ++digits) {
      if (digits < 3) value = value * 10 + (peek() - '0');
    }
    if (digits == 0 || digits > 9) good_ = false;
    for (int i = digits; i < 3; ++i)
      value *= 10;
    return value;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() { ++at_; }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
  bool good_ = true;
};

struct Clocktime {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction_ms = 0;
};

Clocktime read_clocktime(DigitReader& reader) {
  Clocktime time;
  time.hour = reader.number(2);
  reader.expect(':');
  time.minute = reader.number(2);
  reader.expect(':');
  time.second = reader.number(2);
  if (reader.peek() == '.') time.fraction_ms = reader.fraction_ms();
  return time;
}

/// Minutes east of UTC; false in `good` where the text has no zone.
std::chrono::minutes read_zone(DigitReader& reader, bool& good) {
  const char sign = reader.peek();
  reader.skip();
  if (sign == 'Z' || sign == 'z') return std::chrono::minutes{0};
  if (sign != '+' && sign != '-') {
    good = false;
    return std::chrono::minutes{0};
  }
  const int hours = reader.number(2);
  reader.expect(':');
  const int minutes = reader.number(2);
  if (hours > 23 || minutes > 59) good = false;
  return std::chrono::minutes{(sign == '-' ? -1 : 1) * (hours * 60 + minutes)};
}

}  // namespace

WallTime SystemClock::wall_now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono_now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

std::uint64_t SystemRandom::next() {
  std::uint64_t bits = 0;
  // Thread-safe and cheap to repeat. Without an entropy source nothing sensible can follow, and
  // libsodium would end the process at the next call anyway.
  if (sodium_init() < 0) sodium_misuse();
  randombytes_buf(&bits, sizeof bits);
  return bits;
}

std::string to_rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto of_day = (time - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     of_day / 3'600'000, of_day / 60'000 % 60, of_day / 1000 % 60, of_day % 1000);
}

Result<WallTime> parse_rfc3339(const std::string& text) {
  DigitReader reader(text);
  const int year = reader.number(4);
  reader.expect('-');
  const auto month = static_cast<unsigned>(reader.number(2));
  reader.expect('-');
  const auto day = static_cast<unsigned>(reader.number(2));
  if (reader.peek() != 'T' && reader.peek() != 't')
    reader.expect('T');
  else
    reader.skip();
  const Clocktime time = read_clocktime(reader);
  bool good = true;
  const std::chrono::minutes zone = read_zone(reader, good);

  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  // A leap second (60) is allowed by RFC 3339 and counted as the next second.
  if (!good || !reader.good() || !reader.at_end() || !date.ok() || time.hour > 23 ||
      time.minute > 59 || time.second > 60) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "`{}` is not a time; write it like 2026-11-24T20:31:01Z", text);
  }
  return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{time.hour} +
         std::chrono::minutes{time.minute} + std::chrono::seconds{time.second} +
         std::chrono::milliseconds{time.fraction_ms} - zone;
}

std::string random_hex(Random& random) {
  return fmt::format("{:016x}", random.next());
}

}  // namespace boxwright
