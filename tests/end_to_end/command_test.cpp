// The verbs, beside a running controller and without one.

#include <fmt/core.h>

#include "tests/end_to_end/harness.h"
#include "tests/support/raw_http.h"
#include "tests/support/scripted_server.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

enum class Beside { Controller, Nobody };

/// Two boxes from a folder and one from the table.
class Verbs : public EndToEnd, public ::testing::WithParamInterface<Beside> {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    write_box("ada");
    write_box("bob");
    controller_ = start_controller();
    (void)sql(
        fmt::format("INSERT INTO desired_boxes (name, spec) VALUES ('tess',"
                    " '{{\"image\": \"{}\", \"stopGracePeriod\": \"1s\"}}')",
                    kImage));
    for (const char* name : {"ada", "bob", "tess"})
      ASSERT_TRUE(becomes_ready(name));
    before_ = identities();
    if (GetParam() == Beside::Nobody) {
      ASSERT_EQ(controller_->stop(), 0);
      controller_.reset();
    }
  }

  std::unique_ptr<Controller> controller_;
  std::map<std::string, std::string> before_;
};

TEST_P(Verbs, ThatLookTellWhatTheEngineSays) {
  const auto listed = must({"get"});
  for (const char* name : {"ada", "bob", "tess"})
    EXPECT_NE(listed.out.find(name), std::string::npos) << listed.out;
  EXPECT_EQ(must({"get", "-o", "name"}).out, "ada\nbob\ntess\n");
  const auto described = must({"describe", "ada"});
  EXPECT_NE(described.out.find(id("box-ada").substr(0, 12)), std::string::npos) << described.out;
  EXPECT_NE(must({"events", "ada"}).out.find("CreateContainer"), std::string::npos);
  EXPECT_NE(must({"events", "ada", "-o", "json"}).out.find("\"box\":\"ada\""), std::string::npos);
  EXPECT_NE(must({"source", "list"}).out.find("team"), std::string::npos);
  (void)must({"wait", "ada", "bob", "--timeout", "10s"});
  (void)must({"wait", "nobody", "--timeout", "1s"}, 3);
  EXPECT_NE(must({"get", "nobody"}, 1).err.find("there is no box nobody"), std::string::npos);
  (void)must({"validate", boxes().string()});
  EXPECT_EQ(must({"version"}).out.substr(0, 10), "boxwright ");
  EXPECT_EQ(identities(), before_);
}

TEST_P(Verbs, RestartStopsAndStartsTheSameContainer) {
  const auto container = id("box-ada");
  (void)must({"restart", "ada"});
  EXPECT_TRUE(eventually([&] { return is_running("box-ada"); }));
  EXPECT_EQ(id("box-ada"), container);
  EXPECT_NE(identity("box-ada"), before_.at("box-ada"));
  EXPECT_EQ(identity("box-bob"), before_.at("box-bob"));
  (void)must({"restart", "nobody"}, 1);
}

TEST_P(Verbs, SuspendHoldsAndResumeMends) {
  (void)must({"suspend", "ada"});
  if (GetParam() == Beside::Nobody) controller_ = start_controller();
  EXPECT_TRUE(comes_to("ada", "Suspended", "Suspended"));
  engine().must("POST", "/containers/box-ada/stop?t=1");
  EXPECT_TRUE(keeps([] { return !is_running("box-ada"); }, seconds(2)));
  if (GetParam() == Beside::Nobody) {
    ASSERT_EQ(controller_->stop(), 0);
    controller_.reset();
  }
  (void)must({"resume", "ada"});
  if (GetParam() == Beside::Nobody) controller_ = start_controller();
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(identity("box-bob"), before_.at("box-bob"));
}

TEST_P(Verbs, DeleteRemovesWhatARowDeclaresAndRefusesWhatAFileDoes) {
  const auto refused = must({"delete", "ada", "--yes"}, 5);
  EXPECT_NE(refused.err.find("ada.yaml:"), std::string::npos) << refused.err;
  (void)must({"delete", "tess", "--yes"});
  EXPECT_TRUE(eventually([] { return !exists("box-tess"); }));
  EXPECT_EQ(sql("SELECT count(*) FROM desired_boxes"), "0");
  EXPECT_TRUE(fs::exists(volume_folder("box-tess-workspace")));
  EXPECT_EQ(identity("box-ada"), before_.at("box-ada"));
  (void)must({"delete", "tess"}, 64);
}

TEST_P(Verbs, WithWrongWordsSayHowItIsMeant) {
  EXPECT_NE(must({"gte"}, 64).err.find("get"), std::string::npos);
  EXPECT_NE(must({"get", "--otput", "json"}, 64).err.find("--output"), std::string::npos);
  (void)must({"accept", "ada"}, 64);
  (void)must({"source", "shift", "team"}, 64);
  (void)must({"apply", "-f", boxes().string()}, 64);
  EXPECT_EQ(identities(), before_);
}

