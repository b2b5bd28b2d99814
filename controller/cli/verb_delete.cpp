// delete: by name, so neither delay nor guard; the data stays unless that is asked for as well.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cli/act_alone.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{100};

state::DeletionRow row_for(const Options& options, const std::string& name, WallTime now) {
  state::DeletionRow row;
  row.name = BoxName{name};
  row.volumes = options.volumes;
  row.now = options.now;
  row.by = order_giver();
  row.at = now;
  return row;
}

/// A file that declares the box would only bring it back.
Status check_declared(Session& session, const BoxName& name) {
  BW_TRY_ASSIGN(const auto record, session.store().box(name));
  const bool by_file = record && !record->tombstone && !record->source.empty() &&
                       record->source.str() != state::kTableSource;
  if (!by_file) return {};
  BW_TRY_ASSIGN(const auto sources, session.store().sources());
  std::string place;
  for (const auto& source : sources) {
    if (source.name == record->source) place = source.place + "/";
  }
  return fail(ErrorCode::Conflict, RetryClass::Terminal,
              "box {} is declared in {}{}:{} (source {}); remove it there, then `boxwright apply`",
              name.str(), place, record->origin.file, record->origin.at.line, record->source.str());
}

Result<std::optional<state::DeletionRow>> latest_of(Session& session, const BoxName& name) {
  BW_TRY_ASSIGN(const auto rows, session.desired().deletions());
  const auto mine = std::find_if(rows.rbegin(), rows.rend(),
                                 [&name](const auto& one) { return one.name == name; });
  return mine == rows.rend() ? std::nullopt : std::optional(*mine);
}

int await_deletion(const Options& options, Session& session, const BoxName& name,
                   const std::stop_token& stop) {
  const auto began = session.clock().mono_now();
  while (true) {
    const auto row = latest_of(session, name);
    if (!row) return say_error(row.error());
    if (!*row || (*row)->state != "pending") {
      const bool refused = *row && (*row)->state == "refused";
      const auto outcome = *row ? (*row)->outcome : std::string{};
      put_err(fmt::format("{}{}: {}\n", refused ? "boxwright delete: " : "", name.str(),
                          outcome.empty() ? "removed" : printable(outcome)));
      return refused ? kConflict : kOk;
    }
    if (session.clock().mono_now() - began > order_timeout(options)) break;
    if (wait_a_little(stop, kPoll)) {
      put_err("boxwright: interrupted; the order stands\n");
      return kInterrupted;
    }
  }
  put_err(fmt::format(
      "boxwright delete: box {} is not gone yet; the order stands, and `boxwright describe {}` "
      "says what it waits for\n",
      name.str(), name.str()));
  return kTimeout;
}

int delete_one(const Options& options, const std::string& word, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  const auto row = row_for(options, word, session.clock().wall_now());
  if (auto allowed = check_declared(session, row.name); !allowed) {
    return say_error(allowed.error());
  }
  if (auto added = session.desired().add_deletion(row); !added) return say_error(added.error());
  if (!session.holder()) {
    OrderScope scope;
    scope.boxes = {row.name};
    scope.source = SourceName{state::kTableSource};
    const auto acted = act_alone(options, scope, stop);
    // Whoever took the lock meanwhile sees the order, too.
    const bool taken = !acted && acted.error().code == ErrorCode::Conflict && session.holder();
    if (!acted && !taken) return say_error(acted.error());
  }
  return await_deletion(options, session, row.name, stop);
}

}  // namespace

int delete_boxes(const Options& options, const std::stop_token& stop) {
  if (options.now && !options.volumes) {
    put_err("boxwright delete: --now is about the data: give it together with --volumes\n");
    return kUsage;
  }
  if (!options.yes) {
    if (!is_terminal(STDIN_FILENO)) {
      put_err("boxwright delete asks first, and there is no terminal; give `--yes`\n");
      return kUsage;
    }
    std::string names;
    for (const auto& name : options.names)
      names += " " + printable(name);
    const char* data = !options.volumes ? ", keeping the data"
                       : options.now    ? " and ALL THEIR DATA, at once"
                                        : " and, after deletion.delay, all their data";
    if (!ask(fmt::format("Delete{}{}?", names, data))) {
      put_err("Nothing was done.\n");
      return kFailure;
    }
  }
  int code = kOk;
  for (const auto& name : options.names) {
    const int one = delete_one(options, name, stop);
    if (one != kOk) code = one;
    if (one == kInterrupted) break;
  }
  return code;
}

}  // namespace boxwright::cli
