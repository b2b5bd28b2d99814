// Causes that still tell why when the spec has long changed again: they go into events.

#include <gtest/gtest.h>

#include "controller/plan/changes.h"
#include "controller/plan/plan_box.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

plan::FieldChange change(const std::string& field, const std::string& source,
                         const std::string& to = "b") {
  return {field, "a", to, plan::Remedy::Live, source};
}

TEST(ChangesText, TellsOldNewAndPlace) {
  EXPECT_EQ(plan::changes_text({}), "");
  EXPECT_EQ(plan::changes_text({change("spec.image", "ada.yaml:4")}),
            "spec.image a -> b (ada.yaml:4)");
  EXPECT_EQ(plan::changes_text({change("spec.image", "drift")}), "spec.image a -> b")
      << "a hand has no line";
}

TEST(ChangesText, StaysShort) {
  std::vector<plan::FieldChange> changes(5, change("f", ""));
  EXPECT_EQ(plan::changes_text(changes), "f a -> b, f a -> b, f a -> b, and 2 more");
  std::string page(1'000, 'x');
  page.replace(59, 2, "\xc3\xa4");
  const auto text = plan::changes_text({change("f", "", page)});
  EXPECT_EQ(text, "f a -> " + std::string(59, 'x') + "...") << "cut between two characters";
}

class Cause : public ::testing::Test {
 protected:
  [[nodiscard]] std::string of_plan() {
    wanted_ = box_.wanted();
    input_.record = &record_;
    input_.observed = &observed_;
    input_.wanted = &wanted_;
    input_.installation = Installation{kTestInstallation};
    input_.now = test_start() + std::chrono::hours(1);
    const auto plan = plan::plan_box(input_);
    return plan.actions.empty() ? "" : plan.actions.front().cause;
  }
  state::ObservedContainer& container() { return observed_.containers.front(); }
  void exit_at(WallTime at) {
    container().state = state::ContainerState::Exited;
    container().finished_at = at;
  }

  BoxBuilder box_{"ada"};
  state::BoxRecord record_ = box_.converged_record();
  state::ObservedBox observed_ = box_.converged_box();
  plan::Wanted wanted_;
  plan::PlanInput input_;
};

TEST_F(Cause, OfBothCallsOfARestartIsTheOrder) {
  const auto asked = test_start() + Duration{1'000};
  input_.restart_requested = asked;
  EXPECT_EQ(of_plan(), "a restart was asked for");
  exit_at(asked + Duration{500});
  EXPECT_EQ(of_plan(), "a restart was asked for");
  exit_at(asked - Duration{500});
  EXPECT_EQ(of_plan(), "drift: the container is not running") << "it had ended before";
}

TEST_F(Cause, OfALiveChangeTellsOldAndNew) {
  container().config.limits.memory = Bytes{kGiB};
  container().config.limits.memory_swap = Bytes{2 * kGiB};
  EXPECT_EQ(of_plan().substr(0, 41), "drift: spec.resources.memory 1GiB -> 2GiB");
}

TEST_F(Cause, OfAReplacementTellsOldNewAndPlace) {
  auto spec = box_;
  spec.env("EDITOR", "vim");
  record_.spec = spec.spec();
  record_.origin.file = "ada.yaml";
  record_.fields["spec.env"] = {{7, 3}, ""};
  box_ = spec;
  EXPECT_NE(of_plan().find("-> vim (ada.yaml:7)"), std::string::npos) << of_plan();
  record_.fields["spec.env.EDITOR"] = {{5, 9}, "defaults.yaml"};
  EXPECT_NE(of_plan().find("-> vim (defaults.yaml:5)"), std::string::npos) << of_plan();
}

}  // namespace
}  // namespace boxwright::test
