#include "controller/cli/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/cli/suggestion.h"
#include "controller/engine/docker/docker_engine.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

constexpr const char* kFooter = R"(
First steps:
  boxwright validate -f boxes         are the files right?
  boxwright plan -f boxes             what would be done, and why?
  boxwright apply -f boxes            do it once, and wait until every box is ready
  boxwright run boxes                 keep it so
  boxwright get                       how do the boxes stand?

Global options work before and after the verb. `boxwright VERB --help` says more about one.
Exit codes: 0 ok, 1 failure, 2 changes (plan --detailed-exitcode), 3 timeout, 4 permission,
5 conflict, 6 invalid spec, 64 usage, 130 interrupted.)";

/// The CLI11 application over one Options value, and the texts that need a second look.
class CommandLine {
 public:
  CommandLine(Options& options, const Surroundings& around) : options_(options) {
    app_.name("boxwright");
    app_.fallthrough();  // Before the verbs: they take it over.
    app_.require_subcommand(1);
    app_.footer(kFooter);
    app_.get_formatter()->column_width(34);
    add_globals(around);
    add_source_verbs();
    add_looking_verbs();
    add_asking_verbs();
    add_writing_verbs();
    add_other_verbs();
  }

  CLI::App& app() { return app_; }

  [[nodiscard]] std::vector<std::string> flags_of(const std::string& verb) {
    std::vector<std::string> flags;
    const auto add = [&flags](CLI::App* app) {
      for (const auto* option : app->get_options()) {
        for (const auto& name : option->get_lnames())
          flags.push_back("--" + name);
      }
    };
    add(&app_);
    for (auto* sub : app_.get_subcommands([](CLI::App*) { return true; })) {
      if (sub->get_name() == verb) add(sub);
    }
    return flags;
  }

  std::string timeout_text;
  std::string since_text;

 private:
  CLI::App* verb(const std::string& name, const std::string& text, const std::string& example) {
    auto* sub = app_.add_subcommand(name, text);
    sub->footer(fmt::format("\nExample: boxwright {}\nGlobal options: boxwright --help", example));
    return sub;
  }

  void add_globals(const Surroundings& around) {
    options_.engine =
        docker::default_endpoint(around.docker_host.empty() ? nullptr : around.docker_host.c_str());
    options_.state_file =
        around.is_root ? "/var/lib/boxwright/state.db" : around.state_home + "/boxwright/state.db";
    options_.no_color = around.no_color;
    options_.service = around.service;
    app_.add_option("--engine", options_.engine,
                    "Docker Engine, unix:///path (DOCKER_HOST or the standard socket)");
    app_.add_option("--state", options_.state_file,
                    fmt::format("memory database ({})", options_.state_file));
    app_.add_option("--desired", options_.desired_file,
                    "public database (desired.db beside the memory database)");
    app_.add_option("--installation", options_.installation, "whose mark objects carry (default)");
    app_.add_option("-o,--output", options_.output, "text, wide, name, json or yaml (text)")
        ->check(CLI::IsMember({"text", "json", "yaml", "wide", "name"}));
    app_.add_option("--log-format", options_.log_format, "text or json (text)")
        ->check(CLI::IsMember({"text", "json"}));
    app_.add_flag("-v,--verbose", options_.verbose, "say more");
    app_.add_flag("--no-color", options_.no_color, "no colour");
  }

  void add_folders(CLI::App* verb, const char* text = "folder of specs; may be repeated") {
    verb->add_option("-f,--folder,folders", options_.folders, text);
  }

  void add_timeout(CLI::App* verb, const char* text) {
    verb->add_option("--timeout", timeout_text, text);
  }

  void add_source_verbs() {
    auto* run =
        verb("run", "keep the boxes of these folders and of the table converged", "run /srv/boxes");
    add_folders(run);
    auto* plan = verb("plan", "show what would be done; changes and writes nothing",
                      "plan -f boxes --detailed-exitcode");
    add_folders(plan, "folder of specs; may be repeated (without: every source that is known)");
    plan->add_flag("--table", options_.table, "the table in the public database, too");
    plan->add_flag("--detailed-exitcode", options_.detailed_exitcode,
                   "0 nothing to do, 2 changes, 1 error");
    auto* apply = verb("apply", "do it once and wait until every box is ready",
                       "apply -f boxes --yes --timeout 5m");
    add_folders(apply);
    apply->add_flag("--table", options_.table, "the table in the public database, too");
    apply->add_flag("-y,--yes", options_.yes, "do not ask");
    apply->add_flag("--dry-run", options_.dry_run, "show the plan only");
    add_timeout(apply, "how long to wait (10m)");
    auto* validate = verb("validate", "check specs without an engine", "validate -f boxes");
    add_folders(validate, "folder, or single file, of specs; may be repeated");
  }

