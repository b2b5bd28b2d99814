// Volumes for people, and for programs.

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"
#include "controller/cli/volume_list.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

std::string size_cell(const ShownVolume& volume) {
  if (volume.use == VolumeUse::Lost) return "-";
  return volume.size ? size_text(*volume.size) : "unknown";
}

std::string used_cell(const ShownVolume& volume, WallTime now) {
  if (volume.use == VolumeUse::InUse) return "now";
  return volume.last_used ? age(now - *volume.last_used) + " ago" : "unknown";
}

std::string kept_cell(const ShownVolume& volume) {
  if (volume.goes_at) return "until " + to_rfc3339(*volume.goes_at);
  return volume.use == VolumeUse::Retained ? "for ever" : "-";
}

std::string disposable_cell(const ShownVolume& volume) {
  if (!volume.disposable) return "unknown";
  return *volume.disposable ? "yes" : "no";
}

json moment(const std::optional<WallTime>& time) {
  return time ? json(to_rfc3339(*time)) : json(nullptr);
}

json volume_json(const ShownVolume& volume) {
  return {{"name", volume.name.str()},
          {"box", volume.box.str()},
          {"uid", volume.uid.str()},
          {"key", volume.key},
          {"owner", volume.owner},
          {"state", to_string(volume.use)},
          {"size", volume.size ? json(volume.size->count) : json(nullptr)},
          {"lastUsed", moment(volume.last_used)},
          {"retainedSince", moment(volume.kept_since)},
          {"removedAt", moment(volume.goes_at)},
          {"disposable", volume.disposable ? json(*volume.disposable) : json(nullptr)}};
}

}  // namespace

std::string volume_table(const std::vector<ShownVolume>& volumes, WallTime now, bool wide) {
  std::vector<std::vector<std::string>> rows{{"NAME", "BOX", "KEY", "STATE", "SIZE", "LAST USED"}};
  if (wide) rows[0].insert(rows[0].end(), {"KEPT", "DISPOSABLE", "OWNER", "UID"});
  for (const auto& volume : volumes) {
    rows.push_back({printable(volume.name.str()), or_dash(volume.box.str()), or_dash(volume.key),
                    std::string{to_string(volume.use)}, size_cell(volume), used_cell(volume, now)});
    if (!wide) continue;
    rows.back().insert(rows.back().end(), {kept_cell(volume), disposable_cell(volume),
                                           or_dash(volume.owner), or_dash(volume.uid.str())});
  }
  return table(rows);
}

std::string volume_sum(const std::vector<ShownVolume>& volumes) {
  Bytes sum{0};
  std::size_t unknown = 0;
  for (const auto& volume : volumes) {
    if (volume.size) sum.count += volume.size->count;
    if (!volume.size && volume.use != VolumeUse::Lost) ++unknown;
  }
  auto text = count_of(volumes.size(), "volume", "volumes");
  if (unknown < volumes.size()) text += ", " + size_text(sum);
  if (unknown > 0) text += fmt::format(" ({} not measured)", unknown);
  return text;
}

std::string volume_list_json(const std::vector<ShownVolume>& volumes,
                             const std::string& size_problem) {
  json items = json::array();
  for (const auto& volume : volumes)
    items.push_back(volume_json(volume));
  const json root = {{"apiVersion", "boxwright.dev/v1"},
                     {"kind", "VolumeList"},
                     {"items", std::move(items)},
                     {"sizeProblem", size_problem.empty() ? json(nullptr) : json(size_problem)}};
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

}  // namespace boxwright::cli
