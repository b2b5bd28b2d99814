#include "controller/cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "controller/cli/command_pages.h"
#include "controller/cli/command_table.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/selector.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/verb_groups.h"
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
Exit codes (`boxwright help exit-codes`): 0 ok, 1 failure, 2 changes (plan --detailed-exitcode),
3 timeout, 4 permission, 5 conflict, 6 invalid spec, 64 usage, 130 interrupted.)";

constexpr const char* kOrderTimeout = "how long to wait for the outcome (2m)";

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
    add_writing_verbs(makes_verbs(), options_);
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

  MakeVerb makes_verbs() {
    return [this](const auto&... words) { return verb(words...); };
  }

  void add_globals(const Surroundings& around) {
    options_.engine =
        docker::default_endpoint(around.docker_host.empty() ? nullptr : around.docker_host.c_str());
    options_.state_file =
        around.is_root ? "/var/lib/boxwright/state.db" : around.state_home + "/boxwright/state.db";
    options_.no_color = around.no_color;
    options_.columns = around.columns;
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

  void add_scope(CLI::App* verb) {
    verb->add_option("--box", options_.only_boxes, "only this box; may be repeated");
    verb->add_option("--source", options_.only_sources, "only this source; may be repeated");
    verb->add_option("-l,--selector", options_.selector, "only with these labels, k=v[,k=v]");
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
    add_scope(plan);
    plan->add_option("--out", options_.out, "save the plan, removals agreed to, for `apply FILE`");
    plan->add_flag("--watch", options_.watch, "show it again whenever it changes, until Ctrl-C")
        ->excludes("--out");
    auto* apply = verb("apply", "do it once and wait until every box is ready",
                       "apply -f boxes --yes --timeout 5m");
    add_folders(apply, "folder of specs, may be repeated; or one plan saved by `plan --out`");
    add_scope(apply);
    apply->add_flag("--json-lines", options_.json_lines,
                    "what happens as it happens, on standard output");
    apply->add_flag("--table", options_.table, "the table in the public database, too");
    apply->add_flag("-y,--yes", options_.yes, "do not ask");
    apply->add_flag("--dry-run", options_.dry_run, "show the plan only");
    apply->add_flag(
        "--keep-layer", options_.keep_layer,
        "make an image of every container that is replaced or removed, without secrets");
    add_timeout(apply, "how long to wait (10m)");
    auto* validate = verb("validate", "check specs without an engine", "validate -f boxes");
    add_folders(validate, "folder, or single file, of specs; may be repeated");
  }

  /// Boxes by name, label or source.
  void add_choice(CLI::App* verb, const char* names) {
    verb->add_option("boxes", options_.names, names);
    verb->add_option(
        "-l,--selector", options_.selector,
        "only with these labels: k=v, k!=v, k, !k, k in (a,b); with commas: all of it");
  }

  void add_looking_verbs() {
    auto* get = verb("get", "list boxes as they are now", "get -l team=compilers -o wide");
    add_choice(get, "only these");
    get->add_option("--source", options_.source_name, "only of this source");
    get->add_option("--condition", options_.conditions,
                    "only where it holds: Stalled, '!Ready', Ready=False; may be repeated")
        ->allow_extra_args(false);
    get->add_option("--sort", options_.sort, "name, age, memory or restarts (name)")
        ->check(CLI::IsMember({"name", "age", "memory", "restarts"}));
    get->add_flag("-w,--watch", options_.follow, "go on, and show what changes");
    auto* describe = verb("describe", "all about some boxes", "describe ada");
    describe->add_option("boxes", options_.names, "boxes")->required();
    auto* why = verb("why", "why boxes are as they are: what was done last, and what made it so",
                     "why ada");
    why->add_option("boxes", options_.names, "boxes")->required();
    add_events();
    add_timeout(add_history_verbs(makes_verbs(), options_), kOrderTimeout);
    auto* wait = verb("wait", "wait for boxes", "wait ada grace --for Ready --timeout 2m");
    add_choice(wait, "boxes");
    wait->add_flag("--all", options_.all, "all boxes");
    wait->add_option("--for", options_.wait_for,
                     "Ready, Deleted, or a condition: Stalled, Healthy=False (Ready)");
    add_timeout(wait, "how long (30s); 0s looks once");
  }

  void add_events() {
    auto* events = verb("events", "what was done, and why", "events ada --since 10m -f");
    events->add_option("boxes", options_.names, "only these");
    events->add_flag("-f,--follow", options_.follow, "go on as they come");
    events->add_option("--since", since_text, "only the last 10m, or since 2026-11-26T10:00:00Z");
    events->add_option("--type", options_.event_type, "Normal or Warning")
        ->transform(CLI::IsMember({"Normal", "Warning"}, CLI::ignore_case));
    events->add_option("--action", options_.actions, "only these, as StartContainer; repeatable")
        ->allow_extra_args(false);
    events->add_option("--limit", options_.limit, "the newest so many (1000); 0: all")
        ->check(CLI::NonNegativeNumber);
  }

  CLI::App* asking(const std::string& name, const std::string& text, const std::string& example,
                   const char* what) {
    auto* sub = verb(name, text, example);
    sub->add_option(what, options_.names, what)->required();
    add_timeout(sub, kOrderTimeout);
    return sub;
  }

  /// Asking about boxes that are named, labelled, or all.
  CLI::App* chosen(const std::string& name, const std::string& text, const std::string& example) {
    auto* sub = verb(name, text, example);
    add_choice(sub, "boxes");
    sub->add_flag("--all", options_.all, "all boxes");
    add_timeout(sub, kOrderTimeout);
    return sub;
  }

  void add_asking_verbs() {
    auto* remove = chosen("delete", "remove boxes that a table declared, or that nobody declares",
                          "delete eve --yes");
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
    auto* lose = accept->add_flag("--lose-layer", options_.accept_lose_layer,
                                  "let files go that cannot be saved of its old container");
    empty->excludes(drop, retained, drift, lose);
    drop->excludes(retained, drift, lose);
    retained->excludes(drift, lose);
    drift->excludes(lose);
    asking("confirm-prune", "confirm the removal of a set of boxes", "confirm-prune team 4f2c",
           "source-and-digest");
    asking("source", "list: all sources; move NAME: take a source's new place", "source move team",
           "list-or-move");
    auto* restore = verb("restore", "give boxes the data that an earlier box of their name left",
                         "restore ada");
    restore->add_option("boxes", options_.names, "boxes; without: what is retained is listed");
    add_timeout(restore, kOrderTimeout);
    add_timeout(add_data_verbs(makes_verbs(), options_), kOrderTimeout);
    (void)chosen("restart", "stop and start boxes, and try again what failed", "restart ada");
    auto* rollout = chosen("rollout",
                           "update boxes now, whatever update.policy, update.windows and a session "
                           "say; what guards their data still holds",
                           "rollout ada");
    rollout->add_option("--resume", options_.resume_source,
                        "go on with the rollout of this source, which failures have halted");
    (void)chosen("suspend", "change nothing until resumed", "suspend ada");
    (void)chosen("resume", "go on after a suspend", "resume ada");
  }

  void add_other_verbs() {
    auto* backup = verb("backup", "copy both databases: FILE and FILE.desired; also while running",
                        "backup /srv/backup/boxwright-monday.db");
    backup->add_option("file", options_.names, "where to; must not exist")->required()->expected(1);
    auto* completion = verb("completion", "print a script that completes words at the prompt",
                            "completion bash > /etc/bash_completion.d/boxwright");
    completion->add_option("shell", options_.names, "bash, zsh or fish")
        ->required()
        ->expected(1)
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    verb("version", "print the version", "version");
    for (const auto& name : hidden_verbs()) {
      auto* hidden = verb(name, "", name);
      hidden->group("");
      hidden->add_option("words", options_.names, "");
    }
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

bool same_letters(const std::string& one, const std::string& other) {
  return CLI::detail::to_lower(one) == CLI::detail::to_lower(other);
}

/// `-o jsn`: a value that is none of those there are; empty: there is no such slip.
std::string value_mistake(const std::vector<std::string>& words, const std::string& verb,
                          CommandLine& line) {
  const auto table = read_commands(line.app());
  auto options = table.globals;
  for (const auto& command : table.commands) {
    if (command.name != verb) continue;
    options.insert(options.end(), command.options.begin(), command.options.end());
  }
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const auto equals = words[i].find('=');
    const auto flag = words[i].substr(0, equals);
    for (const auto& option : options) {
      // Conditions have a grammar of their own.
      const bool fixed = !option.choices.empty() && option.value == ValueKind::Word;
      if (!fixed || !contains(option.flags, flag)) continue;
      if (equals == std::string::npos && i + 1 == words.size()) continue;
      const auto value = equals == std::string::npos ? words[i + 1] : words[i].substr(equals + 1);
      const bool known = std::any_of(option.choices.begin(), option.choices.end(),
                                     [&](const auto& one) { return same_letters(one, value); });
      if (known) continue;
      const auto near = nearest(value, option.choices);
      return fmt::format("`{}` takes {}, not `{}`{}", flag, fmt::join(option.choices, ", "), value,
                         near.empty() ? "" : fmt::format("; did you mean `{}`?", near));
    }
  }
  return {};
}

/// What CLI11 does not say by itself: an unknown verb, an unknown flag, and what was meant.
std::string first_mistake(const std::vector<std::string>& words, const std::string& verb,
                          CommandLine& line) {
  if (!verb.empty() && !contains(verbs(), verb) && !contains(hidden_verbs(), verb)) {
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
  if (verb.empty()) return "say what to do: a verb is missing; see `boxwright --help`";
  return value_mistake(words, verb, line);
}

/// A length of time, or a moment.
Status read_since(const std::string& text, Options& options) {
  if (const auto moment = parse_rfc3339(text)) {
    options.since_time = *moment;
    return {};
  }
  const auto since = parse_duration(text);
  if (!since) {
    return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
                "--since: `{}` is neither a time like 10m nor a moment like 2026-11-26T10:00:00Z",
                text);
  }
  options.since = *since;
  return {};
}

/// `Ready`, `deleted`, `condition=Stalled`, `Healthy=False`: as the verb knows it.
Status read_goal(Options& options) {
  auto& goal = options.wait_for;
  if (goal.starts_with("condition=")) goal.erase(0, goal.find('=') + 1);
  if (CLI::detail::to_lower(goal) == "deleted" || CLI::detail::to_lower(goal) == "delete") {
    goal = "Deleted";
    return {};
  }
  const auto term = parse_condition(goal);
  if (!term) return tl::unexpected(with_context(term.error(), "--for (or Deleted)"));
  goal = (term->negated ? "!" : "") + term->type + (term->value == "True" ? "" : "=" + term->value);
  return {};
}

/// What is wrong with a filter is wrong with the words.
Status check_filters(Options& options) {
  if (const auto terms = parse_selector(options.selector); !terms) {
    return tl::unexpected(with_context(terms.error(), "--selector"));
  }
  for (const auto& text : options.conditions) {
    if (const auto term = parse_condition(text); !term) {
      return tl::unexpected(with_context(term.error(), "--condition"));
    }
  }
  return read_goal(options);
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
    BW_TRY(read_since(line.since_text, options));
  }
  BW_TRY(check_filters(options));
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
      "run",     "plan",          "apply",  "validate", "get",     "describe",   "why",
      "events",  "history",       "diff",   "rollback", "wait",    "delete",     "accept",
      "restore", "confirm-prune", "source", "layer",    "restart", "rollout",    "suspend",
      "resume",  "volumes",       "volume", "purge",    "backup",  "completion", "explain",
      "schema",  "fmt",           "init",   "new",      "version"};
  return kVerbs;
}

CommandTable command_table(const Surroundings& around) {
  Options options;
  CommandLine line(options, around);
  return read_commands(line.app());
}

const std::vector<std::string>& hidden_verbs() {
  static const std::vector<std::string> kHidden{"__complete", "__document"};
  return kHidden;
}

Parsed parse_options(std::vector<std::string> words, const Surroundings& around) {
  Parsed parsed;
  if (words == std::vector<std::string>{"help", "exit-codes"}) {
    parsed.text = exit_codes_text();
    return parsed;
  }
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
