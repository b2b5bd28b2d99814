// get: the list of boxes.

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

struct Columns {
  bool wide = false;
  bool age_of_status = false;  ///< Where it was not read just now.
};

std::vector<std::string> header(const Columns& columns) {
  std::vector<std::string> row{"NAME", "READY", "STATUS", "RESTARTS", "IMAGE", "MEMORY", "AGE"};
  if (columns.wide) row.insert(row.end(), {"SOURCE", "CONTAINER", "URL"});
  if (columns.wide || columns.age_of_status) row.emplace_back("OBSERVED");
  return row;
}

std::vector<std::string> row_of(const ShownBox& box, WallTime now, const Columns& columns) {
  const auto* container = box.container();
  const auto* leading = leading_condition(box.status);
  std::vector<std::string> row{
      printable(box.record.name.str()),
      ready_word(box.status),
      leading == nullptr ? "NotObserved" : leading->reason,
      container == nullptr ? "-" : std::to_string(container->restart_count),
      or_dash(box.record.spec.image),
      to_string(box.record.spec.resources.memory),
      container == nullptr ? "-" : age(now - container->created_at)};
  if (columns.wide) {
    constexpr std::size_t kShortId = 12;
    row.push_back(or_dash(box.record.source.str()));
    row.push_back(or_dash(box.status.container.str().substr(0, kShortId)));
    row.push_back(or_dash(box.status.url));
  }
  if (columns.wide || columns.age_of_status) {
    const bool seen = box.status.observed_at > WallTime{};
    row.push_back(seen ? age(now - box.status.observed_at) + " ago" : "never");
  }
  return row;
}

std::vector<std::string> row_of(const ShownName& name) {
  return {printable(name.name),
          name.reason == "Orphaned" ? "Unknown" : "False",
          printable(name.reason),
          "-",
          or_dash(name.image),
          "-",
          "-"};
}

/// A reason in the table is a word; what to do about it is a sentence.
void say_what_is_wrong(const Looked& looked) {
  for (const auto& box : looked.boxes) {
    const auto* stalled = box.status.find("Stalled");
    if (stalled == nullptr) continue;
    put_err(fmt::format("{}: {}: {}\n", printable(box.record.name.str()), stalled->reason,
                        printable(stalled->message)));
  }
  for (const auto& name : looked.names) {
    put_err(fmt::format("{}: {}: {}\n", printable(name.name), printable(name.reason),
                        printable(name.message)));
  }
}

void print_table(const Options& options, const Looked& looked, WallTime now) {
  const Columns columns{options.output == "wide", !looked.engine_error.empty()};
  std::vector<std::vector<std::string>> rows{header(columns)};
  for (const auto& box : looked.boxes)
    rows.push_back(row_of(box, now, columns));
  for (const auto& name : looked.names)
    rows.push_back(row_of(name));
  put_out(table(rows));
  say_what_is_wrong(looked);
}

}  // namespace

int get(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  const auto now = session.clock().wall_now();
  const bool nothing = looked->boxes.empty() && looked->names.empty();
  if (options.output == "json") {
    put_out(box_list_json(*looked));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(box_list_json(*looked)));
  } else if (options.output == "name") {
    for (const auto& box : looked->boxes)
      put_out(printable(box.record.name.str()) + "\n");
    for (const auto& name : looked->names)
      put_out(printable(name.name) + "\n");
  } else if (!nothing) {
    print_table(options, *looked, now);
  } else if (options.names.empty()) {
    put_err(options.selector.empty()
                ? "There are no boxes yet; `boxwright apply -f FOLDER` makes some.\n"
                : "No box has these labels.\n");
  }
  return say_gaps(options, *looked, now);
}

}  // namespace boxwright::cli
