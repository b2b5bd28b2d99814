#include "specs/base/zoned_time.h"

#include <date/tz.h>

#include <exception>

namespace boxwright {

namespace {

/// nullptr: unknown. The library reads a zone's file at its first use and keeps it.
const date::time_zone* find_zone(const std::string& name) {
  // Names come from specs; the library makes a path of them.
  if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) return nullptr;
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

bool is_time_zone(const std::string& name) {
  return find_zone(name) != nullptr;
}

std::optional<LocalTime> local_time(const std::string& zone, WallTime at) {
  const auto* found = find_zone(zone);
  if (found == nullptr) return std::nullopt;
  try {
    const auto local = found->to_local(at).time_since_epoch();
    const auto day = std::chrono::floor<std::chrono::days>(local);
    return LocalTime{day, std::chrono::duration_cast<Duration>(local - day)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<WallTime> moment_of(const std::string& zone, LocalTime local) {
  const auto* found = find_zone(zone);
  if (found == nullptr) return std::nullopt;
  try {
    const date::local_time<Duration> shown{
        std::chrono::duration_cast<Duration>(local.day + local.time)};
    // `earliest` also gives the moment of the skip for a time that does not exist.
    return WallTime{found->to_sys(shown, date::choose::earliest).time_since_epoch()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace boxwright
