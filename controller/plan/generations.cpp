#include "controller/plan/generations.h"

#include <algorithm>

#include "specs/model/canonical.h"

namespace boxwright::plan {

namespace {

using state::GenerationRecord;
using Outcome = GenerationRecord::Outcome;

bool is_at_rest(const BoxPlan& plan) {
  const auto* pending = plan.find("UpdatePending");
  const bool waits = pending != nullptr && pending->reason == "MemoryInUse";
  return plan.is_empty() && plan.held.empty() && !plan.awaiting_health && !plan.needs_memory_use &&
         !plan.interrupted && !waits && plan.find("Stalled") == nullptr;
}

/// What its container was given, as recorded: the label where nothing is.
std::string secret_mac_of(const state::BoxRecord& record,
                          const state::ObservedContainer& container) {
  const auto known = std::find_if(record.containers.begin(), record.containers.end(),
                                  [&container](const auto& one) { return one.id == container.id; });
  return known == record.containers.end() ? container.owner.secret_mac : known->secret_mac;
}

/// The image and the MAC of `hash|image|mac`.
GenerationFact rejected(const state::Verdict& verdict) {
  GenerationFact fact;
  fact.outcome = Outcome::RolledBack;
  fact.reason = verdict.message;
  const auto first = verdict.wanted.find('|');
  const auto last = verdict.wanted.rfind('|');
  if (first == std::string::npos || first == last) return fact;
  fact.image_id = ImageId{verdict.wanted.substr(first + 1, last - first - 1)};
  fact.secret_mac = verdict.wanted.substr(last + 1);
  return fact;
}

bool is_same_try(const GenerationRecord& entry, const GenerationFact& fact) {
  return entry.image_id == fact.image_id && entry.secret_mac == fact.secret_mac;
}

bool is_open(const GenerationRecord& entry) {
  return entry.outcome == Outcome::Pending || entry.outcome == Outcome::Superseded;
}

void take_fact(GenerationRecord& entry, const GenerationFact& fact, WallTime now) {
  entry.outcome = fact.outcome;
  entry.image_id = fact.image_id;
  entry.secret_mac = fact.secret_mac;
  entry.reason = fact.reason;
  // Of what was wanted before the record began nobody knows when it was reached.
  const bool is_dated = entry.wanted_at != WallTime{};
  entry.applied_at = fact.outcome == Outcome::Applied && is_dated ? now : WallTime{};
}

}  // namespace

state::GenerationRecord generation_of(const state::BoxRecord& record) {
  GenerationRecord entry;
  entry.uid = record.uid;
  entry.generation = record.generation;
  entry.spec_json = specs::canonical_json(record.spec);
  entry.source = record.source;
  entry.revision = record.revision;
  if (record.rollback) entry.rollback_to = record.rollback->to;
  return entry;
}

std::optional<GenerationFact> generation_fact(const PlanInput& input, const BoxPlan& plan) {
  const auto& record = *input.record;
  if (record.tombstone) return std::nullopt;
  const auto view = view_containers(input);
  if (view.current == nullptr) {
    const bool settled = plan.is_empty() && view.outdated != nullptr && is_rejected(input);
    return settled ? std::optional(rejected(*record.verdict)) : std::nullopt;
  }
  if (view.outdated != nullptr || !is_at_rest(plan)) return std::nullopt;
  const bool as_powered = record.spec.power == specs::Power::Stopped
                              ? !view.current->is_alive()
                              : is_healthy(input, *view.current);
  if (!as_powered) return std::nullopt;
  GenerationFact fact;
  fact.image_id = view.current->image_id;
  fact.secret_mac = secret_mac_of(record, *view.current);
  return fact;
}

std::optional<GenerationRecord> next_entry(const std::vector<GenerationRecord>& history,
                                           const state::BoxRecord& record,
                                           const GenerationFact& fact, WallTime now) {
  const GenerationRecord* newest = nullptr;
  const GenerationRecord* applied = nullptr;
  for (const auto& entry : history) {
    if (entry.generation != record.generation) continue;
    newest = &entry;
    if (entry.was_applied()) applied = &entry;
  }
  if (newest == nullptr) {
    auto entry = generation_of(record);
    take_fact(entry, fact, now);
    return entry;
  }
  const bool is_rejected_try = newest->outcome == Outcome::RolledBack && is_same_try(*newest, fact);
  if (fact.outcome == Outcome::RolledBack && is_rejected_try) return std::nullopt;
  if (fact.outcome == Outcome::Applied && applied != nullptr && is_same_try(*applied, fact)) {
    return std::nullopt;
  }
  auto entry = *newest;
  if (!is_open(*newest) && !is_rejected_try) {
    ++entry.part;
    entry.wanted_at = now;
    entry.author.clear();
    entry.rollback_to.clear();
    entry.revision = record.revision;
  }
  take_fact(entry, fact, now);
  return entry;
}

}  // namespace boxwright::plan
