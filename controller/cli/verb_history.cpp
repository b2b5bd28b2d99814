// history: what was wanted of a box, and what came of it. diff: what differs between two of those.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/history_view.h"
#include "controller/cli/known_box.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"

namespace boxwright::cli {

namespace {

Result<HistoryView> read_history(Session& session, const std::string& name) {
  HistoryView view;
  BW_TRY_ASSIGN(view.record, known_box(session, name));
  BW_TRY_ASSIGN(view.entries, session.store().history(view.record.uid));
  BW_TRY_ASSIGN(auto statuses, session.store().statuses());
  const auto mine = std::find_if(statuses.begin(), statuses.end(), [&view](const auto& status) {
    return status.name == view.record.name;
  });
  if (mine != statuses.end()) view.status = std::move(*mine);
  return view;
}

bool show(const Options& options, const HistoryView& view, bool first, bool several) {
  if (options.output == "json") return put_out(history_json(view));
  if (options.output == "yaml") {
    return put_out((first ? "" : "---\n") + yaml_from_json(history_json(view)));
  }
  const auto title = several ? printable(view.record.name.str()) + ":\n" : std::string{};
  return put_out((first ? "" : "\n") + title + history_table(view, options.output == "wide"));
}

}  // namespace

int show_history(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  bool first = true;
  int code = kOk;
  for (const auto& name : options.names) {
    const auto view = read_history(session, name);
    if (!view) {
      code = say_error(view.error());
      continue;
    }
    if (!show(options, *view, first, options.names.size() > 1)) return kOk;
    first = false;
  }
  return code;
}

int show_diff(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto view = read_history(session, options.names.front());
  if (!view) return say_error(view.error());
  auto from = find_state(*view, options.names.at(1));
  if (!from) return say_error(from.error());
  auto to = find_state(*view, options.names.size() > 2 ? options.names[2] : "now");
  if (!to) return say_error(to.error());
  const DiffView diff{view->record.name.str(), std::move(*from), std::move(*to)};
  if (options.output == "json") {
    put_out(diff_json(diff));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(diff_json(diff)));
  } else {
    put_out(diff_text(diff, wants_colour(options, STDOUT_FILENO)));
  }
  const bool same = diff.differences().empty();
  if (same && options.output != "json" && options.output != "yaml") {
    put_err(fmt::format("{}: {} and {} are the same\n", printable(diff.box),
                        printable(diff.from.name), printable(diff.to.name)));
  }
  return !same && options.detailed_exitcode ? kDifferences : kOk;
}

}  // namespace boxwright::cli
