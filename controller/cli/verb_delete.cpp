// delete: by name, so neither delay nor guard; the data stays unless that is asked for as well.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cli/act_alone.h"
#include "controller/cli/await_order.h"
#include "controller/cli/choose.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

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

/// `: ...`, where the status of the box says why.
std::string waits_for(Session& session, const BoxName& name) {
  const auto statuses = session.store().statuses();
  if (!statuses) return {};
  for (const auto& status : *statuses) {
    if (status.name != name) continue;
    for (const char* type : {"Stalled", "DeletionBlocked"}) {
      if (const auto* told = status.find(type)) return ": " + printable(told->message);
    }
  }
  return {};
}

int await_deletion(Session& session, const BoxName& name, MonoTime until,
                   const std::stop_token& stop) {
  const auto shown = printable(name.str());
  const auto look = [&]() -> std::optional<int> {
    const auto row = latest_of(session, name);
    if (!row) return say_error(row.error());
    if (*row && (*row)->state == "pending") return std::nullopt;
    const bool refused = *row && (*row)->state == "refused";
    const auto outcome = *row ? (*row)->outcome : std::string{};
    put_err(fmt::format("{}{}: {}\n", refused ? "boxwright delete: " : "", shown,
                        outcome.empty() ? "removed" : printable(outcome)));
    return refused ? kConflict : kOk;
  };
  if (const auto code = await_answer(session, until, stop, look)) return *code;
  const auto why = waits_for(session, name);
  put_err(fmt::format("boxwright delete: box {} is not gone yet; the order stands{}\n", shown,
                      why.empty() ? fmt::format(", and `boxwright describe {}` says what it waits "
                                                "for",
                                                shown)
                                  : why));
  return kTimeout;
}

/// All rows are there before the first is waited for, and what is done alone is done once.
int delete_all(const Options& options, Session& session, const std::vector<std::string>& names,
               const std::stop_token& stop) {
  auto until = session.clock().mono_now() + order_timeout(options);
  OrderScope scope;
  scope.source = SourceName{state::kTableSource};
  for (const auto& name : names) {
    const auto row = row_for(options, name, session.clock().wall_now());
    if (auto added = session.desired().add_deletion(row); !added) return say_error(added.error());
    scope.boxes.push_back(row.name);
  }
  if (!session.holder()) {
    const auto acted = act_alone(options, scope, stop);
    // Whoever took the lock meanwhile sees the order, too.
    const bool taken = !acted && acted.error().code == ErrorCode::Conflict && session.holder();
    if (!acted && !taken) return say_error(acted.error());
    // What was not done alone is done by nobody until somebody runs again.
    if (acted) until = MonoTime{};
  }
  int code = kOk;
  for (const auto& name : scope.boxes) {
    const int one = await_deletion(session, name, until, stop);
    if (one != kOk) code = one;
    if (one == kInterrupted) break;
  }
  return code;
}

/// Nothing is begun while one of them cannot be deleted: half of a list is nobody's wish.
int say_refused(Session& session, const std::vector<std::string>& names) {
  int code = kOk;
  for (const auto& name : names) {
    if (auto allowed = check_declared(session, BoxName{name}); !allowed) {
      code = say_error(allowed.error());
    }
  }
  return code;
}

/// nullopt: go on. Else the exit code.
std::optional<int> refuse_without_consent(const Options& options,
                                          const std::vector<std::string>& names,
                                          const std::stop_token& stop) {
  if (options.yes) return std::nullopt;
  if (!is_terminal(STDIN_FILENO)) {
    put_err("boxwright delete asks first, and there is no terminal; give `--yes`\n");
    return kUsage;
  }
  std::string list;
  for (const auto& name : names)
    list += " " + printable(name);
  const char* data = !options.volumes ? ", keeping the data"
                     : options.now    ? " and ALL THEIR DATA, at once"
                                      : " and, after deletion.delay, all their data";
  const auto question =
      fmt::format("Delete {}:{}{}?", count_of(names.size(), "box", "boxes"), list, data);
  switch (ask(question, stop)) {
    case Answer::Yes: return std::nullopt;
    case Answer::No: return kFailure;
    case Answer::Interrupted: return kInterrupted;
  }
  return kFailure;
}

}  // namespace

int delete_boxes(const Options& options, const std::stop_token& stop) {
  if (const auto mistake = choice_mistake(options); !mistake.empty()) {
    put_err(fmt::format("boxwright delete: {}\n", mistake));
    return kUsage;
  }
  if (options.now && !options.volumes) {
    put_err("boxwright delete: --now is about the data: give it together with --volumes\n");
    return kUsage;
  }
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  const auto names = chosen_boxes(session, options);
  if (!names) return say_error(names.error());
  if (const int code = say_refused(session, *names); code != kOk) return code;
  if (const auto code = refuse_without_consent(options, *names, stop)) return *code;
  return delete_all(options, session, *names, stop);
}

}  // namespace boxwright::cli
