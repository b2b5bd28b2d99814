// describe: all about one box.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/event_text.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/look.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "specs/model/canonical.h"
#include "state/ownership.h"

namespace boxwright::cli {

namespace {

constexpr int kEventsShown = 10;
constexpr std::size_t kShortId = 12;

std::string indented(const std::string& text) {
  std::string out;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto end = std::min(text.find('\n', from), text.size());
    out += "  " + printable(text.substr(from, end - from)) + "\n";
    from = end + 1;
  }
  return out;
}

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text;
  for (const auto& [key, value] : labels)
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", key, value);
  return text;
}

std::string container_text(const ShownBox& box) {
  const auto* container = box.container();
  if (box.status.container.empty()) return box.status.container_state;
  auto text = box.status.container_state + " " + box.status.container.str().substr(0, kShortId);
  if (container != nullptr) {
    text += fmt::format(
        " ({}, {})", container->name,
        count_of(static_cast<std::size_t>(container->restart_count), "restart", "restarts"));
  }
  return text;
}

std::string facts_text(const ShownBox& box, WallTime now) {
  const auto& record = box.record;
  const auto place = record.origin.at.line > 0
                         ? fmt::format("{}:{}", record.origin.file, record.origin.at.line)
                         : record.origin.file;
  std::vector<std::vector<std::string>> rows{
      {"Name:", record.name.str()},
      {"Ready:", ready_word(box.status)},
      {"UID:", record.uid.str()},
      {"Source:", fmt::format("{} ({})", record.source.str(), place)},
      {"Generation:", std::to_string(record.generation)},
      {"Container:", container_text(box)},
      {"Observed:", box.status.observed_at > WallTime{} ? age(now - box.status.observed_at) + " ago"
                                                        : std::string{"never"}}};
  if (!record.owner.empty()) rows.push_back({"Owner:", record.owner});
  if (!record.labels.empty()) rows.push_back({"Labels:", labels_text(record.labels)});
  if (!box.status.url.empty()) rows.push_back({"URL:", box.status.url});
  if (record.tombstone) {
    rows.push_back({"To be removed:", "since " + to_rfc3339(record.tombstone->since)});
  }
  for (auto& row : rows)
    row.back() = printable(row.back());
  return table(rows);
}

std::string volumes_text(const ShownBox& box) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, volume] : box.record.spec.volumes) {
    const auto name = state::volume_name(box.record.name, key);
    std::string there = "not read";
    if (box.fresh) {
      const auto& seen = box.fresh->observed.volumes;
      const auto found = std::find_if(seen.begin(), seen.end(),
                                      [&name](const auto& one) { return one.name == name; });
      there = found == seen.end() ? "absent"
                                  : (found->directory_missing ? "directory missing" : "present");
    }
    rows.push_back({"  " + key, name.str(), printable(volume.path), there});
  }
  return table(rows);
}

std::string conditions_text(const ShownBox& box, WallTime now) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(box.status.conditions.size());
  for (const auto& condition : box.status.conditions) {
    rows.push_back({"  " + condition.type, std::string{to_string(condition.status)},
                    condition.reason, age(now - condition.last_transition),
                    printable(condition.message)});
  }
  return table(rows);
}

std::string describe_text(Session& session, const ShownBox& box, WallTime now, bool colour) {
  std::string text = facts_text(box, now);
  text += "Spec:\n" + indented(yaml_from_json(specs::canonical_json(box.record.spec)));
  text += "Volumes:\n" + volumes_text(box);
  text += "Conditions:\n" + conditions_text(box, now);
  if (box.fresh) {
    const auto plan = box_plan_text(box.fresh->plan, colour);
    if (!plan.empty()) text += "Would be done:\n" + plan;
  }
  const auto events = session.store().events(box.record.name, 0, kEventsShown);
  if (events && !events->empty()) {
    text += fmt::format("Events (the last {}):\n", kEventsShown) + indented(events_text(*events));
  }
  return text;
}

}  // namespace

int describe(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto looked = look(session, options, stop);
  if (!looked) return say_error(looked.error());
  const auto now = session.clock().wall_now();
  bool first = true;
  for (const auto& box : looked->boxes) {
    if (options.output == "json") {
      put_out(box_json(box));
    } else if (options.output == "yaml") {
      put_out((first ? "" : "---\n") + yaml_from_json(box_json(box)));
    } else {
      put_out((first ? "" : "\n") + describe_text(session, box, now, wants_colour(options, 1)));
    }
    first = false;
  }
  for (const auto& name : looked->names) {
    put_out(fmt::format("{}{}: {}: {}\n", first ? "" : "\n", printable(name.name),
                        printable(name.reason), printable(name.message)));
    first = false;
  }
  return say_gaps(options, *looked, now);
}

}  // namespace boxwright::cli
