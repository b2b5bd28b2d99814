#include "controller/cli/event_text.h"

#include <fmt/core.h>
#include <algorithm>

#include <cctype>
#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

/// Whoever types an action's name need not mind its capitals.
bool same_word(const std::string& one, const std::string& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

std::string first_line(const std::string& message) {
  const auto end = message.find('\n');
  if (end == std::string::npos) return printable(message);
  const auto more = static_cast<std::size_t>(std::count(message.begin(), message.end(), '\n'));
  return fmt::format("{} ({} below it: `-o json`, or `boxwright why`)",
                     printable(message.substr(0, end)), count_of(more, "line", "lines"));
}

bool is_wanted(const Options& options, const state::Event& event, WallTime from) {
  const auto& names = options.names;
  const auto& actions = options.actions;
  const bool named =
      names.empty() || std::find(names.begin(), names.end(), event.box.str()) != names.end();
  const bool acted =
      actions.empty() || std::any_of(actions.begin(), actions.end(), [&event](const auto& action) {
        return same_word(action, event.action);
      });
  const bool typed = options.event_type.empty() || options.event_type == event.type;
  return event.at >= from && named && acted && typed;
}

std::string events_text(const std::vector<state::Event>& events) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& event : events) {
    std::string why = printable(event.cause);
    if (!event.by.empty()) why += (why.empty() ? "by " : ", by ") + printable(event.by);
    if (!event.message.empty()) why += (why.empty() ? "" : ": ") + first_line(event.message);
    rows.push_back({to_rfc3339(event.at), event.type == "Warning" ? "!" : " ",
                    event.box.empty() ? "-" : printable(event.box.str()), printable(event.action),
                    printable(event.result), format_duration(event.duration), why});
  }
  return table(rows);
}

std::string events_json_lines(const std::vector<state::Event>& events) {
  std::string text;
  for (const auto& event : events) {
    const nlohmann::json line = {{"seq", event.seq},
                                 {"at", to_rfc3339(event.at)},
                                 {"box", event.box.str()},
                                 {"uid", event.uid.str()},
                                 {"type", event.type},
                                 {"action", event.action},
                                 {"cause", event.cause},
                                 {"by", event.by},
                                 {"revision", event.revision.str()},
                                 {"result", event.result},
                                 {"durationMs", event.duration.count()},
                                 {"message", event.message}};
    text += inert_json(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
  }
  return text;
}

}  // namespace boxwright::cli
