// Plans: what they cost, what they are about, saved ones, and watching them be carried out.

#include <fmt/core.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/end_to_end/harness.h"
#include "tests/support/json_schema.h"
#include "tests/support/raw_http.h"
#include "tests/support/scripted_server.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kSecret = "hunter2-correct-horse";

/// `ada` and `bob` stand as declared; no controller runs.
class Plans : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    fs::create_directories(root() / "secrets");
    fs::permissions(root() / "secrets", fs::perms::owner_all);
    write_file(root() / "secrets" / "password", kSecret);
    write_marker(
        fmt::format("  pruneDelay: 1h\n  secretsDir: {}\n", (root() / "secrets").string()));
    write_box("ada", "", "  labels: {team: compilers}\n");
    write_box("bob");
    const auto applied = apply();
    ASSERT_EQ(applied.code, 0) << applied.err;
    before_ = identities();
  }
  [[nodiscard]] std::string file() const { return (root() / "saved.json").string(); }
  [[nodiscard]] Ran save(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"plan", "-f", boxes().string(), "--out", file()};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  [[nodiscard]] Ran apply_saved() const { return run({"apply", file(), "--timeout", "40s"}); }

  std::map<std::string, std::string> before_;
};

/// Hands every request on to the engine, and remembers it.
ScriptedReply pass_on(const std::filesystem::path& engine, const ScriptedRequest& request) {
  const auto reply = raw_http(engine, request.method, request.path, request.body);
  ScriptedReply passed{.status = reply.status, .body = reply.body};
  for (const auto& [name, value] : reply.headers) {
    if (name.starts_with("api-version")) passed.headers += "Api-Version: " + value + "\r\n";
  }
  return passed;
}

TEST_F(Plans, TellWhatAReplacementCostsByReadingCallsAlone) {
  exec("box-ada", {"sh", "-c", "mkdir -p /home/coder/notes; echo hello > /home/coder/notes/todo"});
  exec("box-ada", {"dd", "if=/dev/zero", "of=/home/coder/big", "bs=1024", "count=300"});
  exec("box-ada", {"sh", "-c", "echo safe > /home/coder/workspace/safe"});
  write_box("ada", "  env: {EDITOR: vim}\n", "  labels: {team: compilers}\n");
  write_box("bob", "  resources: {cpus: 0.5, memory: 96MiB, pids: 64}\n");
  const auto socket = root() / "proxy.sock";
  const ScriptedServer proxy(
      socket, [](const ScriptedRequest& request) { return pass_on(engine().socket(), request); });
  const auto planned = run_bare({"plan", "-f", boxes().string(), "--engine",
                                 "unix://" + socket.string(), "--state", state_file().string()});
  EXPECT_EQ(planned.code, 0) << planned.err;
  EXPECT_TRUE(has(planned.out,
                  "  -/+ ada: replace\n        spec.env.EDITOR: (none) -> vim  "
                  "(replace, ada.yaml:"))
      << planned.out;
  EXPECT_TRUE(has(planned.out, "        downtime: about ")) << planned.out;
  EXPECT_TRUE(has(planned.out, "(at most 1s to stop, ")) << planned.out;
  EXPECT_TRUE(has(planned.out, " as at its last start)\n")) << planned.out;
  EXPECT_TRUE(has(planned.out, "  /home/coder/big\n")) << planned.out;
  EXPECT_TRUE(has(planned.out, "  /home/coder/notes/todo\n")) << planned.out;
  EXPECT_FALSE(has(planned.out, "/home/coder/workspace")) << planned.out;
  EXPECT_TRUE(has(planned.out, "1 to change live, 1 to replace")) << planned.out;
  std::size_t measured = 0;
  for (const auto& request : proxy.requests()) {
    EXPECT_EQ(request.method, "GET") << request.path;
    const bool measures = has(request.path, "size=true") || has(request.path, "/changes");
    measured += measures ? 1 : 0;
    EXPECT_TRUE(!measures || has(request.path, id("box-ada"))) << request.path;
  }
  EXPECT_EQ(measured, 2U) << "only what is to be replaced is measured";
  EXPECT_EQ(identities(), before_);
}

TEST_F(Plans, NameTheDefaultsWhereTheyAskForAChange) {
  write_file(boxes() / "defaults.yaml",
             "apiVersion: boxwright.dev/v1\nkind: Defaults\nmetadata: {name: default}\n"
             "spec:\n  env:\n    EDITOR: vim\n");
  const auto planned = run({"plan", "-f", boxes().string()});
  EXPECT_TRUE(has(planned.out, "spec.env.EDITOR: (none) -> vim  (replace, defaults.yaml:6)"))
      << planned.out;
  ASSERT_EQ(apply().code, 0);
  const auto why = run({"why", "ada"});
  EXPECT_TRUE(has(why.out, "because of spec.env.EDITOR (none) -> vim (defaults.yaml:6), by "))
      << why.out;
  EXPECT_TRUE(has(why.out, " (whose file it is), revision ")) << why.out;
}

