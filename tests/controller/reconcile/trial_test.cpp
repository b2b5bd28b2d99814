// What becomes of a replacement whose new container does not do.

#include <gtest/gtest.h>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

constexpr const char* kBadImage = "box-base:bad";

class Trials : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};
  ContainerId old;

  void SetUp() override {
    world.declare(ada);
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    old = world.container("box-ada")->id;
    world.engine.forget_calls();
  }
  void add_bad_image(const std::function<void(ImageContent&)>& change) {
    auto image = box_image();
    change(image);
    world.engine.docker()->add_image(kBadImage, image);
  }
  void expect_old_one_runs() {
    const auto* container = world.container("box-ada");
    ASSERT_NE(container, nullptr);
    EXPECT_EQ(container->id, old);
    EXPECT_EQ(container->state, state::ContainerState::Running);
    EXPECT_EQ(container->config.restart, specs::RestartPolicy::UnlessStopped);
    EXPECT_EQ(world.container_names(), std::vector<std::string>{"box-ada"});
    EXPECT_EQ(world.lost_data(), "");
    EXPECT_EQ(world.breach(), "");
  }
  std::size_t starts() {
    const auto steps = world.steps();
    return static_cast<std::size_t>(std::count(steps.begin(), steps.end(), "StartContainer"));
  }
};

TEST_F(Trials, GoesBackWhenTheNewContainerNeverBecomesHealthy) {
  add_bad_image([](auto& image) { image.behaviour.answers_after = std::nullopt; });
  world.declare(ada.image(kBadImage));
  ASSERT_TRUE(world.settle()) << world.breach();
  expect_old_one_runs();
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_TRUE(world.is_ready("ada"));
}

TEST_F(Trials, GoesBackWhenTheNewContainerExits) {
  add_bad_image([](auto& image) {
    image.behaviour.exits_after = Duration{100};
    image.behaviour.answers_after = std::nullopt;
    image.behaviour.exit_code = 3;
  });
  world.declare(ada.image(kBadImage).with(
      [](auto& spec) { spec.restart = specs::RestartPolicy::UnlessStopped; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  expect_old_one_runs();
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
}

TEST_F(Trials, StartsANewContainerThatExitedNoSecondTime) {
  add_bad_image([](auto& image) {
    image.behaviour.exits_after = Duration{100};
    image.behaviour.answers_after = std::nullopt;
  });
  world.declare(
      ada.image(kBadImage).with([](auto& spec) { spec.restart = specs::RestartPolicy::No; }));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(starts(), 2U) << "the new one once, the old one once";
  EXPECT_EQ(world.container("box-ada")->id, old);
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
}

TEST_F(Trials, GoesBackWhenTheEngineCannotStartTheNewContainer) {
  add_bad_image([](auto& image) { image.behaviour.start_error = "exec: no such file"; });
  world.declare(ada.image(kBadImage));
  ASSERT_TRUE(world.settle()) << world.breach();
  expect_old_one_runs();
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_EQ(starts(), 2U) << "the new one once, the old one once";
}

TEST_F(Trials, DoesNotTryTheSameAgainByItself) {
  add_bad_image([](auto& image) { image.behaviour.start_error = "exec: no such file"; });
  world.declare(ada.image(kBadImage));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.forget_calls();
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{});
  world.crash();
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{}) << "after a restart of the process";
}

TEST_F(Trials, TriesAgainWhenTheImageChanges) {
  add_bad_image([](auto& image) { image.behaviour.start_error = "exec: no such file"; });
  world.declare(ada.image(kBadImage));
  ASSERT_TRUE(world.settle()) << world.breach();
  add_bad_image([](auto& image) { image.config.env["MENDED"] = "1"; });
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_NE(world.container("box-ada")->id, old);
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
  EXPECT_FALSE(world.record("ada").verdict.has_value());
}

TEST_F(Trials, TriesAgainWhenAPersonAsksForARestart) {
  add_bad_image([](auto& image) { image.behaviour.start_error = "exec: no such file"; });
  world.declare(ada.image(kBadImage));
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.forget_calls();
  const auto id = world.ask(state::Request::Verb::Restart, "ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_GE(starts(), 2U);
  expect_old_one_runs();
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_EQ((*world.desired.request(id))->state, "done");
}

TEST_F(Trials, TakesAPersonsKillForAnInterruptionAndTriesAgain) {
  world.declare(ada.env("EDITOR", "vim"));
  while (world.container("box-ada.prev") == nullptr) {
    if (!world.step()) world.clock.advance(Duration{50});
  }
  const auto* candidate = world.container("box-ada");
  while (candidate == nullptr || !candidate->has_process()) {
    if (!world.step()) world.clock.advance(Duration{50});
    candidate = world.container("box-ada");
  }
  world.engine.docker()->kill("box-ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada")->config.env.at("EDITOR"), Secret{"vim"});
  EXPECT_FALSE(world.record("ada").verdict.has_value());
  EXPECT_EQ(world.container_names(), std::vector<std::string>{"box-ada"});
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(Trials, GoesStraightBackWhenTheSpecDoes) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
  while (world.container("box-ada.prev") == nullptr) {
    if (!world.step()) world.clock.advance(Duration{50});
  }
  world.declare(BoxBuilder{"ada"});
  ASSERT_TRUE(world.settle()) << world.breach();
  expect_old_one_runs();
}

TEST_F(Trials, AThirdSpecInTheMiddleEndsAtTheThird) {
  for (int moment = 0; moment < 12; ++moment) {
    SCOPED_TRACE(moment);
    World other(static_cast<std::uint64_t>(moment));
    other.declare(ada);
    ASSERT_TRUE(other.settle()) << other.breach();
    other.write_data("ada");
    other.engine.forget_calls();
    other.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
    while (other.steps().size() < static_cast<std::size_t>(moment) &&
           other.record("ada").generation < 3) {
      if (!other.step()) other.clock.advance(Duration{50});
      if (other.steps().size() >= 7) break;
    }
    other.declare(BoxBuilder{"ada"}.env("EDITOR", "emacs"));
    ASSERT_TRUE(other.settle()) << other.breach();
    EXPECT_EQ(other.container("box-ada")->config.env.at("EDITOR"), Secret{"emacs"});
    EXPECT_EQ(other.container_names(), std::vector<std::string>{"box-ada"});
    EXPECT_EQ(other.lost_data(), "");
    EXPECT_TRUE(other.is_ready("ada"));
  }
}

}  // namespace
}  // namespace boxwright::test
