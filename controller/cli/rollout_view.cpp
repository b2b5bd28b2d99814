#include "controller/cli/rollout_view.h"

#include <algorithm>

#include "controller/plan/rollout.h"

namespace boxwright::cli {

namespace {

bool is_told(const std::vector<state::BoxStatus>& statuses, const BoxName& name) {
  const auto status = std::find_if(statuses.begin(), statuses.end(),
                                   [&name](const auto& one) { return one.name == name; });
  if (status == statuses.end()) return false;
  const auto* stalled = status->find("Stalled");
  return stalled != nullptr && stalled->reason == "RolledBack";
}

}  // namespace

std::string halted_rollout(const state::SourceRecord& source,
                           const std::vector<state::BoxRecord>& boxes,
                           const std::vector<state::BoxStatus>& statuses, WallTime now) {
  std::vector<plan::RolloutStanding> standings;
  for (const auto& box : boxes) {
    if (!box.verdict || box.tombstone || !is_told(statuses, box.name)) continue;
    plan::RolloutStanding standing;
    standing.name = box.name;
    standing.source = box.source;
    standing.failed_at = box.verdict->at;
    standings.push_back(std::move(standing));
  }
  plan::RolloutQuestion question;
  question.source = source.name;
  question.limits = source.settings.rollout;
  if (source.rollout_resumed > WallTime{}) question.resumed = source.rollout_resumed;
  question.now = now;
  const auto failures = plan::rollout_failures(standings, question);
  if (!plan::is_halted(failures, question.limits)) return {};
  return plan::halted_message(source.name, failures);
}

}  // namespace boxwright::cli
