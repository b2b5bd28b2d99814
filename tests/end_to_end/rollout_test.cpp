// When updates reach boxes: by order, one box after the other, not after a failure, and not in
// somebody's session.

#include <fmt/core.h>

#include <array>
#include <chrono>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

using std::chrono::seconds;

constexpr const char* kManual = "  update: {policy: manual}\n";

/// Names change hands in the middle of a replacement: what is absent just now has nothing.
class Updates : public TwoBoxes {
 protected:
  [[nodiscard]] static bool has_env(const std::string& box, const std::string& text) {
    const auto reply = engine().call("GET", "/containers/box-" + box + "/json");
    return reply.status == 200 && reply.body.find(text) != std::string::npos;
  }
};

class Rollout : public Updates {};

TEST_F(Rollout, ManualWaitsForTheCommandAndThePlanSaysSo) {
  write_box("ada", std::string(kManual) + "  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "Manual"));
  EXPECT_NE(message("ada", "UpdatePending").find("spec.env.EDITOR"), std::string::npos);
  EXPECT_NE(message("ada", "UpdatePending").find("boxwright rollout ada"), std::string::npos);
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out;
  EXPECT_NE(planned.out.find("held: update.policy: manual"), std::string::npos) << planned.out;
  EXPECT_EQ(identity("box-ada"), ada_);

  const auto rolled = run({"rollout", "ada"});
  EXPECT_EQ(rolled.code, 0) << rolled.err;
  EXPECT_NE(rolled.err.find("ada: box ada is as wanted"), std::string::npos) << rolled.err;
  EXPECT_TRUE(has_env("ada", "EDITOR=vim"));
  expect_converged();
}

TEST_F(Rollout, ByARowInTheTable) {
  write_box("ada", std::string(kManual) + "  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "Manual"));
  (void)sql("INSERT INTO requests (verb, subject) VALUES ('rollout', 'ada')");
  EXPECT_TRUE(eventually([] { return has_env("ada", "EDITOR=vim"); }));
  EXPECT_TRUE(eventually([this] { return sql("SELECT state FROM requests") == "done"; }));
  expect_converged();
}

TEST_F(Rollout, WithoutAControllerTheCommandDoesItItself) {
  write_box("ada", std::string(kManual) + "  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "Manual"));
  EXPECT_EQ(controller_->stop(), 0);
  controller_.reset();
  const auto rolled = run({"rollout", "ada"});
  EXPECT_EQ(rolled.code, 0) << rolled.err;
  EXPECT_TRUE(has_env("ada", "EDITOR=vim"));
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_EQ(identities().size(), 2U);
}

TEST_F(Rollout, OnStopIsMadeWhenTheBoxIsStoppedByHand) {
  write_box("ada", "  update: {policy: onStop}\n  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "OnStop"));
  EXPECT_EQ(identity("box-ada"), ada_);
  engine().must("POST", "/containers/box-ada/stop?t=1");
  EXPECT_TRUE(eventually([] { return has_env("ada", "EDITOR=vim"); }));
  expect_converged();
}

TEST_F(Rollout, OutsideItsWindowItWaits) {
  constexpr std::array<const char*, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const auto in_three_days =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) +
      std::chrono::days{3};
  write_box("ada",
            fmt::format("  update: {{windows: [{{days: [{}], from: \"02:00\", to: \"05:00\"}}]}}\n"
                        "  env: {{EDITOR: vim}}\n",
                        kDays.at(std::chrono::weekday{in_three_days}.c_encoding())));
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "Window"));
  const auto planned = run({"plan", "-f", boxes().string(), "-o", "json"});
  EXPECT_NE(planned.out.find("update.windows"), std::string::npos) << planned.out;
  EXPECT_NE(planned.out.find("until"), std::string::npos) << planned.out;
  EXPECT_EQ(identity("box-ada"), ada_);
}

/// Three boxes, of which none can come up as the change wants it.
class HaltedRollout : public Updates {
 protected:
  void SetUp() override {
    TwoBoxes::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    write_box("cyd");
    ASSERT_TRUE(becomes_ready("cyd"));
    before_ = identities();
  }
  [[nodiscard]] std::string source_status() const { return run({"source", "list"}).out; }

  std::map<std::string, std::string> before_;
};

TEST_F(HaltedRollout, StopsAtTheFirstFailureAndGoesOnWhenAPersonSaysSo) {
  for (const char* box : {"ada", "bob", "cyd"})
    write_box(box, "  command: ['false']\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "RolledBack"));
  EXPECT_TRUE(comes_to("bob", "UpdatePending", "RolloutHalted"));
  EXPECT_TRUE(comes_to("cyd", "UpdatePending", "RolloutHalted"));
  EXPECT_EQ(identity("box-bob"), before_["box-bob"]);
  EXPECT_EQ(identity("box-cyd"), before_["box-cyd"]);
  EXPECT_NE(source_status().find("RolloutHalted"), std::string::npos) << source_status();
  EXPECT_NE(source_status().find("boxwright rollout --resume team"), std::string::npos);
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out;
  EXPECT_NE(planned.out.find("held: the rollout is halted"), std::string::npos) << planned.out;
  EXPECT_NE(run({"events"}).out.find("RolloutHalted"), std::string::npos);

  const auto resumed = run({"rollout", "--resume", "team"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_TRUE(comes_to("bob", "Stalled", "RolledBack"));
  EXPECT_TRUE(keeps([this] { return identity("box-cyd") == before_["box-cyd"]; }, seconds(3)))
      << "bob has halted it anew";
  EXPECT_EQ(reason("cyd", "UpdatePending"), "RolloutHalted");
  EXPECT_NE(message("cyd", "UpdatePending").find("since bob"), std::string::npos)
      << message("cyd", "UpdatePending");
  EXPECT_TRUE(has_data("ada"));

  for (const char* box : {"ada", "bob", "cyd"})
    write_box(box, "  env: {EDITOR: vim}\n");
  for (const char* box : {"ada", "bob", "cyd"}) {
    EXPECT_TRUE(eventually([&] { return has_env(box, "EDITOR=vim"); })) << box;
    EXPECT_TRUE(becomes_ready(box));
  }
  EXPECT_TRUE(eventually([this] { return source_status().find("Halted") == std::string::npos; }));
  EXPECT_EQ(plan().code, 0);
  EXPECT_EQ(identities().size(), 3U);
  EXPECT_TRUE(has_data("bob"));
}

/// The box's server says on /healthz what code-server would.
class Session : public Updates {
 protected:
  static constexpr const char* kServer =
      "  command: [sh, -c, 'echo \"{\\\"status\\\":\\\"alive\\\",\\\"lastHeartbeat\\\":1}\" > "
      "/www/healthz; exec httpd -f -p 8080 -h /www']\n";
};

TEST_F(Session, AnUpdateWaitsWhileSomebodyIsAtWorkAndIsMadeWhenTheyPause) {
  write_box("ada", kServer);
  ASSERT_TRUE(eventually([this] { return identity("box-ada") != ada_; }));
  ASSERT_TRUE(becomes_ready("ada"));
  ASSERT_TRUE(eventually([] { return identities().size() == 2; }));
  const auto at_work = identity("box-ada");
  write_box("ada", std::string(kServer) + "  update: {idleDeadline: 1h}\n  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to("ada", "UpdatePending", "ActiveSession"));
  EXPECT_EQ(reason("ada", "InUse"), "ActiveSession");
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out;
  EXPECT_NE(planned.out.find(": an active session"), std::string::npos) << planned.out;
  EXPECT_EQ(identity("box-ada"), at_work);
  exec("box-ada",
       {"sh", "-c", "echo '{\"status\":\"expired\",\"lastHeartbeat\":1}' > /www/healthz"});
  EXPECT_TRUE(eventually([&] { return identity("box-ada") != at_work && identities().size() == 2; },
                         seconds(60)));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_NE(inspect("box-ada").at("Config").at("Env").dump().find("EDITOR=vim"), std::string::npos);
  EXPECT_EQ(identity("box-bob"), bob_);
}

}  // namespace
}  // namespace boxwright::test
