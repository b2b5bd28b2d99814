#include "controller/cli/volume_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "controller/cli/suggestion.h"

namespace boxwright::cli {

namespace {

tl::unexpected<Error> unknown_box(const std::string& name, const std::vector<ShownVolume>& all) {
  std::vector<std::string> known;
  known.reserve(all.size());
  for (const auto& volume : all)
    known.push_back(volume.box.str());
  const auto near = nearest(name, known);
  return fail(
      ErrorCode::NotFound, RetryClass::Terminal, "no volume of a box {} is there{}", name,
      near.empty() ? "; `boxwright volumes` lists all" : fmt::format("; did you mean `{}`?", near));
}

}  // namespace

const ShownVolume* VolumeSet::find(const std::string& key) const {
  const auto found = std::find_if(volumes.begin(), volumes.end(),
                                  [&key](const auto& volume) { return volume.key == key; });
  return found == volumes.end() ? nullptr : &*found;
}

Result<VolumeSet> volumes_named(const std::string& word, const std::vector<ShownVolume>& all) {
  const auto slash = word.find('/');
  const auto name = word.substr(0, slash);
  const auto key = slash == std::string::npos ? std::string{} : word.substr(slash + 1);
  VolumeSet set;
  std::set<BoxUid> uids;
  for (const auto& volume : all) {
    if (volume.box.str() != name && volume.uid.str() != name) continue;
    set.box = volume.box;
    set.uid = volume.uid;
    uids.insert(volume.uid);
    if (key.empty() || volume.key == key) set.volumes.push_back(volume);
  }
  if (uids.empty()) return unknown_box(name, all);
  if (uids.size() > 1) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "volumes of {} boxes carry the name {}; name the UID of the one that is meant, as "
                "`boxwright volumes {} -o wide` shows it",
                uids.size(), name, name);
  }
  if (set.volumes.empty()) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "box {} has no volume {}; `boxwright volumes {}` lists those it has", name, key,
                name);
  }
  return set;
}

Result<std::vector<VolumePair>> pair_volumes(const VolumeSet& from, const VolumeSet& to) {
  if (from.volumes.size() == 1 && to.volumes.size() == 1) {
    return std::vector<VolumePair>{{from.volumes.front(), to.volumes.front()}};
  }
  std::vector<VolumePair> pairs;
  for (const auto& volume : from.volumes) {
    const auto* counterpart = to.find(volume.key);
    if (counterpart == nullptr) {
      return fail(ErrorCode::Conflict, RetryClass::Terminal,
                  "box {0} has no volume {1} to take what box {2} has in it; declare it, or copy "
                  "volumes one by one: `boxwright volume copy {2}/{1} {0}/KEY`",
                  to.box.str(), volume.key, from.box.str());
    }
    pairs.push_back({volume, *counterpart});
  }
  return pairs;
}

}  // namespace boxwright::cli
