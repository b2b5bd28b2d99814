#include "controller/cli/box_table.h"

#include <algorithm>

#include "controller/cli/terminal.h"
#include "controller/cli/yaml_text.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

constexpr std::size_t kAgeColumn = 6;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

}  // namespace

Row box_header(const Columns& columns) {
  Row row{"NAME", "READY", "STATUS", "RESTARTS", "IMAGE", "MEMORY", "AGE"};
  if (columns.wide) row.insert(row.end(), {"SOURCE", "CONTAINER", "URL"});
  if (columns.wide || columns.age_of_status) row.emplace_back("OBSERVED");
  return row;
}

Row box_row(const ShownBox& box, WallTime now, const Columns& columns) {
  const auto* container = box.container();
  const auto* leading = leading_condition(box.status);
  Row row{printable(box.record.name.str()),
          ready_word(box.status),
          leading == nullptr ? "NotObserved" : printable(leading->reason),
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

Row box_row(const ShownName& name) {
  return {printable(name.name),
          name.reason == "Orphaned" ? "Unknown" : "False",
          printable(name.reason),
          "-",
          or_dash(name.image),
          "-",
          "-"};
}

std::string box_table(const Looked& looked, WallTime now, const Columns& columns) {
  std::vector<Row> rows{box_header(columns)};
  for (const auto& box : looked.boxes)
    rows.push_back(box_row(box, now, columns));
  for (const auto& name : looked.names)
    rows.push_back(box_row(name));
  return table(rows);
}

BoxFollower::Items BoxFollower::items_of(const Looked& looked, WallTime now) const {
  const Columns columns{output_ == "wide", false};
  const bool for_machines = output_ == "json" || output_ == "yaml";
  Items items;
  for (const auto& box : looked.boxes) {
    items[box.record.name.str()] = {box_row(box, now, columns),
                                    for_machines ? box_json(box) : std::string{}};
  }
  for (const auto& name : looked.names) {
    items.try_emplace(name.name,
                      Seen{box_row(name), for_machines ? box_json(name) : std::string{}});
  }
  return items;
}

bool BoxFollower::is_changed(const Seen& before, const Seen& now) const {
  if (!now.object.empty()) return without_times(before.object) != without_times(now.object);
  auto one = before.row;
  auto other = now.row;
  for (auto* row : {&one, &other}) {
    if (row->size() > kAgeColumn) (*row)[kAgeColumn].clear();
    if (output_ == "wide" && row->size() > kAgeColumn + 1) row->back().clear();
  }
  return one != other;
}

std::string BoxFollower::lines(const std::vector<Row>& rows) {
  std::string text;
  for (const auto& row : rows) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths_[i] = std::max(widths_[i], characters(row[i]));
  }
  for (const auto& row : rows)
    text += padded(row, widths_);
  return text;
}

std::string BoxFollower::machine_text(const std::string& name, const std::string& type,
                                      const Seen& seen) const {
  if (output_ == "name") return printable(name) + "\n";
  const auto line = watch_line(type, seen.object);
  return output_ == "yaml" ? "---\n" + yaml_from_json(line) : line;
}

std::string BoxFollower::follow(const Looked& looked, WallTime now) {
  const bool is_table = output_ == "text" || output_ == "wide";
  auto items = items_of(looked, now);
  std::vector<Row> rows;
  std::string text;
  if (is_table && !began_ && !items.empty()) rows.push_back(box_header({output_ == "wide", false}));
  const auto tell = [&](const std::string& name, const char* type, const Seen& seen) {
    if (is_table) rows.push_back(seen.row);
    if (!is_table) text += machine_text(name, type, seen);
  };
  for (const auto& [name, seen] : items) {
    const auto before = before_.find(name);
    if (before == before_.end()) {
      tell(name, "Added", seen);
    } else if (is_changed(before->second, seen)) {
      tell(name, "Modified", seen);
    }
  }
  for (auto& [name, seen] : before_) {
    if (items.contains(name)) continue;
    seen.row = {printable(name), "-", "Deleted", "-", "-", "-", "-"};
    tell(name, "Deleted", seen);
  }
  began_ |= !items.empty();
  before_ = std::move(items);
  return is_table ? lines(rows) : text;
}

}  // namespace boxwright::cli
