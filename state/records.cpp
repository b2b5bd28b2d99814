#include "state/records.h"

#include <algorithm>

namespace boxwright::state {

const Condition* BoxStatus::find(std::string_view type) const {
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [type](const Condition& one) { return one.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

std::string_view to_string(ConditionStatus value) {
  switch (value) {
    case ConditionStatus::True: return "True";
    case ConditionStatus::False: return "False";
    case ConditionStatus::Unknown: return "Unknown";
  }
  return "Unknown";
}

std::string_view to_string(Request::Verb value) {
  switch (value) {
    case Request::Verb::Restart: return "restart";
    case Request::Verb::Suspend: return "suspend";
    case Request::Verb::Resume: return "resume";
    case Request::Verb::Accept: return "accept";
    case Request::Verb::Confirm: return "confirm";
    case Request::Verb::Grant: return "grant";
    case Request::Verb::Hold: return "hold";
    case Request::Verb::MoveSource: return "move-source";
    case Request::Verb::Rollback: return "rollback";
    case Request::Verb::Rollout: return "rollout";
    case Request::Verb::ResumeRollout: return "resume-rollout";
  }
  return "restart";
}

}  // namespace boxwright::state
