#include "controller/plan/fleet.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "controller/plan/fleet_draft.h"
#include "state/ownership.h"

namespace boxwright::plan {

SourceDraft* FleetDraft::find_source(const SourceName& name) {
  const auto found = sources.find(name);
  return found == sources.end() ? nullptr : &found->second;
}

const Seen* FleetDraft::find_seen(const BoxName& name) const {
  const auto found = seen.find(name);
  return found == seen.end() ? nullptr : &found->second;
}

const std::vector<const state::RetainedData*>& FleetDraft::find_retained(
    const BoxName& name) const {
  static const std::vector<const state::RetainedData*> kNone;
  const auto found = retained.find(name);
  return found == retained.end() ? kNone : found->second;
}

SourceState FleetDraft::state_of(const SourceName& name) {
  const SourceDraft* source = find_source(name);
  return source == nullptr ? SourceState::NotInRun : source->state;
}

void FleetDraft::tell(const BoxName& box, const SourceName& source, std::string reason,
                      std::string message) {
  decision.problems.push_back({box, source, std::move(reason), std::move(message)});
}

void FleetDraft::finish(const state::Request& request, std::string state, std::string outcome) {
  outcomes.try_emplace(request.id,
                       RequestOutcome{request.id, std::move(state), std::move(outcome)});
}

void FleetDraft::add_box_event(const state::BoxRecord& box, std::string action, std::string cause,
                               std::string message, std::string by) {
  state::Event event;
  event.at = now();
  event.box = box.name;
  event.uid = box.uid;
  event.type = "Normal";
  event.action = std::move(action);
  event.cause = std::move(cause);
  event.revision = box.revision;
  event.result = "ok";
  event.message = std::move(message);
  event.by = std::move(by);
  decision.change.events.push_back(std::move(event));
}

void FleetDraft::add_source_event(const SourceDraft& source, bool warning, std::string action,
                                  std::string message) {
  state::Event event;
  event.at = now();
  event.type = warning ? "Warning" : "Normal";
  event.action = std::move(action);
  event.cause = fmt::format("source {}", source.record.name.str());
  event.revision = source.record.revision;
  event.result = "ok";
  event.message = std::move(message);
  decision.change.events.push_back(std::move(event));
}

namespace {

/// Made by hand from an image committed of a box: it carries that box's labels, and is nobody's. A
/// container that we made from such an image has an attempt of its own.
bool is_copy(const state::ObservedFleet& observed, const state::ObservedContainer& container) {
  const auto image = observed.images_by_id.find(container.image_id);
  if (image == observed.images_by_id.end()) return false;
  const auto inherited = state::read_owner(image->second.labels);
  return !inherited.uid.empty() && inherited.attempt == container.owner.attempt;
}

}  // namespace

std::unordered_map<BoxName, Seen> index_seen(const state::ObservedFleet& observed) {
  std::unordered_map<BoxName, Seen> seen;
  for (const state::ObservedContainer& container : observed.containers) {
    // The container that holds volumes for us carries our mark too, and is no box.
    if (container.owner.role == state::kRoleBox && !container.owner.uid.empty() &&
        !is_copy(observed, container)) {
      seen[container.owner.box].containers.push_back(&container);
    }
  }
  for (const state::ObservedVolume& volume : observed.volumes) {
    if (!volume.owner.uid.empty()) {
      seen[volume.owner.box].volumes.push_back(&volume);
    }
  }
  return seen;
}

namespace {

void load_records(FleetDraft& draft) {
  FleetInput& input = *draft.input;
  for (const state::SourceRecord& record : input.sources) {
    SourceDraft& source = draft.sources[record.name];
    source.record = record;
    source.before = &record;
    clamp_times(source.record, input.now);
  }
  for (state::BoxRecord& record : input.boxes) {
    SourceDraft* source = draft.find_source(record.source);
    if (source != nullptr && !record.tombstone) {
      ++source->active_before;
    }
    HeldRecord& held = draft.names[record.name].record;
    held.load(std::move(record));
    clamp_times(held, input.now);
  }
  for (const state::RetainedData& data : input.retained) {
    draft.retained[data.name].push_back(&data);
  }
  draft.confirmed_removals.insert(input.confirmed_removals.begin(), input.confirmed_removals.end());
}

void load_orders(FleetDraft& draft) {
  for (const state::Request& request : draft.input->requests) {
    draft.requests.push_back(&request);
  }
  std::sort(draft.requests.begin(), draft.requests.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const state::Request* request : draft.requests) {
    if (request->verb == state::Request::Verb::Accept && request->argument == "retained") {
      draft.accepted_retained.try_emplace(BoxName(request->subject), request);
    }
  }
  load_rollbacks(draft);
  for (const state::DeletionRow& row : draft.input->deletions) {
    if (row.state.empty() || row.state == "pending") {
      draft.names[row.name].deletion = &row;
    }
  }
}

void list_orphans(FleetDraft& draft) {
  std::set<BoxName> orphaned;
  for (const auto& [name, entry] : draft.names) {
    if (!entry.record || draft.state_of(entry.record->source) != SourceState::NotInRun) {
      continue;
    }
    const auto& tombstone = entry.record->tombstone;
    if (!tombstone || tombstone->kind != state::Tombstone::Kind::Delete) {
      orphaned.insert(name);
    }
  }
  for (const auto& [name, seen] : draft.seen) {
    const auto entry = draft.names.find(name);
    const bool known =
        entry != draft.names.end() && (entry->second.record || !entry->second.claims.empty());
    if (!seen.containers.empty() && !known) {
      orphaned.insert(name);
    }
  }
  draft.decision.orphaned.assign(orphaned.begin(), orphaned.end());
}

void write_out(FleetDraft& draft) {
  FleetDecision& decision = draft.decision;
  for (auto& [name, source] : draft.sources) {
    if (source.before == nullptr || *source.before != source.record) {
      decision.change.put_sources.push_back(source.record);
    }
    decision.sources.push_back(std::move(source.record));
  }
  decision.boxes.reserve(draft.names.size());
  for (auto& [name, entry] : draft.names) {
    if (!entry.record) {
      continue;
    }
    if (entry.record.changed()) {
      decision.change.put_boxes.push_back(*entry.record);
    }
    decision.boxes.push_back(entry.record.release());
  }
  for (auto& [id, outcome] : draft.outcomes) {
    decision.requests.push_back(std::move(outcome));
  }
  std::sort(decision.problems.begin(), decision.problems.end(), [](const auto& a, const auto& b) {
    return std::tie(a.box, a.source, a.reason, a.message) <
           std::tie(b.box, b.source, b.reason, b.message);
  });
}

}  // namespace

FleetDecision decide_fleet(FleetInput input, Random& random) {
  FleetDraft draft;
  draft.input = &input;
  draft.random = &random;
  load_records(draft);
  load_orders(draft);
  if (input.observed != nullptr) {
    draft.seen = index_seen(*input.observed);
  }
  ingest_readings(draft);
  judge_deletions(draft);
  judge_purges(draft);
  settle_claims(draft);
  mark_absent(draft);
  apply_deletions(draft);
  settle_rollbacks(draft);
  guard_removals(draft);
  settle_requests(draft);
  list_orphans(draft);
  write_out(draft);
  return std::move(draft.decision);
}

}  // namespace boxwright::plan
