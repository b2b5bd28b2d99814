#include "controller/engine/writable_layer.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace boxwright::engine {

namespace {

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) &&
         (folder.ends_with('/') || path[folder.size()] == '/');
}

/// On a volume, or a folder that is there only to hold one.
bool concerns_volume(const state::ObservedContainer& container, const std::string& path) {
  const auto& mounts = container.config.mounts;
  return std::any_of(mounts.begin(), mounts.end(), [&path](const state::Mount& mount) {
    return path == mount.target || is_below(path, mount.target) || is_below(mount.target, path);
  });
}

}  // namespace

std::vector<std::string> homes_of(const state::ObservedContainer& container) {
  const auto home = container.config.env.find("HOME");
  if (home != container.config.env.end() && home->second.reveal().starts_with('/')) {
    return {home->second.reveal()};
  }
  return {"/home", "/root"};
}

std::string homes_text(const std::vector<std::string>& homes) {
  std::string text;
  for (const auto& home : homes)
    text += (text.empty() ? "" : " and ") + home;
  return text;
}

bool is_at_stake(const state::ObservedContainer& container, const std::vector<std::string>& homes,
                 const std::string& path) {
  const bool is_at_home = std::any_of(homes.begin(), homes.end(),
                                      [&path](const auto& home) { return is_below(path, home); });
  return is_at_home && !concerns_volume(container, path);
}

std::vector<LayerChange> changes_at_stake(const state::ObservedContainer& container,
                                          std::vector<LayerChange> changes) {
  const auto homes = homes_of(container);
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  std::vector<LayerChange> kept;
  for (auto change = changes.begin(); change != changes.end(); ++change) {
    if (!is_at_stake(container, homes, change->path)) continue;
    // By name, `a-b` may stand between `a` and `a/b`.
    const auto below = std::lower_bound(
        std::next(change), changes.end(), change->path + "/",
        [](const LayerChange& one, const std::string& path) { return one.path < path; });
    const bool has_some = below != changes.end() && is_below(below->path, change->path);
    if (!has_some) kept.push_back(*change);
  }
  return kept;
}

void list_largest(WritableLayer& layer, std::vector<LayerChange> changes) {
  Bytes known{0};
  bool all_known = true;
  for (const auto& change : changes) {
    if (change.kind == LayerChangeKind::Deleted) continue;
    all_known = all_known && change.size.has_value();
    known.count += change.size.value_or(Bytes{0}).count;
  }
  if (all_known) layer.at_stake = known;
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.size.value_or(Bytes{-1}).count, a.path) <
           std::tuple(-b.size.value_or(Bytes{-1}).count, b.path);
  });
  layer.more = changes.size() - std::min(changes.size(), kLayerPathsListed);
  changes.resize(std::min(changes.size(), kLayerPathsListed));
  layer.paths = std::move(changes);
}

std::string_view to_string(LayerChangeKind value) {
  switch (value) {
    case LayerChangeKind::Modified: return "modified";
    case LayerChangeKind::Added: return "added";
    case LayerChangeKind::Deleted: return "deleted";
  }
  return "modified";
}

}  // namespace boxwright::engine
