// Which readings count, and what they say about their sources.

#include <algorithm>
#include <tuple>

#include "controller/plan/fleet_draft.h"

namespace boxwright::plan {
namespace {

using ReadingsByName = std::map<SourceName, std::vector<const SourceReading*>>;

const std::string& place_read(const SourceReading& reading) {
  return reading.snapshot ? reading.snapshot->place : reading.place;
}

/// The name a reading speaks for. A failed one may only know its place.
SourceName name_of(const FleetDraft& draft, const SourceReading& reading) {
  if (reading.snapshot) {
    return reading.snapshot->source;
  }
  if (!reading.source.empty()) {
    return reading.source;
  }
  for (const auto& [name, source] : draft.sources) {
    if (source.record.place == reading.place) {
      return name;
    }
  }
  return {};
}

ReadingsByName group_readings(FleetDraft& draft) {
  ReadingsByName groups;
  for (const SourceReading& reading : draft.input->readings) {
    const SourceName name = name_of(draft, reading);
    if (name.empty()) {
      // A source that never was read: nothing is known of it that could be kept.
      draft.tell(
          {}, {}, "SourceFailed",
          fmt::format("{} cannot be read: {}", reading.place, reading.snapshot.error().message));
      continue;
    }
    groups[name].push_back(&reading);
  }
  return groups;
}

void mark_failed(FleetDraft& draft, SourceDraft& source, const std::string& error) {
  source.state = SourceState::Failed;
  if (source.record.error != error) {
    source.record.error = error;
    draft.add_source_event(source, true, "SourceFailed", error);
  }
}

/// Two folders with the same name in their markers: the known place counts, the others are told.
const SourceReading* choose_reading(FleetDraft& draft, SourceDraft& source,
                                    const std::vector<const SourceReading*>& group) {
  std::set<std::string> places;
  for (const SourceReading* reading : group) {
    places.insert(place_read(*reading));
  }
  if (places.size() == 1) {
    return group.front();
  }
  const SourceReading* known = nullptr;
  for (const SourceReading* reading : group) {
    if (place_read(*reading) == source.record.place) {
      known = reading;
    }
  }
  std::string list;
  for (const std::string& place : places) {
    list += (list.empty() ? "" : " and ") + place;
  }
  const std::string message = fmt::format(
      "{} both say that they are source {}; give one of them another metadata.name in its "
      "boxwright.yaml",
      list, source.record.name.str());
  draft.tell({}, source.record.name, "DuplicateSource", message);
  if (known == nullptr) {
    mark_failed(draft, source, message);
  }
  return known;
}

const state::Request* find_move(const FleetDraft& draft, const SourceName& name) {
  for (const state::Request* request : draft.requests) {
    if (request->verb == state::Request::Verb::MoveSource && request->subject == name.str()) {
      return request;
    }
  }
  return nullptr;
}

/// False: the source was read from another place, and nobody said that this is meant.
bool accept_place(FleetDraft& draft, SourceDraft& source, const specs::Snapshot& snapshot) {
  const state::Request* move = find_move(draft, source.record.name);
  if (source.record.place.empty() || source.record.place == snapshot.place) {
    if (move != nullptr) {
      draft.finish(
          *move, "done",
          fmt::format("source {} is read from {}", source.record.name.str(), snapshot.place));
    }
    source.record.place = snapshot.place;
    return true;
  }
  if (move != nullptr) {
    draft.finish(*move, "done",
                 fmt::format("source {} is read from {} from now on", source.record.name.str(),
                             snapshot.place));
    draft.add_source_event(
        source, false, "SourceMoveAccepted",
        fmt::format("source {} is read from {} instead of {}", source.record.name.str(),
                    snapshot.place, source.record.place));
    source.record.place = snapshot.place;
    return true;
  }
  if (source.record.moved_to != snapshot.place) {
    source.record.moved_to = snapshot.place;
    draft.add_source_event(
        source, true, "SourceMoved",
        fmt::format(
            "source {0} was read from {1} instead of {2}; its boxes go on as they are until "
            "`boxwright source move {0}`",
            source.record.name.str(), snapshot.place, source.record.place));
  }
  return false;
}

void take_snapshot(FleetDraft& draft, SourceDraft& source, const specs::Snapshot& snapshot) {
  state::SourceRecord& record = source.record;
  const bool recovered = !record.error.empty() || !record.moved_to.empty();
  record.error.clear();
  if (!accept_place(draft, source, snapshot)) {
    source.state = SourceState::Moved;
    return;
  }
  source.state = snapshot.problems.empty() ? SourceState::Complete : SourceState::Partial;
  source.snapshot = &snapshot;
  record.moved_to.clear();
  if (recovered || record.revision != snapshot.revision || record.last_good == WallTime{}) {
    record.last_good = draft.now();
  }
  record.revision = snapshot.revision;
  record.settings = snapshot.settings;
  if (recovered) {
    draft.add_source_event(
        source, false, "SourceRecovered",
        fmt::format("source {} is read again from {}", record.name.str(), record.place));
  }
}

void collect_claims(FleetDraft& draft) {
  // Sources come in order of their names, so every name's claims do too.
  for (auto& [name, source] : draft.sources) {
    if (!source.usable()) {
      continue;
    }
    for (const specs::BoxDeclaration& declaration : source.snapshot->boxes) {
      draft.names[declaration.name].claims.push_back({&source, &declaration});
    }
  }
}

}  // namespace

void ingest_readings(FleetDraft& draft) {
  for (const auto& [name, group] : group_readings(draft)) {
    SourceDraft& source = draft.sources[name];
    source.record.name = name;
    const SourceReading* reading = choose_reading(draft, source, group);
    if (reading == nullptr) {
      continue;
    }
    if (reading->snapshot) {
      take_snapshot(draft, source, *reading->snapshot);
    } else {
      mark_failed(draft, source, reading->snapshot.error().message);
    }
  }
  collect_claims(draft);
}

}  // namespace boxwright::plan