TEST_F(Plans, ShowWhatIsWrongWithinARow) {
  (void)sql(
      "INSERT INTO desired_boxes (name, spec) VALUES ('eve',"
      " '{\"image\": \"bb:1\", \"resources\": {\"memroy\": \"2GiB\"}}')");
  const auto planned = run({"plan", "--table"});
  EXPECT_TRUE(has(planned.out + planned.err,
                  "error[BW0103]: `memroy` is not a field of `spec.resources`\n"
                  "  --> desired_boxes/eve#/resources/memroy\n"
                  "   |\n"
                  " 1 | {\"image\": \"bb:1\", \"resources\": {\"memroy\": \"2GiB\"}}\n"
                  "   |                                 ^^^^^^^^\n"
                  "   = help: did you mean `memory`?\n"))
      << planned.out << planned.err;
}

TEST_F(Plans, AsJsonFitTheSchema) {
  write_box("ada", "  env: {EDITOR: vim}\n");
  remove_box("bob");
  write_box("eve");
  const auto planned = run({"plan", "-f", boxes().string(), "-o", "json"});
  EXPECT_EQ(planned.code, 0) << planned.err;
  EXPECT_TRUE(fits_schema("docs/reference/plan.schema.json", planned.out));
  const auto view = json::parse(planned.out);
  EXPECT_EQ(view.at("summary").at("replace"), 1);
  EXPECT_EQ(view.at("boxes").at(0).at("actions").at(0).at("price").at("startBasis"), "lastStart");
}

