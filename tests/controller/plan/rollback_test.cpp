// To which generation a box goes back, and as what.

#include "controller/plan/rollback.h"

#include <gtest/gtest.h>

#include "specs/model/canonical.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using Outcome = state::GenerationRecord::Outcome;

class Rollback : public testing::Test {
 protected:
  state::BoxRecord record = BoxBuilder{"ada"}.image("box-base:3").generation(3).record();
  std::vector<state::GenerationRecord> history;
  const plan::ImageSight there{ImageId{"sha256:1"}, true};

  void SetUp() override {
    for (int generation = 1; generation <= 3; ++generation)
      add(generation, Outcome::Applied);
  }
  state::GenerationRecord& add(std::int64_t generation, Outcome outcome) {
    state::GenerationRecord entry;
    entry.generation = generation;
    entry.uid = record.uid;
    auto spec = record.spec;
    spec.image = "box-base:" + std::to_string(generation);
    entry.spec_json = specs::canonical_json(spec);
    entry.image_id = ImageId{"sha256:" + std::to_string(generation)};
    entry.outcome = outcome;
    return history.emplace_back(entry);
  }
  std::string target(const std::string& to = "") {
    const auto found = plan::find_rollback_target(record, history, to);
    return found ? (*found)->name() : found.error().message;
  }
  plan::PlannedRollback planned(const plan::ImageSight& sight, std::size_t entry = 0) {
    auto made = plan::plan_rollback(record, history, history.at(entry), sight);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : plan::PlannedRollback{};
  }
};

TEST_F(Rollback, GoesToTheLastGoodOneBeforeThePresent) {
  EXPECT_EQ(target(), "2");
  EXPECT_EQ(target("1"), "1");
}

TEST_F(Rollback, AfterAFailedTrialThatIsTheOneThatGoesOn) {
  record.generation = 4;
  add(4, Outcome::RolledBack);
  EXPECT_EQ(target(), "3");
}

TEST_F(Rollback, DoesNotComeBackToWhatAPersonWentBackFrom) {
  history[1].outcome = Outcome::RolledBackByHand;
  EXPECT_EQ(target(), "1");
  EXPECT_EQ(target("2"), "2") << "unless that is asked for";
}

TEST_F(Rollback, SkipsWhatIsLikeThePresent) {
  history[1].spec_json = history[2].spec_json;
  history[1].image_id = history[2].image_id;
  EXPECT_EQ(target(), "1");
}

TEST_F(Rollback, AnImageAloneIsAStateToGoBackTo) {
  auto& part = add(3, Outcome::Applied);
  part.part = 1;
  part.image_id = ImageId{"sha256:moved"};
  EXPECT_EQ(target(), "3");
  const auto back = planned({ImageId{"sha256:moved"}, true}, 2);
  EXPECT_EQ(back.order.spec.image, "sha256:3");
  EXPECT_EQ(back.order.to, "3");
}

TEST_F(Rollback, WhatNeverRanIsRefusedAndWhatIsUnknownIsSaid) {
  add(4, Outcome::RolledBack).reason = "it exited";
  EXPECT_NE(target("4").find("generation 4 of box ada never ran (RolledBack: it exited)"),
            std::string::npos);
  EXPECT_NE(target("9").find("no generation 9 on record"), std::string::npos);
  history.resize(1);
  record.generation = 1;
  EXPECT_NE(target().find("no earlier generation"), std::string::npos);
}

TEST_F(Rollback, KeepsTheReferenceWhileItNamesTheSameImage) {
  const auto back = planned(there);
  EXPECT_EQ(back.order.spec.image, "box-base:1");
  EXPECT_TRUE(back.notes.empty());
  EXPECT_EQ(back.order.declared, record.spec);
  EXPECT_EQ(back.order.uid, record.uid);
  EXPECT_FALSE(back.is_undo);
}

TEST_F(Rollback, PinsTheImageOnceItsReferenceMoved) {
  for (const auto& named : {ImageId{"sha256:other"}, ImageId{}}) {
    const auto back = planned({named, true});
    EXPECT_EQ(back.order.spec.image, "sha256:1");
    EXPECT_EQ(back.order.spec.pull, specs::PullPolicy::Never);
    EXPECT_EQ(back.notes.size(), 1U);
  }
}

TEST_F(Rollback, PinsItAlsoWhereItWouldMoveByItself) {
  record.spec.update.image = specs::ImagePolicy::Follow;
  EXPECT_EQ(planned(there).order.spec.image, "sha256:1");
  record.spec.update.image = specs::ImagePolicy::Report;
  auto spec = *specs::spec_from_canonical_json(history[0].spec_json);
  spec.pull = specs::PullPolicy::Always;
  history[0].spec_json = specs::canonical_json(spec);
  EXPECT_EQ(planned(there).order.spec.image, "sha256:1");
}

TEST_F(Rollback, AnImageThatIsGoneIsSaid) {
  const auto back = planned({ImageId{"sha256:other"}, false});
  EXPECT_EQ(back.order.spec.image, "box-base:1");
  ASSERT_EQ(back.notes.size(), 1U);
  EXPECT_NE(back.notes[0].find("is gone from the engine; box-base:1 is used as it is now"),
            std::string::npos);
}

TEST_F(Rollback, HowTheBoxIsHandledStaysAsItIsNow) {
  auto spec = *specs::spec_from_canonical_json(history[0].spec_json);
  spec.deletion.volumes = specs::VolumeDeletion::Delete;
  spec.suspend = true;
  spec.update.policy = specs::RolloutPolicy::Manual;
  history[0].spec_json = specs::canonical_json(spec);
  const auto back = planned(there);
  EXPECT_EQ(back.order.spec.deletion, record.spec.deletion) << "data first";
  EXPECT_FALSE(back.order.spec.suspend);
  EXPECT_EQ(back.order.spec.update, record.spec.update);
}

TEST_F(Rollback, SaysThatSecretsAreNotTakenBack) {
  record.spec.secrets["TOKEN"] = {"ada-token"};
  auto spec = *specs::spec_from_canonical_json(history[0].spec_json);
  spec.secrets = record.spec.secrets;
  history[0].spec_json = specs::canonical_json(spec);
  history[0].secret_mac = "v1:k:old";
  history[2].secret_mac = "v1:k:new";
  EXPECT_EQ(planned(there).notes.size(), 1U);
}

TEST_F(Rollback, ToThePresentIsNothing) {
  const auto back = plan::plan_rollback(record, history, history[2], {ImageId{"sha256:3"}, true});
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::Conflict);
}

TEST_F(Rollback, ToWhatIsDeclaredIsTheEndOfTheOneThatStands) {
  record.rollback = state::RollbackHold{"1", "grace", record.spec};
  record.spec.image = "box-base:1";
  const auto back = planned({ImageId{"sha256:3"}, true}, 2);
  EXPECT_TRUE(back.is_undo);
  EXPECT_EQ(planned({ImageId{"sha256:2"}, true}, 1).order.declared.image, "box-base:3");
}

}  // namespace
}  // namespace boxwright::test
