// An engine that is absent, closed, old, odd, slow or gone: one clear message, and nothing is lost.

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/end_to_end/harness.h"
#include "tests/support/scripted_server.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

/// No engine is needed: what is there is not one.
class NoEngine : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bw-fault-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    fs::create_directories(root_ / "boxes");
    write(root_ / "boxes" / "boxwright.yaml",
          "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: team}\n");
    write(root_ / "boxes" / "ada.yaml",
          "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada}\nspec: {image: 'a:1'}\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  static void write(const fs::path& file, const std::string& text) {
    std::ofstream out(file);
    out << text;
  }
  [[nodiscard]] fs::path socket() const { return root_ / "engine.sock"; }
  [[nodiscard]] Ran run(std::vector<std::string> words,
                        std::vector<std::string> prefix = {}) const {
    Child::Settings settings{std::move(prefix), root_ / "out", root_ / "err"};
    settings.words.emplace_back(BOXWRIGHT_BINARY);
    words.insert(words.end(), {"--engine", "unix://" + socket().string(), "--state",
                               (root_ / "state" / "state.db").string()});
    settings.words.insert(settings.words.end(), words.begin(), words.end());
    Ran ran;
    ran.code = Child(settings).wait(seconds(50));
    ran.out = read_text(settings.out);
    ran.err = read_text(settings.err);
    return ran;
  }
  /// One clear sentence with these words, the exit code, and not a line more.
  void expect_refused(const Ran& ran, int code, const std::string& words) const {
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
    EXPECT_LE(std::count(ran.err.begin(), ran.err.end(), '\n'), 2) << ran.err;
  }
  void expect_all_refused(int code, const std::string& words) const {
    const auto folder = (root_ / "boxes").string();
    expect_refused(run({"plan", "-f", folder}), code, words);
    expect_refused(run({"apply", "-f", folder, "--yes"}), code, words);
  }

  fs::path root_;
};

TEST_F(NoEngine, AnAbsentOneIsNamedWithWhatToDo) {
  expect_all_refused(1, "there is no Docker Engine at " + socket().string());
  EXPECT_EQ(run({"plan", "-f", (root_ / "boxes").string(), "--detailed-exitcode"}).code, 1);
}

TEST_F(NoEngine, ASocketThatIsNotPermittedSaysWhoMayUseIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const ScriptedServer server(socket(), [](const ScriptedRequest&) { return ScriptedReply{}; });
  fs::permissions(socket(), fs::perms::owner_all);
  fs::permissions(root_, fs::perms::all);
  const auto ran = run({"plan", "-f", (root_ / "boxes").string()},
                       {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  expect_refused(ran, 4, "no permission to use the Docker Engine's socket");
}

ScriptedReply ping(const std::string& newest, const std::string& oldest) {
  return {.status = 200,
          .body = "OK",
          .headers = "Api-Version: " + newest + "\r\nMin-Api-Version: " + oldest + "\r\n"};
}

TEST_F(NoEngine, AnOldOneSaysWhichVersionIsNeeded) {
  const ScriptedServer server(socket(), [](const ScriptedRequest& request) {
    if (request.path.ends_with("/_ping")) return ping("1.40", "1.12");
    return ScriptedReply{
        .status = 200,
        .body = R"({"Version": "19.03", "ApiVersion": "1.40", "MinAPIVersion": "1.12"})"};
  });
  expect_all_refused(1, "too old");
}

TEST_F(NoEngine, ATooNewOneSaysSo) {
  const ScriptedServer server(socket(), [](const ScriptedRequest& request) {
    if (request.path.ends_with("/_ping")) return ping("1.99", "1.90");
    return ScriptedReply{
        .status = 200,
        .body = R"({"Version": "99", "ApiVersion": "1.99", "MinAPIVersion": "1.90"})"};
  });
  expect_all_refused(1, "too new");
}

TEST_F(NoEngine, OneThatTellsNoJsonIsNamed) {
  const ScriptedServer server(socket(), [](const ScriptedRequest& request) {
    if (request.path.ends_with("/_ping")) return ping("1.41", "1.12");
    return ScriptedReply{.status = 200, .body = "{\"half\": "};
  });
  expect_all_refused(1, "JSON");
}

TEST_F(NoEngine, OneThatFailsInsideIsQuoted) {
  const ScriptedServer server(socket(), [](const ScriptedRequest& request) {
    if (request.path.ends_with("/_ping")) return ping("1.41", "1.12");
    return ScriptedReply{.status = 500, .body = R"({"message": "the disk is on fire"})"};
  });
  expect_all_refused(1, "the disk is on fire");
}

class EngineFault : public TwoBoxes {};

TEST_F(EngineFault, StoppedAndStartedUnderTheControllerBoxesComeBack) {
  engine().stop();
  EXPECT_TRUE(eventually([this] { return controller_->says("engine:"); })) << controller_->log();
  // Without the engine nothing is invented: what was stored is shown, and that it is old.
  const auto shown = run({"get"});
  EXPECT_EQ(shown.code, 1);
  EXPECT_NE(shown.err.find("not reachable"), std::string::npos) << shown.err;
  EXPECT_NE(shown.out.find("ada"), std::string::npos) << shown.out;
  EXPECT_TRUE(controller_->process().runs());
  engine().start();
  EXPECT_TRUE(
      eventually([] { return is_running("box-ada") && is_running("box-bob"); }, seconds(40)));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(has_data("ada"));
  EXPECT_TRUE(has_data("bob"));
  EXPECT_EQ(identities().size(), 2U);
  EXPECT_EQ(ada_.substr(0, 64), id("box-ada"));
  EXPECT_EQ(controller_->stop(), 0);
}

TEST_F(EngineFault, HangingHoldsUpNoOneForEverAndNothingIsRemoved) {
  engine().freeze();
  const auto held = start("get", {"get", "--no-color"});
  EXPECT_EQ(controller_->stop(), 0) << "it ends although the engine does not answer";
  engine().thaw();
  EXPECT_NE(held->wait(seconds(60)), -1);
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(EngineFault, HangingForAWhileUnderTheControllerItMendsWhatHappenedBefore) {
  {
    const Frozen held(controller_->process());
    engine().must("DELETE", "/containers/box-ada?force=1");
    engine().freeze();
  }
  // At the latest by the next list of everything (33 s) and its deadline (30 s): an engine that
  // froze before it sent the event gives no reason to look sooner.
  EXPECT_TRUE(eventually([this] { return controller_->says("did not answer"); }, seconds(120)))
      << controller_->log();
  EXPECT_TRUE(controller_->process().runs());
  engine().thaw();
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }, seconds(40)));
  EXPECT_TRUE(becomes_ready("ada"));
  expect_converged();
}

