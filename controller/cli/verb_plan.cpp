// plan: what would be done, from reading calls alone.

#include <unistd.h>

#include "controller/cli/dry_plan.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

int exit_for(const Options& options, const PlanView& view) {
  if (!view.spec_problems.empty()) return options.detailed_exitcode ? kFailure : kInvalidSpec;
  if (!options.detailed_exitcode) return kOk;
  return count_actions(view).due() > 0 ? kDifferences : kOk;
}

}  // namespace

int show_plan(const Options& options, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  auto folders = options.folders;
  const bool all = folders.empty() && !options.table;
  if (all) {
    auto known = session.known_folders();
    if (!known) return say_error(known.error());
    folders = std::move(*known);
  }
  const auto in_use = session.desired().in_use();
  if (!in_use) return say_error(in_use.error());
  if (folders.empty() && !*in_use) {
    put_err(
        "boxwright plan: no source is known yet, and the table is empty; name a folder: "
        "`boxwright plan -f FOLDER`\n");
    return kUsage;
  }
  const auto intake = session.read_sources(folders, options.table || all, stop);
  if (!intake) return say_error(intake.error());
  const auto dry = plan_dry(session, **intake, {}, stop);
  if (!dry) return say_source_error(options, dry.error(), folders);
  if (options.output == "json") {
    put_out(plan_json(dry->view));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(plan_json(dry->view)));
  } else {
    put_out(plan_text(dry->view, wants_colour(options, STDOUT_FILENO)));
  }
  return exit_for(options, dry->view);
}

}  // namespace boxwright::cli
