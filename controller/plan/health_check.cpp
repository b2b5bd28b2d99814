// The engine's form of a spec's health check.
#include <algorithm>
#include <string>

#include "controller/plan/wanted.h"

namespace boxwright::plan {
namespace {

/// One word for a POSIX shell, whatever is in it.
std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::int64_t whole_seconds_up(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

/// Part of hash v1: any change of this text, and every box is replaced.
///
/// Proxies are unset because a box may live behind one and the check is of the box itself; `-q`
/// keeps the box owner's .curlrc out, `-g` takes brackets in a path as they are. busybox wget has
/// no dependable time limit of its own (Debian's 1.35 crashes on -T), so `timeout` is used where it
/// takes this form; the engine's limit ends the rest.
std::string http_command(const specs::HttpCheck& http, Duration timeout) {
  const std::string slash = http.path.starts_with('/') ? "" : "/";
  const std::string url = "http://127.0.0.1:" + std::to_string(http.port) + slash + http.path;
  const std::string seconds = std::to_string(std::max<std::int64_t>(1, whole_seconds_up(timeout)));
  return "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY; u=" + shell_quoted(url) +
         "; if command -v curl >/dev/null 2>&1; then curl -q -gfsS -m " + seconds +
         " -o /dev/null \"$u\"; else t=; timeout " + seconds +
         " true >/dev/null 2>&1 && t='timeout " + seconds +
         "'; $t wget -q -O /dev/null \"$u\"; fi || exit 1";
}

struct EngineTest {
  Duration timeout;

  std::vector<std::string> operator()(const specs::HttpCheck& http) const {
    return {"CMD-SHELL", http_command(http, timeout)};
  }
  std::vector<std::string> operator()(const specs::ShellCheck& shell) const {
    return {"CMD-SHELL", shell.command};
  }
  std::vector<std::string> operator()(const specs::CommandCheck& command) const {
    std::vector<std::string> test{"CMD"};
    test.insert(test.end(), command.argv.begin(), command.argv.end());
    return test;
  }
  std::vector<std::string> operator()(const specs::NoCheck& /*none*/) const { return {"NONE"}; }
};

}  // namespace

state::EngineHealthCheck engine_health_check(const specs::HealthCheck& check) {
  state::EngineHealthCheck engine;
  engine.test = std::visit(EngineTest{check.timeout}, check.check);
  if (std::holds_alternative<specs::NoCheck>(check.check)) return engine;
  engine.interval = check.interval;
  engine.timeout = check.timeout;
  engine.start_period = check.start_period;
  engine.retries = check.retries;
  return engine;
}

}  // namespace boxwright::plan
