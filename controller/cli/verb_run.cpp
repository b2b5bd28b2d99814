// run: the controller, for as long as it is let.

#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "controller/cli/exit_codes.h"
#include "controller/cli/notify.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

/// One line an event; a newline in an argument must not make a second, forged line.
class Log {
 public:
  explicit Log(const Options& options) : json_(options.log_format == "json") {
    logger_ = std::make_shared<spdlog::logger>("boxwright",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger_->set_pattern(json_ ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger_->flush_on(spdlog::level::info);
    if (options.verbose) logger_->set_level(spdlog::level::debug);
  }

  void say(const std::string& line) { write(false, {{"message", line}}, line); }

  void event(const state::Event& event) {
    write(event.type == "Warning",
          {{"box", event.box.str()},
           {"action", event.action},
           {"cause", event.cause},
           {"result", event.result},
           {"durationMs", event.duration.count()},
           {"message", event.message}},
          fmt::format("{} box={} result={} ms={} cause=\"{}\"{}", event.action, event.box.str(),
                      event.result, event.duration.count(), event.cause,
                      event.message.empty() ? "" : " " + event.message));
  }

  void progress(const BoxName& box, const std::string& text) {
    if (!json_) logger_->debug("{}: {}", box.str(), printable(text));
  }

 private:
  void write(bool warning, nlohmann::json fields, const std::string& text) {
    const auto level = warning ? spdlog::level::warn : spdlog::level::info;
    if (!json_) {
      logger_->log(level, "{}", printable(text));
      return;
    }
    fields["level"] = warning ? "warning" : "info";
    fields["time"] = to_rfc3339(clock_.wall_now());
    logger_->log(level, "{}",
                 fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  bool json_;
  SystemClock clock_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// Tells the service manager that we live, at most every second.
class Watchdog {
 public:
  Watchdog(std::string socket, const Clock& clock) : socket_(std::move(socket)), clock_(clock) {}
  void alive() {
    const auto now = clock_.mono_now();
    if (now - last_ < Duration{1'000}) return;
    last_ = now;
    notify_service(socket_, "WATCHDOG=1");
  }

 private:
  std::string socket_;
  const Clock& clock_;
  MonoTime last_{};
};

}  // namespace

int run_controller(const Options& options, std::stop_token stop) {
  Log log(options);
  Session session(options);
  const auto socket = from_environment("NOTIFY_SOCKET");
  if (auto opened = session.open_for_acting("run", stop); !opened) return say_error(opened.error());
  reconcile::Announcer announcer;
  announcer.event = [&log](const state::Event& event) { log.event(event); };
  announcer.progress = [&log](const BoxName& box, const std::string& text) {
    log.progress(box, text);
  };
  Watchdog watchdog(socket, session.clock());
  auto parts = session.loop_parts(announcer);
  parts.ready = [&] {
    log.say("ready: the first look at the engine and at every source is done");
    notify_service(socket, "READY=1");
  };
  parts.alive = [&watchdog] { watchdog.alive(); };
  parts.say = [&log](const std::string& line) { log.say(line); };
  reconcile::Loop loop(std::move(parts));
  for (const auto& folder : options.folders)
    loop.add_source(specs::open_folder_source(folder));
  loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
  const std::stop_callback stopping(stop, [&] {
    // An open replacement may take its grace period and a start; no box is stopped by this.
    notify_service(socket, "STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000");
  });
  log.say(fmt::format("boxwright {} begins; state {}", BOXWRIGHT_VERSION, options.state_file));
  if (auto ran = loop.run(stop); !ran) return say_error(ran.error());
  log.say("ends; every box goes on");
  return kOk;
}

}  // namespace boxwright::cli
