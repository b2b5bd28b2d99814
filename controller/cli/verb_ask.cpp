// Verbs that ask for something: a row is written, and whoever holds the lock carries it out; with
// nobody there, this process takes the lock and does it itself.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

using state::Request;

Duration limit_of(const Options& options) {
  return options.timeout > Duration{0} ? options.timeout : Duration{120'000};
}

std::string user() {
  const char* name = ::getlogin();
  return name == nullptr ? "uid " + std::to_string(::geteuid()) : name;
}

/// With no controller: all sources that are known, but only these boxes (empty: none has to
/// settle).
int act_alone(const Options& options, const std::vector<BoxName>& only,
              const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_acting(options.verb, stop); !opened) {
    return say_error(opened.error());
  }
  reconcile::Announcer announcer;
  announcer.progress = [](const BoxName& box, const std::string& text) {
    put_err(fmt::format("{}: {}\n", box.str(), printable(text)));
  };
  reconcile::Loop loop(session.loop_parts(announcer));
  const auto folders = session.known_folders();
  if (!folders) return say_error(folders.error());
  for (const auto& folder : *folders)
    loop.add_source(specs::open_folder_source(folder));
  loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
  reconcile::Loop::Bounded bounded;
  bounded.timeout = limit_of(options);
  bounded.only = only.empty() ? std::vector{BoxName{"-"}} : only;
  const auto results = loop.run_until_settled(bounded, stop);
  return results ? kOk : say_error(results.error());
}

Result<Request> request_for(const Options& options, const std::string& subject) {
  Request request;
  request.subject = subject;
  request.by = user();
  if (options.verb == "restart") request.verb = Request::Verb::Restart;
  if (options.verb == "suspend") request.verb = Request::Verb::Suspend;
  if (options.verb == "resume") request.verb = Request::Verb::Resume;
  if (options.verb == "confirm-prune") {
    request.verb = Request::Verb::Confirm;
    request.argument = options.names.size() > 1 ? options.names[1] : "";
  }
  if (options.verb == "source") request.verb = Request::Verb::MoveSource;
  if (options.verb != "accept") return request;
  request.verb = Request::Verb::Accept;
  if (!options.accept_empty.empty()) request.argument = "empty:" + options.accept_empty;
  if (!options.accept_drop.empty()) request.argument = "drop:" + options.accept_drop;
  if (options.accept_retained) request.argument = "retained";
  if (options.accept_drift) request.argument = "drift";
  if (request.argument.empty()) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "say what to accept for box {}: --empty KEY, --drop KEY, --retained or --drift",
                subject);
  }
  return request;
}

int tell_outcome(const Options& options, const Request& request) {
  if (request.state == "done") {
    put_err(fmt::format("{}: {}\n", request.subject,
                        request.outcome.empty() ? "done" : printable(request.outcome)));
    return kOk;
  }
  if (request.state == "failed") {
    put_err(fmt::format("boxwright {} {}: {}\n", options.verb, request.subject,
                        printable(request.outcome)));
    return kFailure;
  }
  put_err(fmt::format("{}: recorded; it is carried out as soon as it can be\n", request.subject));
  return request.verb == Request::Verb::Suspend ? kOk : kTimeout;
}

int await_request(const Options& options, Session& session, std::int64_t id,
                  const std::stop_token& stop) {
  const auto began = session.clock().mono_now();
  while (true) {
    const auto request = session.desired().request(id);
    if (!request) return say_error(request.error());
    if (!*request) return kFailure;
    const bool standing = (*request)->verb == Request::Verb::Suspend;
    const bool over = session.clock().mono_now() - began > limit_of(options);
    if ((*request)->state != "pending" || standing || over) return tell_outcome(options, **request);
    if (wait_a_little(stop, Duration{100})) return kInterrupted;
  }
}

int ask_for(const Options& options, const std::string& subject, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  auto request = request_for(options, subject);
  if (!request) {
    say_error(request.error());
    return kUsage;
  }
  request->at = session.clock().wall_now();
  const auto id = session.desired().add_request(*request);
  if (!id) return say_error(id.error());
  if (!session.holder() && request->verb != Request::Verb::Suspend) {
    const bool of_box = request->verb != Request::Verb::Confirm &&
                        request->verb != Request::Verb::MoveSource && subject != "*";
    const int code =
        act_alone(options, of_box ? std::vector{BoxName{subject}} : std::vector<BoxName>{}, stop);
    if (code != kOk) return code;
  }
  return await_request(options, session, *id, stop);
}

