// describe: all about some boxes.

#include <fmt/core.h>

#include "controller/cli/describe_text.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

constexpr int kEventsShown = 10;

bool is_for_machines(const Options& options) {
  return options.output == "json" || options.output == "yaml";
}

std::string machine_text(const Options& options, const std::string& object, bool first) {
  return options.output == "json" ? object : (first ? "" : "---\n") + yaml_from_json(object);
}

}  // namespace

int describe(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  const auto now = session.clock().wall_now();
  bool first = true;
  bool heard = true;
  for (const auto& box : looked->boxes) {
    if (is_for_machines(options)) {
      heard = put_out(machine_text(options, box_json(box), first));
    } else {
      const auto events = session.store().events(box.record.name, 0, kEventsShown);
      if (!events) return say_error(events.error());
      heard =
          put_out((first ? "" : "\n") + describe_text(box, *events, now, wants_colour(options, 1)));
    }
    if (!heard) return kOk;
    first = false;
  }
  for (const auto& name : looked->names) {
    const auto text = is_for_machines(options)
                          ? machine_text(options, box_json(name), first)
                          : fmt::format("{}{}: {}: {}\n", first ? "" : "\n", printable(name.name),
                                        printable(name.reason), printable(name.message));
    if (!put_out(text)) return kOk;
    first = false;
  }
  return say_gaps(options, *looked, now);
}

}  // namespace boxwright::cli
