// What a replacement costs, in words.

#include <fmt/core.h>

#include <array>

#include "controller/cli/plan_view.h"

namespace boxwright::cli {

namespace {

/// To a tenth of a second, which is as exact as an estimate may look.
std::string seconds(Duration time) {
  const auto tenths = (time.count() + 50) / 100;
  return tenths % 10 == 0 ? fmt::format("{}s", tenths / 10)
                          : fmt::format("{}.{}s", tenths / 10, tenths % 10);
}

}  // namespace

std::string size_text(Bytes size) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(size.count);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", size.count)
                   : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string price_text(const plan::Price& price) {
  using Basis = plan::Price::Basis;
  if (price.downtime() == Duration{0}) return "none: it does not run";
  const auto stop = fmt::format("at most {} to stop", seconds(price.stop));
  switch (price.basis) {
    case Basis::NotRunning: return fmt::format("until it is started ({})", stop);
    case Basis::LastStart:
      return fmt::format("about {} ({}, {} to become ready as at its last start)",
                         seconds(price.downtime()), stop, seconds(price.start));
    case Basis::Assumed:
      return fmt::format("about {} ({}, {} to become ready assumed: no start is on record)",
                         seconds(price.downtime()), stop, seconds(price.start));
  }
  return {};
}

}  // namespace boxwright::cli
