#include "controller/plan/price.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::plan {
namespace {

using Basis = Price::Basis;

const Action kReplace{ActionKind::Replace, {}, "test", ""};

class PriceOf : public ::testing::Test {
 protected:
  [[nodiscard]] std::optional<Price> price(const Action& action = kReplace) const {
    return price_of(action, box_.record(), &container_, &told_);
  }
  void becomes_ready_after(Duration time) {
    told_.container = container_.id;
    told_.conditions = {
        {"Ready", state::ConditionStatus::True, "Running", "", 1, *container_.started_at + time}};
  }

  test::BoxBuilder box_ =
      test::BoxBuilder("ada").with([](auto& spec) { spec.stop_grace_period = Duration{7'000}; });
  state::ObservedContainer container_ = box_.running_container();
  state::BoxStatus told_;
};

TEST_F(PriceOf, AReplacementIsItsStopGraceAndWhatItsLastStartTook) {
  becomes_ready_after(Duration{2'500});
  EXPECT_EQ(price(), (Price{Duration{7'000}, Duration{2'500}, Basis::LastStart}));
  EXPECT_EQ(price()->downtime(), Duration{9'500});
}

TEST_F(PriceOf, IsAssumedWhereTheStatusDoesNotTell) {
  EXPECT_EQ(price(), (Price{Duration{7'000}, kStartAssumed, Basis::Assumed}));
  becomes_ready_after(Duration{-1});
  EXPECT_EQ(price()->basis, Basis::Assumed) << "it was ready before this start";
  becomes_ready_after(Duration{3'600'000});
  EXPECT_EQ(price()->basis, Basis::Assumed) << "it became ready for another reason";
  becomes_ready_after(Duration{1'000});
  told_.container = ContainerId{"another"};
  EXPECT_EQ(price()->basis, Basis::Assumed) << "it speaks of another container";
}

TEST_F(PriceOf, AContainerThatIsDownIsNothing) {
  container_.state = state::ContainerState::Exited;
  EXPECT_EQ(price(), Price{});
  EXPECT_EQ(price_of(kReplace, box_.record(), nullptr, nullptr), Price{});
}

TEST_F(PriceOf, ABoxThatIsToBeStoppedHasNoStart) {
  box_.with([](auto& spec) { spec.power = specs::Power::Stopped; });
  EXPECT_EQ(price(), (Price{Duration{7'000}, Duration{0}, Basis::NotRunning}));
}

TEST_F(PriceOf, OnlyReplacementAndRestartHaveOne) {
  EXPECT_TRUE(price({ActionKind::Restart, {}, "test", ""}).has_value());
  for (const auto kind : {ActionKind::Create, ActionKind::ChangeLive, ActionKind::Remove})
    EXPECT_FALSE(price({kind, {}, "test", ""}).has_value());
}

}  // namespace
}  // namespace boxwright::plan
