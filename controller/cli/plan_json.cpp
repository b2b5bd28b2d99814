#include <nlohmann/json.hpp>

#include "controller/cli/plan_view.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;

json action_json(const plan::Action& action) {
  json changes = json::array();
  for (const auto& change : action.changes) {
    changes.push_back({{"field", change.field},
                       {"from", change.from},
                       {"to", change.to},
                       {"remedy", to_string(change.remedy)},
                       {"source", change.source}});
  }
  return {{"action", to_string(action.kind)},
          {"cause", action.cause},
          {"loses", action.loses},
          {"changes", changes}};
}

json box_json(const reconcile::BoxPreview& box) {
  json actions = json::array();
  for (const auto& action : box.plan.actions)
    actions.push_back(action_json(action));
  json held = json::array();
  for (const auto& one : box.plan.held) {
    auto item = action_json(one.action);
    item["reason"] = one.reason;
    item["until"] = one.until ? json(to_rfc3339(*one.until)) : json(nullptr);
    held.push_back(std::move(item));
  }
  json findings = json::array();
  for (const auto& finding : box.plan.findings) {
    findings.push_back({{"condition", finding.condition},
                        {"reason", finding.reason},
                        {"message", finding.message}});
  }
  return {{"name", box.record.name.str()},
          {"source", box.record.source.str()},
          {"generation", box.record.generation},
          {"actions", actions},
          {"held", held},
          {"findings", findings}};
}

}  // namespace

std::string plan_json(const PlanView& view) {
  json boxes = json::array();
  for (const auto& box : view.boxes)
    boxes.push_back(box_json(box));
  json problems = json::array();
  for (const auto& problem : view.spec_problems) {
    problems.push_back({{"code", problem.code},
                        {"file", problem.file},
                        {"line", problem.at.line},
                        {"column", problem.at.column},
                        {"message", problem.message},
                        {"box", problem.box.str()}});
  }
  for (const auto& problem : view.problems) {
    problems.push_back(
        {{"code", problem.reason}, {"message", problem.message}, {"box", problem.box.str()}});
  }
  const auto counts = count_actions(view);
  const json root = {{"apiVersion", "boxwright.dev/v1"},
                     {"kind", "Plan"},
                     {"summary",
                      {{"create", counts.create},
                       {"changeLive", counts.live},
                       {"startOrStop", counts.restart},
                       {"replace", counts.replace},
                       {"remove", counts.remove},
                       {"held", counts.held}}},
                     {"boxes", boxes},
                     {"problems", problems}};
  return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace boxwright::cli
