#include "controller/cli/history_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"
#include "specs/model/canonical.h"

namespace boxwright::cli {

namespace {

using nlohmann::json;
using state::GenerationRecord;
using Outcome = GenerationRecord::Outcome;

constexpr std::size_t kShortId = 12;

std::string short_id(const ImageId& id) {
  const std::string& text = id.str();
  const auto colon = text.find(':');
  return text.substr(colon == std::string::npos ? 0 : colon + 1, kShortId);
}

std::string moment(WallTime at) {
  if (at == WallTime{}) return "-";
  const auto text = to_rfc3339(at);
  return text.substr(0, text.find('.')) + "Z";
}

json moment_json(WallTime at) {
  return at == WallTime{} ? json(nullptr) : json(to_rfc3339(at));
}

/// A spec that cannot be read any more compares as an empty one.
specs::BoxSpec spec_of(const GenerationRecord& entry) {
  auto spec = specs::spec_from_canonical_json(entry.spec_json);
  return spec ? std::move(*spec) : specs::BoxSpec{};
}

StateView state_of(const GenerationRecord& entry) {
  return {entry.name(), spec_of(entry), entry.image_id, entry.secret_mac};
}

std::vector<plan::FieldDifference> changes_of(const HistoryView& view, std::size_t index) {
  if (index == 0) return {};
  return DiffView{{}, state_of(view.entries[index - 1]), state_of(view.entries[index])}
      .differences();
}

/// `image, env.EDITOR, secrets`; the first entry has nothing before it.
std::string changed_text(const HistoryView& view, std::size_t index) {
  constexpr std::string_view kSpec = "spec.";
  const auto& entry = view.entries[index];
  std::string text;
  for (const auto& change : changes_of(view, index)) {
    const std::string_view field = change.field;
    text += text.empty() ? "" : ", ";
    text += field.starts_with(kSpec) ? field.substr(kSpec.size()) : field;
  }
  if (!entry.rollback_to.empty()) {
    return fmt::format("rollback to {}{}", entry.rollback_to, text.empty() ? "" : ": " + text);
  }
  if (text.empty()) return index == 0 ? "(the record begins)" : "-";
  return text;
}

/// Why the present generation is not reached yet, in one word.
std::string waiting_reason(const HistoryView& view) {
  if (!view.status) return {};
  for (const char* type : {"Stalled", "UpdatePending", "Suspended", "Reconciling"}) {
    const auto* condition = view.status->find(type);
    if (condition != nullptr && condition->reason != "RolledBackByHand") return condition->reason;
  }
  return {};
}

std::string outcome_text(const HistoryView& view, const GenerationRecord& entry) {
  std::string text{state::to_string(entry.outcome)};
  if (entry.outcome != Outcome::Pending) return text;
  const auto reason = waiting_reason(view);
  return reason.empty() ? text : fmt::format("{} ({})", text, reason);
}

std::string dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

json differences_json(const std::vector<plan::FieldDifference>& differences) {
  json list = json::array();
  for (const auto& one : differences)
    list.push_back({{"field", one.field}, {"from", one.from}, {"to", one.to}});
  return list;
}

std::string to_text(const json& root) {
  return inert_json(root.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

json entry_json(const HistoryView& view, std::size_t index) {
  const auto& entry = view.entries[index];
  return {{"name", entry.name()},
          {"generation", entry.generation},
          {"part", entry.part},
          {"outcome", state::to_string(entry.outcome)},
          {"reason", entry.reason},
          {"image", spec_of(entry).image},
          {"imageId", entry.image_id.str()},
          {"source", entry.source.str()},
          {"revision", entry.revision.str()},
          {"by", entry.author},
          {"rollbackTo", entry.rollback_to.empty() ? json(nullptr) : json(entry.rollback_to)},
          {"wantedAt", moment_json(entry.wanted_at)},
          {"appliedAt", moment_json(entry.applied_at)},
          {"changes", differences_json(changes_of(view, index))},
          {"spec", json::parse(entry.spec_json, nullptr, false)}};
}

}  // namespace

std::string history_table(const HistoryView& view, bool wide) {
  std::vector<std::string> heading{"GENERATION", "WANTED", "IMAGE ID", "OUTCOME"};
  if (wide) heading.insert(heading.end(), {"APPLIED", "BY", "IMAGE", "REVISION"});
  heading.emplace_back("CHANGED");
  std::vector<std::vector<std::string>> rows{std::move(heading)};
  for (std::size_t i = view.entries.size(); i-- > 0;) {
    const auto& entry = view.entries[i];
    std::vector<std::string> row{entry.name(), moment(entry.wanted_at),
                                 dash(short_id(entry.image_id)),
                                 printable(outcome_text(view, entry))};
    if (wide) {
      row.insert(row.end(),
                 {moment(entry.applied_at), dash(entry.author), dash(spec_of(entry).image),
                  dash(entry.revision.str().substr(0, kShortId))});
    }
    row.push_back(printable(changed_text(view, i)));
    rows.push_back(std::move(row));
  }
  return table(rows);
}

std::string history_json(const HistoryView& view) {
  json entries = json::array();
  for (std::size_t i = view.entries.size(); i-- > 0;)
    entries.push_back(entry_json(view, i));
  const auto& hold = view.record.rollback;
  return to_text({{"apiVersion", "boxwright.dev/v1"},
                  {"kind", "History"},
                  {"metadata",
                   {{"name", view.record.name.str()},
                    {"uid", view.record.uid.str()},
                    {"generation", view.record.generation}}},
                  {"rollback", hold ? json{{"to", hold->to}, {"by", hold->by}} : json(nullptr)},
                  {"entries", std::move(entries)}});
}

std::vector<plan::FieldDifference> DiffView::differences() const {
  auto found = plan::compare_specs(from.spec, to.spec);
  if (!from.image_id.empty() && !to.image_id.empty() && from.image_id != to.image_id) {
    found.push_back({"image ID", from.image_id.str(), to.image_id.str()});
  }
  if (!from.secret_mac.empty() && !to.secret_mac.empty() && from.secret_mac != to.secret_mac) {
    found.push_back({"secrets", plan::kHidden, plan::kHidden});
  }
  return found;
}

Result<StateView> find_state(const HistoryView& view, const std::string& name) {
  const auto& record = view.record;
  if (name == "now" || name == "declared") {
    StateView now{name, record.spec, {}, {}};
    if (name == "declared" && record.rollback) now.spec = record.rollback->declared;
    const bool is_known =
        !view.entries.empty() && view.entries.back().generation == record.generation;
    if (is_known && now.spec == record.spec) {
      now.image_id = view.entries.back().image_id;
      now.secret_mac = view.entries.back().secret_mac;
    }
    return now;
  }
  const auto found = std::find_if(view.entries.begin(), view.entries.end(),
                                  [&name](const auto& entry) { return entry.name() == name; });
  if (found != view.entries.end()) return state_of(*found);
  return fail(ErrorCode::NotFound, RetryClass::Terminal,
              "box {} has no generation {} on record; `boxwright history {}` lists them",
              record.name.str(), name, record.name.str());
}

namespace {

std::string difference_line(const plan::FieldDifference& one, bool colour) {
  if (one.from == plan::kHidden && one.to == plan::kHidden) {
    return coloured(fmt::format("  ~ {}: changed (values are not kept)", printable(one.field)),
                    Colour::Yellow, colour) +
           "\n";
  }
  if (one.from == plan::kNoValue) {
    return coloured(fmt::format("  + {}: {}", printable(one.field), printable(one.to)),
                    Colour::Green, colour) +
           "\n";
  }
  if (one.to == plan::kNoValue) {
    return coloured(fmt::format("  - {}: {}", printable(one.field), printable(one.from)),
                    Colour::Red, colour) +
           "\n";
  }
  return fmt::format("{} {}: {} -> {}\n", coloured("  ~", Colour::Yellow, colour),
                     printable(one.field), coloured(printable(one.from), Colour::Red, colour),
                     coloured(printable(one.to), Colour::Green, colour));
}

}  // namespace

std::string diff_text(const DiffView& view, bool colour) {
  const auto differences = view.differences();
  if (differences.empty()) return {};
  const bool is_numbered = view.from.name != "now" && view.from.name != "declared";
  auto text = fmt::format("{}: {}{} -> {}\n", printable(view.box), is_numbered ? "generation " : "",
                          printable(view.from.name), printable(view.to.name));
  for (const auto& one : differences)
    text += difference_line(one, colour);
  return text;
}

std::string diff_json(const DiffView& view) {
  return to_text({{"apiVersion", "boxwright.dev/v1"},
                  {"kind", "Diff"},
                  {"metadata", {{"name", view.box}}},
                  {"from", view.from.name},
                  {"to", view.to.name},
                  {"differences", differences_json(view.differences())}});
}

}  // namespace boxwright::cli
