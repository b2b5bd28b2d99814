#include <fmt/core.h>

#include "controller/cli/plan_view.h"
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

std::string action_lines(const plan::Action& action) {
  std::string text;
  for (const auto& change : action.changes) {
    text += fmt::format("      {}: {} -> {}  ({}, {})\n", printable(change.field),
                        printable(change.from), printable(change.to), to_string(change.remedy),
                        printable(change.source));
  }
  if (action.changes.empty()) text += fmt::format("      because {}\n", printable(action.cause));
  if (!action.loses.empty()) text += fmt::format("      loses {}\n", printable(action.loses));
  return text;
}

std::string box_block(const reconcile::BoxPreview& box, bool colour) {
  std::string text;
  const auto& name = box.record.name.str();
  for (const auto& action : box.plan.actions) {
    text +=
        coloured(fmt::format("  {:<3} {}: {}", symbol(action.kind), name, to_string(action.kind)),
                 colour_of(action.kind), colour) +
        "\n" + action_lines(action);
  }
  for (const auto& held : box.plan.held) {
    const auto until = held.until ? "held until " + to_rfc3339(*held.until) : std::string{"held"};
    text += coloured(fmt::format("  !   {}: {} {}: {}", name, to_string(held.action.kind), until,
                                 printable(held.reason)),
                     Colour::Yellow, colour) +
            "\n" + action_lines(held.action);
  }
  for (const auto& finding : box.plan.findings) {
    text += fmt::format("  !   {}: {}/{}: {}\n", name, finding.condition, finding.reason,
                        printable(finding.message));
  }
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

}  // namespace

PlanCounts count_actions(const PlanView& view) {
  PlanCounts counts;
  for (const auto& box : view.boxes) {
    for (const auto& action : box.plan.actions)
      count(action.kind, counts);
    counts.held += static_cast<int>(box.plan.held.size());
  }
  return counts;
}

std::string plan_text(const PlanView& view, bool colour) {
  std::string text;
  for (const auto& problem : view.spec_problems)
    text += printable(problem.to_line()) + "\n";
  for (const auto& problem : view.problems) {
    text += fmt::format("  !   {}: {}: {}\n", problem.box.str(), problem.reason,
                        printable(problem.message));
  }
  for (const auto& source : view.sources) {
    if (!source.prune_message.empty()) {
      text += fmt::format("  !   source {}: PruneBlocked: {}\n", source.name.str(),
                          printable(source.prune_message));
    }
    if (!source.moved_to.empty()) {
      text += fmt::format(
          "  !   source {}: SourceMoved: it was read from {} before and is read from {} now; "
          "`boxwright source move {}` takes the new place\n",
          source.name.str(), source.place, source.moved_to, source.name.str());
    }
  }
  for (const auto& box : view.boxes)
    text += box_block(box, colour);
  const auto counts = count_actions(view);
  if (counts.due() == 0) {
    text += fmt::format("Nothing to do: {} boxes are as wanted", view.boxes.size());
  } else {
    text += fmt::format(
        "Plan: {} to create, {} to change live, {} to start or stop, {} to replace, "
        "{} to remove",
        counts.create, counts.live, counts.restart, counts.replace, counts.remove);
  }
  text += counts.held > 0 ? fmt::format("; {} held.\n", counts.held) : std::string{".\n"};
  return text;
}

}  // namespace boxwright::cli
