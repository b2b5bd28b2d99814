// Events into what a person would call one thing: grouped by cause, named by what was called.

#include <algorithm>
#include <set>

#include "controller/cli/why.h"

namespace boxwright::cli {

namespace {

using state::Event;

/// Longer than any health wait of one replacement should take; a second drift comes later.
constexpr Duration kGapMax{15LL * 60 * 1000};

bool is_call(const Event& event) {
  static const std::set<std::string> kCalls{
      "PullImage",       "CreateNetwork",  "CreateVolume",      "CreateContainer",
      "StartContainer",  "StopContainer",  "UnpauseContainer",  "RenameContainer",
      "UpdateContainer", "ConnectNetwork", "DisconnectNetwork", "RemoveContainer",
      "RemoveVolume",    "SaveLayer",      "CommitImage"};
  return kCalls.contains(event.action);
}

bool is_ok(const Event& event) {
  return event.result == "ok";
}

const Event* find_ok(const Occurrence& one, const char* action) {
  for (const auto& step : one.steps) {
    if (is_ok(step) && step.action == action) return &step;
  }
  return nullptr;
}

/// What happens once in one occurrence: again means that it happened again.
bool is_repeated(const Occurrence& one, const Event& event) {
  static const std::set<std::string> kOnce{"StartContainer", "StopContainer", "CreateContainer",
                                           "UnpauseContainer"};
  if (find_ok(one, event.action.c_str()) == nullptr) return false;
  // A replacement takes the old container's restart policy away and may give it back.
  if (event.action == "UpdateContainer") return find_ok(one, "CreateContainer") == nullptr;
  return kOnce.contains(event.action);
}

/// A new container's first start has a cause of its own, but is the end of its making.
bool is_first_start(const Occurrence& one, const Event& event) {
  return event.action == "StartContainer" && event.cause == "the container was not started yet" &&
         find_ok(one, "CreateContainer") != nullptr;
}

bool goes_on(const Occurrence& one, const Event& event) {
  return (one.cause == event.cause || is_first_start(one, event)) &&
         event.at - event.duration - one.to <= kGapMax && !is_repeated(one, event);
}

std::string name_of(const Occurrence& one) {
  const bool made = find_ok(one, "CreateContainer") != nullptr;
  const bool stopped = find_ok(one, "StopContainer") != nullptr;
  const bool started = find_ok(one, "StartContainer") != nullptr;
  const bool removed = find_ok(one, "RemoveContainer") != nullptr;
  if (one.rolled_back) return "put back to its old container";
  if (made) return stopped || removed ? "replaced" : "created";
  if (stopped && started) return "restarted";
  if (started) return "started";
  if (removed)
    return one.steps.front().cause.find("delete") != std::string::npos ? "removed"
                                                                       : "rid of a container";
  if (stopped) return "stopped";
  if (find_ok(one, "UnpauseContainer") != nullptr) return "unpaused";
  if (find_ok(one, "UpdateContainer") != nullptr) return "changed without a restart";
  if (find_ok(one, "RenameContainer") != nullptr) return "given its name back";
  if (find_ok(one, "ConnectNetwork") != nullptr) return "connected to its network";
  if (find_ok(one, "RemoveVolume") != nullptr) return "rid of its volumes";
  return "prepared";
}

void add_step(Occurrence& one, const Event& event) {
  one.to = std::max(one.to, event.at);
  one.revision = event.revision;
  if (is_ok(event)) {
    one.done = true;
  } else {
    ++one.failures;
    one.last_failure = event.action + ": " + event.message;
  }
  one.steps.push_back(event);
}

void finish(Occurrence& one) {
  const auto* halt = find_ok(one, "StopContainer");
  const auto* start = find_ok(one, "StartContainer");
  if (halt != nullptr && start != nullptr && start->at > halt->at) {
    one.down = start->at - (halt->at - halt->duration);
  }
  one.what = name_of(one);
}

}  // namespace

std::vector<Occurrence> occurrences(const std::vector<state::Event>& events) {
  std::vector<Occurrence> list;
  bool after_verdict = false;
  for (const auto& event : events) {
    after_verdict |= event.action == "RolledBack";
    if (!is_call(event)) continue;
    if (list.empty() || !goes_on(list.back(), event)) {
      Occurrence one;
      one.from = event.at - event.duration;
      one.cause = event.cause;
      one.rolled_back = std::exchange(after_verdict, false);
      list.push_back(std::move(one));
    }
    add_step(list.back(), event);
  }
  for (auto& one : list)
    finish(one);
  std::erase_if(list, [](const auto& one) { return one.what == "prepared" && one.failures == 0; });
  std::reverse(list.begin(), list.end());
  return list;
}

}  // namespace boxwright::cli
