// events: what was done, and why.

#include <algorithm>

#include "controller/cli/event_text.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{250};
constexpr int kAtOnce = 1'000;

std::string yaml_documents(const std::vector<state::Event>& events) {
  std::string text;
  for (const auto& event : events)
    text += "---\n" + yaml_from_json(events_json_lines({event}));
  return text;
}

std::string text_of(const std::vector<state::Event>& events, const std::string& output) {
  if (output == "json") return events_json_lines(events);
  if (output == "yaml") return yaml_documents(events);
  return events_text(events);
}

bool is_wanted(const Options& options, const state::Event& event, WallTime from) {
  const auto& names = options.names;
  return event.at >= from &&
         (names.empty() || std::find(names.begin(), names.end(), event.box.str()) != names.end());
}

}  // namespace

int show_events(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto from = options.since ? session.clock().wall_now() - *options.since : WallTime{};
  // The store filters by one name; more are filtered here.
  const BoxName box{options.names.size() == 1 ? options.names.front() : std::string{}};
  std::int64_t last = 0;
  bool any = false;
  while (true) {
    auto events = session.store().events(box, last, kAtOnce);
    if (!events) return say_error(events.error());
    const bool more = last > 0 && events->size() == kAtOnce;
    if (!events->empty()) last = events->back().seq;
    std::erase_if(*events, [&](const auto& event) { return !is_wanted(options, event, from); });
    any |= !events->empty();
    // A reader that has gone wants no more.
    if (!events->empty() && !put_out(text_of(*events, options.output))) return kOk;
    if (more) continue;
    if (!options.follow) break;
    if (wait_a_little(stop, kPoll)) return kOk;
  }
  if (!any) put_err("No events.\n");
  return kOk;
}

}  // namespace boxwright::cli
