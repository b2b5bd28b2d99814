#include <nlohmann/json.hpp>

#include "controller/cli/plan_view.h"
#include "controller/cli/terminal.h"

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

/// Milliseconds as seconds.
double seconds(Duration time) {
  return static_cast<double>(time.count()) / 1'000;
}

json price_json(const plan::Price& price) {
  return {{"downtimeSeconds", seconds(price.downtime())},
          {"stopSeconds", seconds(price.stop)},
          {"startSeconds", seconds(price.start)},
          {"startBasis", to_string(price.basis)}};
}

json layer_json(const Result<engine::WritableLayer>& layer) {
  if (!layer) return {{"error", layer.error().message}};
  json paths = json::array();
  for (const auto& change : layer->paths) {
    paths.push_back({{"path", change.path},
                     {"change", to_string(change.kind)},
                     {"bytes", change.size ? json(change.size->count) : json(nullptr)}});
  }
  return {{"bytes", layer->size.count},
          {"home", layer->home},
          {"paths", std::move(paths)},
          {"morePaths", layer->more}};
}

/// What is due, each action with what it costs.
json due_json(const plan::Action& action, const reconcile::BoxPreview& box) {
  auto item = action_json(action);
  const bool replaces = action.kind == plan::ActionKind::Replace;
  const bool stops = replaces || action.kind == plan::ActionKind::Restart;
  item["price"] = stops && box.price ? price_json(*box.price) : json(nullptr);
  item["writableLayer"] = replaces && box.layer ? layer_json(*box.layer) : json(nullptr);
  return item;
}

json place_json(const specs::Origin& origin) {
  if (origin.file.empty()) return nullptr;
  return {{"file", origin.file}, {"line", origin.at.line}, {"column", origin.at.column}};
}

json box_json(const reconcile::BoxPreview& box) {
  json actions = json::array();
  for (const auto& action : box.plan.actions)
    actions.push_back(due_json(action, box));
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
          {"declaredIn", place_json(box.record.origin)},
          {"underWay", is_under_way(box)},
          {"actions", actions},
          {"held", held},
          {"findings", findings}};
}

json place_json(specs::Position at) {
  return at.line == 0 ? json(nullptr) : json{{"line", at.line}, {"column", at.column}};
}

/// `line` and `column` stand here too, as they did before `start` and `end` came.
json spec_problem_json(const specs::Problem& problem) {
  json related = json::array();
  for (const auto& place : problem.related) {
    related.push_back(
        {{"file", place.file}, {"start", place_json(place.at)}, {"label", place.label}});
  }
  return {{"code", problem.code},
          {"file", problem.file},
          {"line", problem.at.line},
          {"column", problem.at.column},
          {"start", place_json(problem.at)},
          {"end", place_json(problem.end)},
          {"message", problem.message},
          {"hint", problem.hint},
          {"related", std::move(related)},
          {"box", problem.box.str()}};
}

json source_json(const state::SourceRecord& source, const PlanView& view) {
  json one = {{"name", source.name.str()},
              {"place", source.place},
              {"revision", source.revision.str()},
              {"movedTo", source.moved_to.empty() ? json(nullptr) : json(source.moved_to)},
              {"pruneBlocked", nullptr},
              {"rollout",
               {{"replacements", count_replacements(view, source.name)},
                {"maxConcurrent", source.settings.rollout.max_concurrent},
                {"maxFailures", source.settings.rollout.max_failures}}}};
  if (!source.prune_digest.empty()) {
    json boxes = json::array();
    for (const auto& name : source.prune_set)
      boxes.push_back(name.str());
    one["pruneBlocked"] = {
        {"digest", source.prune_digest}, {"message", source.prune_message}, {"boxes", boxes}};
  }
  return one;
}

std::string to_text(const json& root) {
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

}  // namespace

std::string actions_json(const plan::BoxPlan& plan) {
  json list = json::array();
  for (const auto& action : plan.actions)
    list.push_back(action_json(action));
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string problems_json(const std::vector<specs::Problem>& problems) {
  json list = json::array();
  for (const auto& problem : problems)
    list.push_back(spec_problem_json(problem));
  return to_text(
      {{"apiVersion", "boxwright.dev/v1"}, {"kind", "Problems"}, {"problems", std::move(list)}});
}

std::string plan_json(const PlanView& view) {
  json boxes = json::array();
  for (const auto& box : view.boxes)
    boxes.push_back(box_json(box));
  json problems = json::array();
  json notes = json::array();
  for (const auto& problem : view.spec_problems)
    problems.push_back(spec_problem_json(problem));
  for (const auto& problem : view.problems) {
    (is_error(problem) ? problems : notes)
        .push_back({{"code", problem.reason},
                    {"message", problem.message},
                    {"box", problem.box.str()},
                    {"source", problem.source.str()}});
  }
  json sources = json::array();
  for (const auto& source : view.sources)
    sources.push_back(source_json(source, view));
  const auto counts = count_actions(view);
  return to_text({{"apiVersion", "boxwright.dev/v1"},
                  {"kind", "Plan"},
                  {"summary",
                   {{"create", counts.create},
                    {"changeLive", counts.live},
                    {"startOrStop", counts.restart},
                    {"replace", counts.replace},
                    {"remove", counts.remove},
                    {"held", counts.held}}},
                  {"sources", sources},
                  {"boxes", boxes},
                  {"problems", problems},
                  {"notes", notes}});
}

}  // namespace boxwright::cli