  void add_looking_verbs() {
    auto* get = verb("get", "list boxes as they are now", "get -l team=compilers -o wide");
    get->add_option("boxes", options_.names, "only these");
    get->add_option("-l,--selector", options_.selector, "only with these labels, k=v[,k=v]");
    auto* describe = verb("describe", "all about one box", "describe ada");
    describe->add_option("boxes", options_.names, "boxes")->required();
    auto* events = verb("events", "what was done, and why", "events ada --since 10m -f");
    events->add_option("boxes", options_.names, "only these");
    events->add_flag("-f,--follow", options_.follow, "go on as they come");
    events->add_option("--since", since_text, "only the last, 10m");
    auto* wait = verb("wait", "wait for boxes", "wait ada grace --for Ready --timeout 2m");
    wait->add_option("boxes", options_.names, "boxes")->required();
    wait->add_option("--for", options_.wait_for, "Ready or Deleted (Ready)")
        ->transform(CLI::IsMember({"Ready", "Deleted"}, CLI::ignore_case));
    add_timeout(wait, "how long (30s); 0s looks once");
  }

  CLI::App* asking(const std::string& name, const std::string& text, const std::string& example,
                   const char* what) {
    auto* sub = verb(name, text, example);
    sub->add_option(what, options_.names, what)->required();
    add_timeout(sub, "how long to wait for the outcome (2m)");
    return sub;
  }

  void add_asking_verbs() {
    auto* remove = asking("delete", "remove boxes that a table declared, or that nobody declares",
                          "delete eve --yes", "boxes");
    remove->add_flag("--volumes", options_.volumes, "and their data, after deletion.delay");
    remove->add_flag("--now", options_.now, "with --volumes: the data at once, without the delay");
    remove->add_flag("-y,--yes", options_.yes, "do not ask");
    auto* accept = asking("accept", "accept what Boxwright will not decide by itself",
                          "accept ada --empty workspace", "boxes");
    auto* empty =
        accept->add_option("--empty", options_.accept_empty, "make this lost volume anew, empty");
    auto* drop = accept->add_option("--drop", options_.accept_drop,
                                    "let the box go on without this volume; the volume is kept");
    auto* retained = accept->add_flag("--retained", options_.accept_retained,
                                      "take over the data that an earlier box left");
    auto* drift = accept->add_flag("--drift", options_.accept_drift,
                                   "replace a container that nothing is known of");
    empty->excludes(drop, retained, drift);
    drop->excludes(retained, drift);
    retained->excludes(drift);
    asking("confirm-prune", "confirm the removal of a set of boxes", "confirm-prune team 4f2c",
           "source-and-digest");
    asking("source", "list: all sources; move NAME: take a source's new place", "source move team",
           "list-or-move");
    asking("restart", "stop and start boxes, and try again what failed", "restart ada", "boxes");
    for (const char* name : {"suspend", "resume"}) {
      const bool stops = std::string{name} == "suspend";
      auto* sub = verb(name, stops ? "change nothing until resumed" : "go on after a suspend",
                       fmt::format("{} ada", name));
      sub->add_option("boxes", options_.names, "boxes");
      sub->add_flag("--all", options_.all, "all boxes");
      add_timeout(sub, "how long to wait for the outcome (2m)");
    }
  }

  void add_writing_verbs() {
    verb("explain", "say what a field or an error code means", "explain resources.memory")
        ->add_option("what", options_.names, "a field, a kind, or a code such as BW0103")
        ->required()
        ->expected(1);
    verb("schema", "print the JSON Schema of specs, for editors", "schema > boxwright.schema.json");
    auto* format =
        verb("fmt", "rewrite files of specs in canonical form, comments kept", "fmt boxes/*.yaml");
    format->add_option("files", options_.names, "files")->required();
    format->add_flag("--check", options_.check, "only list files that would change, exit 1 if any");
    auto* init = verb("init", "make a folder a source: a marker and a first box", "init boxes");
    init->add_option("folder", options_.names, "folder")->required()->expected(1);
    init->add_option("--image", options_.image, "of the first box (box-base:1)");
    auto* fresh = verb("new", "write the file of a new box", "new grace -f boxes");
    fresh->add_option("name", options_.names, "the box's name")->required()->expected(1);
    fresh->add_option("-f,--folder", options_.folders, "the source's folder (.)")->expected(1);
    fresh->add_option("--image", options_.image, "of the box (box-base:1)");
  }

