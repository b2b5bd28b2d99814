// History as the loop writes it, and a box that a person had go back.

#include <gtest/gtest.h>

#include "controller/plan/rollback.h"
#include "specs/model/canonical.h"
#include "state/rollback_order.h"
#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Outcome = state::GenerationRecord::Outcome;
using Verb = state::Request::Verb;

class RollbackByHand : public testing::Test {
 protected:
  World world;

  void SetUp() override {
    world.declare(BoxBuilder{"ada"});
    ASSERT_TRUE(world.settle()) << world.breach();
    world.write_data("ada");
    world.declare(BoxBuilder{"ada"}.env("EDITOR", "vim"));
    ASSERT_TRUE(world.settle()) << world.breach();
    world.declare(BoxBuilder{"ada"}.env("EDITOR", "emacs"));
    ASSERT_TRUE(world.settle()) << world.breach();
    world.engine.forget_calls();
  }
  std::vector<state::GenerationRecord> history() {
    return world.store->history(world.record("ada").uid).value();
  }
  std::vector<std::string> outcomes() {
    std::vector<std::string> all;
    for (const auto& entry : history())
      all.push_back(entry.name() + " " + std::string{state::to_string(entry.outcome)});
    return all;
  }
  std::int64_t roll_back(const std::string& to = "") {
    const auto record = world.record("ada");
    const auto all = history();
    const auto target = plan::find_rollback_target(record, all, to);
    EXPECT_TRUE(target) << target.error().message;
    plan::ImageSight sight;
    if (const auto* image = world.engine.docker()->find_image(
            specs::spec_from_canonical_json((*target)->spec_json)->image)) {
      sight.named = image->id;
    }
    sight.is_there = world.engine.docker()->find_image((*target)->image_id.str()) != nullptr;
    const auto planned = plan::plan_rollback(record, all, **target, sight);
    EXPECT_TRUE(planned) << planned.error().message;
    return world.ask(Verb::Rollback, "ada", state::print_rollback_order(planned->order));
  }
  std::string editor() {
    const auto& env = world.container("box-ada")->config.env;
    const auto found = env.find("EDITOR");
    return found == env.end() ? "" : found->second.reveal();
  }
  void expect_intact() {
    EXPECT_EQ(world.lost_data(), "");
    EXPECT_EQ(world.breach(), "");
    EXPECT_EQ(world.container_names(), std::vector<std::string>{"box-ada"});
    EXPECT_TRUE(world.is_ready("ada"));
  }
};

TEST_F(RollbackByHand, EveryGenerationThatWasReachedIsOnRecord) {
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"1 Applied", "2 Applied", "3 Applied"}));
  for (const auto& entry : history()) {
    EXPECT_EQ(entry.image_id, world.container("box-ada")->image_id);
    EXPECT_GT(entry.applied_at, entry.wanted_at);
  }
}

TEST_F(RollbackByHand, GoesBackWithItsDataAndStaysThere) {
  const auto id = roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(editor(), "vim");
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "RolledBackByHand");
  EXPECT_EQ((*world.desired.request(id))->state, "pending");
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"1 Applied", "2 Applied", "3 RolledBackByHand",
                                                  "4 Applied"}));
  EXPECT_EQ(history().back().rollback_to, "2");
  expect_intact();

  world.engine.forget_calls();
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{})
      << "the unchanged declaration asks for nothing";
  world.crash();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), std::vector<std::string>{}) << "after a restart of the process";
  EXPECT_EQ(editor(), "vim");
}

TEST_F(RollbackByHand, HoldsWithoutTheMemoryDatabase) {
  roll_back("1");
  ASSERT_TRUE(world.settle()) << world.breach();
  world.engine.forget_calls();
  world.crash();
  world.lose_memory();
  world.start();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), std::vector<std::string>{});
  EXPECT_EQ(editor(), "");
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "RolledBackByHand");
  expect_intact();
}

