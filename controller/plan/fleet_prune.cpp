// What a source no longer declares: tombstones, and the guard that holds them when they are too
// many at once to be sure that they are meant.

#include <algorithm>
#include <array>

#include "controller/plan/fleet_draft.h"
#include "specs/base/digest.h"

namespace boxwright::plan {
namespace {

constexpr Duration kSlot{3600LL * 1000};
constexpr std::size_t kDigestLength = 4;
constexpr std::size_t kNamesShown = 5;

WallTime clamped(WallTime time, WallTime now) {
  // The lower bound is a day further out than what it gives, so that it is not written on every
  // look.
  constexpr Duration kSlack{24LL * 3600 * 1000};
  if (time < now - kOldestMemory - kSlack) {
    return now - kOldestMemory;
  }
  return std::min(time, now);
}

/// Waits for the guard and is not excepted from it.
bool is_guarded(const state::BoxRecord& box) {
  return box.tombstone && box.tombstone->kind == state::Tombstone::Kind::Prune &&
         !box.tombstone->confirmed;
}

state::Tombstone prune_tombstone(const FleetDraft& draft, const state::BoxRecord& record,
                                 const Revision& revision) {
  state::Tombstone stone;
  stone.kind = state::Tombstone::Kind::Prune;
  stone.since = draft.now();
  stone.revision = revision;
  // The last stored spec rules once the declaration is gone.
  stone.remove_volumes = record.spec.deletion.volumes == specs::VolumeDeletion::Delete;
  if (stone.remove_volumes) {
    stone.volumes_due = draft.now() + record.spec.deletion.delay;
    stone.volumes = volumes_granted(record, draft.find_seen(record.name));
  }
  return stone;
}

/// One box gone and one new in the same file: most likely a name that was changed.
void note_changed_names(FleetDraft& draft) {
  struct Pair {
    std::vector<const state::BoxRecord*> gone;
    std::vector<const state::BoxRecord*> fresh;
  };
  std::map<std::pair<SourceName, std::string>, Pair> files;
  for (const auto& [name, entry] : draft.names) {
    if (entry.record && (entry.tombstoned || entry.created)) {
      Pair& pair = files[{entry.record->source, entry.record->origin.file}];
      (entry.created ? pair.fresh : pair.gone).push_back(&*entry.record);
    }
  }
  for (const auto& [file, pair] : files) {
    if (pair.gone.size() != 1 || pair.fresh.size() != 1) {
      continue;
    }
    const state::BoxRecord& gone = *pair.gone.front();
    const state::BoxRecord& fresh = *pair.fresh.front();
    const std::string message = fmt::format(
        "box {0} is gone and box {1} is new in {2}: a changed name is a deletion and a new box "
        "with "
        "volumes of its own; to keep {0}, declare it again under its name",
        gone.name.str(), fresh.name.str(), file.second);
    draft.tell(fresh.name, file.first, "NameChanged", message);
    draft.add_box_event(fresh, "NameChanged", fmt::format("box {} is gone", gone.name.str()),
                        message);
  }
}

void record_size(SourceDraft& source, WallTime now) {
  std::vector<std::pair<WallTime, int>>& sizes = source.record.sizes;
  if (source.active_before == source.active_after) {
    return;
  }
  const WallTime slot = std::chrono::floor<std::chrono::hours>(now);
  const int size = std::max(source.active_before, source.active_after);
  if (!sizes.empty() && sizes.back().first == slot) {
    sizes.back().second = std::max(sizes.back().second, size);
  } else {
    sizes.emplace_back(slot, size);
  }
}

void forget_old(state::SourceRecord& record, WallTime now) {
  std::erase_if(record.sizes,
                [&](const auto& entry) { return entry.first + kSlot + kGuardWindow <= now; });
  std::erase_if(record.removals,
                [&](const auto& entry) { return entry.first + kGuardWindow <= now; });
}

/// How many boxes may go in 24 h without being asked about.
std::size_t allowance(const SourceDraft& source) {
  int largest = std::max(source.active_before, source.active_after);
  for (const auto& [slot, size] : source.record.sizes) {
    largest = std::max(largest, size);
  }
  return static_cast<std::size_t>(std::max(1, largest / 5));
}

void block(FleetDraft& draft, SourceDraft& source, const std::vector<BoxName>& going) {
  state::SourceRecord& record = source.record;
  const std::string digest = prune_digest(going);
  if (record.prune_digest == digest && record.prune_set == going) {
    return;
  }
  record.prune_set = going;
  record.prune_digest = digest;
  record.prune_message = fmt::format(
      "source {0} no longer declares {1}: too much at once to be sure that it is meant, so none of "
      "it is "
      "removed until `boxwright confirm-prune {0} {2}`, or until the boxes are declared again",
      record.name.str(), list_names(going), digest);
  draft.add_source_event(source, true, "PruneBlocked", record.prune_message);
}

void unblock(FleetDraft& draft, SourceDraft& source, const std::string& why) {
  state::SourceRecord& record = source.record;
  if (record.prune_digest.empty()) {
    return;
  }
  record.prune_set.clear();
  record.prune_digest.clear();
  record.prune_message.clear();
  draft.add_source_event(
      source, false, "PruneReleased",
      fmt::format("removals of source {} are no longer held: {}", record.name.str(), why));
}

void guard_source(FleetDraft& draft, SourceDraft& source, const std::vector<BoxName>& going) {
  state::SourceRecord& record = source.record;
  record_size(source, draft.now());
  forget_old(record, draft.now());
  // A confirmation is for these removals only: what came back must be asked about again.
  std::erase_if(record.prune_confirmed, [&](const BoxName& name) {
    return !std::binary_search(going.begin(), going.end(), name);
  });
  const bool confirmed = std::all_of(going.begin(), going.end(), [&](const BoxName& name) {
    return std::binary_search(record.prune_confirmed.begin(), record.prune_confirmed.end(), name);
  });
  const bool emptied =
      source.state == SourceState::Complete && source.snapshot->boxes.empty() && !going.empty();
  // A source that cannot be judged today keeps an emptying from an earlier reading in force.
  const bool still_emptied = source.state != SourceState::Complete && !going.empty() &&
                             source.active_after == 0 && !record.prune_digest.empty();
  const bool too_many = going.size() + record.removals.size() > allowance(source);
  if (!confirmed && (emptied || still_emptied || too_many)) {
    block(draft, source, going);
  } else {
    unblock(draft, source,
            confirmed && !going.empty() ? "they were confirmed" : "they are few enough");
  }
}

/// `boxwright confirm-prune`: works on what is held now, also for a source that is not in this run.
void settle_confirmations(FleetDraft& draft) {
  for (const state::Request* request : draft.requests) {
    if (request->verb != state::Request::Verb::Confirm) {
      continue;
    }
    SourceDraft* source = draft.find_source(SourceName(request->subject));
    if (source == nullptr) {
      draft.finish(
          *request, "failed",
          fmt::format("no source is named {}; see `boxwright get sources`", request->subject));
      continue;
    }
    state::SourceRecord& record = source->record;
    if (record.prune_digest == request->argument && !record.prune_digest.empty()) {
      record.prune_confirmed = record.prune_set;
      draft.finish(*request, "done",
                   fmt::format("the removal of {} is confirmed", list_names(record.prune_set)));
      unblock(draft, *source, "they were confirmed");
    } else if (!record.prune_confirmed.empty() &&
               prune_digest(record.prune_confirmed) == request->argument) {
      draft.finish(
          *request, "done",
          fmt::format("the removal of {} is confirmed", list_names(record.prune_confirmed)));
    } else if (record.prune_digest.empty()) {
      draft.finish(*request, "failed",
                   fmt::format("no removal of source {} is held", request->subject));
    } else {
      draft.finish(
          *request, "failed",
          fmt::format("{} is not the digest of what is held now; look at it again, then say "
                      "`boxwright confirm-prune {} {}`",
                      request->argument, request->subject, record.prune_digest));
    }
  }
}

/// What a tombstone has to say about being held, now that every source was judged.
bool is_blocked(FleetDraft& draft, const state::BoxRecord& box, const state::Tombstone& stone) {
  if (stone.kind == state::Tombstone::Kind::Delete) {
    return false;
  }
  const SourceDraft* source = draft.find_source(box.source);
  // Only a reading that shows the absence now lets a removal go on.
  if (source == nullptr || source->state != SourceState::Complete) {
    return true;
  }
  return !source->record.prune_digest.empty() && !stone.confirmed;
}

void mark_blocked(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    if (!entry.record || !entry.record->tombstone) {
      continue;
    }
    const bool blocked = is_blocked(draft, *entry.record, *entry.record->tombstone);
    if (blocked != entry.record->tombstone->blocked) {
      entry.record.edit().tombstone->blocked = blocked;
    }
  }
}

void mark_one_absent(FleetDraft& draft, NameDraft& entry, const SourceDraft& source) {
  HeldRecord& record = entry.record;
  if (!record->problem.empty()) {
    record.edit().problem.clear();
  }
  if (!record->tombstone) {
    record.edit().tombstone = prune_tombstone(draft, *record, source.record.revision);
    entry.tombstoned = true;
    draft.add_box_event(*record, "Tombstoned",
                        fmt::format("absent from source {}", record->source.str()),
                        fmt::format("box {} is no longer declared", record->name.str()));
  }
  if (!record->tombstone->confirmed && draft.confirmed_removals.contains(record->name)) {
    record.edit().tombstone->confirmed = true;
  }
}

}  // namespace