INSTANTIATE_TEST_SUITE_P(Beside, Verbs, ::testing::Values(Beside::Controller, Beside::Nobody),
                         [](const auto& one) {
                           return one.param == Beside::Controller ? "AController" : "Nobody";
                         });

class Lock : public TwoBoxes {};

TEST_F(Lock, ASecondControllerAndAnApplySayWhoHoldsIt) {
  const auto pid = fmt::format("pid {}", controller_->process().pid());
  const auto second = run({"run", boxes().string()}, seconds(10));
  EXPECT_EQ(second.code, 5);
  EXPECT_NE(second.err.find(pid), std::string::npos) << second.err;
  const auto applied = apply();
  EXPECT_EQ(applied.code, 5);
  EXPECT_NE(applied.err.find(pid), std::string::npos) << applied.err;
  // Nor with a state file of its own: it is one installation on one engine.
  const auto elsewhere =
      run_bare({"apply", "-f", boxes().string(), "--yes", "--engine", engine().endpoint(),
                "--state", (root() / "other" / "state.db").string()});
  EXPECT_EQ(elsewhere.code, 5);
  EXPECT_NE(elsewhere.err.find(pid), std::string::npos) << elsewhere.err;
  EXPECT_EQ(identity("box-ada"), ada_);
}

class Plan : public EndToEnd {};

TEST_F(Plan, MakesOnlyReadingCalls) {
  write_box("ada");
  write_box("bob");
  ASSERT_EQ(apply().code, 0);
  write_box("ada", "  env: {A: b}\n  resources: {cpus: 0.5, memory: 32MiB, pids: 64}\n");
  remove_box("bob");
  write_box("eve");
  engine().must("POST", "/containers/box-ada/pause");
  const auto files = [this] {
    std::string all;
    for (const char* file : {"state.db", "desired.db"})
      all += read_text(state_file().parent_path() / file);
    return all;
  };
  const auto files_before = files();
  const auto before = identities();

  const auto socket = root() / "proxy.sock";
  const ScriptedServer proxy(socket, [](const ScriptedRequest& request) {
    const auto reply = raw_http(engine().socket(), request.method, request.path, request.body);
    ScriptedReply passed{.status = reply.status, .body = reply.body};
    for (const auto& [name, value] : reply.headers) {
      if (name.starts_with("api-version")) passed.headers += "Api-Version: " + value + "\r\n";
    }
    return passed;
  });
  const auto planned =
      run_bare({"plan", "-f", boxes().string(), "--detailed-exitcode", "-o", "json", "--engine",
                "unix://" + socket.string(), "--state", state_file().string()});
  EXPECT_EQ(planned.code, 2) << planned.out << planned.err;
  const auto requests = proxy.requests();
  EXPECT_GT(requests.size(), 3U);
  for (const auto& request : requests)
    EXPECT_TRUE(request.method == "GET" || request.method == "HEAD")
        << request.method << " " << request.path;
  EXPECT_EQ(identities(), before);
  EXPECT_EQ(files(), files_before) << "nor does it write to its own databases";

  const auto view = nlohmann::json::parse(planned.out);
  EXPECT_EQ(view.at("kind"), "Plan");
  EXPECT_EQ(view.at("summary").at("create"), 1);
  EXPECT_EQ(view.at("summary").at("replace"), 1);
}

TEST_F(Plan, IsTheSameTwiceAndWhatApplyThenDoes) {
  write_box("ada");
  const auto first = plan();
  const auto second = plan();
  EXPECT_EQ(first.code, 2);
  EXPECT_EQ(first.out, second.out);
  EXPECT_FALSE(fs::exists(state_file())) << "plan makes no file";
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(plan().code, 0);
  write_file(boxes() / "wrong.yaml",
             "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {nme: x}\n");
  const auto wrong = plan();
  EXPECT_EQ(wrong.code, 1);
  EXPECT_NE((wrong.out + wrong.err).find("wrong.yaml:3:"), std::string::npos) << wrong.out;
}

TEST_F(Plan, TellsOldAndNewRemedyAndLoss) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  write_box("ada", "  resources: {cpus: 0.5, memory: 96MiB, pids: 64}\n");
  const auto live = plan();
  EXPECT_NE(live.out.find("resources.memory"), std::string::npos) << live.out;
  EXPECT_NE(live.out.find("96MiB"), std::string::npos) << live.out;
  EXPECT_NE(live.out.find("live"), std::string::npos) << live.out;
  write_box("ada", "  env: {EDITOR: vim}\n");
  const auto replaced = plan();
  EXPECT_NE(replaced.out.find("env"), std::string::npos) << replaced.out;
  EXPECT_NE(replaced.out.find("replace"), std::string::npos) << replaced.out;
  EXPECT_NE(replaced.out.find("loses"), std::string::npos) << replaced.out;
}

}  // namespace
}  // namespace boxwright::test