TEST_F(Plans, AreAboutTheBoxesThatAreNamed) {
  write_box("ada", "  env: {A: b}\n", "  labels: {team: compilers}\n");
  write_box("bob", "  env: {A: b}\n");
  write_box("eve");
  const auto of = [this](std::vector<std::string> words) {
    words.insert(words.begin(), {"plan", "-f", boxes().string()});
    return run(words);
  };
  const auto one = of({"--box", "ada"});
  EXPECT_TRUE(has(one.out, "ada: replace")) << one.out;
  EXPECT_TRUE(has(one.out, "0 to create, 0 to change live, 1 to replace")) << one.out;
  const auto two = of({"--box", "ada", "--box", "eve"});
  EXPECT_TRUE(has(two.out, "1 to create, 0 to change live, 1 to replace")) << two.out;
  const auto labelled = of({"-l", "team=compilers"});
  EXPECT_EQ(labelled.out, one.out);
  EXPECT_EQ(of({"--source", "team"}).out, of({}).out);
  const auto wrong = of({"--box", "addda"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_TRUE(has(wrong.err, "did you mean `ada`?")) << wrong.err;
  EXPECT_EQ(of({"--source", "tem"}).code, 1);
  // A source is found again by its name.
  EXPECT_EQ(run({"plan", "--source", "team", "--box", "ada"}).out, one.out);
  const auto applied = run({"apply", "-f", boxes().string(), "--box", "ada", "--yes"});
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(identity("box-ada"), before_.at("box-ada"));
  EXPECT_EQ(identity("box-bob"), before_.at("box-bob"));
  EXPECT_FALSE(exists("box-eve"));
}

TEST_F(Plans, SavedAreCarriedOutExactly) {
  write_box("ada", "  env: {A: b}\n  secrets: {PASSWORD: {from: password}}\n");
  remove_box("bob");
  const auto saved = save();
  EXPECT_EQ(saved.code, 0) << saved.err;
  EXPECT_TRUE(has(saved.out, "bob: remove\n")) << "removals are agreed to: " << saved.out;
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(has(read_text(file()), kSecret));
  EXPECT_EQ(identities(), before_);
  const auto applied = apply_saved();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(identity("box-ada"), before_.at("box-ada"));
  EXPECT_FALSE(exists("box-bob"));
  EXPECT_EQ(plan().code, 0);
  const auto again = apply_saved();
  EXPECT_EQ(again.code, 5) << "it was for another state of things: " << again.err;
}

TEST_F(Plans, SavedAreRefusedWhenASpecMoved) {
  write_box("ada", "  env: {A: b}\n");
  ASSERT_EQ(save().code, 0);
  write_box("ada", "  env: {A: c}\n");
  write_box("eve");
  const auto applied = apply_saved();
  EXPECT_EQ(applied.code, 5) << applied.err;
  EXPECT_TRUE(has(applied.err, "ada: spec.env.A: b -> c")) << applied.err;
  EXPECT_TRUE(has(applied.err, "eve: was not declared when the plan was made")) << applied.err;
  EXPECT_EQ(identities(), before_);
}

TEST_F(Plans, SavedAreRefusedWhenTheEngineMoved) {
  write_box("ada", "  env: {A: b}\n");
  ASSERT_EQ(save().code, 0);
  engine().must("POST", "/containers/box-bob/stop?t=1");
  const auto applied = apply_saved();
  EXPECT_EQ(applied.code, 5) << applied.err;
  EXPECT_TRUE(has(applied.err, "bob: container box-bob state: running -> exited")) << applied.err;
  EXPECT_EQ(identity("box-ada"), before_.at("box-ada"));
  EXPECT_FALSE(is_running("box-bob"));
}

TEST_F(Plans, SavedForOneBoxMindNoOther) {
  write_box("ada", "  env: {A: b}\n");
  ASSERT_EQ(save({"--box", "ada"}).code, 0);
  write_box("bob", "  env: {A: b}\n");
  const auto applied = apply_saved();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(identity("box-ada"), before_.at("box-ada"));
  EXPECT_EQ(identity("box-bob"), before_.at("box-bob"));
}

TEST_F(Plans, ThatAreWrongAreNotSaved) {
  write_file(boxes() / "wrong.yaml",
             "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {nme: x}\n");
  EXPECT_EQ(save().code, 6);
  EXPECT_FALSE(fs::exists(file()));
  write_file(file(), "{}");
  EXPECT_EQ(apply_saved().code, 6);
  EXPECT_EQ(run({"apply", file(), "--box", "ada"}).code, 64);
}

TEST_F(Plans, CarriedOutAreSummedUpWithTheirTimes) {
  write_box("ada", "  env: {A: b}\n");
  write_box("eve");
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_TRUE(has(applied.err, "BOX  RESULT  TOOK\nada  ready   ")) << applied.err;
  EXPECT_TRUE(has(applied.err, "\neve  ready   ")) << applied.err;
  EXPECT_TRUE(has(applied.err, "3 boxes are as wanted; took ")) << applied.err;
  EXPECT_FALSE(has(applied.err, "creating")) << "no terminal: " << applied.err;
  write_box("ada");
  const auto told = run({"apply", "-f", boxes().string(), "--yes", "-v"});
  EXPECT_TRUE(has(told.err, "ada: creating\n")) << told.err;
  EXPECT_TRUE(has(told.err, "ada: stopping\n")) << told.err;
}

TEST_F(Plans, CarriedOutAreToldToProgramsLineByLine) {
  write_box("ada", "  env: {A: b}\n");
  const auto applied = run({"apply", "-f", boxes().string(), "--yes", "--json-lines"});
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(applied.err, "");
  EXPECT_TRUE(fits_schema("docs/reference/apply-line.schema.json", applied.out, true));
  for (const char* part : {R"("event":"plan")", R"("step":"CreateContainer")", R"("state":"ready")",
                           R"("result":"ready")", R"("exitCode":0)"})
    EXPECT_TRUE(has(applied.out, part)) << part << "\n" << applied.out;
}

TEST_F(Plans, ThatFailShowTheReasonAndTheLastWordsWithoutSecrets) {
  write_box("ada",
            "  secrets: {PASSWORD: {from: password}}\n"
            "  command: [sh, -c, 'echo going down with $PASSWORD; exit 3']\n");
  const auto applied = apply();
  EXPECT_EQ(applied.code, 1) << applied.err;
  EXPECT_TRUE(has(applied.err, "ada: not as wanted: RolledBack: ")) << applied.err;
  EXPECT_TRUE(has(applied.err, "    | going down with (hidden)\n")) << applied.err;
  EXPECT_FALSE(has(applied.err, kSecret)) << applied.err;
  EXPECT_TRUE(is_running("box-ada"));
}

TEST_F(Plans, AreShownAgainWheneverTheyChangeUntilCtrlC) {
  const auto watching = start("watch", {"plan", "-f", boxes().string(), "--watch"});
  const auto out = [this] { return read_text(root() / "watch.out"); };
  EXPECT_TRUE(eventually([&] { return has(out(), "Nothing to do: 2 boxes are as wanted."); }));
  write_box("ada", "  env: {A: b}\n");
  EXPECT_TRUE(eventually([&] { return has(out(), "1 to replace"); })) << out();
  const auto shown = out();
  EXPECT_TRUE(keeps([&] { return out() == shown; }, seconds(3))) << "and not again: " << out();
  engine().must("POST", "/containers/box-bob/stop?t=1");
  EXPECT_TRUE(eventually([&] { return has(out(), "bob: start"); })) << out();
  watching->signal(SIGINT);
  EXPECT_EQ(watching->wait(seconds(5)), 0);
  EXPECT_EQ(identity("box-ada"), before_.at("box-ada"));
}

}  // namespace
}  // namespace boxwright::test