void mark_absent(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    if (!entry.record || !entry.claims.empty()) {
      continue;
    }
    const SourceDraft* source = draft.find_source(entry.record->source);
    if (source != nullptr && source->state == SourceState::Complete) {
      mark_one_absent(draft, entry, *source);
    }
  }
  note_changed_names(draft);
}

void guard_removals(FleetDraft& draft) {
  std::map<SourceName, std::vector<BoxName>> going;
  for (const auto& [name, entry] : draft.names) {
    if (!entry.record) {
      continue;
    }
    SourceDraft* source = draft.find_source(entry.record->source);
    if (source != nullptr && !entry.record->tombstone) {
      ++source->active_after;
    }
    if (is_guarded(*entry.record)) {
      going[entry.record->source].push_back(name);
    }
  }
  for (auto& [name, source] : draft.sources) {
    if (source.state != SourceState::NotInRun) {
      guard_source(draft, source, going[name]);
    }
  }
  settle_confirmations(draft);
  mark_blocked(draft);
}

WallTime removal_due(const state::BoxRecord& box) {
  if (!box.tombstone) {
    return WallTime::max();
  }
  const state::Tombstone& stone = *box.tombstone;
  const bool at_once = stone.kind == state::Tombstone::Kind::Delete || stone.confirmed;
  return at_once ? stone.since : stone.since + box.settings.prune_delay;
}

