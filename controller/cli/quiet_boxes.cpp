#include "controller/cli/quiet_boxes.h"

#include <fmt/core.h>

#include <set>
#include <utility>

#include "controller/cli/act_alone.h"
#include "controller/cli/terminal.h"
#include "controller/plan/fleet.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{50};
constexpr Duration kObeyedWithin{30'000};

state::Request order(state::Request::Verb verb, const BoxName& box, WallTime now) {
  state::Request request;
  request.verb = verb;
  request.subject = box.str();
  request.by = order_giver() + state::kByVolumeWork;
  request.at = now;
  return request;
}

/// The latest word on whether this box is suspended; nullptr: nobody said any.
const state::Request* latest_word(const std::vector<state::Request>& requests, const BoxName& box) {
  const state::Request* latest = nullptr;
  for (const auto& request : requests) {
    const bool says = request.verb == state::Request::Verb::Suspend ||
                      request.verb == state::Request::Verb::Resume;
    const bool concerns = request.subject == box.str() || request.subject == "*";
    if (says && concerns && request.state == "pending") latest = &request;
  }
  return latest;
}

Error at_work(const BoxName& box, const state::Request& order) {
  return {
      ErrorCode::Conflict, RetryClass::Terminal,
      fmt::format("another command is at work on the volumes of box {0} (by {1}, since {2}); if "
                  "it is not any more, see what it left, then `boxwright resume {0}`",
                  box.str(), order.by, to_rfc3339(order.at))};
}

}  // namespace

Result<bool> open_for_volumes(Session& session, const std::string& verb,
                              const std::stop_token& stop) {
  if (!session.holder()) {
    const auto acting = session.open_for_acting(verb, stop);
    if (acting) return true;
    // Whoever took the lock meanwhile is worked beside.
    if (acting.error().code != ErrorCode::Conflict || !session.holder()) {
      return tl::unexpected(acting.error());
    }
  }
  BW_TRY(session.open_for_asking());
  BW_TRY(session.reach_engine());
  return false;
}

Result<bool> is_suspended(Session& session, const BoxName& box) {
  BW_TRY_ASSIGN(const auto requests, session.desired().pending_requests());
  BW_TRY_ASSIGN(const auto record, session.store().box(box));
  return record && plan::is_suspended(*record, requests);
}

Result<std::unique_ptr<QuietBoxes>> QuietBoxes::begin(Session& session, bool alone,
                                                      const std::vector<BoxName>& boxes,
                                                      const std::stop_token& stop) {
  auto quiet = std::unique_ptr<QuietBoxes>(new QuietBoxes(session));
  for (const auto& box : std::set<BoxName>(boxes.begin(), boxes.end())) {
    BW_TRY_ASSIGN(const auto id, quiet->suspend(box));
    if (!alone) BW_TRY(quiet->await_obeyed(box, id, stop));
  }
  return quiet;
}

Result<std::int64_t> QuietBoxes::suspend(const BoxName& box) {
  BW_TRY_ASSIGN(const auto requests, session_.desired().pending_requests());
  const auto* before = latest_word(requests, box);
  const bool is_suspended = before != nullptr && before->verb == state::Request::Verb::Suspend;
  if (is_suspended && before->by.ends_with(state::kByVolumeWork))
    return tl::unexpected(at_work(box, *before));
  if (is_suspended) return before->id;
  BW_TRY_ASSIGN(const auto id,
                session_.desired().add_request(
                    order(state::Request::Verb::Suspend, box, session_.clock().wall_now())));
  suspended_.push_back({box, id, before != nullptr});
  return id;
}

Status QuietBoxes::await_obeyed(const BoxName& box, std::int64_t id, const std::stop_token& stop) {
  const auto until = session_.clock().mono_now() + kObeyedWithin;
  while (true) {
    BW_TRY_ASSIGN(const auto request, session_.desired().request(id));
    if (request && request->state == "pending" && !request->outcome.empty()) return {};
    if (!request || request->state != "pending") {
      return fail(ErrorCode::Conflict, RetryClass::Terminal, "box {} could not be kept at rest: {}",
                  box.str(), request ? request->outcome : "the order was taken away");
    }
    if (session_.clock().mono_now() > until) {
      return fail(ErrorCode::DeadlineExceeded, RetryClass::Transient,
                  "the controller did not say within {} that it leaves box {} alone; nothing was "
                  "done; try again",
                  format_duration(kObeyedWithin), box.str());
    }
    if (wait_a_little(stop, kPoll)) {
      return fail(ErrorCode::Cancelled, RetryClass::Terminal, "interrupted; nothing was done");
    }
  }
}

Status QuietBoxes::finish(std::int64_t id) {
  auto finished = session_.desired().finish_request(id, "done", "the work on its volumes is over");
  // Whoever spoke of the box meanwhile had it ended, and the last word.
  if (!finished && finished.error().code == ErrorCode::NotFound) return {};
  return finished;
}

Status QuietBoxes::release(const Kept& kept) {
  BW_TRY_ASSIGN(const auto requests, session_.desired().pending_requests());
  const auto* latest = latest_word(requests, kept.box);
  // An exception from a suspend of all boxes was ended by our order, and is given back.
  if (kept.was_excepted && latest != nullptr && latest->id == kept.id) {
    BW_TRY(session_.desired().add_request(
        order(state::Request::Verb::Resume, kept.box, session_.clock().wall_now())));
    return {};
  }
  return finish(kept.id);
}

Status QuietBoxes::end() {
  while (!suspended_.empty()) {
    BW_TRY(release(suspended_.back()));
    suspended_.pop_back();
  }
  return {};
}

Status QuietBoxes::leave_suspended() {
  // Whatever fails from here on: our orders stand, too.
  const auto left = std::exchange(suspended_, {});
  for (const auto& kept : left) {
    auto order_of_a_person =
        order(state::Request::Verb::Suspend, kept.box, session_.clock().wall_now());
    order_of_a_person.by = order_giver();
    BW_TRY(session_.desired().add_request(order_of_a_person));
    BW_TRY(finish(kept.id));
  }
  return {};
}

QuietBoxes::~QuietBoxes() {
  if (end()) return;
  for (const auto& kept : suspended_) {
    put_err(fmt::format("boxwright: box {0} is still suspended; `boxwright resume {0}`\n",
                        printable(kept.box.str())));
  }
}

}  // namespace boxwright::cli
