// A name without a record: a box that is known from the engine's labels, one that inherits retained
// data, a new one, or a problem. A new UID is made only together with fresh volumes.

#include <algorithm>

#include "controller/plan/fleet_draft.h"
#include "state/ownership.h"

namespace boxwright::plan {
namespace {

/// A set of volumes under the box's name that no record owns.
struct Inheritance {
  BoxUid uid;
  std::string owner;           ///< Empty: unknown, or the volumes disagree.
  std::set<std::string> keys;  ///< Volumes that were there when the box went, or are there now.
  bool on_record = false;
};

/// Which box every UID belongs to. Made when first asked for: most looks bring no new name.
std::unordered_map<BoxUid, BoxName>& uid_owners(FleetDraft& draft) {
  if (!draft.uid_owners) {
    draft.uid_owners.emplace();
    for (const auto& [name, entry] : draft.names) {
      if (entry.record) {
        draft.uid_owners->emplace(entry.record->uid, name);
      }
    }
  }
  return *draft.uid_owners;
}

/// A label copied from another box must not give that box's data away.
bool is_foreign(FleetDraft& draft, const BoxName& name, const BoxUid& uid) {
  const auto& owners = uid_owners(draft);
  const auto owner = owners.find(uid);
  return owner != owners.end() && owner->second != name;
}

/// UIDs of the box's containers. A UID whose data is on record as retained is left out: its box was
/// removed, so a container that still shows it was made by hand from a saved image.
std::set<BoxUid> running_uids(FleetDraft& draft, const BoxName& name, const Seen& seen) {
  std::set<BoxUid> retained;
  for (const state::RetainedData* data : draft.find_retained(name)) {
    retained.insert(data->uid);
  }
  std::set<BoxUid> named;
  std::set<BoxUid> others;
  for (const auto* container : seen.containers) {
    const BoxUid& uid = container->owner.uid;
    if (is_foreign(draft, name, uid) || retained.contains(uid)) {
      continue;
    }
    (is_name_of(name, container->name) ? named : others).insert(uid);
  }
  // A container under the box's own name says more than one that was renamed or copied.
  return named.empty() ? others : named;
}

std::map<BoxUid, Inheritance> find_inheritance(FleetDraft& draft, const BoxName& name,
                                               const Seen& seen) {
  std::map<BoxUid, Inheritance> found;
  for (const auto* volume : seen.volumes) {
    if (is_foreign(draft, name, volume->owner.uid)) {
      continue;
    }
    const auto [at, fresh] = found.try_emplace(volume->owner.uid);
    Inheritance& data = at->second;
    data.uid = volume->owner.uid;
    if (fresh) {
      data.owner = volume->owner.owner;
    } else if (data.owner != volume->owner.owner) {
      data.owner.clear();
    }
    if (!volume->owner.volume_key.empty()) {
      data.keys.insert(volume->owner.volume_key);
    }
  }
  // A record whose volumes are all gone holds nothing that could be inherited or lost.
  for (const state::RetainedData* record : draft.find_retained(name)) {
    const auto at = found.find(record->uid);
    if (at != found.end()) {
      at->second.owner = record->owner;
      at->second.keys.insert(record->keys.begin(), record->keys.end());
      at->second.on_record = true;
    }
  }
  return found;
}

BoxUid new_uid(FleetDraft& draft) {
  return BoxUid(random_hex(*draft.random));
}

void drop_retained_of(FleetDraft& draft, const BoxName& name, const BoxUid& taken, bool all_gone) {
  for (const state::RetainedData* record : draft.find_retained(name)) {
    if (all_gone || record->uid == taken) {
      draft.decision.change.drop_retained.push_back(record->uid);
    }
  }
}

HeldRecord& start_record(FleetDraft& draft, NameDraft& entry, const BoxName& name,
                         const BoxUid& uid) {
  state::BoxRecord record;
  record.name = name;
  record.uid = uid;
  record.generation = 1;
  entry.record.create(std::move(record));
  take_metadata(entry.record, entry.claims.front());
  want_first(draft, entry, entry.claims.front().declaration->spec);
  entry.created = true;
  if (draft.uid_owners) {
    draft.uid_owners->emplace(uid, name);
  }
  return entry.record;
}

/// What a container of the box mounts is expected from now on: both may be gone at the next look.
std::vector<std::string> mounted_keys(const state::BoxRecord& record, const Seen& seen) {
  std::vector<std::string> keys;
  for (const auto& [key, volume] : record.spec.volumes) {
    const auto full = state::volume_name(record.name, key);
    const bool is_mounted =
        std::any_of(seen.containers.begin(), seen.containers.end(), [&](const auto* container) {
          const auto& mounts = container->config.mounts;
          return container->owner.uid == record.uid &&
                 std::any_of(mounts.begin(), mounts.end(),
                             [&full](const auto& mount) { return mount.volume == full; });
        });
    if (is_mounted) keys.push_back(key);
  }
  return keys;
}

void adopt_running(FleetDraft& draft, const BoxName& name, NameDraft& entry, const BoxUid& uid,
                   const Seen& seen) {
  state::BoxRecord& record = start_record(draft, entry, name, uid).edit();
  record.expected_volumes = mounted_keys(record, seen);
  begin_history(draft, record, author_of(entry.claims.front()), {});
  draft.add_box_event(
      record, "BoxAdopted", fmt::format("declared at {}", place_of(record.origin)),
      fmt::format("box {} is known again from the labels of its container", name.str()),
      author_of(entry.claims.front()));
}

void inherit(FleetDraft& draft, const BoxName& name, NameDraft& entry, const Inheritance& data) {
  state::BoxRecord& record = start_record(draft, entry, name, data.uid).edit();
  std::set<std::string> expected = data.keys;
  if (!data.on_record) {
    // Nobody remembers which volumes there were: a missing one that cannot be made anew is lost.
    for (const auto& [key, volume] : record.spec.volumes) {
      if (!volume.disposable) {
        expected.insert(key);
      }
    }
  }
  record.expected_volumes.assign(expected.begin(), expected.end());
  begin_history(draft, record, author_of(entry.claims.front()), draft.now());
  drop_retained_of(draft, name, data.uid, false);
  draft.add_box_event(
      record, "DataTakenOver", fmt::format("declared at {}", place_of(record.origin)),
      fmt::format("box {} takes over the data that was retained under its name", name.str()),
      author_of(entry.claims.front()));
}

void tell_ambiguous(FleetDraft& draft, const BoxName& name, const NameDraft& entry,
                    const std::string& what) {
  draft.tell(
      name, entry.claims.front().source->record.name, "AmbiguousOwnership",
      fmt::format("{} of more than one box were made under the name {} and nothing on record says "
                  "which is meant; remove those that are not wanted with the engine's own "
                  "commands",
                  what, name.str()));
}

void settle_inheritance(FleetDraft& draft, const BoxName& name, NameDraft& entry,
                        const std::map<BoxUid, Inheritance>& found) {
  const Claim& claim = entry.claims.front();
  const auto accepted = draft.accepted_retained.find(name);
  if (found.size() > 1) {
    tell_ambiguous(draft, name, entry, "volumes");
    return;
  }
  const Inheritance& data = found.begin()->second;
  const std::string& owner = claim.declaration->owner;
  if (draft.purges.contains(data.uid)) {
    draft.tell(name, claim.source->record.name, "BeingPurged",
               fmt::format("the data of an earlier box {} is being removed for good; box {} is "
                           "made once it is gone",
                           name.str(), name.str()));
    return;
  }
  if (accepted != draft.accepted_retained.end()) {
    draft.finish(*accepted->second, "done",
                 fmt::format("box {} takes over the data retained under its name", name.str()));
  } else if (owner.empty() || owner != data.owner) {
    draft.tell(
        name, claim.source->record.name, "RetainedData",
        fmt::format("data of an earlier box {0} is retained, and it is not certain that this box "
                    "may have it (metadata.owner of both must be set and equal); take it over with "
                    "`boxwright restore {0}`, or remove it for good with `boxwright purge {0}`",
                    name.str()));
    return;
  }
  inherit(draft, name, entry, data);
}

}  // namespace

void create_box(FleetDraft& draft, const BoxName& name, NameDraft& entry) {
  if (draft.input->observed == nullptr) {
    // Without a look at the engine nobody knows whether the name has data; a UID must not be
    // guessed.
    draft.tell(name, entry.claims.front().source->record.name, "EngineUnknown",
               fmt::format("box {} is made once the engine was read", name.str()));
    return;
  }
  static const Seen kNothing;
  const Seen* at = draft.find_seen(name);
  const Seen& seen = at == nullptr ? kNothing : *at;
  const std::set<BoxUid> running = running_uids(draft, name, seen);
  if (running.size() > 1) {
    tell_ambiguous(draft, name, entry, "containers");
    return;
  }
  if (running.size() == 1) {
    adopt_running(draft, name, entry, *running.begin(), seen);
    return;
  }
  const auto found = find_inheritance(draft, name, seen);
  if (!found.empty()) {
    settle_inheritance(draft, name, entry, found);
    return;
  }
  const state::BoxRecord& record = *start_record(draft, entry, name, new_uid(draft));
  entry.fresh = true;
  begin_history(draft, record, author_of(entry.claims.front()), draft.now());
  drop_retained_of(draft, name, {}, true);
  draft.add_box_event(record, "BoxDeclared", fmt::format("declared at {}", place_of(record.origin)),
                      fmt::format("box {} is new", name.str()), author_of(entry.claims.front()));
}

}  // namespace boxwright::plan