int list_sources(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const auto sources = session.store().sources();
  if (!sources) return say_error(sources.error());
  std::vector<std::vector<std::string>> rows{{"NAME", "STATUS", "PLACE", "MESSAGE"}};
  for (const auto& source : *sources) {
    std::string status = "Ready";
    std::string message;
    if (!source.error.empty()) {
      status = "FetchFailed";
      message = source.error;
    } else if (!source.moved_to.empty()) {
      status = "SourceMoved";
      message = "now read from " + source.moved_to;
    } else if (!source.prune_digest.empty()) {
      status = "PruneBlocked";
      message = source.prune_message;
    }
    rows.push_back({source.name.str(), status, source.place, printable(message)});
  }
  put_out(table(rows));
  return kOk;
}

int delete_one(const Options& options, const std::string& name, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  const auto record = session.store().box(BoxName{name});
  if (!record) return say_error(record.error());
  state::DeletionRow row;
  row.name = BoxName{name};
  row.volumes = options.volumes;
  row.now = options.now;
  row.by = user();
  row.at = session.clock().wall_now();
  if (*record && (*record)->source.str() != state::kTableSource && !(*record)->source.empty()) {
    put_err(fmt::format(
        "boxwright delete: box {} is declared in {}:{} (source {}); remove it there\n", name,
        (*record)->origin.file, (*record)->origin.at.line, (*record)->source.str()));
    return kConflict;
  }
  if (auto added = session.desired().add_deletion(row); !added) return say_error(added.error());
  if (!session.holder()) {
    const int code = act_alone(options, {row.name}, stop);
    if (code != kOk) return code;
  }
  const auto began = session.clock().mono_now();
  while (session.clock().mono_now() - began < limit_of(options)) {
    const auto rows = session.desired().deletions();
    if (!rows) return say_error(rows.error());
    const auto mine = std::find_if(rows->rbegin(), rows->rend(),
                                   [&row](const auto& one) { return one.name == row.name; });
    if (mine == rows->rend()) return kOk;
    if (mine->state != "pending") {
      put_err(fmt::format("{}: {}\n", name, printable(mine->outcome)));
      return mine->state == "refused" ? kConflict : kOk;
    }
    if (wait_a_little(stop, Duration{100})) return kInterrupted;
  }
  put_err(fmt::format(
      "boxwright delete: box {} is not gone yet; `boxwright describe {}` says why\n", name, name));
  return kTimeout;
}

}  // namespace

int make_request(const Options& options, std::stop_token stop) {
  if (options.verb == "source" && options.names.front() == "list") return list_sources(options);
  std::vector<std::string> subjects = options.names;
  if (options.verb == "source") {
    if (options.names.front() != "move" || options.names.size() != 2) {
      put_err("boxwright source: `source list` or `source move NAME`\n");
      return kUsage;
    }
    subjects = {options.names[1]};
  }
  if (options.verb == "confirm-prune") {
    if (options.names.size() != 2) {
      put_err(
          "boxwright confirm-prune needs SOURCE and DIGEST, as `boxwright source list` shows\n");
      return kUsage;
    }
    subjects = {options.names.front()};
  }
  if (options.all) subjects = {"*"};
  if (subjects.empty()) {
    put_err(fmt::format("boxwright {} needs the name of a box, or --all\n", options.verb));
    return kUsage;
  }
  int code = kOk;
  for (const auto& subject : subjects) {
    const int one = ask_for(options, subject, stop);
    if (one != kOk) code = one;
  }
  return code;
}

int delete_boxes(const Options& options, std::stop_token stop) {
  if (!options.yes) {
    const std::string what = options.volumes ? " and all data in their volumes" : "";
    if (!is_terminal(STDIN_FILENO)) {
      put_err("boxwright delete asks first, and there is no terminal; give `--yes`\n");
      return kUsage;
    }
    if (!ask(fmt::format("Delete {} boxes{}?", options.names.size(), what))) return kFailure;
  }
  int code = kOk;
  for (const auto& name : options.names) {
    const int one = delete_one(options, name, stop);
    if (one != kOk) code = one;
  }
  return code;
}

int backup(const Options& options) {
  Session session(options);
  if (auto opened = session.open_for_reading(); !opened) return say_error(opened.error());
  const std::filesystem::path file{options.names.front()};
  if (auto copied = session.store().backup_to(file); !copied) return say_error(copied.error());
  const std::filesystem::path desired{file.string() + ".desired"};
  if (auto copied = session.desired().backup_to(desired); !copied) return say_error(copied.error());
  put_err(fmt::format("copied to {} and {}\n", file.string(), desired.string()));
  return kOk;
}

}  // namespace boxwright::cli
