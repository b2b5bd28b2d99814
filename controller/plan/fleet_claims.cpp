// Who owns which name: upserts, moves between sources, duplicates, invalid declarations.

#include <algorithm>
#include <set>

#include "controller/plan/fleet_draft.h"

namespace boxwright::plan {

std::string place_of(const specs::Origin& origin) {
  return origin.at.line > 0 ? fmt::format("{}:{}", origin.file, origin.at.line) : origin.file;
}

namespace {

/// Most looks find everything as it was; comparing costs far less than copying maps.
template <class T>
void take(HeldRecord& record, T state::BoxRecord::* field, const T& said) {
  if ((*record).*field != said) {
    record.edit().*field = said;
  }
}

}  // namespace

void take_metadata(HeldRecord& record, const Claim& claim) {
  const specs::BoxDeclaration& declaration = *claim.declaration;
  const specs::Snapshot& snapshot = *claim.source->snapshot;
  take(record, &state::BoxRecord::source, claim.source->record.name);
  take(record, &state::BoxRecord::owner, declaration.owner);
  take(record, &state::BoxRecord::labels, declaration.labels);
  take(record, &state::BoxRecord::origin, declaration.origin);
  take(record, &state::BoxRecord::fields, declaration.fields);
  take(record, &state::BoxRecord::revision, snapshot.revision);
  take(record, &state::BoxRecord::settings, snapshot.settings);
  take(record, &state::BoxRecord::problem, {});
}

namespace {

void adopt_claim(FleetDraft& draft, NameDraft& entry, const Claim& claim) {
  HeldRecord& record = entry.record;
  const SourceName from = record->source;
  take_metadata(record, claim);
  if (from != record->source) {
    draft.add_box_event(
        *record, "BoxMoved",
        fmt::format("source {} -> {}", from.empty() ? "(none)" : from.str(), record->source.str()),
        fmt::format("box {} now belongs to source {}; it keeps its data", record->name.str(),
                    record->source.str()),
        author_of(claim));
  }
  want_declared(draft, entry, claim.declaration->spec, &claim);
  if (record->tombstone && !entry.deletion_stands()) {
    record.edit().tombstone.reset();
    draft.add_box_event(
        *record, "TombstoneCancelled", fmt::format("declared at {}", place_of(record->origin)),
        fmt::format("box {} is declared again; it is not removed", record->name.str()));
  }
}

/// A claim that does not win, and against what.
void refuse_claim(FleetDraft& draft, const BoxName& name, const Claim& claim,
                  const std::string& holder, const std::string& way_out) {
  draft.tell(name, claim.source->record.name, "DuplicateName",
             fmt::format("box {} at {} of source {} is already claimed by {}; {}", name.str(),
                         place_of(claim.declaration->origin), claim.source->record.name.str(),
                         holder, way_out));
}

void refuse_all(FleetDraft& draft, const BoxName& name, const NameDraft& entry) {
  for (const Claim& claim : entry.claims) {
    std::string others;
    for (const Claim& other : entry.claims) {
      if (other.source != claim.source) {
        others += fmt::format("{}source {} ({})", others.empty() ? "" : ", ",
                              other.source->record.name.str(), place_of(other.declaration->origin));
      }
    }
    refuse_claim(draft, name, claim, others, "leave it in one of them");
  }
}

/// The source that owns the record is there and does not give the name up.
bool owner_holds(FleetDraft& draft, const state::BoxRecord& record) {
  const SourceDraft* owner = draft.find_source(record.source);
  return owner != nullptr && owner->state != SourceState::Complete;
}

void settle_known(FleetDraft& draft, const BoxName& name, NameDraft& entry) {
  const state::BoxRecord& record = *entry.record;
  const auto own = std::find_if(entry.claims.begin(), entry.claims.end(), [&](const Claim& claim) {
    return claim.source->record.name == record.source;
  });
  if (own != entry.claims.end() || owner_holds(draft, record)) {
    const std::string holder =
        fmt::format("source {} ({})", record.source.str(), place_of(record.origin));
    const std::string way_out =
        own != entry.claims.end()
            ? "leave it in one of them"
            : fmt::format(
                  "to move it, take it out of source {0} and read both together, with {0} whole",
                  record.source.str());
    for (const Claim& claim : entry.claims) {
      if (claim.source->record.name != record.source) {
        refuse_claim(draft, name, claim, holder, way_out);
      }
    }
    if (own != entry.claims.end()) {
      adopt_claim(draft, entry, *own);
    }
    return;
  }
  if (entry.claims.size() == 1) {
    adopt_claim(draft, entry, entry.claims.front());
  } else {
    refuse_all(draft, name, entry);
  }
}

/// The line of the first problem that concerns this box: by name, else by its file.
std::string problem_line(const specs::Snapshot& snapshot, const state::BoxRecord& record,
                         const std::map<BoxName, const specs::Problem*>& by_box,
                         const std::map<std::string, const specs::Problem*>& by_file) {
  if (snapshot.problems.empty()) {
    return {};
  }
  if (const auto found = by_box.find(record.name); found != by_box.end()) {
    return found->second->to_line();
  }
  if (const auto found = by_file.find(record.origin.file); found != by_file.end()) {
    return found->second->to_line();
  }
  return {};
}

/// Boxes whose declaration is not valid at present keep their last good one, and say why.
void mark_invalid(FleetDraft& draft, SourceDraft& source) {
  std::map<BoxName, const specs::Problem*> by_box;
  std::map<std::string, const specs::Problem*> by_file;
  for (const specs::Problem& problem : source.snapshot->problems) {
    by_file.try_emplace(problem.file, &problem);
    if (problem.box.empty()) {
      continue;
    }
    if (by_box.try_emplace(problem.box, &problem).second) {
      draft.tell(problem.box, source.record.name, "InvalidSpec", problem.to_line());
    }
  }
  for (auto& [name, entry] : draft.names) {
    if (entry.record && entry.record->source == source.record.name && entry.claims.empty()) {
      take(entry.record, &state::BoxRecord::problem,
           problem_line(*source.snapshot, *entry.record, by_box, by_file));
    }
  }
}

}  // namespace

void settle_claims(FleetDraft& draft) {
  for (auto& [name, entry] : draft.names) {
    if (entry.claims.empty()) {
      continue;
    }
    if (entry.record) {
      settle_known(draft, name, entry);
    } else if (entry.claims.size() > 1) {
      refuse_all(draft, name, entry);
    } else if (entry.deletion_stands()) {
      draft.tell(name, entry.claims.front().source->record.name, "BeingDeleted",
                 fmt::format("box {} is being deleted by name; it is made again once that is done",
                             name.str()));
    } else {
      create_box(draft, name, entry);
    }
  }
  for (auto& [name, source] : draft.sources) {
    if (source.state == SourceState::Partial) {
      mark_invalid(draft, source);
    }
  }
}

}  // namespace boxwright::plan
