#include "controller/cli/plan_sources.h"

#include <algorithm>
#include <filesystem>

namespace boxwright::cli {

namespace {

/// Folders of the sources that are named, or of all.
Result<std::vector<std::string>> remembered_folders(Session& session, const Options& options) {
  if (options.only_sources.empty()) return session.known_folders();
  std::vector<std::string> folders;
  for (const auto& name : options.only_sources) {
    BW_TRY_ASSIGN(const auto found, session.known_folders(SourceName{name}));
    folders.insert(folders.end(), found.begin(), found.end());
  }
  return folders;
}

}  // namespace

Result<PlanSources> plan_sources(Session& session, const Options& options) {
  PlanSources sources{options.folders, options.table};
  const bool all = sources.folders.empty() && !sources.table;
  if (!all) return sources;
  BW_TRY_ASSIGN(sources.folders, remembered_folders(session, options));
  BW_TRY_ASSIGN(const bool in_use, session.desired().in_use());
  const auto& named = options.only_sources;
  sources.table =
      named.empty() || std::find(named.begin(), named.end(), state::kTableSource) != named.end();
  if (sources.folders.empty() && !(sources.table && in_use) && !named.empty()) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "source {} is not known here; `boxwright source list` shows those that are, and "
                "`-f FOLDER` makes a new one known",
                named.front());
  }
  if (sources.folders.empty() && !(sources.table && in_use)) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal,
                "no source is known yet, and the table is empty; name a folder: "
                "`boxwright plan -f FOLDER`");
  }
  return sources;
}

Result<SavedPlan> to_be_saved(Session& session, const PlanSources& sources, const PlanScope& scope,
                              const DryPlan& dry, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto facts, session.engine().facts(stop));
  SavedPlan saved;
  saved.made_at = to_rfc3339(session.clock().wall_now());
  saved.made_by = "boxwright " BOXWRIGHT_VERSION;
  saved.installation = session.installation().str();
  saved.engine_id = facts.engine_id;
  saved.data_root = facts.data_root;
  for (const auto& folder : sources.folders) {
    std::error_code ignored;
    saved.folders.push_back(std::filesystem::absolute(folder, ignored).lexically_normal().string());
  }
  saved.table = sources.table;
  saved.scope = scope;
  for (const auto& name : dry.removals)
    saved.removals.push_back(name.str());
  saved.boxes = saved_boxes(dry.view);
  saved.plan = plan_json(dry.view);
  return saved;
}

}  // namespace boxwright::cli
