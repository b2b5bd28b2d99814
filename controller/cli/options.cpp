#include "controller/cli/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "controller/cli/exit_codes.h"
#include "controller/engine/docker/docker_engine.h"
#include "specs/base/units.h"

namespace boxwright::cli {

namespace {

const std::vector<std::string>& verbs() {
  static const std::vector<std::string> kVerbs{
      "run",     "plan",    "apply",  "validate", "get",           "describe",
      "events",  "wait",    "delete", "accept",   "confirm-prune", "source",
      "restart", "suspend", "resume", "backup",   "version"};
  return kVerbs;
}

std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, change});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// The CLI11 application over one Options value, and the texts that need a second look.
class CommandLine {
 public:
  CommandLine(Options& options, const Surroundings& around) : options_(options) {
    app_.name("boxwright");
    app_.fallthrough();  // Before the verbs: they take it over.
    app_.require_subcommand(1);
    add_globals(around);
    add_source_verbs();
    add_looking_verbs();
    add_asking_verbs();
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
  CLI::App* verb(const std::string& name, const std::string& text) {
    return app_.add_subcommand(name, text);
  }

  void add_globals(const Surroundings& around) {
    options_.engine =
        docker::default_endpoint(around.docker_host.empty() ? nullptr : around.docker_host.c_str());
    options_.state_file =
        around.is_root ? "/var/lib/boxwright/state.db" : around.state_home + "/boxwright/state.db";
    options_.no_color = around.no_color;
    app_.add_option("--engine", options_.engine, "Docker Engine, unix:///path");
    app_.add_option("--state", options_.state_file, "memory database");
    app_.add_option("--desired", options_.desired_file, "public database (beside the state file)");
    app_.add_option("--installation", options_.installation, "whose mark objects carry");
    app_.add_option("-o,--output", options_.output, "text, json, yaml, wide or name")
        ->check(CLI::IsMember({"text", "json", "yaml", "wide", "name"}));
    app_.add_option("--log-format", options_.log_format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
    app_.add_flag("-v,--verbose", options_.verbose, "say more");
    app_.add_flag("--no-color", options_.no_color, "no colour");
  }

  void add_folders(CLI::App* verb) {
    verb->add_option("-f,--folder", options_.folders, "a folder of specs (repeatable)");
    verb->add_flag("--table", options_.table, "the table in the public database, too");
  }

  void add_source_verbs() {
    auto* run = verb("run", "keep the boxes of these folders and of the table converged");
    run->add_option("folders", options_.folders, "folders of specs");
    auto* plan = verb("plan", "show what would be done; changes and writes nothing");
    add_folders(plan);
    plan->add_flag("--detailed-exitcode", options_.detailed_exitcode,
                   "0 nothing to do, 2 changes, 1 error");
    auto* apply = verb("apply", "do it once and wait until every box is ready");
    add_folders(apply);
    apply->add_flag("-y,--yes", options_.yes, "do not ask");
    apply->add_flag("--dry-run", options_.dry_run, "show the plan only");
    apply->add_option("--timeout", timeout_text, "how long to wait (10m)");
    auto* validate = verb("validate", "check specs without an engine");
    validate->add_option("-f,--folder,folders", options_.folders, "folders of specs");
    verb("version", "print the version");
  }

  void add_looking_verbs() {
    auto* get = verb("get", "list boxes as they are now");
    get->add_option("boxes", options_.names, "only these");
    get->add_option("-l,--selector", options_.selector, "only with this label, k=v");
    auto* describe = verb("describe", "all about one box");
    describe->add_option("boxes", options_.names, "boxes")->required();
    auto* events = verb("events", "what was done, and why");
    events->add_option("boxes", options_.names, "only these");
    events->add_flag("-f,--follow", options_.follow, "go on as they come");
    events->add_option("--since", since_text, "only the last, 10m");
    auto* wait = verb("wait", "wait for boxes");
    wait->add_option("boxes", options_.names, "boxes")->required();
    wait->add_option("--for", options_.wait_for, "Ready or Deleted")
        ->check(CLI::IsMember({"Ready", "Deleted"}));
    wait->add_option("--timeout", timeout_text, "how long (30s)");
  }

  CLI::App* asking(const std::string& name, const std::string& text, const char* what) {
    auto* sub = verb(name, text);
    sub->add_option(what, options_.names, what)->required();
    sub->add_option("--timeout", timeout_text, "how long to wait for it (2m)");
    return sub;
  }

  void add_asking_verbs() {
    auto* remove =
        asking("delete", "remove boxes that a table declared, or that nobody declares", "boxes");
    remove->add_flag("--volumes", options_.volumes, "and their data, after deletion.delay");
    remove->add_flag("--now", options_.now, "and their data at once");
    remove->add_flag("-y,--yes", options_.yes, "do not ask");
    auto* accept = asking("accept", "accept what Boxwright will not decide by itself", "boxes");
    accept->add_option("--empty", options_.accept_empty, "make this lost volume anew, empty");
    accept->add_option("--drop", options_.accept_drop, "let this volume go (it is kept)");
    accept->add_flag("--retained", options_.accept_retained, "take over the data that is there");
    accept->add_flag("--drift", options_.accept_drift, "replace a container nothing is known of");
    asking("confirm-prune", "confirm the removal of a set of boxes: SOURCE DIGEST", "source");
    auto* source = asking("source", "list | move NAME: take a source's new place", "source");
    source->footer("boxwright source list\nboxwright source move team");
    asking("restart", "stop and start boxes; tries again what failed", "boxes");
    for (const char* name : {"suspend", "resume"}) {
      auto* sub = verb(name, std::string{name} == "suspend" ? "change nothing until resumed"
                                                            : "go on after a suspend");
      sub->add_option("boxes", options_.names, "boxes");
      sub->add_flag("--all", options_.all, "all boxes");
      sub->add_option("--timeout", timeout_text, "how long to wait for it (2m)");
    }
    auto* backup = verb("backup", "copy both databases: FILE and FILE.desired");
    backup->add_option("file", options_.names, "where to")->required();
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

std::string hint(const std::string& word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return near.empty() ? std::string{"; see `boxwright --help`"}
                      : fmt::format("; did you mean `{}`?", near);
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_edits = 3;
  for (const auto& candidate : known) {
    const auto distance = edits(word, candidate);
    if (distance < best_edits) {
      best_edits = distance;
      best = candidate;
    }
  }
  return best;
}

Parsed parse_options(std::vector<std::string> words, const Surroundings& around) {
  Parsed parsed;
  CommandLine line(parsed.options, around);
  const auto verb = first_verb(words);
  const bool known = std::find(verbs().begin(), verbs().end(), verb) != verbs().end();
  const bool asks_help = std::find(words.begin(), words.end(), "--help") != words.end() ||
                         std::find(words.begin(), words.end(), "-h") != words.end();
  if (!verb.empty() && !known) {
    return usage_error(fmt::format("boxwright has no verb `{}`{}", verb, hint(verb, verbs())));
  }
  const auto flags = line.flags_of(verb);
  for (const auto& word : words) {
    if (!word.starts_with("--") || word == "--" || asks_help) continue;
    const auto flag = word.substr(0, word.find('='));
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) {
      return usage_error(
          fmt::format("`boxwright {}` has no flag `{}`{}", verb, flag, hint(flag, flags)));
    }
  }
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back.
    line.app().parse(words);
  } catch (const CLI::CallForHelp&) {
    parsed.text = line.app().help("", CLI::AppFormatMode::Normal);
    for (auto* sub : line.app().get_subcommands())
      parsed.text = sub->help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    return usage_error(fmt::format("{}; see `boxwright {} --help`", error.what(), verb));
  }
  parsed.options.verb = verb;
  for (auto [text, target] : {std::pair(&line.timeout_text, &parsed.options.timeout),
                              std::pair(&line.since_text, &parsed.options.since)}) {
    if (text->empty()) continue;
    const auto duration = parse_duration(*text);
    if (!duration) return usage_error(duration.error().message);
    *target = *duration;
  }
  if (!parsed.options.engine.starts_with("unix://")) {
    return usage_error(
        fmt::format("--engine {}: only unix:///path is spoken", parsed.options.engine));
  }
  parsed.run = true;
  return parsed;
}

}  // namespace boxwright::cli
