// When updates are made: by order, in turn, halted, and in their window.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/controller/reconcile/rollout_world.h"
#include "tests/simulation/passing.h"

namespace boxwright::test {
namespace {

using specs::RolloutPolicy;
using Steps = std::vector<std::string>;
using Verb = state::Request::Verb;

TEST_F(Rollout, ManualWaitsForItsOrderAndOnlyThatBoxIsReplaced) {
  declare_all(manual);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "Manual");
  const auto id = world.ask(Verb::Rollout, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("ada"));
  EXPECT_FALSE(has_editor("bob"));
  EXPECT_EQ(request(id).state, "done");
  EXPECT_FALSE(request(id).argument.empty()) << "it says what it was for";
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "");
  EXPECT_EQ(world.reason("bob", "UpdatePending"), "Manual");
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Rollout, AnOrderIsNotForWhatIsWantedLater) {
  declare_all(manual);
  ASSERT_TRUE(world.settle()) << world.breach();
  // It is held by a guard while the spec changes once more.
  world.ask(Verb::Suspend, "ada");
  const auto id = world.ask(Verb::Rollout, "ada");
  world.run_for(Duration{2'000});
  ASSERT_FALSE(request(id).argument.empty());
  BoxBuilder ada{"ada"};
  manual(ada);
  world.declare(ada.env("PAGER", "less"));
  world.run_for(Duration{2'000});
  world.ask(Verb::Resume, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(has_editor("ada"));
  EXPECT_EQ(request(id).state, "failed");
  EXPECT_NE(request(id).outcome.find("has changed since"), std::string::npos);
}

TEST_F(Rollout, AnOrderSurvivesACrashAndALostMemory) {
  declare_all(manual);
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto id = world.ask(Verb::Rollout, "bob");
  world.run_for(Duration{500});
  world.crash();
  world.start();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("bob"));
  EXPECT_EQ(request(id).state, "done");
}

TEST_F(Rollout, AnOrderForABoxAsWantedIsDoneAtOnce) {
  const auto id = world.ask(Verb::Rollout, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(request(id).state, "done");
}

TEST_F(Rollout, AnOrderWhoseUpdateIsRolledBackSaysSo) {
  add_image(kBadImage, std::nullopt);
  declare_all([](BoxBuilder& box) {
    manual(box);
    box.image(kBadImage);
  });
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto id = world.ask(Verb::Rollout, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(request(id).state, "failed");
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST_F(Rollout, OnStopIsReplacedWhenAHandStopsIt) {
  declare_all([](BoxBuilder& box) {
    box.env("EDITOR", "vim").with([](auto& spec) { spec.update.policy = RolloutPolicy::OnStop; });
  });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "OnStop");
  world.engine.docker()->stop("box-ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(has_editor("ada"));
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_FALSE(has_editor("bob"));
}

TEST_F(Rollout, OnStopComesBackAsItWasWhenItsImageCannotBePulled) {
  world.declare(BoxBuilder{"ada"}.image("nowhere/none:1").with([](auto& spec) {
    spec.update.policy = RolloutPolicy::OnStop;
  }));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.docker()->stop("box-ada");
  world.run_for(Duration{30'000});
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(image_of("ada"), kTestImage);
}

TEST_F(Rollout, OneBoxAtATimeInTheOrderOfNames) {
  add_image(kSlowImage, Duration{20'000});
  declare_all([](BoxBuilder& box) { box.image(kSlowImage); });
  std::vector<std::string> order;
  for (int i = 0; i < 4'000 && order.size() < names.size(); ++i) {
    if (!world.step()) world.clock.advance(Duration{50});
    ASSERT_LE(inside(), 1);
    for (const auto& name : names) {
      const bool is_new = world.is_ready(name) && image_of(name) == kSlowImage;
      if (is_new && std::ranges::find(order, name) == order.end()) order.push_back(name);
    }
  }
  EXPECT_EQ(order, names);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(creations(), 3U);
}

TEST_F(Rollout, WhileOthersGoFirstABoxIsBusyAndSaysWhy) {
  add_image(kSlowImage, Duration{20'000});
  declare_all([](BoxBuilder& box) { box.image(kSlowImage); });
  world.run_for(Duration{5'000});
  EXPECT_EQ(world.reason("cyd", "Reconciling"), "WaitingForTurn");
  EXPECT_TRUE(world.is_ready("cyd"));
}

TEST_F(Rollout, AsManyAtOnceAsTheSourceAllows) {
  add_image(kSlowImage, Duration{20'000});
  world.declared.settings.rollout.max_concurrent = 3;
  declare_all([](BoxBuilder& box) { box.image(kSlowImage); });
  world.run_for(Duration{10'000});
  EXPECT_EQ(inside(), 3);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(creations(), 3U);
}

TEST_F(Rollout, AFailureHaltsTheOthersAndChangingTheFailedBoxLetsThemGoOn) {
  add_image(kBadImage, std::nullopt);
  declare_all([](BoxBuilder& box) { box.image(kBadImage); });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_EQ(world.reason("bob", "UpdatePending"), "RolloutHalted");
  EXPECT_EQ(world.reason("cyd", "UpdatePending"), "RolloutHalted");
  EXPECT_NE(world.status("cyd")
                ->find("UpdatePending")
                ->message.find("boxwright rollout --resume default"),
            std::string::npos)
      << world.status("cyd")->find("UpdatePending")->message;
  EXPECT_EQ(creations(), 1U) << "no other box was touched";
  for (const auto& name : names)
    EXPECT_TRUE(world.is_ready(name));
  // Good for bob and cyd at last: with ada back at what it was, nothing speaks against it.
  add_image("box-base:2", Duration{300});
  declare_all([](BoxBuilder& box) { box.image("box-base:2"); });
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    EXPECT_EQ(image_of(name), "box-base:2");
  EXPECT_EQ(world.lost_data(), "");
}

/// Something happens while a box is being asked whether somebody is at work in it.
class WhileAsked final : public Between {
 public:
  std::function<void()> happens;

  std::unique_ptr<engine::Engine> engine_for(engine::Engine& inside) override {
    class Asked final : public PassingEngine {
     public:
      Asked(engine::Engine& inside, WhileAsked& between)
          : PassingEngine(inside), between_(between) {}
      Result<engine::ExecAnswer> ask(const ContainerId& id, const std::vector<std::string>& program,
                                     Duration timeout, std::stop_token stop) override {
        if (between_.happens) std::exchange(between_.happens, {})();
        return PassingEngine::ask(id, program, timeout, std::move(stop));
      }

     private:
      WhileAsked& between_;
    };
    return std::make_unique<Asked>(inside, *this);
  }
};

TEST(RolloutRace, AFailureBetweenPlanningAndTheTurnIsHeard) {
  WhileAsked between;
  World world{1, &between};
  for (const char* name : {"ada", "bob"})
    world.declare(BoxBuilder{name});
  ASSERT_TRUE(world.settle()) << world.breach();
  auto bad = box_image();
  bad.behaviour.answers_after.reset();
  world.engine.docker()->add_image(kBadImage, bad);
  world.declare(BoxBuilder{"ada"}.image(kBadImage));
  world.run_for(Duration{5'000});
  ASSERT_NE(world.container("box-ada.prev"), nullptr) << "on trial";
  // Bob's plan was made while nothing had failed yet.
  between.happens = [&world] {
    while (world.reason("ada", "Stalled") != "RolledBack" || !world.is_ready("ada")) {
      if (!world.step()) world.clock.advance(Duration{100});
    }
  };
  world.engine.forget_calls();
  world.declare(BoxBuilder{"bob"}.image(kBadImage).with(
      [](auto& spec) { spec.update.idle_deadline = Duration{600'000}; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_FALSE(between.happens) << "bob was asked";
  EXPECT_EQ(world.reason("bob", "UpdatePending"), "RolloutHalted");
  const auto steps = world.steps();
  EXPECT_EQ(std::ranges::count(steps, "CreateContainer"), 0) << "bob's replacement was not begun";
}

TEST_F(Rollout, ResumeGoesOnUntilTheNextFailure) {
  add_image(kBadImage, std::nullopt);
  declare_all([](BoxBuilder& box) { box.image(kBadImage); });
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto id = world.ask(Verb::ResumeRollout, "default");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(request(id).state, "done");
  EXPECT_EQ(world.reason("bob", "Stalled"), "RolledBack");
  EXPECT_EQ(world.reason("cyd", "UpdatePending"), "RolloutHalted") << "bob has halted it anew";
  EXPECT_EQ(creations(), 2U);
  world.crash();
  world.start();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(creations(), 2U) << "a new process knows the same";
  EXPECT_EQ(world.reason("cyd", "UpdatePending"), "RolloutHalted");
}

TEST_F(Rollout, ManyOrdersAtOnceAreHaltedByTheFirstFailureAndALaterOneIsNot) {
  add_image(kBadImage, std::nullopt);
  declare_all([](BoxBuilder& box) {
    manual(box);
    box.image(kBadImage);
  });
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    world.ask(Verb::Rollout, name);
  world.run_for(Duration{600'000});
  EXPECT_EQ(creations(), 1U);
  EXPECT_EQ(world.reason("bob", "UpdatePending"), "RolloutHalted");
  // Who names a box after that failure means it.
  world.ask(Verb::Rollout, "cyd");
  world.run_for(Duration{600'000});
  EXPECT_EQ(creations(), 2U);
  EXPECT_EQ(world.reason("cyd", "Stalled"), "RolledBack");
  EXPECT_EQ(world.reason("bob", "UpdatePending"), "RolloutHalted");
}

TEST_F(Rollout, ANewProcessFinishesWhatIsHalfDoneBeforeItBeginsAnew) {
  add_image(kSlowImage, Duration{20'000});
  declare_all([](BoxBuilder& box) { box.image(kSlowImage); });
  world.run_for(Duration{5'000});
  ASSERT_EQ(inside(), 1);
  world.crash();
  world.start();
  for (int i = 0; i < 2'000; ++i) {
    if (!world.step()) world.clock.advance(Duration{50});
    ASSERT_LE(inside(), 1);
  }
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    EXPECT_EQ(image_of(name), kSlowImage);
}

/// Ada's new container is on trial, and the engine no longer answers about her box.
class Unseen : public Rollout {
 protected:
  void SetUp() override {
    Rollout::SetUp();
    add_image(kSlowImage, Duration{20'000});
    declare_all([](BoxBuilder& box) { box.image(kSlowImage); });
    world.run_for(Duration{3'000});
    ASSERT_EQ(image_of("ada"), kSlowImage);
    ASSERT_TRUE(world.container("box-ada")->has_process());
    ASSERT_NE(world.container("box-ada.prev"), nullptr);
    world.faulty.set_plan([](const PendingCall& call) {
      const bool is_look = call.name == "observe_box" && call.subject == "ada";
      return is_look ? Fault::FailBefore : Fault::None;
    });
  }
};

TEST_F(Unseen, ABoxOnTrialKeepsItsTurn) {
  for (int i = 0; i < 400; ++i) {
    if (!world.step()) world.clock.advance(Duration{25});
    ASSERT_LE(inside(), 1);
  }
  world.faulty.set_plan({});
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    EXPECT_EQ(image_of(name), kSlowImage);
}

TEST_F(Unseen, ButHoldsUpNobodyForEver) {
  world.run_for(Duration{1'800'000});
  EXPECT_EQ(image_of("bob"), kSlowImage);
  EXPECT_EQ(image_of("cyd"), kSlowImage);
}

TEST_F(Rollout, ABoxWhoseImageCannotBePulledHoldsUpNobody) {
  add_image("box-base:2", Duration{300});
  world.declare(BoxBuilder{"ada"}.image("nowhere/none:1"));
  world.declare(BoxBuilder{"bob"}.image("box-base:2"));
  world.run_for(Duration{60'000});
  EXPECT_EQ(image_of("bob"), "box-base:2");
  EXPECT_EQ(world.reason("ada", "Stalled"), "ImagePullFailed");
}

TEST_F(Rollout, OutsideItsWindowNothingIsReplacedAndAtTheOpeningItIs) {
  // The clock starts at midnight UTC.
  declare_all([](BoxBuilder& box) {
    box.env("EDITOR", "vim").with([](auto& spec) { spec.update.windows = {{0, 60, 120, "UTC"}}; });
  });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), Steps{});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "Window");
  world.engine.docker()->kill("box-bob");
  world.run_for(Duration{60'000});
  EXPECT_TRUE(world.is_ready("bob")) << "a repair waits for no window";
  EXPECT_FALSE(has_editor("bob"));
  const auto opening = test_start() + std::chrono::hours(1);
  world.run_for(opening - world.clock.wall_now() - Duration{1'000});
  EXPECT_EQ(creations(), 0U);
  world.run_for(Duration{60'000});
  ASSERT_TRUE(world.settle()) << world.breach();
  for (const auto& name : names)
    EXPECT_TRUE(has_editor(name));
}

}  // namespace
}  // namespace boxwright::test
