// events: what was done, and why.

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
constexpr int kKept = 10'000;  ///< As many as the store keeps.

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

void keep_newest(const Options& options, std::vector<state::Event>& events) {
  const auto limit = static_cast<std::size_t>(options.limit);
  if (limit == 0 || events.size() <= limit) return;
  events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(limit));
}

WallTime beginning(const Options& options, WallTime now) {
  if (options.since_time) return *options.since_time;
  return options.since ? now - *options.since : WallTime{};
}

}  // namespace

int show_events(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto from = beginning(options, session.clock().wall_now());
  // The store filters by one name; more are filtered here.
  const BoxName box{options.names.size() == 1 ? options.names.front() : std::string{}};
  std::int64_t last = 0;
  bool any = false;
  while (true) {
    const bool first = last == 0;
    auto events = session.store().events(box, last, first ? kKept : kAtOnce);
    if (!events) return say_error(events.error());
    const bool more = !first && events->size() == kAtOnce;
    if (!events->empty()) last = events->back().seq;
    std::erase_if(*events, [&](const auto& event) { return !is_wanted(options, event, from); });
    if (first) keep_newest(options, *events);
    any |= !events->empty();
    // A reader that has gone wants no more.
    if (!events->empty() && !put_out(text_of(*events, options.output))) return kOk;
    if (more) continue;
    if (!options.follow || reader_has_gone()) break;
    if (wait_a_little(stop, kPoll)) return kOk;
  }
  if (!any && !options.follow) put_err("No events.\n");
  return kOk;
}

}  // namespace boxwright::cli
