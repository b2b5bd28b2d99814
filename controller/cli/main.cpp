// Builds the real objects, runs one verb, maps errors to exit codes.

#include <fmt/core.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <stop_token>
#include <thread>

#include "controller/cli/exit_codes.h"
#include "controller/cli/options.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

int say_error(const Error& error) {
  put_err(fmt::format("boxwright: {}\n", printable(error.message)));
  return exit_code_for(error);
}

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

Surroundings surroundings() {
  Surroundings around;
  around.docker_host = environment("DOCKER_HOST");
  around.state_home = environment("XDG_STATE_HOME");
  if (around.state_home.empty()) around.state_home = environment("HOME") + "/.local/state";
  around.is_root = ::geteuid() == 0;
  around.no_color = !environment("NO_COLOR").empty() || environment("TERM") == "dumb";
  return around;
}

int print_version(const Options& options) {
  put_out(options.output == "json" ? fmt::format("{{\"version\": \"{}\"}}\n", BOXWRIGHT_VERSION)
                                   : fmt::format("boxwright {}\n", BOXWRIGHT_VERSION));
  return kOk;
}

int dispatch(const Options& options, const std::stop_token& stop) {
  using Verb = std::function<int(const Options&, std::stop_token)>;
  const std::map<std::string, Verb> verbs{
      {"run", run_controller},
      {"plan", show_plan},
      {"apply", apply},
      {"validate", validate},
      {"get", get},
      {"describe", describe},
      {"events", show_events},
      {"wait", wait_for_boxes},
      {"delete", delete_boxes},
      {"backup", [](const Options& one, const std::stop_token&) { return backup(one); }},
      {"version", [](const Options& one, const std::stop_token&) { return print_version(one); }}};
  const auto found = verbs.find(options.verb);
  return found == verbs.end() ? make_request(options, stop) : found->second(options, stop);
}

/// The first SIGINT or SIGTERM asks to stop, a second SIGINT ends at once.
void listen_for_signals(const sigset_t& signals, std::stop_source& source,
                        const std::stop_token& done) {
  while (!done.stop_requested()) {
    const timespec brief{0, 200'000'000};
    const int got = ::sigtimedwait(&signals, nullptr, &brief);
    if (got < 0) continue;
    if (got == SIGINT && source.stop_requested()) ::_exit(kInterrupted);
    source.request_stop();
  }
}

int run_main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  // Before any thread is made, so that all of them inherit it.
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto parsed = parse_options({argv + 1, argv + argc}, surroundings());
  if (!parsed.run) {
    if (parsed.text_is_error) {
      put_err("boxwright: " + printable(parsed.text) + "\n");
    } else {
      put_out(parsed.text);
    }
    return parsed.exit_code;
  }
  std::stop_source source;
  const std::jthread listener(
      [&](const std::stop_token& done) { listen_for_signals(signals, source, done); });
  return dispatch(parsed.options, source.get_token());
}

}  // namespace

}  // namespace boxwright::cli

int main(int argc, char** argv) {
  try {
    return boxwright::cli::run_main(argc, argv);
  } catch (const std::exception& error) {
    boxwright::cli::put_err(std::string{"boxwright: internal error: "} + error.what() + "\n");
    return boxwright::cli::kFailure;
  }
}
