#pragma once
// A plan that a person agreed to, as a file: what it is about, what it rests on, what it does.
// Pure.
//
// It holds no secret: specs name secrets, and of the engine only what is compared is written down.

#include <map>
#include <string>
#include <vector>

#include "controller/cli/plan_scope.h"
#include "controller/cli/plan_view.h"

namespace boxwright::cli {

struct SavedBox {
  std::string name;
  std::string spec;     ///< Canonical JSON.
  std::string actions;  ///< As `actions_json` writes them.
  /// What the plan rests on beside the spec, in words: `container box-ada state` -> `running`.
  std::map<std::string, std::string> facts;
  bool operator==(const SavedBox&) const = default;
};

struct SavedPlan {
  std::string made_at;  ///< RFC 3339.
  std::string made_by;  ///< `boxwright 0.1.0`.
  std::string installation;
  std::string engine_id;
  std::string data_root;
  std::vector<std::string> folders;  ///< Absolute.
  bool table = false;
  PlanScope scope;
  std::vector<std::string> removals;  ///< Agreed to.
  std::vector<SavedBox> boxes;        ///< Sorted by name.
  std::string plan;                   ///< The Plan object, for whoever reads the file.
  bool operator==(const SavedPlan&) const = default;
};

[[nodiscard]] std::vector<SavedBox> saved_boxes(const PlanView& view);

[[nodiscard]] std::string saved_plan_text(const SavedPlan& saved);
/// InvalidSpec if it is no saved plan, or one of a version that is not known here.
[[nodiscard]] Result<SavedPlan> read_saved_plan(const std::string& text);

/// What is different now, one line each, by box; empty: the plan still holds.
[[nodiscard]] std::vector<std::string> what_moved(const SavedPlan& then, const SavedPlan& now);

}  // namespace boxwright::cli
