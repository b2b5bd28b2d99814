#include "controller/cli/options.h"

#include <gtest/gtest.h>

#include <functional>

#include "controller/cli/exit_codes.h"

namespace boxwright::cli {
namespace {

Surroundings as_root() {
  Surroundings around;
  around.is_root = true;
  return around;
}

Parsed parse(std::vector<std::string> words, const Surroundings& around = as_root()) {
  return parse_options(std::move(words), around);
}

struct GlobalFlag {
  std::vector<std::string> words;
  std::function<bool(const Options&)> is_set;
};

const std::vector<GlobalFlag>& global_flags() {
  static const std::vector<GlobalFlag> kFlags{
      {{"--engine", "unix:///x.sock"}, [](const auto& o) { return o.engine == "unix:///x.sock"; }},
      {{"--engine=unix:///x.sock"}, [](const auto& o) { return o.engine == "unix:///x.sock"; }},
      {{"--state", "/s.db"}, [](const auto& o) { return o.state_file == "/s.db"; }},
      {{"--desired", "/d.db"}, [](const auto& o) { return o.desired_file == "/d.db"; }},
      {{"--installation", "two"}, [](const auto& o) { return o.installation == "two"; }},
      {{"-o", "json"}, [](const auto& o) { return o.output == "json"; }},
      {{"--output", "yaml"}, [](const auto& o) { return o.output == "yaml"; }},
      {{"--log-format", "json"}, [](const auto& o) { return o.log_format == "json"; }},
      {{"-v"}, [](const auto& o) { return o.verbose; }},
      {{"--verbose"}, [](const auto& o) { return o.verbose; }},
      {{"--no-color"}, [](const auto& o) { return o.no_color; }}};
  return kFlags;
}

/// The least that each verb needs.
std::vector<std::string> least_words(const std::string& verb) {
  if (verb == "describe" || verb == "why" || verb == "wait" || verb == "delete" ||
      verb == "restart" || verb == "suspend" || verb == "resume" || verb == "history" ||
      verb == "rollback" || verb == "rollout") {
    return {verb, "ada"};
  }
  if (verb == "accept") return {verb, "ada", "--drift"};
  if (verb == "confirm-prune") return {verb, "team", "4f2c"};
  if (verb == "source" || verb == "layer") return {verb, "list"};
  if (verb == "backup") return {verb, "copy.db"};
  if (verb == "diff") return {verb, "ada", "1"};
  if (verb == "purge") return {verb, "ada"};
  if (verb == "volume") return {verb, "copy", "ada", "bob"};
  if (verb == "completion") return {verb, "bash"};
  if (verb == "explain" || verb == "fmt" || verb == "init" || verb == "new") return {verb, "ada"};
  return {verb};
}

TEST(Options, TakesEveryGlobalFlagBeforeAndAfterEveryVerb) {
  for (const auto& verb : verbs()) {
    const auto least = least_words(verb);
    for (const auto& flag : global_flags()) {
      auto before = flag.words;
      before.insert(before.end(), least.begin(), least.end());
      auto after = least;
      after.insert(after.end(), flag.words.begin(), flag.words.end());
      for (const auto& words : {before, after}) {
        const auto parsed = parse(words);
        ASSERT_TRUE(parsed.run) << verb << " " << flag.words.front() << ": " << parsed.text;
        EXPECT_EQ(parsed.options.verb, verb);
        EXPECT_TRUE(flag.is_set(parsed.options)) << verb << " " << flag.words.front();
      }
    }
  }
}

TEST(Options, NeedsNothingButTheVerbToRun) {
  const auto parsed = parse({"run"});
  ASSERT_TRUE(parsed.run) << parsed.text;
  EXPECT_EQ(parsed.options.engine, "unix:///var/run/docker.sock");
  EXPECT_EQ(parsed.options.state_file, "/var/lib/boxwright/state.db");
  EXPECT_EQ(parsed.options.installation, "default");
  EXPECT_EQ(parsed.options.output, "text");
  EXPECT_TRUE(parsed.options.folders.empty());
  EXPECT_FALSE(parsed.options.timeout.has_value());
}

TEST(Options, AskForNoEngineWhereOnlySpecsAreRead) {
  Surroundings around = as_root();
  around.docker_host = "tcp://elsewhere:2375";
  EXPECT_TRUE(parse({"validate", "boxes"}, around).run);
  EXPECT_TRUE(parse({"explain", "env"}, around).run);
  EXPECT_TRUE(parse({"fmt", "ada.yaml"}, around).run);
  EXPECT_FALSE(parse({"get"}, around).run);
}

TEST(Options, KeepsTheStateOfAnotherUserInTheirHome) {
  Surroundings around;
  around.state_home = "/var/eve/state";
  EXPECT_EQ(parse({"get"}, around).options.state_file, "/var/eve/state/boxwright/state.db");
}

TEST(Options, TakesTheEngineFromDockerHostUnlessAFlagSaysOtherwise) {
  auto around = as_root();
  around.docker_host = "unix:///run/user/1000/docker.sock";
  EXPECT_EQ(parse({"get"}, around).options.engine, "unix:///run/user/1000/docker.sock");
  EXPECT_EQ(parse({"get", "--engine", "unix:///y.sock"}, around).options.engine, "unix:///y.sock");
}

TEST(Options, RefusesAnEngineThatIsNoUnixSocket) {
  auto around = as_root();
  around.docker_host = "tcp://10.0.0.1:2375";
  const auto parsed = parse({"get"}, around);
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, kUsage);
  EXPECT_NE(parsed.text.find("unix:///path"), std::string::npos) << parsed.text;
}

TEST(Options, TakesFoldersByFlagAndByPosition) {
  const std::vector<std::string> both{"a", "b"};
  EXPECT_EQ(parse({"plan", "-f", "a", "-f", "b"}).options.folders, both);
  EXPECT_EQ(parse({"apply", "-f", "a", "--folder", "b", "--yes"}).options.folders, both);
  EXPECT_EQ(parse({"run", "a", "b"}).options.folders, both);
  EXPECT_EQ(parse({"validate", "a", "b"}).options.folders, both);
}

TEST(Options, ReadsTheFlagsOfEachVerb) {
  EXPECT_TRUE(parse({"plan", "--detailed-exitcode"}).options.detailed_exitcode);
  EXPECT_TRUE(parse({"plan", "--table"}).options.table);
  EXPECT_TRUE(parse({"apply", "-f", "x", "-y"}).options.yes);
  EXPECT_TRUE(parse({"apply", "-f", "x", "--dry-run"}).options.dry_run);
  EXPECT_EQ(parse({"get", "-l", "team=x"}).options.selector, "team=x");
  EXPECT_TRUE(parse({"events", "ada", "-f"}).options.follow);
  EXPECT_EQ(parse({"events", "--since", "10m"}).options.since, Duration{600'000});
  EXPECT_TRUE(parse({"delete", "eve", "--volumes", "--now"}).options.now);
  EXPECT_EQ(parse({"accept", "ada", "--empty", "inbox"}).options.accept_empty, "inbox");
  EXPECT_TRUE(parse({"suspend", "--all"}).options.all);
}

TEST(Options, ChoosesTheBoxesOfAPlanAndWhatBecomesOfIt) {
  const std::vector<std::string> both{"ada", "bob"};
  for (const char* verb : {"plan", "apply"}) {
    const auto parsed =
        parse({verb, "-f", "x", "--box", "ada", "--box", "bob", "--source", "team", "-l", "k=v"});
    EXPECT_EQ(parsed.options.only_boxes, both);
    EXPECT_EQ(parsed.options.only_sources, std::vector<std::string>{"team"});
    EXPECT_EQ(parsed.options.selector, "k=v");
    EXPECT_EQ(parsed.options.folders, std::vector<std::string>{"x"});
  }
  EXPECT_EQ(parse({"plan", "--out", "p.json"}).options.out, "p.json");
  EXPECT_TRUE(parse({"plan", "--watch"}).options.watch);
  EXPECT_EQ(parse({"plan", "--watch", "--out", "p"}).exit_code, kUsage);
  EXPECT_TRUE(parse({"apply", "p.json", "--json-lines"}).options.json_lines);
}

TEST(Options, WaitsForReadyUnlessToldOtherwise) {
  EXPECT_EQ(parse({"wait", "ada"}).options.wait_for, "Ready");
  EXPECT_EQ(parse({"wait", "ada", "--for", "deleted"}).options.wait_for, "Deleted");
  EXPECT_EQ(parse({"wait", "ada", "--for=Gone"}).exit_code, kUsage);
}

TEST(Options, WaitsForAnyCondition) {
  EXPECT_EQ(parse({"wait", "ada", "--for", "stalled=false"}).options.wait_for, "Stalled=false");
  EXPECT_EQ(parse({"wait", "ada", "--for=condition=ready"}).options.wait_for, "Ready");
  EXPECT_EQ(parse({"wait", "ada", "--for", "!Suspended"}).options.wait_for, "!Suspended");
  EXPECT_EQ(parse({"wait", "ada", "--for", "delete"}).options.wait_for, "Deleted");
  const auto slip = parse({"wait", "ada", "--for", "Stale"});
  EXPECT_EQ(slip.exit_code, kUsage);
  EXPECT_NE(slip.text.find("did you mean `Stalled`?"), std::string::npos) << slip.text;
}

TEST(Options, ReadsTheFiltersOfGet) {
  const auto got = parse({"get", "-w", "--condition", "Stalled", "--condition", "!Ready", "ada",
                          "--sort", "memory", "--source", "team", "-o", "wide"});
  ASSERT_TRUE(got.run) << got.text;
  EXPECT_TRUE(got.options.follow);
  EXPECT_EQ(got.options.conditions, (std::vector<std::string>{"Stalled", "!Ready"}));
  EXPECT_EQ(got.options.names, std::vector<std::string>{"ada"});
  EXPECT_EQ(got.options.sort, "memory");
  EXPECT_EQ(got.options.source_name, "team");
  EXPECT_EQ(parse({"get", "--sort", "size"}).exit_code, kUsage);
  EXPECT_EQ(parse({"get", "--condition", "Redy"}).exit_code, kUsage);
  EXPECT_EQ(parse({"get", "-l", "a b"}).exit_code, kUsage);
}

TEST(Options, ReadsTheFiltersOfEvents) {
  const auto got = parse({"events", "--since", "2026-11-26T10:00:00Z", "--type", "warning",
                          "--action", "StartContainer", "--limit", "20", "ada"});
  ASSERT_TRUE(got.run) << got.text;
  EXPECT_EQ(to_rfc3339(got.options.since_time.value_or(WallTime{})), "2026-11-26T10:00:00.000Z");
  EXPECT_EQ(got.options.event_type, "Warning");
  EXPECT_EQ(got.options.actions, std::vector<std::string>{"StartContainer"});
  EXPECT_EQ(got.options.names, std::vector<std::string>{"ada"});
  EXPECT_EQ(got.options.limit, 20);
  EXPECT_EQ(parse({"events", "--since", "yesterday"}).exit_code, kUsage);
  EXPECT_EQ(parse({"events", "--limit", "-3"}).exit_code, kUsage);
}

TEST(Options, KeepsTheVerbsForProgramsOutOfTheHelp) {
  for (const auto& verb : hidden_verbs()) {
    EXPECT_TRUE(parse({verb, "boxes"}).run) << verb;
    EXPECT_EQ(parse({"--help"}).text.find(verb), std::string::npos) << verb;
  }
}

TEST(Options, ExplainsItsExitCodes) {
  const auto parsed = parse({"help", "exit-codes"});
  EXPECT_EQ(parsed.exit_code, kOk);
  EXPECT_FALSE(parsed.text_is_error);
  for (const char* code : {"\n3 ", "\n64 ", "\n130 "})
    EXPECT_NE(parsed.text.find(code), std::string::npos) << parsed.text;
}

TEST(Options, TellsNoTimeoutFromATimeoutOfNothing) {
  EXPECT_EQ(parse({"wait", "ada", "--timeout", "0s"}).options.timeout, Duration{0});
  EXPECT_EQ(parse({"wait", "ada"}).options.timeout, std::nullopt);
  const auto unitless = parse({"wait", "ada", "--timeout", "5"});
  EXPECT_EQ(unitless.exit_code, kUsage);
  EXPECT_NE(unitless.text.find("--timeout"), std::string::npos) << unitless.text;
}

TEST(Options, SuggestsTheVerbThatWasMeant) {
  const auto parsed = parse({"plna"});
  EXPECT_EQ(parsed.exit_code, kUsage);
  EXPECT_TRUE(parsed.text_is_error);
  EXPECT_NE(parsed.text.find("did you mean `plan`?"), std::string::npos) << parsed.text;
}

TEST(Options, SuggestsTheFlagThatWasMeantAlsoWhereSomethingElseIsMissing) {
  const auto parsed = parse({"describe", "--outptu", "json"});
  EXPECT_EQ(parsed.exit_code, kUsage);
  EXPECT_NE(parsed.text.find("did you mean `--output`?"), std::string::npos) << parsed.text;
}

TEST(Options, SuggestsTheValueThatWasMeant) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"get", "-o", "jsno"}, {"get", "--output=jsno"}, {"--output", "jsno", "get"}}) {
    const auto parsed = parse(words);
    EXPECT_EQ(parsed.exit_code, kUsage);
    EXPECT_NE(parsed.text.find("did you mean `json`?"), std::string::npos) << parsed.text;
  }
  const auto far = parse({"get", "--sort", "happiness"});
  EXPECT_NE(far.text.find("takes name, age, memory, restarts, not `happiness`"), std::string::npos)
      << far.text;
  EXPECT_TRUE(parse({"events", "--type", "warning"}).run) << "capitals do not matter there";
}

