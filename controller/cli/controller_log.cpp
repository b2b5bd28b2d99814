#include "controller/cli/controller_log.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

std::string one_line(const json& fields) {
  return fields.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Quoted, so that no value can pass for another field.
std::string quoted(const std::string& text) {
  return json(printable(text)).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string event_line(const state::Event& event) {
  std::string line = printable(event.action);
  if (!event.box.empty()) line += " box=" + printable(event.box.str());
  line +=
      fmt::format(" result={} took={}", printable(event.result), format_duration(event.duration));
  if (!event.cause.empty()) line += " cause=" + quoted(event.cause);
  if (!event.by.empty()) line += " by=" + quoted(event.by);
  if (!event.message.empty()) line += " message=" + quoted(event.message);
  return line;
}

std::string event_json(const state::Event& event, WallTime now) {
  return one_line({{"time", to_rfc3339(now)},
                   {"level", event.type == "Warning" ? "warning" : "info"},
                   {"box", event.box.str()},
                   {"uid", event.uid.str()},
                   {"action", event.action},
                   {"cause", event.cause},
                   {"by", event.by},
                   {"revision", event.revision.str()},
                   {"result", event.result},
                   {"durationMs", event.duration.count()},
                   {"message", event.message}});
}

std::string message_json(const std::string& message, const std::string& level, WallTime now) {
  return one_line({{"time", to_rfc3339(now)}, {"level", level}, {"message", message}});
}

}  // namespace boxwright::cli
