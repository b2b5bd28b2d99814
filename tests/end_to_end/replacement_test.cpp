// Everything that can fail is done before the old container stops; what still fails is rolled back.

#include <fmt/core.h>

#include "specs/base/clock.h"
#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Replacement : public TwoBoxes {};

TEST_F(Replacement, AnImageThatCannotBePulledDoesNotDisturbTheRunningBox) {
  write_box("ada", "  image: nowhere.invalid/none:1\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "ImagePullFailed"));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_TRUE(has_data("ada"));
  write_box("ada");
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_F(Replacement, ThatNeverBecomesHealthyIsRolledBack) {
  const auto before = id("box-ada");
  write_box("ada",
            "  command: [sleep, '1000']\n"
            "  healthcheck: {http: ':8080/healthz', interval: 1s, retries: 2, startPeriod: 0s}\n"
            "  update: {healthTimeout: 10s}\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "RolledBack"));
  EXPECT_EQ(id("box-ada"), before);
  EXPECT_TRUE(is_running("box-ada"));
  EXPECT_EQ(inspect("box-ada").at("HostConfig").at("RestartPolicy").at("Name"), "unless-stopped");
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identities().size(), 2U);
  const auto settled = identities();
  EXPECT_TRUE(keeps([&] { return identities() == settled; }, seconds(2)))
      << "the state that failed is not tried again by itself";
  EXPECT_EQ(plan().code, 0);
  write_box("ada");
  expect_converged();
  EXPECT_EQ(id("box-ada"), before);
}

TEST_F(Replacement, ThatExitsIsRolledBack) {
  const auto before = id("box-ada");
  write_box("ada", "  command: ['false']\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "RolledBack"));
  EXPECT_EQ(id("box-ada"), before);
  EXPECT_TRUE(is_running("box-ada"));
  EXPECT_EQ(identities().size(), 2U);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(Replacement, ThatTheEngineRefusesToStartIsRolledBack) {
  const auto before = id("box-ada");
  write_box("ada", "  command: [/no/such/program]\n");
  EXPECT_TRUE(comes_to("ada", "Stalled", "RolledBack"));
  EXPECT_EQ(id("box-ada"), before);
  EXPECT_TRUE(is_running("box-ada"));
  EXPECT_EQ(identities().size(), 2U);
  EXPECT_TRUE(has_data("ada"));
}

/// An old container that takes its whole grace period keeps the passage open for long enough to be
/// interrupted in.
class Interrupted : public TwoBoxes {
 protected:
  void SetUp() override {
    TwoBoxes::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    write_box(
        "ada",
        "  command: [sh, -c, 'trap \"\" TERM; httpd -p 8080 -h /www; while :; do sleep 1; done']\n"
        "  stopGracePeriod: 3s\n");
    ASSERT_TRUE(
        eventually([this] { return identity("box-ada") != ada_ && identities().size() == 2; }));
    ASSERT_TRUE(becomes_ready("ada"));
    put_data("ada");
  }
  /// How many containers of ada run: never two on one set of volumes.
  [[nodiscard]] static std::size_t running_adas() {
    const auto list = nlohmann::json::parse(
        engine().must("GET", R"(/containers/json?filters={"label":["dev.boxwright.box=ada"]})"));
    return list.size();
  }
  void open_a_passage() const {
    write_box("ada", "  env: {A: b}\n");
    ASSERT_TRUE(eventually([] { return exists("box-ada.next"); }));
    // The restart policy goes before the stop.
    ASSERT_TRUE(eventually([] {
      const auto reply = engine().call("GET", "/containers/box-ada/json");
      return reply.status == 200 &&
             reply.body.find(R"("RestartPolicy":{"Name":"no")") != std::string::npos;
    }));
  }
};

TEST_F(Interrupted, ByTerminationStillEndsWithOneRunningContainer) {
  open_a_passage();
  controller_->process().signal(SIGTERM);
  EXPECT_EQ(controller_->process().wait(seconds(20)), 0);
  EXPECT_EQ(running_adas(), 1U);
  EXPECT_TRUE(has_data("ada"));
  controller_ = start_controller();
  EXPECT_TRUE(eventually([] { return identities().size() == 2 && is_running("box-ada"); }));
  expect_converged();
  EXPECT_NE(inspect("box-ada").at("Config").at("Env").dump().find("A=b"), std::string::npos);
}

TEST_F(Interrupted, ByAKillIsFinishedByTheNextController) {
  open_a_passage();
  controller_->process().signal(SIGKILL);
  EXPECT_EQ(controller_->process().wait(seconds(5)), 128 + SIGKILL);
  controller_ = start_controller();
  EXPECT_TRUE(eventually([] { return identities().size() == 2 && is_running("box-ada"); }));
  expect_converged();
  EXPECT_EQ(running_adas(), 1U);
  EXPECT_NE(inspect("box-ada").at("Config").at("Env").dump().find("A=b"), std::string::npos);
}

TEST_F(Replacement, TerminationWithNothingOpenEndsAtOnceAndStopsNoBox) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(controller_->stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_TRUE(is_running("box-ada"));
}

/// Ready needs no interval of the engine's to go by (engine 20.10 knows no start interval).
TEST_F(EndToEnd, ABoxWhoseServerAnswersAfterAThirdOfASecondIsReadySoonAfterItsCreation) {
  write_box(
      "ada",
      "  command: [sh, -c, 'sleep 0.3; exec httpd -f -p 8080 -h /www']\n"
      "  healthcheck: {http: ':8080/healthz', interval: 30s, timeout: 3s, startPeriod: 10s}\n");
  const auto controller = start_controller();
  EXPECT_TRUE(becomes_ready("ada"));
  const auto created = parse_rfc3339(inspect("box-ada").at("Created").get<std::string>());
  const auto ready = parse_rfc3339(since("ada", "Ready"));
  ASSERT_TRUE(created && ready);
  const auto took = std::chrono::duration_cast<milliseconds>(*ready - *created);
  RecordProperty("ready_ms", static_cast<int>(took.count()));
  std::cout << "ready " << took.count() << " ms after its creation\n";
  // Asked for are 1.5 s; what is above them is for a machine that does other things, too.
  EXPECT_LT(took, milliseconds(4'000));
  EXPECT_GT(took, milliseconds(300)) << "not before it answers";
}

}  // namespace
}  // namespace boxwright::test