TEST(Options, TakesNoFlagOfAnotherVerb) {
  EXPECT_EQ(parse({"get", "--detailed-exitcode"}).exit_code, kUsage);
  EXPECT_EQ(parse({"plan", "--yes"}).exit_code, kUsage);
}

TEST(Options, SaysWhatIsMissing) {
  EXPECT_EQ(parse({"describe"}).exit_code, kUsage);
  EXPECT_EQ(parse({"backup"}).exit_code, kUsage);
  const auto nothing = parse({});
  EXPECT_EQ(nothing.exit_code, kUsage);
  EXPECT_NE(nothing.text.find("boxwright --help"), std::string::npos) << nothing.text;
}

TEST(Options, AcceptsOneThingAtATime) {
  EXPECT_EQ(parse({"accept", "ada", "--empty", "inbox", "--drift"}).exit_code, kUsage);
  EXPECT_EQ(parse({"accept", "ada", "--retained", "--drift"}).exit_code, kUsage);
}

TEST(Options, ShowsHelpOnStandardOutputWithExitCodeZero) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"help"}, {"plan", "--help"}, {"help", "plan"}}) {
    const auto parsed = parse(words);
    EXPECT_FALSE(parsed.run);
    EXPECT_FALSE(parsed.text_is_error) << parsed.text;
    EXPECT_EQ(parsed.exit_code, kOk);
  }
  EXPECT_NE(parse({"help", "plan"}).text.find("--detailed-exitcode"), std::string::npos);
  EXPECT_NE(parse({"--help"}).text.find("confirm-prune"), std::string::npos);
}

TEST(Options, HelpNamesEveryVerb) {
  const auto help = parse({"--help"}).text;
  for (const auto& verb : verbs())
    EXPECT_NE(help.find("\n  " + verb + " "), std::string::npos) << verb;
}

TEST(Options, AnswersToTheUsualVersionFlag) {
  EXPECT_EQ(parse({"--version"}).options.verb, "version");
}

TEST(Options, TakesThePleaForNoColourFromTheSurroundings) {
  auto around = as_root();
  around.no_color = true;
  EXPECT_TRUE(parse({"get"}, around).options.no_color);
}

}  // namespace
}  // namespace boxwright::cli