TEST_F(RollbackByHand, AChangedDeclarationIsFollowed) {
  const auto id = roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "nano"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(editor(), "nano");
  EXPECT_EQ((*world.desired.request(id))->state, "done");
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "");
  expect_intact();
}

TEST_F(RollbackByHand, AnUndoFollowsTheDeclaration) {
  roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto id = world.ask(Verb::Rollback, "ada", state::kRollbackUndo);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(editor(), "emacs");
  EXPECT_EQ((*world.desired.request(id))->state, "done");
  EXPECT_EQ(outcomes().back(), "5 Applied");
  expect_intact();
}

TEST_F(RollbackByHand, UsesTheImageOfThenByItsId) {
  const auto then = world.container("box-ada")->image_id;
  auto image = box_image();
  image.config.env["NEW"] = "1";
  world.engine.docker()->add_image(kTestImage, image);
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "nano"));
  ASSERT_TRUE(world.settle()) << world.breach();
  ASSERT_NE(world.container("box-ada")->image_id, then);
  roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada")->image_id, then);
  EXPECT_EQ(editor(), "emacs");
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "RolledBackByHand");
  world.engine.forget_calls();
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{});
  expect_intact();
}

TEST_F(RollbackByHand, AFollowedImageIsAPartAndCanBeGoneBackFrom) {
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "emacs").with([](auto& spec) {
    spec.update.image = specs::ImagePolicy::Follow;
  }));
  ASSERT_TRUE(world.settle()) << world.breach();
  const auto then = world.container("box-ada")->image_id;
  auto image = box_image();
  image.config.env["NEW"] = "1";
  world.engine.docker()->add_image(kTestImage, image);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(outcomes().back(), "4.1 Applied");
  roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.container("box-ada")->image_id, then) << "and does not follow at once";
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.container("box-ada")->image_id, then);
  EXPECT_EQ(history().back().rollback_to, "4");
  expect_intact();
}

TEST_F(RollbackByHand, AFailedTrialIsOnRecordAndTheWayBackCostsNothing) {
  auto image = box_image();
  image.behaviour.start_error = "exec: no such file";
  world.engine.docker()->add_image("box-base:bad", image);
  world.declare(BoxBuilder{"ada"}.env("EDITOR", "emacs").image("box-base:bad"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(outcomes().back(), "4 RolledBack");
  EXPECT_NE(history().back().reason.find("could not be started"), std::string::npos);
  world.engine.forget_calls();
  roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(), std::vector<std::string>{}) << "the old container is as wanted again";
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
  EXPECT_FALSE(world.record("ada").verdict.has_value());
  EXPECT_EQ(outcomes().back(), "5 Applied");
  expect_intact();
}

TEST_F(RollbackByHand, OneThatFailsItsOwnTrialIsNotTriedAgain) {
  auto image = box_image();
  image.behaviour.start_error = "exec: no such file";
  const auto record = world.record("ada");
  state::RollbackOrder order;
  order.to = "1";
  order.spec = record.spec;
  order.spec.image = "box-base:bad";
  order.declared = record.spec;
  world.engine.docker()->add_image("box-base:bad", image);
  world.ask(Verb::Rollback, "ada", state::print_rollback_order(order));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(editor(), "emacs");
  EXPECT_EQ(world.reason("ada", "Stalled"), "RolledBack");
  EXPECT_EQ(outcomes().back(), "4 RolledBack");
  world.engine.forget_calls();
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.steps(), std::vector<std::string>{});
  EXPECT_EQ(world.lost_data(), "");
}

TEST_F(RollbackByHand, TheOrderEndsWithTheBox) {
  world.declare(BoxBuilder{"bob"});
  const auto id = roll_back();
  ASSERT_TRUE(world.settle()) << world.breach();
  world.undeclare("ada");
  world.run_for(Duration{3'600'000});
  EXPECT_EQ(world.container("box-ada"), nullptr);
  EXPECT_EQ((*world.desired.request(id))->state, "done");
}

}  // namespace
}  // namespace boxwright::test
