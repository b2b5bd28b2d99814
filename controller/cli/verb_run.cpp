// run: the controller, for as long as it is let.

#include <fmt/core.h>
#include <malloc.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "controller/cli/controller_log.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/notify.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/base/units.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

/// To standard error, as text or as JSON lines. Thread-safe.
class Log {
 public:
  Log(const Options& options, const Clock& clock)
      : json_(options.log_format == "json"),
        clock_(clock),
        logger_("boxwright", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern(json_ ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger_.set_level(options.verbose ? spdlog::level::debug : spdlog::level::info);
  }

  void say(const std::string& line) { write(spdlog::level::info, line); }
  void debug(const std::string& line) { write(spdlog::level::debug, line); }
  void event(const state::Event& event) {
    const auto level = event.type == "Warning" ? spdlog::level::warn : spdlog::level::info;
    logger_.log(level, "{}", json_ ? event_json(event, clock_.wall_now()) : event_line(event));
  }

 private:
  void write(spdlog::level::level_enum level, const std::string& line) {
    if (!logger_.should_log(level)) return;
    const char* name = level == spdlog::level::debug ? "debug" : "info";
    logger_.log(level, "{}", json_ ? message_json(line, name, clock_.wall_now()) : printable(line));
  }

  bool json_;
  const Clock& clock_;
  spdlog::logger logger_;
};

/// Tells the service manager that the loop turns, twice in the time it allows.
class Watchdog {
 public:
  Watchdog(const ServiceManager& service, const Clock& clock) : service_(service), clock_(clock) {}
  void alive() {
    if (service_.watchdog <= Duration{0}) return;
    const auto now = clock_.mono_now();
    if (told_ && now - *told_ < service_.watchdog / 2) return;
    told_ = now;
    notify_service(service_.socket, "WATCHDOG=1");
  }

 private:
  const ServiceManager& service_;
  const Clock& clock_;
  std::optional<MonoTime> told_;
};

/// An open replacement may still take its grace period and a start before a box runs again.
std::string stopping_notice(Session& session) {
  Duration longest{0};
  if (const auto boxes = session.store().boxes()) {
    for (const auto& box : *boxes)
      longest = std::max(longest, box.spec.stop_grace_period);
  }
  constexpr Duration kBeyondGrace{60'000};
  const auto microseconds = std::chrono::microseconds(longest + kBeyondGrace).count();
  return fmt::format("STOPPING=1\nEXTEND_TIMEOUT_USEC={}", microseconds);
}

}  // namespace

int run_controller(const Options& options, const std::stop_token& stop) {
  Session session(options);
  Log log(options, session.clock());
  if (auto opened = session.open_for_acting("run", stop); !opened) return say_error(opened.error());

  reconcile::Announcer announcer;
  announcer.event = [&log](const state::Event& event) { log.event(event); };
  announcer.step = [&log](const BoxName& box, const engine::Step& step) {
    log.debug(fmt::format("{}: {}", box.str(), engine::describe(step)));
  };
  announcer.progress = [&log](const BoxName& box, const std::string& text) {
    log.debug(fmt::format("{}: {}", box.str(), text));
  };
  Watchdog watchdog(options.service, session.clock());
  auto parts = session.loop_parts(announcer);
  parts.ready = [&] {
    log.say("ready: the engine and every source were looked at once");
    notify_service(options.service.socket, "READY=1");
  };
  parts.alive = [&watchdog] { watchdog.alive(); };
  // What one look took lies scattered in the heap until the next: 2 MiB for 100 boxes.
  parts.listed = [] { ::malloc_trim(0); };
  parts.say = [&log](const std::string& line) { log.say(line); };

  reconcile::Loop loop(std::move(parts));
  for (const auto& folder : options.folders)
    loop.add_source(specs::open_folder_source(folder));
  loop.add_source(state::make_table_source(session.desired(), session.desired_file()));
  log.say(fmt::format("boxwright {} begins: engine {}, state {}, installation {}",
                      BOXWRIGHT_VERSION, options.engine, options.state_file, options.installation));
  const std::stop_callback stopping(stop, [&] {
    log.say("stopping: what is begun is ended, no box is stopped");
    notify_service(options.service.socket, stopping_notice(session));
  });
  if (auto ran = loop.run(stop); !ran) return say_error(ran.error());
  log.say("ended");
  return kOk;
}

}  // namespace boxwright::cli
