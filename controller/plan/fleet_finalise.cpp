// The end of a removal: the box is forgotten, its kept volumes are not.

#include <algorithm>

#include "controller/plan/fleet_draft.h"
#include "state/ownership.h"

namespace boxwright::plan {
namespace {

/// The tombstone may be acted on, and what it asks for has been done.
bool is_finished(const state::BoxRecord& box, const std::vector<state::Request>& requests,
                 const Seen* seen, WallTime seen_at, WallTime now) {
  // A box that nobody runs may have lost its container by hand: that does not shorten the delay in
  // which it can come back, nor lift the guard.
  if (!box.tombstone || box.tombstone->blocked || seen_at <= box.tombstone->since ||
      removal_due(box) > now || is_suspended(box, requests)) {
    return false;
  }
  if (has_container_left(box, seen)) {
    return false;
  }
  return !box.tombstone->remove_volumes || volumes_of(box.uid, seen).empty();
}

state::RetainedData retained_data(const state::BoxRecord& box,
                                  const std::vector<const state::ObservedVolume*>& volumes,
                                  WallTime now) {
  state::RetainedData data;
  data.name = box.name;
  data.uid = box.uid;
  data.owner = box.owner;
  data.since = now;
  std::set<std::string> keys;
  for (const auto* volume : volumes) {
    keys.insert(volume->owner.volume_key);
  }
  keys.erase("");
  data.keys.assign(keys.begin(), keys.end());
  return data;
}

std::string removed_text(const state::BoxRecord& box, bool keeps_data) {
  const auto& name = box.name.str();
  if (keeps_data) return fmt::format("box {} is removed; its volumes are retained", name);
  const auto& volumes = box.tombstone->volumes;
  return volumes.empty()
             ? fmt::format("box {} is removed; none of its volumes is left", name)
             : fmt::format("box {} is removed{}; each is verified gone", name, gone_with(volumes));
}

state::Event removed_event(const state::BoxRecord& box, const state::Tombstone& stone,
                           bool keeps_data, WallTime now) {
  state::Event event;
  event.at = now;
  event.box = box.name;
  event.uid = box.uid;
  event.type = "Normal";
  event.action = "BoxRemoved";
  event.cause = stone.kind == state::Tombstone::Kind::Delete
                    ? std::string("deleted by name")
                    : fmt::format("absent from source {}", box.source.str());
  event.revision = stone.revision;
  event.by = stone.by;
  event.result = "ok";
  event.message = removed_text(box, keeps_data);
  return event;
}

}  // namespace

std::vector<const state::ObservedVolume*> volumes_of(const BoxUid& uid, const Seen* seen) {
  std::vector<const state::ObservedVolume*> own;
  if (seen != nullptr) {
    std::copy_if(seen->volumes.begin(), seen->volumes.end(), std::back_inserter(own),
                 [&uid](const auto* volume) { return volume->owner.uid == uid; });
  }
  return own;
}

std::vector<VolumeName> volumes_granted(const state::BoxRecord& box, const Seen* seen) {
  std::set<VolumeName> names;
  for (const auto* volume : volumes_of(box.uid, seen)) {
    names.insert(volume->name);
  }
  for (const std::string& key : box.expected_volumes) {
    names.insert(state::volume_name(box.name, key));
  }
  return {names.begin(), names.end()};
}

std::string gone_with(const std::vector<VolumeName>& volumes) {
  std::string text;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const char* joint = i == 0 ? "" : i + 1 == volumes.size() ? " and " : ", ";
    text += joint + volumes[i].str();
  }
  return text.empty() ? text : (volumes.size() == 1 ? " with volume " : " with volumes ") + text;
}

bool is_name_of(const BoxName& box, const std::string& container) {
  return container == state::container_name(box) || container == state::candidate_name(box) ||
         container == state::previous_name(box);
}

bool has_container_left(const state::BoxRecord& box, const Seen* seen) {
  if (seen == nullptr) {
    return false;
  }
  std::set<ContainerId> known;
  for (const state::KnownContainer& container : box.containers) {
    known.insert(container.id);
  }
  return std::any_of(seen->containers.begin(), seen->containers.end(), [&](const auto* container) {
    return container->owner.uid == box.uid &&
           (known.contains(container->id) || is_name_of(box.name, container->name));
  });
}

state::Store::FleetChange finalise(const std::vector<state::BoxRecord>& boxes,
                                   const std::vector<state::SourceRecord>& sources,
                                   const std::vector<state::Request>& requests,
                                   const state::ObservedFleet& observed, WallTime now) {
  state::Store::FleetChange change;
  std::map<SourceName, state::SourceRecord> counted;
  std::map<SourceName, const state::SourceRecord*> by_name;
  for (const state::SourceRecord& source : sources) {
    by_name.emplace(source.name, &source);
  }
  const auto seen = index_seen(observed);
  for (const state::BoxRecord& box : boxes) {
    const auto at = seen.find(box.name);
    const Seen* own = at == seen.end() ? nullptr : &at->second;
    if (!is_finished(box, requests, own, observed.at, now)) {
      continue;
    }
    const auto volumes = volumes_of(box.uid, own);
    change.forget_boxes.push_back(box.name);
    if (!volumes.empty()) {
      change.put_retained.push_back(retained_data(box, volumes, now));
    }
    change.events.push_back(removed_event(box, *box.tombstone, !volumes.empty(), now));
    const auto source = by_name.find(box.source);
    if (source != by_name.end() && !box.tombstone->confirmed) {
      counted.try_emplace(box.source, *source->second)
          .first->second.removals.emplace_back(now, box.name);
    }
  }
  for (auto& [name, source] : counted) {
    change.put_sources.push_back(std::move(source));
  }
  return change;
}

}  // namespace boxwright::plan
