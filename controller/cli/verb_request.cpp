// Verbs that ask for something: a row is written, and whoever holds the lock carries it out; with
// nobody there, this process takes the lock and does it itself.

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/act_alone.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

using state::Request;

constexpr Duration kPoll{100};

bool is_about_source(const Request& request) {
  return request.verb == Request::Verb::Confirm || request.verb == Request::Verb::MoveSource;
}

std::string accepted_of(const Options& options) {
  if (!options.accept_empty.empty()) return "empty:" + options.accept_empty;
  if (!options.accept_drop.empty()) return "drop:" + options.accept_drop;
  if (options.accept_retained) return "retained";
  return options.accept_drift ? "drift" : "";
}

Request request_for(const Options& options, const std::string& subject, WallTime now) {
  Request request;
  request.subject = subject;
  request.by = order_giver();
  request.at = now;
  if (options.verb == "suspend") request.verb = Request::Verb::Suspend;
  if (options.verb == "resume") request.verb = Request::Verb::Resume;
  if (options.verb == "source") request.verb = Request::Verb::MoveSource;
  if (options.verb == "confirm-prune") {
    request.verb = Request::Verb::Confirm;
    request.argument = options.names.at(1);
  }
  if (options.verb == "accept") {
    request.verb = Request::Verb::Accept;
    request.argument = accepted_of(options);
  }
  return request;
}

/// A box or source that nobody knows is most likely a slip.
Status check_subject(Session& session, const Request& request) {
  if (request.subject == "*") return {};
  std::vector<std::string> known;
  if (is_about_source(request)) {
    BW_TRY_ASSIGN(const auto sources, session.store().sources());
    for (const auto& source : sources)
      known.push_back(source.name.str());
  } else {
    BW_TRY_ASSIGN(const auto boxes, session.store().boxes());
    for (const auto& box : boxes)
      known.push_back(box.name.str());
    // A box that waits for a decision about its data has no record yet.
    if (request.verb == Request::Verb::Accept && request.argument == "retained") return {};
  }
  if (std::find(known.begin(), known.end(), request.subject) != known.end()) return {};
  const auto near = nearest(request.subject, known);
  const char* kind = is_about_source(request) ? "source" : "box";
  return fail(ErrorCode::NotFound, RetryClass::Terminal, "there is no {} {}; {}", kind,
              request.subject,
              near.empty() ? fmt::format("`boxwright {}` lists them",
                                         is_about_source(request) ? "source list" : "get")
                           : fmt::format("did you mean `{}`?", near));
}

OrderScope scope_of(Session& session, const Request& request) {
  OrderScope scope;
  if (is_about_source(request)) {
    scope.source = SourceName{request.subject};
  } else if (request.subject == "*") {
    scope.all_boxes = true;
  } else {
    scope.boxes = {BoxName{request.subject}};
    const auto record = session.store().box(BoxName{request.subject});
    if (record && *record) scope.source = (*record)->source;
  }
  return scope;
}

int tell_outcome(const Options& options, const Request& request) {
  const auto about = request.subject == "*" ? "all boxes" : printable(request.subject);
  const auto outcome = request.outcome.empty() ? std::string{"done"} : printable(request.outcome);
  if (request.state == "done") {
    put_err(fmt::format("{}: {}\n", about, outcome));
    return kOk;
  }
  if (request.state == "failed") {
    put_err(fmt::format("boxwright {}: {}: {}\n", options.verb, about, outcome));
    return kFailure;
  }
  if (request.verb == Request::Verb::Suspend) {
    put_err(fmt::format("{}: suspended; `boxwright resume {}` ends it\n", about,
                        request.subject == "*" ? "--all" : about));
    return kOk;
  }
  put_err(
      fmt::format("boxwright {}: {}: not done within {}; the order stands, and "
                  "`boxwright describe` says what it waits for\n",
                  options.verb, about, format_duration(order_timeout(options))));
  return kTimeout;
}

int await_outcome(const Options& options, Session& session, std::int64_t id,
                  const std::stop_token& stop) {
  const auto began = session.clock().mono_now();
  while (true) {
    const auto request = session.desired().request(id);
    if (!request) return say_error(request.error());
    if (!*request) {
      put_err(fmt::format("boxwright {}: the order was taken away by somebody\n", options.verb));
      return kFailure;
    }
    const bool standing = (*request)->verb == Request::Verb::Suspend;
    const bool over = session.clock().mono_now() - began > order_timeout(options);
    if ((*request)->state != "pending" || standing || over) return tell_outcome(options, **request);
    if (wait_a_little(stop, kPoll)) {
      put_err("boxwright: interrupted; the order stands\n");
      return kInterrupted;
    }
  }
}

int ask_for(const Options& options, const std::string& subject, const std::stop_token& stop) {
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  const auto request = request_for(options, subject, session.clock().wall_now());
  if (auto checked = check_subject(session, request); !checked) return say_error(checked.error());
  const auto id = session.desired().add_request(request);
  if (!id) return say_error(id.error());
  if (!session.holder() && request.verb != Request::Verb::Suspend) {
    if (auto acted = act_alone(options, scope_of(session, request), stop); !acted) {
      // Whoever took the lock meanwhile sees the order, too.
      if (acted.error().code != ErrorCode::Conflict || !session.holder()) {
        return say_error(acted.error());
      }
    } else if (const auto now = session.desired().request(*id); now && *now) {
      return stop.stop_requested() ? static_cast<int>(kInterrupted) : tell_outcome(options, **now);
    }
  }
  return await_outcome(options, session, *id, stop);
}

/// What is wrong with the words themselves; empty: nothing.
std::string usage_mistake(const Options& options) {
  const auto words = options.names.size();
  if (options.verb == "confirm-prune" && words != 2) {
    return "it needs the source and the digest, as `boxwright source list` shows them";
  }
  if (options.verb == "source" && (options.names.front() != "move" || words != 2)) {
    return "it is `source list` or `source move NAME`";
  }
  if (options.verb == "accept" && accepted_of(options).empty()) {
    return "say what to accept: --empty KEY, --drop KEY, --retained or --drift";
  }
  if (options.all && words > 0) return "name boxes, or give --all, not both";
  if (!options.all && words == 0) return "name a box, or give --all";
  return {};
}

}  // namespace

int make_request(const Options& options, const std::stop_token& stop) {
  if (const auto mistake = usage_mistake(options); !mistake.empty()) {
    put_err(fmt::format("boxwright {}: {}\n", options.verb, mistake));
    return kUsage;
  }
  std::vector<std::string> subjects = options.names;
  if (options.verb == "source") subjects = {options.names.at(1)};
  if (options.verb == "confirm-prune") subjects = {options.names.front()};
  if (options.all) subjects = {"*"};
  int code = kOk;
  for (const auto& subject : subjects) {
    const int one = ask_for(options, subject, stop);
    if (one != kOk) code = one;
    if (one == kInterrupted) break;
  }
  return code;
}

}  // namespace boxwright::cli
