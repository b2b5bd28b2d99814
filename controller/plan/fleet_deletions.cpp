// Boxes deleted by name: no delay and no guard, since a person said which.

#include <algorithm>

#include "controller/plan/fleet_draft.h"
#include "state/desired_db.h"

namespace boxwright::plan {
namespace {

bool is_table(const SourceName& source) {
  return source.str() == state::kTableSource;
}

void answer(FleetDraft& draft, const BoxName& name, std::string state, std::string outcome) {
  draft.decision.deletions.push_back({name, std::move(state), std::move(outcome)});
}

/// Where a file declares this box, as far as anybody knows; empty: no file does.
std::string file_declaring(FleetDraft& draft, const NameDraft& entry) {
  const bool in_table = entry.record && is_table(entry.record->source);
  for (const Claim& claim : entry.claims) {
    if (!is_table(claim.source->record.name) && !in_table) {
      return fmt::format("{} of source {}", place_of(claim.declaration->origin),
                         claim.source->record.name.str());
    }
  }
  if (!entry.record || in_table || entry.record->source.empty() || entry.record->tombstone) {
    return {};
  }
  const SourceState state = draft.state_of(entry.record->source);
  if (state == SourceState::NotInRun || state == SourceState::Complete) {
    return {};
  }
  return fmt::format("{} of source {}, when that was last read whole",
                     place_of(entry.record->origin), entry.record->source.str());
}

/// Those under the box's own names; without any, all with its UID.
std::vector<const state::ObservedContainer*> own_containers(const BoxName& name, const BoxUid& uid,
                                                            const Seen& seen) {
  std::vector<const state::ObservedContainer*> all;
  std::vector<const state::ObservedContainer*> named;
  for (const auto* container : seen.containers) {
    if (container->owner.uid == uid) {
      all.push_back(container);
      if (is_name_of(name, container->name)) {
        named.push_back(container);
      }
    }
  }
  return named.empty() ? all : named;
}

/// What is known of a box from the engine alone, enough to remove it.
state::BoxRecord record_from_labels(const BoxName& name, const BoxUid& uid, const Seen& seen) {
  state::BoxRecord record;
  record.name = name;
  record.uid = uid;
  record.spec.subdomain = name.str();
  std::map<VolumeName, std::string> keys;
  for (const auto* volume : volumes_of(uid, &seen)) {
    if (!volume->owner.volume_key.empty()) {
      keys.emplace(volume->name, volume->owner.volume_key);
      record.owner = volume->owner.owner;
    }
  }
  for (const auto* container : own_containers(name, uid, seen)) {
    record.containers.push_back({container->id,
                                 container->owner.attempt,
                                 container->owner.spec_hash,
                                 container->owner.secret_mac,
                                 container->owner.renderer,
                                 container->image_id,
                                 {}});
    record.spec.image = container->config.image;
    for (const state::Mount& mount : container->config.mounts) {
      if (const auto key = keys.find(mount.volume); key != keys.end()) {
        record.spec.volumes[key->second].path = mount.target;
      }
    }
  }
  return record;
}

/// A deletion of a box that nobody declared and nothing remembers, but the engine shows.
void delete_unrecorded(FleetDraft& draft, const BoxName& name, NameDraft& entry) {
  if (draft.input->observed == nullptr) {
    return;
  }
  const Seen* seen = draft.find_seen(name);
  std::set<BoxUid> uids;
  if (seen != nullptr) {
    for (const auto* container : seen->containers) {
      uids.insert(container->owner.uid);
    }
  }
  if (uids.size() == 1) {
    entry.record.create(record_from_labels(name, *uids.begin(), *seen));
    return;
  }
  if (uids.size() > 1) {
    answer(draft, name, "refused",
           fmt::format(
               "containers of more than one box carry the name {} and nothing on record says which "
               "is meant; remove them with the engine's own commands",
               name.str()));
    return;
  }
  const auto& retained = draft.find_retained(name);
  const bool just_removed = std::any_of(retained.begin(), retained.end(), [&](const auto* data) {
    return data->since >= entry.deletion->at;
  });
  if (just_removed) {
    answer(draft, name, "done",
           fmt::format("box {} is removed; its volumes are retained", name.str()));
  } else if (!entry.claims.empty()) {
    answer(draft, name, "done", fmt::format("box {} had nothing to remove yet", name.str()));
  } else if (!retained.empty() || (seen != nullptr && !seen->volumes.empty())) {
    answer(draft, name, "refused",
           fmt::format("there is no box {0} any more, only its retained data; nothing was removed; "
                       "`boxwright purge {0}` removes that",
                       name.str()));
  } else {
    answer(draft, name, "refused",
           fmt::format("no box is named {}; see `boxwright get`", name.str()));
  }
}

/// The tombstone with the volumes that this request grants: they go only where the very request
/// says so. A later request may add that, none takes it back.
state::Tombstone with_grant(const FleetDraft& draft, const state::BoxRecord& record,
                            const state::DeletionRow& row, state::Tombstone stone) {
  if (!row.volumes) {
    return stone;
  }
  const WallTime due = row.now ? draft.now() : draft.now() + record.spec.deletion.delay;
  if (!stone.remove_volumes || (row.now && stone.volumes_due > due)) {
    stone.remove_volumes = true;
    stone.volumes_due = due;
  }
  if (stone.volumes.empty()) {
    stone.volumes = volumes_granted(record, draft.find_seen(record.name));
  }
  return stone;
}

void mark_deleted(FleetDraft& draft, HeldRecord& record, const state::DeletionRow& row) {
  if (record->tombstone && record->tombstone->kind == state::Tombstone::Kind::Delete) {
    const state::Tombstone stone = with_grant(draft, *record, row, *record->tombstone);
    if (stone != *record->tombstone) {
      record.edit().tombstone = stone;
    }
    return;
  }
  state::Tombstone stone;
  stone.kind = state::Tombstone::Kind::Delete;
  stone.since = draft.now();
  stone.revision = record->revision;
  stone.confirmed = true;
  stone.by = row.by;
  record.edit().tombstone = with_grant(draft, *record, row, std::move(stone));
  draft.add_box_event(*record, "Tombstoned", "deleted by name",
                      fmt::format("box {} is deleted by name", record->name.str()), row.by);
}

void answer_when_gone(FleetDraft& draft, const BoxName& name, const state::BoxRecord& record) {
  const state::ObservedFleet* observed = draft.input->observed;
  const Seen* seen = draft.find_seen(name);
  const state::Tombstone& stone = *record.tombstone;
  if (observed == nullptr || observed->at <= stone.since || has_container_left(record, seen)) {
    return;
  }
  if (!stone.remove_volumes) {
    answer(draft, name, "done",
           fmt::format("box {} is removed; its volumes are retained", name.str()));
  } else if (stone.volumes_due > draft.now()) {
    answer(draft, name, "done",
           fmt::format("box {} is removed; its volumes go at {}", name.str(),
                       to_rfc3339(stone.volumes_due)));
  } else if (volumes_of(record.uid, seen).empty()) {
    // Whoever asked for the data to go now is told when it is gone.
    answer(draft, name, "done",
           fmt::format("box {} is removed{}", name.str(), gone_with(stone.volumes)));
  }
}

}  // namespace

void judge_deletions(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    if (entry.deletion == nullptr) {
      continue;
    }
    const std::string file = file_declaring(draft, entry);
    if (file.empty()) {
      continue;
    }
    entry.deletion_refused = true;
    answer(draft, name, "refused",
           fmt::format("box {} is declared at {}; take it out there, and it is removed", name.str(),
                       file));
  }
}

void apply_deletions(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    if (!entry.deletion_stands()) {
      continue;
    }
    if (!entry.record) {
      delete_unrecorded(draft, name, entry);
    }
    if (entry.record) {
      mark_deleted(draft, entry.record, *entry.deletion);
      answer_when_gone(draft, name, *entry.record);
    }
  }
}

}  // namespace boxwright::plan
