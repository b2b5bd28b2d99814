// Verbs that ask for something: a row is written, and whoever holds the lock carries it out; with
// nobody there, this process takes the lock and does it itself.

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "controller/cli/act_alone.h"
#include "controller/cli/await_order.h"
#include "controller/cli/choose.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/session.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

using state::Request;

bool is_about_source(const Request& request) {
  return request.verb == Request::Verb::Confirm || request.verb == Request::Verb::MoveSource ||
         request.verb == Request::Verb::ResumeRollout;
}

std::string accepted_of(const Options& options) {
  if (!options.accept_empty.empty()) return "empty:" + options.accept_empty;
  if (!options.accept_drop.empty()) return "drop:" + options.accept_drop;
  if (options.accept_retained || options.verb == "restore") return "retained";
  if (options.accept_lose_layer) return "lose-layer";
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
  if (options.verb == "rollout") {
    request.verb =
        options.resume_source.empty() ? Request::Verb::Rollout : Request::Verb::ResumeRollout;
  }
  if (options.verb == "confirm-prune") {
    request.verb = Request::Verb::Confirm;
    request.argument = options.names.at(1);
  }
  if (options.verb == "accept" || options.verb == "restore") {
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

/// What has to be read and acted on to carry all of these out.
OrderScope scope_of(Session& session, const std::vector<Request>& requests) {
  OrderScope scope;
  std::set<SourceName> sources;
  for (const auto& request : requests) {
    if (is_about_source(request)) {
      sources.insert(SourceName{request.subject});
    } else if (request.subject == "*") {
      scope.all_boxes = true;
    } else {
      const BoxName name{request.subject};
      scope.boxes.push_back(name);
      const auto record = session.store().box(name);
      sources.insert(record && *record ? (*record)->source : SourceName{});
    }
  }
  if (sources.size() == 1) scope.source = *sources.begin();
  return scope;
}

std::string about(const Request& request) {
  return request.subject == "*" ? "all boxes" : printable(request.subject);
}

int tell_outcome(const Options& options, const Request& request) {
  const auto outcome = request.outcome.empty() ? std::string{"done"} : printable(request.outcome);
  if (request.state == "done") {
    put_err(fmt::format("{}: {}\n", about(request), outcome));
    return kOk;
  }
  put_err(fmt::format("boxwright {}: {}: {}\n", options.verb, about(request), outcome));
  return kFailure;
}

int await_outcome(const Options& options, Session& session, std::int64_t id, const Request& asked,
                  MonoTime until, const std::stop_token& stop) {
  const auto judge = [&](const Request& request) -> std::optional<int> {
    if (request.state != "pending") return tell_outcome(options, request);
    // A controller says when it obeys; with nobody there, the order stands by being on record.
    const bool stands =
        request.verb == Request::Verb::Suspend && (!request.outcome.empty() || !session.holder());
    if (!stands) return std::nullopt;
    put_err(fmt::format("{}: suspended; `boxwright resume {}` ends it\n", about(request),
                        request.subject == "*" ? "--all" : about(request)));
    return kOk;
  };
  if (const auto code = await_order(session, options.verb, id, until, stop, judge)) return *code;
  put_err(
      fmt::format("boxwright {}: {}: not done within {}; the order stands, and "
                  "`boxwright describe` says what it waits for\n",
                  options.verb, about(asked), format_duration(order_timeout(options))));
  return kTimeout;
}

/// All of them are on record before the first is waited for, and what is done alone is done once.
Result<std::vector<std::int64_t>> put_on_record(Session& session,
                                                const std::vector<Request>& requests) {
  for (const auto& request : requests)
    BW_TRY(check_subject(session, request));
  std::vector<std::int64_t> ids;
  ids.reserve(requests.size());
  for (const auto& request : requests) {
    BW_TRY_ASSIGN(const auto id, session.desired().add_request(request));
    ids.push_back(id);
  }
  return ids;
}

int ask_for(const Options& options, Session& session, const std::vector<std::string>& subjects,
            const std::stop_token& stop) {
  std::vector<Request> requests;
  requests.reserve(subjects.size());
  for (const auto& subject : subjects)
    requests.push_back(request_for(options, subject, session.clock().wall_now()));
  const auto until = session.clock().mono_now() + order_timeout(options);
  const auto ids = put_on_record(session, requests);
  if (!ids) return say_error(ids.error());
  const bool standing = requests.front().verb == Request::Verb::Suspend;
  const bool alone = !session.holder() && !standing;
  bool acted_alone = false;
  if (alone) {
    const auto acted = act_alone(options, scope_of(session, requests), stop);
    // Whoever took the lock meanwhile sees the orders, too.
    const bool taken = !acted && acted.error().code == ErrorCode::Conflict && session.holder();
    if (!acted && !taken) return say_error(acted.error());
    acted_alone = !taken;
    if (acted_alone && stop.stop_requested()) return kInterrupted;
  }
  int code = kOk;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const int one = await_outcome(options, session, ids->at(i), requests.at(i),
                                  acted_alone ? MonoTime{} : until, stop);
    if (one != kOk) code = one;
    if (one == kInterrupted) break;
  }
  return code;
}

/// What is wrong with the words themselves; empty: nothing.
std::string usage_mistake(const Options& options) {
  const auto words = options.names.size();
  if (options.verb == "confirm-prune") {
    return words == 2 ? ""
                      : "it needs the source and the digest, as `boxwright source list` shows them";
  }
  if (options.verb == "source") {
    return options.names.front() == "move" && words == 2
               ? ""
               : "it is `source list` or `source move NAME`";
  }
  if (options.verb == "accept" && accepted_of(options).empty()) {
    return "say what to accept: --empty KEY, --drop KEY, --retained, --drift or --lose-layer";
  }
  if (!options.resume_source.empty()) {
    const bool boxes = words > 0 || options.all || !options.selector.empty();
    return boxes ? "--resume SOURCE stands alone; name boxes in another call" : "";
  }
  return choice_mistake(options);
}

Result<std::vector<std::string>> subjects_of(Session& session, const Options& options) {
  if (options.verb == "source") return std::vector{options.names.at(1)};
  if (!options.resume_source.empty()) return std::vector{options.resume_source};
  if (options.verb == "confirm-prune") return std::vector{options.names.front()};
  // One standing order for all boxes holds for those to come, too.
  const bool stands = options.verb == "suspend" || options.verb == "resume";
  if (options.all && stands) return std::vector<std::string>{"*"};
  return chosen_boxes(session, options);
}

}  // namespace

int make_request(const Options& options, const std::stop_token& stop) {
  if (const auto mistake = usage_mistake(options); !mistake.empty()) {
    put_err(fmt::format("boxwright {}: {}\n", options.verb, mistake));
    return kUsage;
  }
  Session session(options);
  if (auto opened = session.open_for_asking(); !opened) return say_error(opened.error());
  const auto subjects = subjects_of(session, options);
  if (!subjects) return say_error(subjects.error());
  return ask_for(options, session, *subjects, stop);
}

}  // namespace boxwright::cli
