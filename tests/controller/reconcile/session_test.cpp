// Updates that wait for somebody's session to end.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/controller/reconcile/rollout_world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;
using Verb = state::Request::Verb;

class Session : public Rollout {
 protected:
  void say(const std::string& name, const std::string& answer) {
    auto behaviour = world.container("box-" + name)->behaviour;
    behaviour.says = answer;
    world.engine.docker()->set_behaviour("box-" + name, behaviour);
  }
  void change_ada() {
    world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim").with([](auto& spec) {
      spec.update.idle_deadline = Duration{600'000};
    }));
  }
  [[nodiscard]] std::size_t asked() const {
    const auto calls = world.engine.calls();
    return static_cast<std::size_t>(
        std::ranges::count_if(calls, [](const auto& call) { return call.name == "ask"; }));
  }
};

TEST_F(Session, AnIdleBoxIsAskedOnceAndReplaced) {
  change_ada();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("ada"));
  EXPECT_EQ(asked(), 1U);
  world.engine.forget_calls();
  world.run_for(Duration{300'000});
  EXPECT_EQ(asked(), 0U) << "a box at rest is not asked";
}

/// It waits for its turn, and something keeps happening to it.
TEST_F(Session, AnAnswerCountsForAWhile) {
  add_image(kSlowImage, Duration{100'000});
  world.declare(BoxBuilder{"ada"}.image(kSlowImage));
  world.run_for(Duration{3'000});
  world.engine.forget_calls();
  world.declare(BoxBuilder{"bob"}.env("EDITOR", "vim").with([](auto& spec) {
    spec.update.idle_deadline = Duration{600'000};
  }));
  for (int i = 0; i < 60; ++i) {
    world.run_for(Duration{1'000});
    world.engine.docker()->pause("box-bob");
    world.run_for(Duration{10});
    world.engine.docker()->unpause("box-bob");
  }
  EXPECT_EQ(world.reason("bob", "Reconciling"), "WaitingForTurn");
  EXPECT_GE(asked(), 3U);
  EXPECT_LE(asked(), 5U);
}

TEST_F(Session, AnActiveOneIsWaitedForAndThenReplaced) {
  say("ada", R"({"status":"ok","activeSessions":1})");
  change_ada();
  ASSERT_TRUE(world.settle(Duration{300'000})) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "ActiveSession");
  EXPECT_EQ(world.reason("ada", "InUse"), "ActiveSession");
  say("ada", R"({"status":"ok","activeSessions":0})");
  world.run_for(Duration{60'000});
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("ada"));
  EXPECT_EQ(world.reason("ada", "InUse"), "");
}

TEST_F(Session, ItWaitsNoLongerThanTheDeadlineAlsoAcrossACrash) {
  say("ada", R"({"status":"ok","activeSessions":1})");
  change_ada();
  world.run_for(Duration{400'000});
  EXPECT_EQ(world.steps(), Steps{});
  world.crash();
  world.start();
  world.run_for(Duration{150'000});
  EXPECT_EQ(world.steps(), Steps{});
  world.run_for(Duration{120'000});
  EXPECT_TRUE(has_editor("ada")) << "600 s after it was first due";
}

TEST_F(Session, AWindowShorterThanTheDeadlineIsNoWaitWithoutEnd) {
  // The clock starts at midnight UTC.
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim").with([](auto& spec) {
    spec.update.idle_deadline = Duration{7'200'000};
    spec.update.windows = {{0, 10, 40, "UTC"}};
  }));
  say("ada", R"({"status":"ok","activeSessions":1})");
  world.run_for(Duration{1'200'000});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "ActiveSession");
  world.run_for(Duration{1'800'000});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "Window");
  EXPECT_EQ(world.reason("ada", "InUse"), "NotAsked");
  world.clock.advance(std::chrono::hours(23));
  world.run_for(Duration{600'000});
  EXPECT_FALSE(has_editor("ada"));
  world.run_for(Duration{1'800'000});
  EXPECT_TRUE(has_editor("ada")) << "in the first window after the deadline";
}

/// A relist asks nobody: what it sees of these boxes does not say that they need no replacement.
TEST_F(Session, ANewProcessFinishesWhatIsHalfDoneBeforeItBeginsAnew) {
  const auto changed = [](const std::string& name) {
    return BoxBuilder{name}.env("EDITOR", "vim").with([](auto& spec) {
      spec.update.idle_deadline = Duration{600'000};
    });
  };
  world.declare(changed("cyd"));
  for (int i = 0; i < 2'000 && world.container("box-cyd.next") == nullptr; ++i) {
    if (!world.step()) world.clock.advance(Duration{10});
  }
  ASSERT_NE(world.container("box-cyd.next"), nullptr);
  world.crash();
  for (const auto& name : names)
    world.declare(changed(name));
  world.start();
  for (int i = 0; i < 2'000 && !has_editor("cyd"); ++i) {
    ASSERT_EQ(world.container("box-ada.next"), nullptr) << "cyd's replacement had begun before";
    if (!world.step()) world.clock.advance(Duration{10});
  }
  ASSERT_TRUE(has_editor("cyd"));
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    EXPECT_TRUE(has_editor(name));
}

TEST_F(Session, AnOrderDoesNotWait) {
  say("ada", R"({"status":"ok","activeSessions":1})");
  change_ada();
  ASSERT_TRUE(world.settle(Duration{300'000})) << world.breach();
  world.ask(Verb::Rollout, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("ada"));
}

}  // namespace
}  // namespace boxwright::test
