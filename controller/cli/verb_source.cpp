// source list; `source move` is a request like others.

#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/rollout_view.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

struct SourceState {
  std::string status = "Ready";
  std::string message;
};

/// What the controller has written down of all boxes.
struct Told {
  std::vector<state::BoxRecord> boxes;
  std::vector<state::BoxStatus> statuses;
  WallTime now{};
};

SourceState state_of(const state::SourceRecord& source, const Told& told) {
  if (!source.error.empty()) return {"FetchFailed", source.error};
  if (!source.moved_to.empty()) {
    return {"SourceMoved", "now read from " + source.moved_to + "; `boxwright source move " +
                               source.name.str() + "` takes the new place"};
  }
  if (!source.prune_digest.empty()) return {"PruneBlocked", source.prune_message};
  if (auto halted = halted_rollout(source, told.boxes, told.statuses, told.now); !halted.empty()) {
    return {"RolloutHalted", std::move(halted)};
  }
  return {};
}

std::string sources_json(const std::vector<state::SourceRecord>& sources, const Told& told) {
  auto items = nlohmann::json::array();
  for (const auto& source : sources) {
    const auto now = state_of(source, told);
    items.push_back({{"name", source.name.str()},
                     {"status", now.status},
                     {"message", now.message},
                     {"place", source.place},
                     {"movedTo", source.moved_to},
                     {"revision", source.revision.str()},
                     {"pruneDigest", source.prune_digest},
                     {"lastGood", to_rfc3339(source.last_good)}});
  }
  const nlohmann::json root = {
      {"apiVersion", "boxwright.dev/v1"}, {"kind", "SourceList"}, {"items", items}};
  return inert_json(root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

Result<Told> read_told(Session& session) {
  Told told;
  BW_TRY_ASSIGN(told.boxes, session.store().boxes());
  BW_TRY_ASSIGN(told.statuses, session.store().statuses());
  told.now = session.clock().wall_now();
  return told;
}

}  // namespace

int list_sources(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto sources = session.store().sources();
  if (!sources) return say_error(sources.error());
  const auto told = read_told(session);
  if (!told) return say_error(told.error());
  if (options.output == "json") {
    put_out(sources_json(*sources, *told));
    return kOk;
  }
  if (options.output == "yaml") {
    put_out(yaml_from_json(sources_json(*sources, *told)));
    return kOk;
  }
  std::vector<std::vector<std::string>> rows;
  if (options.output != "name") rows.push_back({"NAME", "STATUS", "PLACE", "MESSAGE"});
  for (const auto& source : *sources) {
    const auto now = state_of(source, *told);
    rows.push_back({printable(source.name.str())});
    if (options.output == "name") continue;
    rows.back().insert(rows.back().end(),
                       {now.status, printable(source.place), printable(now.message)});
  }
  put_out(table(rows));
  return kOk;
}

}  // namespace boxwright::cli
