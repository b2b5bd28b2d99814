// get: the list of boxes, once or followed.

#include <fmt/core.h>

#include "controller/cli/box_table.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

/// How often the stored statuses are compared, and how often the engine itself is asked.
constexpr Duration kPoll{250};
constexpr Duration kLookAloneEvery{1'000};
constexpr Duration kLookBesideEvery{5'000};

/// A reason in the table is a word; what to do about it is a sentence.
void say_what_is_wrong(const Looked& looked) {
  for (const auto& box : looked.boxes) {
    const auto* stalled = box.status.find("Stalled");
    if (stalled == nullptr) continue;
    put_err(fmt::format("{}: {}: {}\n", printable(box.record.name.str()),
                        printable(stalled->reason), printable(stalled->message)));
  }
  for (const auto& name : looked.names) {
    put_err(fmt::format("{}: {}: {}\n", printable(name.name), printable(name.reason),
                        printable(name.message)));
  }
}

std::string names_text(const Looked& looked) {
  std::string text;
  for (const auto& box : looked.boxes)
    text += printable(box.record.name.str()) + "\n";
  for (const auto& name : looked.names)
    text += printable(name.name) + "\n";
  return text;
}

void say_nothing_there(const Options& options) {
  if (!options.names.empty()) return;
  const bool filtered =
      !options.selector.empty() || !options.conditions.empty() || !options.source_name.empty();
  put_err(filtered ? "No box fits.\n"
                   : "There are no boxes yet; `boxwright apply -f FOLDER` makes some.\n");
}

int get_once(const Options& options, Session& session, const std::stop_token& stop) {
  auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  sort_boxes(*looked, options.sort);
  const auto now = session.clock().wall_now();
  const bool nothing = looked->boxes.empty() && looked->names.empty();
  bool heard = true;
  if (options.output == "json") {
    heard = put_out(box_list_json(*looked));
  } else if (options.output == "yaml") {
    heard = put_out(yaml_from_json(box_list_json(*looked)));
  } else if (options.output == "name") {
    heard = put_out(names_text(*looked));
  } else if (!nothing) {
    heard =
        put_out(box_table(*looked, now, {options.output == "wide", !looked->engine_error.empty()}));
    if (heard) say_what_is_wrong(*looked);
  } else {
    say_nothing_there(options);
  }
  return heard ? say_gaps(options, *looked, now) : static_cast<int>(kOk);
}

/// Waits until something may have changed: another status was stored, or enough time has gone by
/// for what nobody stores. True: stop was requested.
bool wait_for_change(Session& session, const std::stop_token& stop) {
  const auto began = session.clock().mono_now();
  const auto every = session.holder() ? kLookBesideEvery : kLookAloneEvery;
  const auto before = session.store().statuses();
  while (session.clock().mono_now() - began < every) {
    if (wait_a_little(stop, kPoll) || reader_has_gone()) return true;
    const auto now = session.store().statuses();
    if (before && now && *before != *now) return false;
  }
  return false;
}

int get_on(const Options& options, Session& session, const std::stop_token& stop) {
  BoxFollower follower(options.output);
  std::string engine_error;
  while (true) {
    auto looked = look(session, options, stop);
    if (!looked && stop.stop_requested()) return kOk;
    if (!looked) return say_error(looked.error());
    if (looked->engine_error != engine_error) {
      engine_error = looked->engine_error;
      put_err(engine_error.empty() ? "boxwright: the engine answers again\n"
                                   : fmt::format("boxwright: engine not reachable: {}\n",
                                                 printable_lines(engine_error)));
    }
    const auto text = follower.follow(*looked, session.clock().wall_now());
    // A reader that has gone wants no more.
    if (!text.empty() && !put_out(text)) return kOk;
    if (wait_for_change(session, stop)) return kOk;
  }
}

}  // namespace

int get(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  return options.follow ? get_on(options, session, stop) : get_once(options, session, stop);
}

}  // namespace boxwright::cli