  void add_other_verbs() {
    auto* backup = verb("backup", "copy both databases: FILE and FILE.desired; also while running",
                        "backup /srv/backup/boxwright-monday.db");
    backup->add_option("file", options_.names, "where to; must not exist")->required()->expected(1);
    verb("version", "print the version", "version");
  }

  Options& options_;
  CLI::App app_{"Keeps development boxes as they were declared."};
};

std::string first_verb(const std::vector<std::string>& words) {
  static const std::vector<std::string> kWithValue{
      "--engine", "--state", "--desired", "--installation", "-o", "--output", "--log-format"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::find(kWithValue.begin(), kWithValue.end(), words[i]) != kWithValue.end()) {
      ++i;
    } else if (!words[i].starts_with("-")) {
      return words[i];
    }
  }
  return {};
}

Parsed usage_error(std::string text) {
  Parsed parsed;
  parsed.text = std::move(text);
  parsed.text_is_error = true;
  parsed.exit_code = kUsage;
  return parsed;
}

std::string hint(const std::string& word, const std::vector<std::string>& known,
                 const std::string& help) {
  const auto near = nearest(word, known);
  return near.empty() ? fmt::format("; see `{} --help`", help)
                      : fmt::format("; did you mean `{}`?", near);
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// `help VERB` and `--version` are what people try first.
void accept_habits(std::vector<std::string>& words) {
  if (words.empty()) return;
  if (words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  } else if (words.front() == "--version") {
    words.front() = "version";
  }
}

/// What CLI11 does not say by itself: an unknown verb, an unknown flag, and what was meant.
std::string first_mistake(const std::vector<std::string>& words, const std::string& verb,
                          CommandLine& line) {
  if (!verb.empty() && !contains(verbs(), verb)) {
    return fmt::format("there is no verb `{}`{}", verb, hint(verb, verbs(), "boxwright"));
  }
  if (contains(words, "--help") || contains(words, "-h")) return {};
  const auto flags = line.flags_of(verb);
  for (const auto& word : words) {
    if (word == "--") break;
    if (!word.starts_with("--")) continue;
    const auto flag = word.substr(0, word.find('='));
    if (contains(flags, flag)) continue;
    const auto program = verb.empty() ? std::string{"boxwright"} : "boxwright " + verb;
    return fmt::format("`{}` has no flag `{}`{}", program, flag, hint(flag, flags, program));
  }
  return verb.empty() ? "say what to do: a verb is missing; see `boxwright --help`" : std::string{};
}

/// Such verbs work wherever the engine is.
bool reads_only_specs(const std::string& verb) {
  return contains({"validate", "explain", "schema", "fmt", "init", "new", "version"}, verb);
}

/// The texts that CLI11 only carried.
Status read_durations(const CommandLine& line, Options& options) {
  if (!line.timeout_text.empty()) {
    auto timeout = parse_duration(line.timeout_text);
    if (!timeout) return tl::unexpected(with_context(timeout.error(), "--timeout"));
    options.timeout = *timeout;
  }
  if (!line.since_text.empty()) {
    auto since = parse_duration(line.since_text);
    if (!since) return tl::unexpected(with_context(since.error(), "--since"));
    options.since = *since;
  }
  if (!reads_only_specs(options.verb) && !options.engine.starts_with("unix:///")) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "--engine (or DOCKER_HOST) is `{}`; only a unix socket is spoken to: unix:///path",
                options.engine);
  }
  return {};
}

}  // namespace

const std::vector<std::string>& verbs() {
  static const std::vector<std::string> kVerbs{
      "run",     "plan",   "apply",         "validate", "get",     "describe", "events", "wait",
      "delete",  "accept", "confirm-prune", "source",   "restart", "suspend",  "resume", "backup",
      "explain", "schema", "fmt",           "init",     "new",     "version"};
  return kVerbs;
}

Parsed parse_options(std::vector<std::string> words, const Surroundings& around) {
  Parsed parsed;
  CommandLine line(parsed.options, around);
  accept_habits(words);
  const auto verb = first_verb(words);
  if (const auto mistake = first_mistake(words, verb, line); !mistake.empty()) {
    return usage_error(mistake);
  }
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back.
    line.app().parse(words);
  } catch (const CLI::CallForHelp&) {
    parsed.text = line.app().help();
    for (auto* sub : line.app().get_subcommands())
      parsed.text = sub->help("boxwright");
    return parsed;
  } catch (const CLI::ParseError& error) {
    return usage_error(fmt::format("{}: {}; see `boxwright {} --help`", verb, error.what(), verb));
  }
  parsed.options.verb = verb;
  if (auto read = read_durations(line, parsed.options); !read) {
    return usage_error(read.error().message);
  }
  parsed.run = true;
  return parsed;
}

}  // namespace boxwright::cli
