#include "controller/plan/plan.h"

namespace boxwright::plan {

const Finding* BoxPlan::find(std::string_view condition) const {
  for (const auto& finding : findings) {
    if (finding.condition == condition) return &finding;
  }
  return nullptr;
}

std::string_view to_string(Remedy value) {
  switch (value) {
    case Remedy::Live: return "live";
    case Remedy::Restart: return "restart";
    case Remedy::Replace: return "replace";
    case Remedy::Refuse: return "refuse";
  }
  return "replace";
}

std::string_view to_string(ActionKind value) {
  switch (value) {
    case ActionKind::Create: return "create";
    case ActionKind::Start: return "start";
    case ActionKind::Unpause: return "unpause";
    case ActionKind::ChangeLive: return "change live";
    case ActionKind::Restart: return "restart";
    case ActionKind::Replace: return "replace";
    case ActionKind::RollBack: return "roll back";
    case ActionKind::RemakeVolume: return "make volume anew";
    case ActionKind::Stop: return "stop";
    case ActionKind::RemoveSurplus: return "remove left-over";
    case ActionKind::Remove: return "remove";
    case ActionKind::RemoveVolumes: return "remove volumes";
  }
  return "create";
}

}  // namespace boxwright::plan
