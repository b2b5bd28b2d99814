// Reads the surroundings, runs one verb, and maps what goes wrong to exit codes.

#include <fmt/core.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <functional>
#include <map>

#include "controller/cli/exit_codes.h"
#include "controller/cli/options.h"
#include "controller/cli/signals.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// sd_watchdog_enabled(3): the time is meant for the process that WATCHDOG_PID names.
ServiceManager service_manager() {
  ServiceManager service;
  service.socket = environment("NOTIFY_SOCKET");
  const auto pid = environment("WATCHDOG_PID");
  if (pid.empty() || number(pid) == ::getpid()) {
    service.watchdog = Duration{number(environment("WATCHDOG_USEC")) / 1'000};
  }
  return service;
}

Surroundings surroundings() {
  Surroundings around;
  around.docker_host = environment("DOCKER_HOST");
  around.state_home = environment("XDG_STATE_HOME");
  if (around.state_home.empty()) around.state_home = environment("HOME") + "/.local/state";
  around.is_root = ::geteuid() == 0;
  around.no_color = !environment("NO_COLOR").empty() || environment("TERM") == "dumb";
  around.columns =
      static_cast<std::size_t>(std::max<std::int64_t>(0, number(environment("COLUMNS"))));
  around.service = service_manager();
  return around;
}

int dispatch(const Options& options, const std::stop_token& stop) {
  using Verb = std::function<int(const Options&, const std::stop_token&)>;
  const std::map<std::string, Verb> verbs{
      {"run", run_controller},
      {"plan", show_plan},
      {"apply", apply},
      {"validate", validate},
      {"get", get},
      {"describe", describe},
      {"why", explain_state},
      {"events", show_events},
      {"wait", wait_for_boxes},
      {"delete", delete_boxes},
      {"restore", restore},
      {"history", [](const Options& one, const std::stop_token&) { return show_history(one); }},
      {"diff", [](const Options& one, const std::stop_token&) { return show_diff(one); }},
      {"rollback", roll_back},
      {"volumes", show_volumes},
      {"purge", purge_data},
      {"volume", work_on_volumes},
      {"layer", layer},
      {"backup", [](const Options& one, const std::stop_token&) { return backup(one); }},
      {"explain", [](const Options& one, const std::stop_token&) { return explain(one); }},
      {"schema", [](const Options&, const std::stop_token&) { return print_schema(); }},
      {"fmt", [](const Options& one, const std::stop_token&) { return format_files(one); }},
      {"init", [](const Options& one, const std::stop_token&) { return init_folder(one); }},
      {"new", [](const Options& one, const std::stop_token&) { return new_box(one); }},
      {"completion",
       [](const Options& one, const std::stop_token&) { return print_completion(one); }},
      {"__complete", [](const Options& one, const std::stop_token&) { return complete(one); }},
      {"__document", [](const Options& one, const std::stop_token&) { return document(one); }},
      {"version", [](const Options& one, const std::stop_token&) { return show_version(one); }}};
  if (options.verb == "source" && options.names == std::vector<std::string>{"list"}) {
    return list_sources(options);
  }
  const auto found = verbs.find(options.verb);
  return found == verbs.end() ? make_request(options, stop) : found->second(options, stop);
}

int run_main(int argc, char** argv) {
  // What the terminal can show; nothing else depends on it. A locale that is not installed says
  // nothing about the terminal, and most are UTF-8.
  if (std::setlocale(LC_CTYPE, "") == nullptr) std::setlocale(LC_CTYPE, "C.UTF-8");
  const SignalListener signals;  // Before any other thread is made.
  const auto parsed = parse_options({argv + 1, argv + argc}, surroundings());
  if (parsed.run) {
    const int code = dispatch(parsed.options, signals.token());
    return code == kOk && output_was_lost() ? static_cast<int>(kFailure) : code;
  }
  if (parsed.text_is_error) {
    put_err("boxwright: " + printable(parsed.text) + "\n");
  } else {
    put_out(parsed.text);
  }
  return parsed.exit_code;
}

}  // namespace

}  // namespace boxwright::cli

int main(int argc, char** argv) {
  // Each thread would keep a heap of its own, for a few small objects: 4 MiB more for 100 boxes.
  ::mallopt(M_ARENA_MAX, 1);
  try {
    return boxwright::cli::run_main(argc, argv);
  } catch (const std::exception& error) {
    boxwright::cli::put_err(std::string{"boxwright: internal error: "} + error.what() + "\n");
    return boxwright::cli::kFailure;
  }
}
