// why: one paragraph a box.

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/why.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

/// As far back as anything is kept.
constexpr int kEventsMax = 10'000;

Result<WhyInput> input_for(Session& session, const Looked& looked, const std::string& name) {
  WhyInput input;
  input.name = name;
  input.now = session.clock().wall_now();
  BW_TRY_ASSIGN(input.events, session.store().events(BoxName{name}, 0, kEventsMax));
  BW_TRY_ASSIGN(input.requests, session.desired().requests());
  for (const auto& box : looked.boxes) {
    if (box.record.name.str() == name) input.box = &box;
  }
  for (const auto& one : looked.names) {
    if (one.name == name) input.shown_name = &one;
  }
  if (input.box == nullptr) return input;
  // An earlier box of that name is another box.
  std::erase_if(input.events,
                [&input](const auto& event) { return event.uid != input.box->record.uid; });
  return input;
}

std::string shown(const Options& options, const WhyInput& input, bool first) {
  if (options.output == "json") return why_json(input);
  if (options.output == "yaml") return (first ? "" : "---\n") + yaml_from_json(why_json(input));
  const auto text = why_text(input);
  const auto end = std::min(text.find('\n'), text.size());
  // Log lines are shown as they came.
  return (first ? "" : "\n") + wrapped(printable(text.substr(0, end)), prose_width(options, 1)) +
         printable_lines(text.substr(end)) + "\n";
}

}  // namespace

int explain_state(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  bool first = true;
  for (const auto& name : options.names) {
    const auto input = input_for(session, *looked, name);
    if (!input) return say_error(input.error());
    if (why_text(*input).empty()) continue;
    looked->known.insert(name);  // Also one that is gone, but on record.
    if (!put_out(shown(options, *input, first))) return kOk;
    first = false;
  }
  return say_gaps(options, *looked, session.clock().wall_now());
}

}  // namespace boxwright::cli
