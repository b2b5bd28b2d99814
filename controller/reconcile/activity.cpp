#include "controller/reconcile/activity.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace boxwright::reconcile {

namespace {

using Json = nlohmann::json;

/// Each server has two seconds. As with the health check (plan/health_check.cpp): curl or wget,
/// no proxy, and `timeout` only where it takes this form.
constexpr const char* kAsk =
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY; "
    "t=; timeout 2 true >/dev/null 2>&1 && t='timeout 2'; "
    "ask() { if command -v curl >/dev/null 2>&1; then curl -q -gfsS -m 2 \"$1\"; "
    "else $t wget -q -O - \"$1\"; fi; echo; }; "
    "ask http://127.0.0.1:8080/healthz; ask http://127.0.0.1:9999/health";
constexpr Duration kAskAtMost{6'000};

bool says_active(const Json& answer, WallTime now) {
  if (!answer.is_object()) return false;
  if (const auto sessions = answer.find("activeSessions");
      sessions != answer.end() && sessions->is_number_integer()) {
    if (sessions->get<std::int64_t>() > 0) return true;
  }
  const auto beat = answer.find("lastHeartbeat");
  if (beat == answer.end() || !beat->is_number()) return false;
  // Without any heartbeat `alive` only says that a server is up.
  if (answer.value("status", Json{}) == "alive") return true;
  const auto at = beat->get<double>();
  constexpr double kNever = 0;
  constexpr double kFarthest = 1e15;
  if (!(at > kNever) || at > kFarthest) return false;
  return now - WallTime{Duration{static_cast<std::int64_t>(at)}} < kHeartbeatFresh;
}

}  // namespace

bool tells_of_session(const std::string& answers, WallTime now) {
  std::istringstream lines(answers);
  std::string line;
  while (std::getline(lines, line)) {
    if (says_active(Json::parse(line, nullptr, false), now)) return true;
  }
  return false;
}

Result<bool> is_session_active(engine::Engine& engine, const ContainerId& id, WallTime now,
                               const std::stop_token& stop) {
  const auto answer = engine.ask(id, {"sh", "-c", kAsk}, kAskAtMost, stop);
  if (answer) return tells_of_session(answer->output, now);
  const auto code = answer.error().code;
  if (code == ErrorCode::Unavailable || code == ErrorCode::Cancelled) {
    return tl::unexpected(answer.error());
  }
  return false;
}

Result<bool> is_session_active(engine::Engine& engine, const state::ObservedBox& observed,
                               WallTime now, const std::stop_token& stop) {
  for (const auto& container : observed.containers) {
    if (container.state != state::ContainerState::Running) continue;
    BW_TRY_ASSIGN(const bool active, is_session_active(engine, container.id, now, stop));
    if (active) return true;
  }
  return false;
}

}  // namespace boxwright::reconcile
