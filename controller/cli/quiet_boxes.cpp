#include "controller/cli/quiet_boxes.h"

#include <fmt/core.h>

#include <algorithm>

#include "controller/cli/act_alone.h"
#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{50};
constexpr Duration kObeyedWithin{30'000};
/// Behind the giver's name, so that one such order is known from a person's own.
constexpr const char* kMark = " (volumes)";

state::Request order(state::Request::Verb verb, const BoxName& box, WallTime now) {
  state::Request request;
  request.verb = verb;
  request.subject = box.str();
  request.by = order_giver() + kMark;
  request.at = now;
  return request;
}

/// The latest word on whether this box is suspended by a standing order; nullptr: there is none.
const state::Request* standing(const std::vector<state::Request>& requests, const BoxName& box) {
  const state::Request* latest = nullptr;
  for (const auto& request : requests) {
    const bool says = request.verb == state::Request::Verb::Suspend ||
                      request.verb == state::Request::Verb::Resume;
    const bool concerns = request.subject == box.str() || request.subject == "*";
    if (says && concerns && request.state == "pending") latest = &request;
  }
  return latest != nullptr && latest->verb == state::Request::Verb::Suspend ? latest : nullptr;
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

Result<std::unique_ptr<QuietBoxes>> QuietBoxes::begin(Session& session, bool alone,
                                                      const std::vector<BoxName>& boxes,
                                                      const std::stop_token& stop) {
  auto quiet = std::unique_ptr<QuietBoxes>(new QuietBoxes(session));
  if (alone) return quiet;
  for (const auto& box : boxes)
    BW_TRY(quiet->suspend(box, stop));
  return quiet;
}

Status QuietBoxes::suspend(const BoxName& box, const std::stop_token& stop) {
  BW_TRY_ASSIGN(const auto requests, session_.desired().requests());
  std::int64_t id = 0;
  if (const auto* before = standing(requests, box); before != nullptr) {
    if (before->by.ends_with(kMark)) {
      return fail(ErrorCode::Conflict, RetryClass::Terminal,
                  "another command is at work on the volumes of box {0} (by {1}, since {2}); if it "
                  "is not any more, `boxwright resume {0}`",
                  box.str(), before->by, to_rfc3339(before->at));
    }
    id = before->id;
  } else {
    BW_TRY_ASSIGN(id, session_.desired().add_request(
                          order(state::Request::Verb::Suspend, box, session_.clock().wall_now())));
    suspended_.push_back(box);
  }
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

Status QuietBoxes::end() {
  while (!suspended_.empty()) {
    const auto request =
        order(state::Request::Verb::Resume, suspended_.back(), session_.clock().wall_now());
    BW_TRY(session_.desired().add_request(request));
    suspended_.pop_back();
  }
  return {};
}

QuietBoxes::~QuietBoxes() {
  if (end()) return;
  for (const auto& box : suspended_) {
    put_err(fmt::format("boxwright: box {0} is still suspended; `boxwright resume {0}`\n",
                        printable(box.str())));
  }
}

}  // namespace boxwright::cli
