#include "controller/cli/describe_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/event_text.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"
#include "controller/cli/yaml_text.h"
#include "specs/model/canonical.h"
#include "state/ownership.h"

namespace boxwright::cli {

namespace {

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
  if (box.status.container_state.empty()) return "unknown";
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
  if (record.rollback) {
    rows.push_back({"Rolled back:",
                    fmt::format("to generation {}, by {}", record.rollback->to,
                                record.rollback->by.empty() ? "somebody" : record.rollback->by)});
  }
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

/// What the engine says of its container.
std::string observed_text(const ShownBox& box, WallTime now) {
  const auto* container = box.container();
  if (container == nullptr) return {};
  std::vector<std::vector<std::string>> rows;
  rows.push_back({"  Image ID:", container->image_id.str()});
  rows.push_back({"  Made:", age(now - container->created_at) + " ago"});
  if (container->started_at) {
    rows.push_back({"  Started:", age(now - *container->started_at) + " ago"});
  }
  rows.push_back({"  Health:", std::string{to_string(container->health)}});
  const auto& limits = container->config.limits;
  rows.push_back({"  Limits:", fmt::format("{} cpus, {} memory, {} pids", to_string(limits.cpus),
                                           to_string(limits.memory), limits.pids)});
  for (const auto& attachment : container->attachments) {
    rows.push_back({"  Network:",
                    attachment.network + (attachment.has_address ? "" : " (without an address)")});
  }
  if (!container->is_alive() && container->finished_at) {
    rows.push_back(
        {"  Ended:", fmt::format("{} ago with exit code {}{}", age(now - *container->finished_at),
                                 container->exit_code,
                                 container->oom_killed ? ", killed for want of memory" : "")});
  }
  if (!container->engine_error.empty()) rows.push_back({"  Error:", container->engine_error});
  for (auto& row : rows)
    row.back() = printable(row.back());
  return "Seen:\n" + table(rows);
}

}  // namespace

std::string describe_text(const ShownBox& box, const std::vector<state::Event>& events,
                          WallTime now, bool colour) {
  std::string text = facts_text(box, now);
  text += "Spec:\n" + indented(yaml_from_json(specs::canonical_json(box.record.spec)));
  text += observed_text(box, now);
  text += "Volumes:\n" + volumes_text(box);
  text += box.status.conditions.empty() ? "Conditions:  unknown\n"
                                        : "Conditions:\n" + conditions_text(box, now);
  if (box.fresh) {
    const auto plan = box_plan_text(box.fresh->plan, colour);
    if (!plan.empty()) text += "Would be done:\n" + plan;
  }
  if (!events.empty()) {
    text += fmt::format("Events (the last {}):\n", events.size()) + indented(events_text(events));
  }
  return text;
}

}  // namespace boxwright::cli
