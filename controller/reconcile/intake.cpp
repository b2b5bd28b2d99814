#include "controller/reconcile/intake.h"

#include <algorithm>
#include <set>

namespace boxwright::reconcile {

void Intake::add_source(std::unique_ptr<specs::SpecSource> source) {
  readers_.push_back({std::move(source), std::nullopt});
}

bool Intake::poll(MonoTime now) {
  bool changed = false;
  for (auto& reader : readers_) {
    auto polled = reader.source->poll(now);
    if (polled && !*polled) continue;
    plan::SourceReading reading;
    reading.place = reader.source->place();
    // A source that cannot be read now is still the one it was.
    if (reader.reading) reading.source = reader.reading->source;
    if (polled) {
      reading.source = (*polled)->source;
      reading.snapshot = std::move(**polled);
    } else {
      reading.snapshot = tl::unexpected(polled.error());
    }
    reader.reading = std::move(reading);
    changed = true;
  }
  return changed;
}

bool Intake::all_read() const {
  return std::all_of(readers_.begin(), readers_.end(), [](const Reader& reader) {
    return reader.reading.has_value() || reader.source->is_unused();
  });
}

std::vector<plan::SourceReading> Intake::readings() const {
  std::vector<plan::SourceReading> readings;
  for (const auto& reader : readers_) {
    if (reader.reading) readings.push_back(*reader.reading);
  }
  return readings;
}

Result<plan::FleetInput> Intake::gather(const state::ObservedFleet* observed) const {
  plan::FleetInput input;
  BW_TRY_ASSIGN(input.boxes, parts_.store.boxes());
  BW_TRY_ASSIGN(input.sources, parts_.store.sources());
  BW_TRY_ASSIGN(input.retained, parts_.store.retained());
  BW_TRY_ASSIGN(input.requests, parts_.desired.pending_requests());
  BW_TRY_ASSIGN(input.deletions, parts_.desired.pending_deletions());
  input.readings = readings();
  input.observed = observed;
  input.now = parts_.clock.wall_now();
  return input;
}

namespace {

std::map<BoxName, std::string> problems_by_box(const plan::FleetDecision& decision) {
  std::map<BoxName, std::string> problems;
  for (const auto& box : decision.boxes) {
    if (!box.problem.empty()) problems[box.name] = box.problem;
  }
  for (const auto& problem : decision.problems) {
    if (problem.reason != "NameChanged") problems.try_emplace(problem.box, problem.message);
  }
  return problems;
}

bool is_finished(const plan::FleetDecision& decision, std::int64_t id) {
  return std::any_of(decision.requests.begin(), decision.requests.end(),
                     [id](const auto& outcome) { return outcome.id == id; });
}

/// All of a record that says what is to be done with the box. Where it was declared, and in which
/// revision, is told but changes nothing.
state::BoxRecord essence(state::BoxRecord record) {
  record.revision = {};
  record.origin = {};
  record.fields.clear();
  record.labels.clear();
  record.containers.clear();
  record.expected_volumes.clear();
  record.verdict.reset();
  return record;
}

/// Boxes that this decision has something new for.
std::vector<BoxName> changed_boxes(const std::vector<state::BoxRecord>& put,
                                   const std::map<BoxName, state::BoxRecord>& before) {
  std::vector<BoxName> changed;
  for (const auto& box : put) {
    const auto found = before.find(box.name);
    if (found == before.end() || essence(box) != essence(found->second)) {
      changed.push_back(box.name);
    }
  }
  return changed;
}

/// Boxes that a halted rollout held, and that may go on now.
void add_resumed(const plan::FleetDecision& decision, const std::map<SourceName, WallTime>& before,
                 std::vector<BoxName>& changed) {
  const auto now = plan::rollouts_resumed(decision.sources);
  if (now == before) return;
  for (const auto& box : decision.boxes) {
    const auto found = now.find(box.source);
    if (found == now.end()) continue;
    const auto old = before.find(box.source);
    if (old == before.end() || old->second != found->second) changed.push_back(box.name);
  }
}

}  // namespace

namespace {

void add_subject(const std::string& subject, const std::vector<state::BoxRecord>& boxes,
                 std::vector<BoxName>& changed) {
  if (subject != "*") {
    changed.emplace_back(subject);
    return;
  }
  for (const auto& box : boxes)
    changed.push_back(box.name);
}

}  // namespace

/// A request is news once; a standing order must not make its box be looked at for ever. The end of
/// a suspend is news as well: whoever gave it may have finished it without another order.
void Intake::add_requested(const std::vector<state::Request>& requests,
                           const std::vector<state::BoxRecord>& boxes,
                           std::vector<BoxName>& changed) {
  std::set<std::pair<std::int64_t, std::string>> known;
  std::set<std::int64_t> ids;
  for (const auto& request : requests) {
    ids.insert(request.id);
    known.emplace(request.id, request.argument);
    if (known_requests_.contains({request.id, request.argument})) continue;
    add_subject(request.subject, boxes, changed);
  }
  for (const auto& [id, argument] : known_requests_) {
    if (ids.contains(id)) continue;
    const auto ended = parts_.desired.request(id);
    const bool was_suspend = ended && *ended && (*ended)->verb == state::Request::Verb::Suspend;
    if (was_suspend) add_subject((*ended)->subject, boxes, changed);
  }
  known_requests_ = std::move(known);
}

Result<Intaken> Intake::decide(const Situation& situation) {
  BW_TRY_ASSIGN(auto input, gather(situation.observed));
  input.confirmed_removals = situation.confirmed_removals;
  const auto requests = input.requests;
  const auto resumed_before = plan::rollouts_resumed(input.sources);
  std::map<BoxName, state::BoxRecord> before;
  for (const auto& box : input.boxes)
    before.emplace(box.name, box);
  auto decision = plan::decide_fleet(std::move(input), parts_.random);
  BW_TRY(parts_.store.commit(decision.change));
  for (const auto& outcome : decision.requests) {
    BW_TRY(parts_.desired.finish_request(outcome.id, outcome.state, outcome.outcome));
  }
  for (const auto& outcome : decision.deletions) {
    BW_TRY(parts_.desired.finish_deletion(outcome.box, outcome.state, outcome.outcome));
  }

  auto orders = std::make_shared<Orders>();
  for (const auto& request : requests) {
    if (!is_finished(decision, request.id)) orders->requests.push_back(request);
  }
  orders->obeyed.insert(decision.obeyed.begin(), decision.obeyed.end());
  orders->problems = problems_by_box(decision);
  orders->rollout_resumed = plan::rollouts_resumed(decision.sources);
  orders->observation_stale = situation.observation_stale;
  orders->disk_low = situation.observed != nullptr && situation.observed->disk_free_percent &&
                     *situation.observed->disk_free_percent < 10;

  Intaken intaken;
  intaken.changed = changed_boxes(decision.change.put_boxes, before);
  add_requested(requests, decision.boxes, intaken.changed);
  add_resumed(decision, resumed_before, intaken.changed);
  std::sort(intaken.changed.begin(), intaken.changed.end());
  intaken.changed.erase(std::unique(intaken.changed.begin(), intaken.changed.end()),
                        intaken.changed.end());
  intaken.events = std::move(decision.change.events);
  intaken.boxes = std::move(decision.boxes);
  intaken.sources = std::move(decision.sources);
  intaken.problems = std::move(decision.problems);
  intaken.orphaned = std::move(decision.orphaned);
  intaken.orders = std::move(orders);
  return intaken;
}

Status Intake::acknowledge(const Orders& orders) {
  for (const auto& request : orders.requests) {
    const bool stands = request.verb == state::Request::Verb::Suspend ||
                        request.verb == state::Request::Verb::Resume ||
                        orders.obeyed.contains(request.id);
    if (!stands || !request.outcome.empty()) continue;
    BW_TRY(parts_.desired.acknowledge_request(request.id, "in force"));
  }
  return {};
}

Result<std::vector<BoxName>> Intake::finalise(const state::ObservedFleet& observed) {
  BW_TRY_ASSIGN(auto input, gather(&observed));
  const auto change =
      plan::finalise(input.boxes, input.sources, input.requests, observed, input.now);
  if (change.forget_boxes.empty()) return std::vector<BoxName>{};
  BW_TRY(parts_.store.commit(change));
  for (const auto& name : change.forget_boxes) {
    const bool asked = std::any_of(input.deletions.begin(), input.deletions.end(),
                                   [&name](const auto& row) { return row.name == name; });
    const auto told = std::find_if(change.events.begin(), change.events.end(),
                                   [&name](const auto& event) { return event.box == name; });
    if (asked && told != change.events.end()) {
      BW_TRY(parts_.desired.finish_deletion(name, "done", told->message));
    }
    for (const auto& request : input.requests) {
      const bool ends =
          request.verb == state::Request::Verb::Rollback && request.subject == name.str();
      if (ends)
        BW_TRY(parts_.desired.finish_request(request.id, "done",
                                             "box " + name.str() + " was removed"));
    }
  }
  return change.forget_boxes;
}

std::vector<state::PublicStatus> public_statuses(const Intaken& intaken,
                                                 const std::vector<state::BoxStatus>& statuses,
                                                 WallTime now) {
  std::map<BoxName, state::PublicStatus> rows;
  for (const auto& box : intaken.boxes) {
    auto& row = rows[box.name];
    row.name = box.name;
    row.uid = box.uid;
    row.revision_seen = box.revision.str();
    row.generation = box.generation;
    row.reason = "Pending";
    row.observed_at = now;
  }
  for (const auto& status : statuses) {
    const auto found = rows.find(status.name);
    if (found == rows.end()) continue;
    const auto* ready = status.find("Ready");
    const auto* stalled = status.find("Stalled");
    const auto* told = stalled != nullptr ? stalled : ready;
    if (told == nullptr) continue;
    found->second.ready = ready != nullptr && ready->status == state::ConditionStatus::True;
    found->second.reason = told->reason;
    found->second.message = told->message;
    found->second.observed_at = status.observed_at;
  }
  // The message of a bad row stands on that row's status, also where no box came of it.
  for (const auto& problem : intaken.problems) {
    if (problem.box.empty() || problem.reason == "NameChanged") continue;
    auto& row = rows[problem.box];
    row.name = problem.box;
    row.reason = problem.reason;
    row.message = problem.message;
    // What it speaks of is the refused declaration, not the last one that was obeyed.
    const auto source =
        std::find_if(intaken.sources.begin(), intaken.sources.end(),
                     [&problem](const auto& one) { return one.name == problem.source; });
    if (source != intaken.sources.end()) row.revision_seen = source->revision.str();
    if (row.uid.empty()) row.observed_at = now;
  }
  std::vector<state::PublicStatus> list;
  list.reserve(rows.size());
  for (auto& [name, row] : rows)
    list.push_back(std::move(row));
  return list;
}

}  // namespace boxwright::reconcile