std::string prune_digest(const std::vector<BoxName>& names) {
  std::vector<BoxName> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const BoxName& name : sorted) {
    text += name.str();
    text += '\n';
  }
  return sha256_hex(text).substr(0, kDigestLength);
}

std::string list_names(const std::vector<BoxName>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i) {
    text += (i == 0 ? "" : ", ") + names[i].str();
  }
  if (names.size() > kNamesShown) {
    text += fmt::format(" and {} more", names.size() - kNamesShown);
  }
  return text;
}

void clamp_times(HeldRecord& box, WallTime now) {
  if (!box->tombstone) {
    return;
  }
  state::Tombstone stone = *box->tombstone;
  stone.since = clamped(stone.since, now);
  if (stone.remove_volumes) {
    stone.volumes_due = std::min(stone.volumes_due, now + box->spec.deletion.delay);
  }
  if (stone != *box->tombstone) {
    box.edit().tombstone = stone;
  }
}

void clamp_times(state::SourceRecord& source, WallTime now) {
  source.rollout_resumed = std::min(source.rollout_resumed, now);
  for (auto& [time, name] : source.removals) {
    time = clamped(time, now);
  }
  for (auto& [time, size] : source.sizes) {
    time = clamped(time, now);
  }
}

}  // namespace boxwright::plan
