// Standing orders: which are fulfilled, which name nothing that exists, and what suspends a box.

#include <algorithm>

#include "controller/plan/fleet_draft.h"

namespace boxwright::plan {
namespace {

using Verb = state::Request::Verb;
constexpr const char* kEveryBox = "*";

bool names_source(Verb verb) {
  return verb == Verb::Confirm || verb == Verb::MoveSource || verb == Verb::ResumeRollout;
}

/// Everything that could know a box has been asked: only then does an unknown name not exist. An
/// order must outlive a lost database and an unreadable source.
bool all_was_read(const FleetDraft& draft) {
  if (draft.input->observed == nullptr || draft.input->readings.empty()) {
    return false;
  }
  const auto& readings = draft.input->readings;
  const bool none_failed =
      std::all_of(readings.begin(), readings.end(),
                  [](const SourceReading& reading) { return reading.snapshot.has_value(); });
  return none_failed &&
         std::none_of(draft.sources.begin(), draft.sources.end(), [](const auto& item) {
           const SourceState state = item.second.state;
           return state == SourceState::Failed || state == SourceState::Moved;
         });
}

/// A rollback is for the box, not for the data that outlives it.
bool is_seen(const FleetDraft& draft, const state::Request& request, const BoxName& name) {
  const Seen* seen = draft.find_seen(name);
  if (request.verb == Verb::Rollback) {
    return seen != nullptr && !seen->containers.empty();
  }
  return seen != nullptr || !draft.find_retained(name).empty();
}

void fail_unknown_boxes(FleetDraft& draft) {
  if (!all_was_read(draft)) {
    return;
  }
  std::set<BoxName> told;
  for (const BoxProblem& problem : draft.decision.problems) {
    told.insert(problem.box);
  }
  for (const state::Request* request : draft.requests) {
    if (!is_open(*request) || names_source(request->verb) || request->subject == kEveryBox) {
      continue;
    }
    const BoxName name(request->subject);
    const auto entry = draft.names.find(name);
    const bool known =
        entry != draft.names.end() && (entry->second.record || !entry->second.claims.empty());
    if (!known && !told.contains(name) && !is_seen(draft, *request, name)) {
      draft.finish(*request, "failed",
                   fmt::format("no box is named {}; see `boxwright get`", request->subject));
    }
  }
}

void settle_accepts(FleetDraft& draft) {
  for (const auto& [name, request] : draft.accepted_retained) {
    const auto entry = draft.names.find(name);
    if (!is_open(*request) || entry == draft.names.end() || !entry->second.record) {
      continue;
    }
    if (entry->second.fresh) {
      draft.finish(
          *request, "failed",
          fmt::format("no data is retained under the name {}; the box starts anew", name.str()));
    } else {
      draft.finish(*request, "done", fmt::format("box {} has its data", name.str()));
    }
  }
}

void settle_moves(FleetDraft& draft) {
  for (const state::Request* request : draft.requests) {
    if (request->verb == Verb::MoveSource && is_open(*request) &&
        draft.find_source(SourceName(request->subject)) == nullptr) {
      draft.finish(
          *request, "failed",
          fmt::format("no source is named {}; see `boxwright get sources`", request->subject));
    }
  }
}

/// Failures up to the moment at which the person spoke no longer count.
void settle_rollouts(FleetDraft& draft) {
  for (const state::Request* request : draft.requests) {
    if (request->verb != Verb::ResumeRollout || !is_open(*request)) continue;
    SourceDraft* source = draft.find_source(SourceName(request->subject));
    if (source == nullptr) {
      draft.finish(
          *request, "failed",
          fmt::format("no source is named {}; see `boxwright source list`", request->subject));
      continue;
    }
    const bool has_time = request->at > WallTime{};
    const WallTime said = has_time ? std::min(request->at, draft.now()) : draft.now();
    auto& resumed = source->record.rollout_resumed;
    if (said > resumed) {
      resumed = said;
      draft.add_source_event(*source, false, "RolloutResumed",
                             fmt::format("the rollout of source {} goes on", request->subject));
    }
    draft.finish(*request, "done",
                 fmt::format("the rollout of source {} goes on", request->subject));
  }
}

/// The orders about suspension that still stand, as one walks through them by id.
struct SuspensionWalk {
  const state::Request* all = nullptr;                     ///< Suspend `*`.
  std::map<std::string, const state::Request*> suspended;  ///< Suspend of one box.
  std::map<std::string, const state::Request*> excepted;   ///< Resume of one box under `all`.
};

void end_each(FleetDraft& draft, std::map<std::string, const state::Request*>& standing,
              const char* outcome) {
  for (const auto& [subject, request] : standing) {
    draft.finish(*request, "done", outcome);
  }
  standing.clear();
}

void end_one(FleetDraft& draft, std::map<std::string, const state::Request*>& standing,
             const std::string& subject, const char* outcome) {
  if (const auto found = standing.find(subject); found != standing.end()) {
    draft.finish(*found->second, "done", outcome);
    standing.erase(found);
  }
}

void walk_suspend(FleetDraft& draft, SuspensionWalk& walk, const state::Request& request) {
  constexpr const char* kReplaced = "a later suspend took its place";
  if (request.subject == kEveryBox) {
    if (walk.all != nullptr) {
      draft.finish(*walk.all, "done", kReplaced);
    }
    walk.all = &request;
    end_each(draft, walk.excepted, kReplaced);
    return;
  }
  end_one(draft, walk.suspended, request.subject, kReplaced);
  end_one(draft, walk.excepted, request.subject, kReplaced);
  walk.suspended.emplace(request.subject, &request);
}

std::string resumed_text(const FleetDraft& draft, const std::string& subject) {
  if (subject == kEveryBox) {
    return "all boxes are resumed";
  }
  const auto entry = draft.names.find(BoxName(subject));
  if (entry != draft.names.end() && entry->second.record && entry->second.record->spec.suspend) {
    return fmt::format("box {} stays suspended: its spec says suspend: true", subject);
  }
  return fmt::format("box {} is resumed", subject);
}

void walk_resume(FleetDraft& draft, SuspensionWalk& walk, const state::Request& request) {
  constexpr const char* kResumed = "resumed";
  if (request.subject == kEveryBox) {
    if (walk.all != nullptr) {
      draft.finish(*walk.all, "done", kResumed);
      walk.all = nullptr;
    }
    end_each(draft, walk.suspended, kResumed);
    end_each(draft, walk.excepted, kResumed);
    draft.finish(request, "done", resumed_text(draft, request.subject));
    return;
  }
  end_one(draft, walk.suspended, request.subject, kResumed);
  if (walk.all == nullptr) {
    draft.finish(request, "done", resumed_text(draft, request.subject));
    return;
  }
  // While all boxes are suspended, this one's exception has to stand.
  end_one(draft, walk.excepted, request.subject, kResumed);
  walk.excepted.emplace(request.subject, &request);
}

void settle_suspensions(FleetDraft& draft) {
  SuspensionWalk walk;
  for (const state::Request* request : draft.requests) {
    if (!is_open(*request) || draft.outcomes.contains(request->id)) {
      continue;
    }
    if (request->verb == Verb::Suspend) {
      walk_suspend(draft, walk, *request);
    } else if (request->verb == Verb::Resume) {
      walk_resume(draft, walk, *request);
    }
  }
}

}  // namespace

void settle_requests(FleetDraft& draft) {
  settle_accepts(draft);
  settle_moves(draft);
  settle_rollouts(draft);
  fail_unknown_boxes(draft);
  settle_suspensions(draft);
}

std::map<SourceName, WallTime> rollouts_resumed(const std::vector<state::SourceRecord>& sources) {
  std::map<SourceName, WallTime> resumed;
  for (const auto& source : sources) {
    if (source.rollout_resumed > WallTime{}) resumed[source.name] = source.rollout_resumed;
  }
  return resumed;
}

bool is_suspended(const state::BoxRecord& box, const std::vector<state::Request>& requests) {
  const state::Request* latest = nullptr;
  for (const state::Request& request : requests) {
    const bool concerns = request.subject == kEveryBox || request.subject == box.name.str();
    const bool says = request.verb == Verb::Suspend || request.verb == Verb::Resume;
    if (says && concerns && is_open(request) && (latest == nullptr || latest->id < request.id)) {
      latest = &request;
    }
  }
  return box.spec.suspend || (latest != nullptr && latest->verb == Verb::Suspend);
}

}  // namespace boxwright::plan
