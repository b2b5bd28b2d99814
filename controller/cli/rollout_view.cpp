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
    if (is_told(statuses, box.name)) standings.push_back(plan::failed_standing(box));
  }
  plan::RolloutQuestion question;
  question.source = source.name;
  question.limits = source.settings.rollout;
  if (source.rollout_resumed > WallTime{}) question.resumed = source.rollout_resumed;
  question.now = now;
  return plan::halted_by(standings, question);
}

}  // namespace boxwright::cli
