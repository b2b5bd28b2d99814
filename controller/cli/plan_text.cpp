#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/plan_view.h"
#include "controller/cli/problem_text.h"
#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

using plan::ActionKind;

std::string symbol(ActionKind kind) {
  switch (kind) {
    case ActionKind::Create:
    case ActionKind::RemakeVolume: return "+";
    case ActionKind::Replace:
    case ActionKind::RollBack: return "-/+";
    case ActionKind::Remove:
    case ActionKind::RemoveVolumes:
    case ActionKind::RemoveSurplus: return "-";
    case ActionKind::Start:
    case ActionKind::Unpause:
    case ActionKind::ChangeLive:
    case ActionKind::Restart:
    case ActionKind::Stop: return "~";
  }
  return "~";
}

Colour colour_of(ActionKind kind) {
  const auto sign = symbol(kind);
  if (sign == "+") return Colour::Green;
  return sign == "-" ? Colour::Red : Colour::Yellow;
}

std::string heading(const std::string& sign, const std::string& text, Colour tint, bool colour) {
  return coloured(fmt::format("  {:<3} {}", sign, printable(text)), tint, colour) + "\n";
}

std::string detail(const std::string& text) {
  return "        " + printable(text) + "\n";
}

std::string value_text(const std::string& value) {
  return value.empty() ? "(none)" : value;
}

std::string action_lines(const plan::Action& action) {
  std::string text;
  for (const auto& change : action.changes) {
    text += detail(fmt::format("{}: {} -> {}  ({}{}{})", change.field, value_text(change.from),
                               value_text(change.to), to_string(change.remedy),
                               change.source.empty() ? "" : ", ", change.source));
  }
  // A cause that only names the fields above is not said twice.
  const bool told =
      std::any_of(action.changes.begin(), action.changes.end(), [&action](const auto& change) {
        return action.cause.find(change.field) != std::string::npos;
      });
  if (!told) text += detail("because " + action.cause);
  if (!action.loses.empty()) text += detail("loses: " + action.loses);
  return text;
}

void count(ActionKind kind, PlanCounts& counts) {
  switch (kind) {
    case ActionKind::Create: ++counts.create; return;
    case ActionKind::Replace:
    case ActionKind::RollBack: ++counts.replace; return;
    case ActionKind::Remove:
    case ActionKind::RemoveVolumes:
    case ActionKind::RemoveSurplus: ++counts.remove; return;
    case ActionKind::Restart:
    case ActionKind::Start:
    case ActionKind::Stop: ++counts.restart; return;
    case ActionKind::ChangeLive:
    case ActionKind::Unpause:
    case ActionKind::RemakeVolume: ++counts.live; return;
  }
}

std::string source_lines(const state::SourceRecord& source, bool colour) {
  std::string text;
  if (!source.prune_digest.empty()) {
    text += heading("!", fmt::format("source {}: PruneBlocked", source.name.str()), Colour::Yellow,
                    colour) +
            detail(source.prune_message);
  }
  if (!source.moved_to.empty()) {
    text += heading("!", fmt::format("source {}: SourceMoved", source.name.str()), Colour::Yellow,
                    colour) +
            detail(fmt::format("it was read from {} and is now read from {}; nothing is removed "
                               "until `boxwright source move {}` takes the new place",
                               source.place, source.moved_to, source.name.str()));
  }
  return text;
}

std::string problem_lines(const PlanView& view, bool colour) {
  std::string text = problems_text(view.spec_problems, colour);
  for (const auto& problem : view.problems) {
    const auto about = problem.box.empty() ? "source " + problem.source.str() : problem.box.str();
    const bool error = is_error(problem);
    text += heading(error ? "!" : "*", fmt::format("{}: {}", about, problem.reason),
                    error ? Colour::Red : Colour::None, colour) +
            detail(problem.message);
  }
  return text;
}

std::string last_line(const PlanView& view) {
  const auto counts = count_actions(view);
  const auto quiet = static_cast<std::size_t>(
      std::count_if(view.boxes.begin(), view.boxes.end(), [](const auto& box) {
        return box.plan.actions.empty() && box.plan.held.empty() && box.plan.findings.empty() &&
               !is_under_way(box);
      }));
  std::string text;
  if (counts.due() == 0) {
    const bool all = quiet == view.boxes.size();
    text = fmt::format("Nothing to do: {} as wanted",
                       all ? count_of(quiet, "box is", "boxes are")
                           : fmt::format("{} of {} boxes are", quiet, view.boxes.size()));
  } else {
    text = fmt::format("Plan: {} to create, {} to change live, ", counts.create, counts.live);
    if (counts.restart > 0) text += fmt::format("{} to start or stop, ", counts.restart);
    text += fmt::format("{} to replace, {} to remove", counts.replace, counts.remove);
  }
  return text + (counts.held > 0 ? fmt::format("; {} held.\n", counts.held) : ".\n");
}

}  // namespace

bool is_under_way(const reconcile::BoxPreview& box) {
  return box.plan.awaiting_health && box.observed.containers.size() > 1;
}

PlanCounts count_actions(const PlanView& view) {
  PlanCounts counts;
  for (const auto& box : view.boxes) {
    for (const auto& action : box.plan.actions)
      count(action.kind, counts);
    counts.held += static_cast<int>(box.plan.held.size());
  }
  return counts;
}

bool is_error(const plan::BoxProblem& problem) {
  return problem.reason != "NameChanged";
}

std::string box_plan_text(const plan::BoxPlan& plan, bool colour) {
  std::string text;
  const auto& name = plan.box.str();
  for (const auto& action : plan.actions) {
    text += heading(symbol(action.kind), fmt::format("{}: {}", name, to_string(action.kind)),
                    colour_of(action.kind), colour) +
            action_lines(action);
  }
  for (const auto& held : plan.held) {
    const auto until = held.until ? "held until " + to_rfc3339(*held.until) : std::string{"held"};
    text +=
        heading("!",
                fmt::format("{}: {} {}: {}", name, to_string(held.action.kind), until, held.reason),
                Colour::Yellow, colour) +
        action_lines(held.action);
  }
  for (const auto& finding : plan.findings) {
    text += heading("!", fmt::format("{}: {}/{}", name, finding.condition, finding.reason),
                    Colour::Yellow, colour) +
            detail(finding.message);
  }
  return text;
}

std::string plan_text(const PlanView& view, bool colour) {
  std::string text = problem_lines(view, colour);
  for (const auto& source : view.sources)
    text += source_lines(source, colour);
  for (const auto& box : view.boxes) {
    text += box_plan_text(box.plan, colour);
    if (!is_under_way(box)) continue;
    text +=
        heading("~", box.record.name.str() + ": replacement under way", Colour::Yellow, colour) +
        detail("its new container has yet to become healthy, or the old one comes back");
  }
  if (!text.empty()) text += "\n";
  return text + last_line(view);
}

}  // namespace boxwright::cli
