// Killed at every call of a replacement and of a rollback, before it reaches the engine, in the
// middle of it, and after it with the answer lost: the next controller comes to the same end.

#include <fmt/core.h>

#include <atomic>

#include "tests/end_to_end/harness.h"
#include "tests/support/engine_proxy.h"

namespace boxwright::test {
namespace {

using std::chrono::seconds;

/// No plan here has more calls that change something.
constexpr int kMostCalls = 20;

class Failpoint : public EndToEnd, public ::testing::WithParamInterface<Fate> {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    proxy_ = std::make_unique<EngineProxy>(
        root() / "proxy.sock", engine().socket(),
        [this](const EngineRequest& request) { return judge(request); });
    write_box("ada");
    write_box("bob");
    controller_ = start_controller();
    ASSERT_TRUE(becomes_ready("ada"));
    ASSERT_TRUE(becomes_ready("bob"));
    put_data("ada");
    bob_ = identity("box-bob");
  }
  void TearDown() override {
    left_ = 0;
    controller_.reset();
    EndToEnd::TearDown();
  }
  [[nodiscard]] std::string endpoint() const override { return proxy_->endpoint(); }

  Fate judge(const EngineRequest& request) {
    const bool counts = request.is_mutating() && request.path.find("/exec") == std::string::npos;
    // Counted on the proxy's thread alone once it is set.
    if (!counts || left_ == 0 || --left_ > 0) return Fate::Pass;
    controller_->process().signal(SIGKILL);
    hit_at_ = request.method + " " + request.path;
    hit_ = true;
    return GetParam();
  }
  /// Changes the box while the so-manieth call from now on kills the controller. False: it came to
  /// its end with fewer calls.
  bool is_killed_at(int call, const std::string& extra) {
    hit_ = false;
    left_ = call;
    write_box("ada", extra);
    const bool killed = eventually([&] { return hit_ || is_as_written(extra); }, seconds(60));
    EXPECT_TRUE(killed) << "neither killed nor done\n" << run({"describe", "ada"}).out;
    left_ = 0;
    if (!hit_) return false;
    EXPECT_EQ(controller_->process().wait(seconds(5)), 128 + SIGKILL);
    return true;
  }
  /// Back to what runs: what is told of the last try is not to be taken for the next one's.
  void forget_verdict() const {
    if (is_free_of("ada", "Stalled")) return;
    write_box("ada");
    EXPECT_TRUE(eventually([this] { return is_free_of("ada", "Stalled"); }));
    EXPECT_TRUE(becomes_ready("ada"));
  }
  /// What the last write asks for is so, or judged, and nothing is left to do.
  [[nodiscard]] bool is_as_written(const std::string& extra) const {
    if (identities().size() != 2 || !is_running("box-ada")) return false;
    const bool fails = extra.find("command") != std::string::npos;
    if (fails && reason("ada", "Stalled") != "RolledBack") return false;
    const auto mark = extra.substr(extra.find("REVISION=") + 9, 4);
    const auto env = inspect("box-ada").at("Config").at("Env").dump();
    return fails || env.find(mark) != std::string::npos;
  }
  void expect_same_end(int call, const std::string& extra) {
    controller_ = start_controller();
    EXPECT_TRUE(eventually([&] { return is_as_written(extra); }, seconds(60)))
        << "killed at call " << call << ", " << hit_at_ << "\n"
        << run({"describe", "ada"}).out;
    EXPECT_TRUE(becomes_ready("ada"));
    EXPECT_TRUE(has_data("ada"));
    EXPECT_EQ(identity("box-bob"), bob_);
    EXPECT_TRUE(eventually([this] { return plan().code == 0; }, seconds(10))) << plan().out;
  }
  void kill_at_every_call(const std::string& fault) {
    for (int call = 1; call < kMostCalls && !HasFailure(); ++call) {
      // Each time another state is wanted, so that no earlier verdict is about it.
      const auto extra = fmt::format("{}  env: {{MARK: 'REVISION={:04}'}}\n", fault, 1'000 + call);
      forget_verdict();
      if (!is_killed_at(call, extra)) {
        EXPECT_GE(call, 7) << "too few calls were seen";
        return;
      }
      expect_same_end(call, extra);
    }
    EXPECT_TRUE(HasFailure()) << "it never came to its end undisturbed";
  }

  std::unique_ptr<EngineProxy> proxy_;
  std::unique_ptr<Controller> controller_;
  std::string bob_;
  std::atomic<int> left_{0};
  std::atomic<bool> hit_{false};
  std::string hit_at_;
};

TEST_P(Failpoint, OfAReplacement) {
  kill_at_every_call("");
}

class RollbackFailpoint : public Failpoint {};

TEST_P(RollbackFailpoint, OfARollback) {
  kill_at_every_call("  command: ['false']\n");
}

/// As a kill is: the engine finds its client gone.
INSTANTIATE_TEST_SUITE_P(Controller, RollbackFailpoint, ::testing::Values(Fate::Abandon));

INSTANTIATE_TEST_SUITE_P(Controller, Failpoint,
                         ::testing::Values(Fate::Vanish, Fate::Abandon, Fate::LoseReply),
                         [](const auto& one) {
                           switch (one.param) {
                             case Fate::Vanish: return "BeforeIt";
                             case Fate::Abandon: return "InTheMiddle";
                             default: return "AfterIt";
                           }
                         });

}  // namespace
}  // namespace boxwright::test
