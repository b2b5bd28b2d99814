#include "controller/plan/rollout.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/plan/plan_box.h"

namespace boxwright::plan {

namespace {

using Phase = RolloutStanding::Phase;

bool plans(const BoxPlan& plan, ActionKind kind) {
  return std::any_of(plan.actions.begin(), plan.actions.end(),
                     [kind](const Action& action) { return action.kind == kind; });
}

/// One that lies in the future was given before the clock was set back.
bool is_covered(WallTime failed_at, const std::optional<WallTime>& word, WallTime now) {
  return word && (failed_at <= *word || failed_at > now);
}

Phase phase_of_two(const PlanInput& input, const BoxPlan& plan, const BoxView& view) {
  const auto trial = judge_candidate(input, *view.current);
  if (trial == Trial::Passed && !view.outdated->is_alive()) return Phase::Quiet;
  const bool untouched = trial == Trial::NotStarted && view.outdated->is_alive();
  if (!untouched) return Phase::UnderWay;
  return plans(plan, ActionKind::Replace) ? Phase::Due : Phase::Quiet;
}

}  // namespace

RolloutStanding failed_standing(const state::BoxRecord& record) {
  RolloutStanding standing;
  standing.name = record.name;
  standing.source = record.source;
  standing.phase = Phase::Quiet;
  if (!record.tombstone && record.verdict) standing.failed_at = record.verdict->at;
  return standing;
}

RolloutStanding standing_of(const PlanInput& input, const BoxPlan& plan) {
  auto standing = failed_standing(*input.record);
  if (!matches_verdict(input)) standing.failed_at.reset();
  // What is left alone for now holds up nobody.
  if (input.suspended && plan.is_empty()) return standing;
  const bool replaces = plans(plan, ActionKind::Replace);
  if (!replaces && !plans(plan, ActionKind::RollBack) && !plan.awaiting_health) return standing;
  const auto view = view_containers(input);
  if (view.outdated == nullptr) return standing;
  standing.is_down = !view.outdated->is_alive() || input.crash_looping;
  standing.begun = view.current != nullptr;
  if (standing.begun) {
    standing.phase = phase_of_two(input, plan, view);
  } else if (replaces) {
    standing.phase = Phase::Due;
  }
  return standing;
}

std::vector<BoxName> rollout_failures(const std::vector<RolloutStanding>& standings,
                                      const RolloutQuestion& question) {
  std::vector<BoxName> failures;
  for (const auto& standing : standings) {
    if (standing.source != question.source || !standing.failed_at) continue;
    const auto failed_at = *standing.failed_at;
    if (is_covered(failed_at, question.resumed, question.now) ||
        is_covered(failed_at, question.asked, question.now)) {
      continue;
    }
    failures.push_back(standing.name);
  }
  std::sort(failures.begin(), failures.end());
  return failures;
}

bool is_halted(const std::vector<BoxName>& failures, const specs::RolloutLimits& limits) {
  return failures.size() > static_cast<std::size_t>(std::max(0, limits.max_failures));
}

std::string halted_message(const SourceName& source, const std::vector<BoxName>& failures) {
  constexpr std::size_t kShown = 3;
  std::string names;
  for (std::size_t i = 0; i < failures.size() && i < kShown; ++i)
    names += (i == 0 ? "" : ", ") + failures[i].str();
  if (failures.size() > kShown) names += fmt::format(" and {} more", failures.size() - kShown);
  return fmt::format(
      "the rollout of source {0} is halted since {1} {2} rolled back; mend that, or "
      "let it go on with `boxwright rollout --resume {0}`",
      source.str(), names, failures.size() == 1 ? "was" : "were");
}

std::string halted_by(const std::vector<RolloutStanding>& standings,
                      const RolloutQuestion& question) {
  const auto failures = rollout_failures(standings, question);
  return is_halted(failures, question.limits) ? halted_message(question.source, failures)
                                              : std::string{};
}

std::vector<BoxName> boxes_that_may_begin(const std::vector<RolloutStanding>& standings,
                                          const specs::RolloutLimits& limits) {
  std::vector<BoxName> names;
  std::vector<const RolloutStanding*> waiting;
  int inside = 0;
  bool all_known = true;
  for (const auto& standing : standings) {
    const bool due = standing.phase == Phase::Due;
    if (standing.phase == Phase::UnderWay || (due && standing.has_turn)) {
      ++inside;
    } else if (due && standing.is_down) {
      ++inside;
      names.push_back(standing.name);
    } else if (due) {
      waiting.push_back(&standing);
    }
    all_known = all_known && standing.phase != Phase::Unknown;
  }
  std::sort(waiting.begin(), waiting.end(), [](const auto* a, const auto* b) {
    return a->begun != b->begun ? a->begun : a->name < b->name;
  });
  for (const auto* standing : waiting) {
    if (inside >= limits.max_concurrent || (!standing->begun && !all_known)) break;
    ++inside;
    names.push_back(standing->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace boxwright::plan
