#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/plan_view.h"
#include "controller/cli/problem_text.h"
#include "controller/cli/terminal.h"
#include "controller/plan/layer_hold.h"

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
  return text;
}

std::string layer_line(const engine::LayerChange& change) {
  const auto size = change.size
                        ? size_text(*change.size)
                        : (change.kind == engine::LayerChangeKind::Deleted ? "deleted" : "?");
  return detail(fmt::format("  {:>10}  {}", size, change.path));
}

/// What goes with the old container, the largest of it by name.
std::string layer_lines(const plan::Action& action, const Result<engine::WritableLayer>& layer) {
  if (!layer) {
    return detail(fmt::format("loses: {} (not measured: {})", action.loses, layer.error().message));
  }
  if (layer->size.count == 0 && layer->paths.empty()) return detail("loses: nothing");
  const std::string what =
      action.loses.empty() ? "what was changed in the container outside its volumes" : action.loses;
  auto text = detail(fmt::format("loses: {} ({}{})", what, size_text(layer->size),
                                 layer->paths.empty() ? ", none of it below " + layer->home : ""));
  for (const auto& change : layer->paths)
    text += layer_line(change);
  if (layer->more > 0) text += detail(fmt::format("  ... and {} more", layer->more));
  return text;
}

std::string cost_lines(const plan::Action& action, const reconcile::BoxPreview& box) {
  const bool replaces = action.kind == ActionKind::Replace;
  const bool stops = replaces || action.kind == ActionKind::Restart;
  std::string text;
  if (stops && box.price) text += detail("downtime: " + price_text(*box.price));
  if (replaces && box.layer) return text + layer_lines(action, *box.layer);
  if (!action.loses.empty()) text += detail("loses: " + action.loses);
  return text;
}

/// `boxes/ada.yaml:1`, for a box that has no container to compare with.
std::string declared_line(const plan::Action& action, const state::BoxRecord& record) {
  if (action.kind != ActionKind::Create || record.origin.file.empty()) return {};
  return detail(record.origin.at.line > 0
                    ? fmt::format("declared in {}:{}", record.origin.file, record.origin.at.line)
                    : fmt::format("declared in {}", record.origin.file));
}

/// The lines of one box: its first line names it, what follows is indented below.
class Block {
 public:
  Block(std::string name, bool colour) : name_(std::move(name)), colour_(colour) {}

  void add(const std::string& sign, const std::string& words, Colour tint,
           const std::string& details) {
    if (text_.empty()) {
      text_ = heading(sign, name_ + ": " + words, tint, colour_) + details;
      return;
    }
    text_ += "      " + coloured(fmt::format("{} {}", sign, printable(words)), tint, colour_) +
             "\n" + details;
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string name_;
  bool colour_;
  std::string text_;
};

/// How much an action does to the box: the strongest gives the block its symbol.
int weight(ActionKind kind) {
  const auto sign = symbol(kind);
  if (sign == "-") return 3;
  if (sign == "-/+") return 2;
  return sign == "~" ? 1 : 0;
}

void add_actions(const reconcile::BoxPreview& box, Block& block) {
  const auto& actions = box.plan.actions;
  if (actions.empty()) return;
  std::string words;
  std::string details;
  auto strongest = actions.front().kind;
  for (const auto& action : actions) {
    words += (words.empty() ? "" : ", then ") + std::string{to_string(action.kind)};
    if (weight(action.kind) > weight(strongest)) strongest = action.kind;
    details += action_lines(action) + declared_line(action, box.record) + cost_lines(action, box);
  }
  block.add(symbol(strongest), words, colour_of(strongest), details);
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

/// What the lines of the boxes do not say: they are not replaced all at once.
std::string turn_lines(const PlanView& view, const state::SourceRecord& source, bool colour) {
  const auto& limits = source.settings.rollout;
  const int due = count_replacements(view, source.name);
  if (due <= limits.max_concurrent) return {};
  return heading("*",
                 fmt::format("source {}: {} replacements, {} at a time", source.name.str(), due,
                             limits.max_concurrent),
                 Colour::None, colour) +
         detail(fmt::format("by name, each once a new container before it is healthy; more than {} "
                            "rolled back halt the rest (rollout.maxConcurrent, maxFailures)",
                            limits.max_failures));
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

int count_replacements(const PlanView& view, const SourceName& source) {
  return static_cast<int>(
      std::count_if(view.boxes.begin(), view.boxes.end(), [&source](const auto& box) {
        const auto& actions = box.plan.actions;
        return box.record.source == source &&
               std::any_of(actions.begin(), actions.end(),
                           [](const auto& action) { return action.kind == ActionKind::Replace; });
      }));
}

bool is_error(const plan::BoxProblem& problem) {
  return problem.reason != "NameChanged";
}

std::string box_plan_text(const plan::BoxPlan& plan, bool colour) {
  reconcile::BoxPreview box;
  box.plan = plan;
  return box_plan_text(box, colour);
}

std::string box_plan_text(const reconcile::BoxPreview& box, bool colour) {
  Block block(box.plan.box.str(), colour);
  add_actions(box, block);
  for (const auto& held : box.plan.held) {
    const auto until = held.until ? "held until " + to_rfc3339(*held.until) : std::string{"held"};
    auto loses = held.action.loses.empty() ? std::string{} : detail("loses: " + held.action.loses);
    if (held.reason == plan::kLayerTooLarge && box.layer)
      loses = layer_lines(held.action, *box.layer);
    block.add("!", fmt::format("{} {}: {}", to_string(held.action.kind), until, held.reason),
              Colour::Yellow, action_lines(held.action) + loses);
  }
  for (const auto& finding : box.plan.findings) {
    block.add("!", fmt::format("{}/{}", finding.condition, finding.reason), Colour::Yellow,
              detail(finding.message));
  }
  if (is_under_way(box)) {
    block.add("~", "replacement under way", Colour::Yellow,
              detail("its new container has yet to become healthy, or the old one comes back"));
  }
  return std::move(block).text();
}

std::string plan_summary(const PlanView& view) {
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

std::string plan_text(const PlanView& view, bool colour) {
  std::string text = problem_lines(view, colour);
  for (const auto& source : view.sources)
    text += source_lines(source, colour);
  for (const auto& box : view.boxes)
    text += box_plan_text(box, colour);
  for (const auto& source : view.sources)
    text += turn_lines(view, source, colour);
  if (!text.empty()) text += "\n";
  return text + plan_summary(view);
}

}  // namespace boxwright::cli
