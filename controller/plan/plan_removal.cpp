#include "controller/plan/plan_removal.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/fleet.h"

namespace boxwright::plan {

namespace {

std::string removal_cause(const state::BoxRecord& record) {
  const auto& tombstone = *record.tombstone;
  if (tombstone.kind == state::Tombstone::Kind::Delete) {
    return fmt::format("deletion of box {} was asked for", record.name.str());
  }
  return fmt::format("box {} is no longer declared by source {}", record.name.str(),
                     record.source.str());
}

/// Why the removal may not begin now; empty: it may.
std::string hold_reason(const PlanInput& input) {
  const auto& tombstone = *input.record->tombstone;
  if (input.suspended) return "suspended";
  if (tombstone.blocked) return "removal guard";
  if (input.observation_stale) return "no fresh observation of the engine";
  if (input.now < removal_due(*input.record)) return "pruneDelay";
  return {};
}

void hold_all(const PlanInput& input, const std::string& reason, const Action& action,
              BoxPlan& plan) {
  std::optional<WallTime> until;
  if (reason == "pruneDelay") {
    until = removal_due(*input.record);
    plan.look_again = std::max(Duration{1'000}, *until - input.now);
  }
  plan.held.push_back({action, reason, until});
  const auto& name = input.record->name.str();
  // An order to resume does not lift what the spec says, and the spec is no longer there to edit.
  const bool by_spec = reason == "suspended" && input.record->spec.suspend;
  const auto way_out =
      by_spec ? fmt::format(
                    "; its last spec says suspend: true, so declare it again without that "
                    "and then take it out, or declare it again to keep it")
      : reason == "suspended" ? fmt::format(
                                    "; `boxwright resume {}` lets it go on, or declare it "
                                    "again to keep it",
                                    name)
                              : std::string{"; declare it again to keep it"};
  plan.findings.push_back(
      {"DeletionBlocked", reason == "pruneDelay" ? "PruneDelay" : "Held",
       fmt::format("the removal of box {} waits: {}{}", name, reason, way_out)});
}

}  // namespace

std::vector<VolumeName> granted_volumes(const PlanInput& input) {
  std::vector<VolumeName> names;
  for (const auto& volume : input.observed->volumes) {
    if (volume.owner.installation == input.installation && volume.owner.uid == input.record->uid) {
      names.push_back(volume.name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

/// The data has a delay of its own, which begins when the removal was asked for.
void plan_volumes(const PlanInput& input, Action action, BoxPlan& plan) {
  const auto& record = *input.record;
  const auto due = record.tombstone->volumes_due;
  const auto reason = hold_reason(input);
  if (!reason.empty()) {
    hold_all(input, reason, action, plan);
    return;
  }
  if (input.now >= due) {
    plan.actions.push_back(std::move(action));
    return;
  }
  plan.held.push_back({std::move(action), "deletion.delay", due});
  plan.look_again = std::max(Duration{1'000}, due - input.now);
  plan.findings.push_back(
      {"DeletionBlocked", "VolumeDelay",
       fmt::format("the volumes of box {} are kept until their delay is over", record.name.str())});
}

/// The line of the data while the container is still there.
void announce_volumes(const PlanInput& input, Action action, BoxPlan& plan) {
  const auto due = input.record->tombstone->volumes_due;
  if (!plan.held.empty()) {
    const auto until = input.now < due ? std::optional(due) : std::nullopt;
    plan.held.push_back({std::move(action), plan.held.back().reason, until});
  } else if (input.now < due) {
    plan.held.push_back({std::move(action), "deletion.delay", due});
  } else {
    plan.actions.push_back(std::move(action));
  }
}

}  // namespace

Duration removal_grace(const state::BoxRecord& record, WallTime now) {
  constexpr Duration kAtMost{10'000};
  const auto& stone = record.tombstone;
  const bool at_once = stone && stone->kind == state::Tombstone::Kind::Delete &&
                       stone->remove_volumes && stone->volumes_due <= now;
  const auto grace = record.spec.stop_grace_period;
  return at_once ? std::min(grace, kAtMost) : grace;
}

BoxPlan plan_removal(const PlanInput& input) {
  BoxPlan plan;
  const auto& record = *input.record;
  plan.box = record.name;
  plan.uid = record.uid;
  plan.generation = record.generation;

  const auto view = view_containers(input);
  const bool has_container = input.observed->containers.size() > view.copies.size();
  const auto volumes =
      record.tombstone->remove_volumes ? granted_volumes(input) : std::vector<VolumeName>{};
  Action remove_volumes{ActionKind::RemoveVolumes,
                        {},
                        removal_cause(record),
                        fmt::format("all data in {} volumes", volumes.size())};
  if (!has_container) {
    if (!volumes.empty()) plan_volumes(input, std::move(remove_volumes), plan);
    return plan;
  }
  Action remove{ActionKind::Remove,
                {},
                removal_cause(record),
                "what was changed in the container outside its volumes"};
  const auto reason = hold_reason(input);
  if (!reason.empty()) {
    hold_all(input, reason, remove, plan);
  } else {
    plan.actions.push_back(std::move(remove));
  }
  if (!volumes.empty()) announce_volumes(input, std::move(remove_volumes), plan);
  return plan;
}

}  // namespace boxwright::plan
