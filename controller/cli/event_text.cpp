#include "controller/cli/event_text.h"

#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/base/units.h"

namespace boxwright::cli {

std::string events_text(const std::vector<state::Event>& events) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& event : events) {
    std::string why = printable(event.cause);
    if (!event.message.empty()) why += (why.empty() ? "" : ": ") + printable(event.message);
    rows.push_back({to_rfc3339(event.at), event.type == "Warning" ? "!" : " ",
                    event.box.empty() ? "-" : printable(event.box.str()), printable(event.action),
                    printable(event.result), format_duration(event.duration), why});
  }
  return table(rows);
}

std::string events_json_lines(const std::vector<state::Event>& events) {
  std::string text;
  for (const auto& event : events) {
    const nlohmann::json line = {{"at", to_rfc3339(event.at)},
                                 {"box", event.box.str()},
                                 {"uid", event.uid.str()},
                                 {"type", event.type},
                                 {"action", event.action},
                                 {"cause", event.cause},
                                 {"revision", event.revision.str()},
                                 {"result", event.result},
                                 {"durationMs", event.duration.count()},
                                 {"message", event.message}};
    text += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  return text;
}

}  // namespace boxwright::cli
