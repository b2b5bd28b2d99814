#pragma once
// A saved plan on disk: closed to everybody else, whole or not there.

#include <string>

#include "controller/cli/saved_plan.h"

namespace boxwright::cli {

/// Mode 0600; takes the place of a file of that name in one step.
[[nodiscard]] Status write_plan_file(const std::string& file, const SavedPlan& saved);
[[nodiscard]] Result<SavedPlan> read_plan_file(const std::string& file);
/// A saved plan is one regular file; folders of specs are folders.
[[nodiscard]] bool names_plan_file(const std::vector<std::string>& folders);

}  // namespace boxwright::cli
