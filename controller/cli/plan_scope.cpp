#include "controller/cli/plan_scope.h"

#include <algorithm>

#include "controller/cli/look.h"
#include "controller/cli/suggestion.h"

namespace boxwright::cli {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status unknown(const char* what, const std::string& name, const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no {} {} in this plan{}", what,
              name, near.empty() ? "" : "; did you mean `" + near + "`?");
}

/// Names that a declaration has, also one that came to nothing.
std::vector<std::string> box_names(const plan::FleetDecision& decision,
                                   const std::vector<plan::SourceReading>& readings) {
  std::vector<std::string> names;
  for (const auto& box : decision.boxes)
    names.push_back(box.name.str());
  for (const auto& problem : decision.problems)
    names.push_back(problem.box.str());
  for (const auto& reading : readings) {
    if (!reading.snapshot) continue;
    for (const auto& problem : reading.snapshot->problems)
      names.push_back(problem.box.str());
  }
  return names;
}

}  // namespace

bool PlanScope::has_box(const std::string& name) const {
  return boxes.empty() || contains(boxes, name);
}

bool PlanScope::has_source(const std::string& name) const {
  return sources.empty() || contains(sources, name);
}

bool PlanScope::has(const state::BoxRecord& record) const {
  return has_box(record.name.str()) && has_source(record.source.str()) &&
         is_selected(selector, record.labels);
}

PlanScope scope_of(const Options& options) {
  return {options.only_boxes, options.only_sources, options.selector};
}

Status check_scope(const PlanScope& scope, const plan::FleetDecision& decision,
                   const std::vector<plan::SourceReading>& readings) {
  const auto known = box_names(decision, readings);
  for (const auto& name : scope.boxes) {
    if (!contains(known, name)) return unknown("box", name, known);
  }
  std::vector<std::string> sources;
  for (const auto& reading : readings)
    sources.push_back(reading.source.str());
  for (const auto& name : scope.sources) {
    if (!contains(sources, name)) return unknown("source", name, sources);
  }
  return {};
}

}  // namespace boxwright::cli
