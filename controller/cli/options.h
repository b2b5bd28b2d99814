#pragma once
// The command line as a value. CLI11 is known to options.cpp alone.

#include <optional>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"

namespace boxwright::cli {

/// What the service manager told the process; empty where there is none.
struct ServiceManager {
  std::string socket;    ///< NOTIFY_SOCKET.
  Duration watchdog{0};  ///< WATCHDOG_USEC, if it is meant for this process; 0: none is wanted.
};

struct Options {
  std::string verb;
  // Global, before or after the verb.
  std::string engine;  ///< `unix:///...`.
  std::string state_file;
  std::string desired_file;  ///< Empty: `desired.db` beside the state file.
  std::string installation = "default";
  std::string output = "text";  ///< text json yaml wide name
  std::string log_format = "text";
  bool verbose = false;
  bool no_color = false;

  std::vector<std::string> folders;  ///< `-f`, or the positional arguments.
  std::vector<std::string> names;  ///< Boxes; the words after `source`, `confirm-prune`, `backup`.
  std::vector<std::string> only_boxes;    ///< `--box`.
  std::vector<std::string> only_sources;  ///< `--source`.
  std::string out;                        ///< Where the plan is saved; empty: nowhere.
  bool watch = false;
  bool json_lines = false;
  bool table = false;
  bool yes = false;
  bool dry_run = false;
  bool detailed_exitcode = false;
  bool follow = false;
  bool all = false;
  bool volumes = false;
  bool now = false;
  std::string accept_empty;
  std::string accept_drop;
  bool accept_retained = false;
  bool accept_drift = false;
  std::string resume_source;  ///< rollout: the source whose rollout goes on; empty: boxes.
  std::string rollback_to;    ///< `3` or `3.1`; empty: the last one that was good.
  bool undo = false;          ///< rollback: follow the declaration again.
  bool accept_lose_layer = false;
  bool keep_layer = false;
  std::string to;                    ///< layer restore: a folder of this machine; empty: the box.
  bool check = false;                ///< fmt: tell, write nothing.
  std::string image = "box-base:1";  ///< init, new: of the box that is written.
  bool retained = false;             ///< volumes: only those that a removed box left.
  bool no_size = false;              ///< volumes: do not let the engine measure them.
  std::vector<std::string> keys;     ///< `--volume`, by key; empty: all.
  bool merge = false;                ///< volume: into what is not empty, replacing equal names.
  std::string helper_image;          ///< volume: what the helper container is made from.
  std::string confirm;               ///< purge: the name, where nobody can be asked for it.
  std::string wait_for = "Ready";
  std::string selector;             ///< `k=v[,k=v]`, or a key alone.
  std::optional<Duration> timeout;  ///< nullopt: the verb's own default. 0: look once.
  std::optional<Duration> since;    ///< nullopt: all, or `since_time`.

  // Looking and choosing.
  std::string source_name;              ///< Only boxes of this source.
  std::vector<std::string> conditions;  ///< `Stalled`, `!Ready`, `Ready=False`; all must hold.
  std::string sort = "name";            ///< name age memory restarts
  std::optional<WallTime> since_time;   ///< `--since` with a moment.
  std::string event_type;               ///< `Normal` or `Warning`; empty: both.
  std::vector<std::string> actions;     ///< Event actions; empty: all.
  int limit = 1'000;                    ///< The newest so many events; 0: all that are kept.
  std::size_t columns = 0;              ///< What COLUMNS says; 0: ask the terminal.

  ServiceManager service;
};

/// What the process's surroundings say; read once, in main.
struct Surroundings {
  std::string docker_host;
  std::string state_home;  ///< XDG_STATE_HOME or its default.
  bool is_root = false;
  bool no_color = false;    ///< NO_COLOR is set, or TERM is `dumb`.
  std::size_t columns = 0;  ///< COLUMNS; 0: not set.
  ServiceManager service;
};

/// Either options, or a text to print and the code to end with (help, version, usage errors).
struct Parsed {
  bool run = false;
  Options options;
  std::string text;
  bool text_is_error = false;
  int exit_code = 0;
};

/// `words` without the program's name. Never throws on what a person typed.
[[nodiscard]] Parsed parse_options(std::vector<std::string> words, const Surroundings& around);

/// Every verb, in the order of the help.
[[nodiscard]] const std::vector<std::string>& verbs();

/// Verbs that only scripts of ours call: `__complete`, `__document`.
[[nodiscard]] const std::vector<std::string>& hidden_verbs();

}  // namespace boxwright::cli
