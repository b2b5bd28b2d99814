#include "specs/base/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace boxwright {
namespace {

constexpr std::int64_t kTiB = 1024 * kGiB;
constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits off the front; nullopt when there is none or the number does not fit.
std::optional<std::int64_t> take_digits(std::string_view& text) {
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; count < text.size() && is_digit(text[count]); ++count) {
    const int digit = text[count] - '0';
    if (value > (kInt64Max - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

/// `1.5` as 1 and 500000000: whole part and billionths.
struct Decimal {
  std::int64_t whole = 0;
  std::int64_t nano = 0;
};

/// Takes a plain decimal with at most 9 fraction digits off the front. No sign, no exponent, and no
/// leading zero: some YAML readers take `010` for eight.
std::optional<Decimal> take_decimal(std::string_view& text) {
  const bool leading_zero = text.size() > 1 && text[0] == '0' && is_digit(text[1]);
  const auto whole = take_digits(text);
  if (!whole || leading_zero) return std::nullopt;
  Decimal decimal{*whole, 0};
  if (text.empty() || text[0] != '.') return decimal;
  text.remove_prefix(1);
  const std::size_t before = text.size();
  const auto fraction = take_digits(text);
  const std::size_t digits = before - text.size();
  if (!fraction || digits > 9) return std::nullopt;
  decimal.nano = *fraction;
  for (std::size_t i = digits; i < 9; ++i)
    decimal.nano *= 10;
  return decimal;
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<Unit, 5> kSizes{
    {{"B", 1}, {"KiB", kKiB}, {"MiB", kMiB}, {"GiB", kGiB}, {"TiB", kTiB}}};
/// Largest first; `ms` stands before `m`, so that it is found first.
constexpr std::array<Unit, 4> kTimes{{{"ms", 1}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}}};

/// `decimal * factor`, if it is whole and fits.
std::optional<std::int64_t> scale(const Decimal& decimal, std::int64_t factor) {
  constexpr std::int64_t kNano = 1'000'000'000;
  if (decimal.whole > kInt64Max / factor) return std::nullopt;
  // nano * factor could reach 2^71, so the factor is split into millions and the rest.
  const std::int64_t high = factor / 1'000'000;
  const std::int64_t low = factor % 1'000'000;
  const std::int64_t from_high = decimal.nano * high;  // In units of 10^-3.
  const std::int64_t from_low = decimal.nano * low;    // In units of 10^-9.
  const std::int64_t rest = from_high % 1000 * 1'000'000 + from_low;
  if (rest % kNano != 0) return std::nullopt;
  const std::int64_t part = from_high / 1000 + rest / kNano;
  if (decimal.whole * factor > kInt64Max - part) return std::nullopt;
  return decimal.whole * factor + part;
}

tl::unexpected<Error> not_a_size(std::string_view text) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "`{}` is not a size; write a number with a binary unit, such as 512MiB or 2GiB",
              text);
}

tl::unexpected<Error> not_a_duration(std::string_view text) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "`{}` is not a duration; write whole numbers with units, such as 30s, 5m or 1h30m",
              text);
}

/// The binary unit that somebody who wrote `text` most likely meant; empty if none.
std::string_view binary_unit_for(std::string_view text) {
  if (text.empty()) return {};
  switch (text[0]) {
    case 'k':
    case 'K': return "KiB";
    case 'm':
    case 'M': return "MiB";
    case 'g':
    case 'G': return "GiB";
    case 't':
    case 'T': return "TiB";
    case 'b': return "B";
    default: return {};
  }
}

}  // namespace

Result<Bytes> parse_bytes(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a_size(text);
  const std::string_view digits = text.substr(0, text.size() - rest.size());
  if (rest.empty() && number->whole >= kMiB && number->nano == 0) {
    // So many can only have been meant as bytes.
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal, "size `{}` has no unit; write {}",
                text, to_string(Bytes{number->whole}));
  }
  if (rest.empty()) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "size `{}` has no unit; write {}MiB or {}GiB", text, digits, digits);
  }
  for (const Unit& unit : kSizes) {
    if (rest != unit.name) continue;
    const auto count = scale(*number, unit.factor);
    if (!count) {
      return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                  "size `{}` is no whole number of bytes, or too large", text);
    }
    return Bytes{*count};
  }
  const std::string_view meant = rest.size() <= 3 ? binary_unit_for(rest) : std::string_view{};
  if (meant.empty()) return not_a_size(text);
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "size `{}` has the unit `{}`, but units are binary; write {}{}", text, rest, digits,
              meant);
}

std::string to_string(Bytes bytes) {
  for (auto unit = kSizes.rbegin(); unit != kSizes.rend(); ++unit) {
    if (bytes.count != 0 && bytes.count % unit->factor == 0) {
      return fmt::format("{}{}", bytes.count / unit->factor, unit->name);
    }
  }
  return "0B";
}

Result<NanoCpus> parse_cpus(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (number && rest == "m") {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "`{}` is not a number of CPUs; write it as a decimal, such as 0.5 for 500m", text);
  }
  if (!number || !rest.empty() || number->whole > kInt64Max / 1'000'000'000 - 1) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "`{}` is not a number of CPUs; write a decimal, such as 1.5 or 0.25", text);
  }
  return NanoCpus{number->whole * 1'000'000'000 + number->nano};
}

std::string to_string(NanoCpus cpus) {
  const std::int64_t fraction = cpus.count % 1'000'000'000;
  if (fraction == 0) return fmt::format("{}", cpus.count / 1'000'000'000);
  std::string text = fmt::format("{}.{:09}", cpus.count / 1'000'000'000, fraction);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  std::int64_t previous_factor = kInt64Max;
  if (rest.empty()) return not_a_duration(text);
  while (!rest.empty()) {
    const auto number = take_digits(rest);
    if (!number) return not_a_duration(text);
    if (rest.empty()) {
      return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                  "duration `{}` has no unit; write {}s, {}m or {}h", text, text, text, text);
    }
    const auto* const unit =
        std::find_if(kTimes.begin(), kTimes.end(),
                     [&rest](const Unit& candidate) { return rest.starts_with(candidate.name); });
    // Units fall from left to right and each occurs once: `1h30m`, never `30m1h`.
    if (unit == kTimes.end() || unit->factor >= previous_factor) return not_a_duration(text);
    if (*number > (kInt64Max - total) / unit->factor) return not_a_duration(text);
    total += *number * unit->factor;
    previous_factor = unit->factor;
    rest.remove_prefix(unit->name.size());
  }
  return Duration{total};
}

std::string format_duration(Duration duration) {
  const std::int64_t total = duration.count();
  if (total == 0) return "0s";
  if (total % 1000 != 0) return fmt::format("{}ms", total);
  std::string text;
  const std::int64_t hours = total / 3'600'000;
  const std::int64_t minutes = total / 60'000 % 60;
  const std::int64_t seconds = total / 1000 % 60;
  if (hours != 0) text += fmt::format("{}h", hours);
  if (minutes != 0) text += fmt::format("{}m", minutes);
  if (seconds != 0) text += fmt::format("{}s", seconds);
  return text;
}

}  // namespace boxwright
