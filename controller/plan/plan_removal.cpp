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

BoxPlan plan_removal(const PlanInput& input) {
  BoxPlan plan;
  const auto& record = *input.record;
  const auto& tombstone = *record.tombstone;
  plan.box = record.name;
  plan.uid = record.uid;
  plan.generation = record.generation;

  const auto view = view_containers(input);
  const bool has_container = input.observed->containers.size() > view.copies.size();
  const auto volumes =
      tombstone.remove_volumes ? granted_volumes(input) : std::vector<VolumeName>{};
  Action remove{ActionKind::Remove,
                {},
                removal_cause(record),
                "what was changed in the container outside its volumes"};
  if (has_container) {
    const auto reason = hold_reason(input);
    if (!reason.empty()) {
      hold_all(input, reason, remove, plan);
      return plan;
    }
    plan.actions.push_back(remove);
    return plan;
  }
  if (volumes.empty()) return plan;

  Action remove_volumes{ActionKind::RemoveVolumes,
                        {},
                        removal_cause(record),
                        fmt::format("all data in {} volumes", volumes.size())};
  const auto reason = hold_reason(input);
  if (!reason.empty()) {
    hold_all(input, reason, remove_volumes, plan);
  } else if (input.now < tombstone.volumes_due) {
    plan.held.push_back({remove_volumes, "deletion.delay", tombstone.volumes_due});
    plan.look_again = std::max(Duration{1'000}, tombstone.volumes_due - input.now);
    plan.findings.push_back({"DeletionBlocked", "VolumeDelay",
                             fmt::format("the volumes of box {} are kept until their delay is over",
                                         record.name.str())});
  } else {
    plan.actions.push_back(remove_volumes);
  }
  return plan;
}

}  // namespace boxwright::plan