TEST_F(EngineFault, AnApplyThatIsInterruptedSaysWhereItStandsAndAnotherFinishes) {
  ASSERT_EQ(controller_->stop(), 0);
  for (int i = 0; i < 6; ++i)
    write_box(fmt::format("b{}", i));
  const auto applying = start("apply", {"apply", "-f", boxes().string(), "--yes"});
  ASSERT_TRUE(eventually([] { return identities().size() >= 3; }));
  applying->signal(SIGINT);
  EXPECT_EQ(applying->wait(seconds(10)), 130);
  EXPECT_NE(read_text(root() / "apply.err").find("nterrupted after the step in hand"),
            std::string::npos)
      << read_text(root() / "apply.err");
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(identities().size(), 8U);
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(plan().code, 0);
}

TEST_F(EngineFault, StoppedHalfWayThroughAnApplyTheNextOneFinishes) {
  ASSERT_EQ(controller_->stop(), 0);
  for (int i = 0; i < 6; ++i)
    write_box(fmt::format("b{}", i));
  const auto applying = start("apply", {"apply", "-f", boxes().string(), "--yes"});
  ASSERT_TRUE(eventually([] { return identities().size() >= 4; }));
  engine().stop();
  EXPECT_TRUE(applying->runs()) << "it waits for the engine: " << read_text(root() / "apply.err");
  engine().start();
  EXPECT_EQ(applying->wait(seconds(60)), 0) << read_text(root() / "apply.err");
  EXPECT_EQ(apply().code, 0);
  EXPECT_EQ(identities().size(), 8U);
  EXPECT_EQ(plan().code, 0) << plan().out;
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(EngineFault, AFolderThatMayNotBeReadIsNamed) {
  ASSERT_EQ(controller_->stop(), 0);
  fs::permissions(root(), fs::perms::owner_all | fs::perms::others_exec);
  // Names that may be listed and files that may not be looked at are not an empty folder.
  for (const auto rights : {fs::perms::owner_all, fs::perms::owner_all | fs::perms::others_read}) {
    fs::permissions(boxes(), rights);
    const auto ran = run_bare({"validate", boxes().string()},
                              {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    EXPECT_NE(ran.code, 0);
    EXPECT_NE(ran.err.find(boxes().string() + " cannot be read"), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace boxwright::test
