#include "controller/cli/progress.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/fake_clock.h"

namespace boxwright::cli {
namespace {

using state::ConditionStatus;

state::BoxStatus status_of(const std::string& name, const std::string& type, ConditionStatus value,
                           const std::string& reason) {
  state::BoxStatus status;
  status.name = BoxName{name};
  status.conditions.push_back({type, value, reason, "a sentence", 1, {}});
  return status;
}

state::BoxStatus ready(const std::string& name) {
  return status_of(name, "Ready", ConditionStatus::True, "Running");
}

engine::Step create() {
  return {engine::CreateContainer{"box-ada", {}, {}}, "test"};
}
engine::Step start() {
  return {engine::StartContainer{ContainerId{"c1"}}, "test"};
}
engine::Step pull() {
  return {engine::PullImage{"a:1"}, "test"};
}

class ProgressLines : public ::testing::Test {
 protected:
  void make(bool steps) {
    progress_ = std::make_unique<Progress>(
        Progress::Style{.steps = steps}, [this](const std::string& text) { said_ += text; },
        clock_);
  }

  test::FakeClock clock_;
  std::string said_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(ProgressLines, AreQuietUnlessSomethingGoesWrong) {
  make(false);
  progress_->step(BoxName{"ada"}, create());
  progress_->detail(BoxName{"ada"}, "pulling 40 %");
  progress_->status(ready("ada"));
  EXPECT_EQ(said_, "");
  progress_->status(status_of("ada", "Stalled", ConditionStatus::True, "ImagePullFailed"));
  EXPECT_EQ(said_, "ada: ImagePullFailed: a sentence\n");
}

TEST_F(ProgressLines, SayEachStepOnceAndThenTheVerdictWhereTheyAreAskedFor) {
  make(true);
  progress_->step(BoxName{"ada"}, pull());
  progress_->detail(BoxName{"ada"}, "pulling 40 %");
  progress_->detail(BoxName{"ada"}, "pulling 40 %");
  progress_->step(BoxName{"ada"}, create());
  progress_->step(BoxName{"ada"}, create());
  clock_.advance(Duration{3'000});
  progress_->status(status_of("ada", "Reconciling", ConditionStatus::True, "AwaitingHealth"));
  clock_.advance(Duration{140});
  progress_->status(ready("ada"));
  progress_->status(ready("ada"));
  EXPECT_EQ(said_,
            "ada: pulling\nada: pulling 40 %\nada: creating\nada: waiting for health\n"
            "ada: ready after 3.1s\n");
}

TEST_F(ProgressLines, SayNothingOfABoxThatNothingWasDoneTo) {
  make(true);
  progress_->status(ready("ada"));
  EXPECT_EQ(said_, "");
}

TEST_F(ProgressLines, LeaveOutControlCharacters) {
  make(true);
  progress_->detail(BoxName{"ada"}, "pull\x1b[2J");
  EXPECT_EQ(said_, "ada: pull?[2J\n");
}

TEST_F(ProgressLines, CountABoxThatIsStoppedAsWanted) {
  make(true);
  progress_->step(BoxName{"ada"}, {engine::StopContainer{ContainerId{"c1"}, Duration{0}}, "test"});
  progress_->status(status_of("ada", "Ready", ConditionStatus::False, "Stopped"));
  EXPECT_EQ(said_, "ada: stopping\nada: stopped after 0.0s\n");
}

class ProgressOnTerminal : public ::testing::Test {
 protected:
  void make(std::size_t width, bool colour = false) {
    progress_ = std::make_unique<Progress>(
        Progress::Style{.redraw = true, .width = width, .colour = colour},
        [this](const std::string& text) { said_ += text; }, clock_);
  }
  std::string take() { return std::exchange(said_, {}); }

  test::FakeClock clock_;
  std::string said_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(ProgressOnTerminal, RedrawsOneLineABoxAndThoseAtWorkFirst) {
  make(80);
  progress_->step(BoxName{"ada"}, create());
  EXPECT_EQ(take(), "  ada: creating\n");
  progress_->step(BoxName{"bob"}, pull());
  EXPECT_EQ(take(), "\x1b[1F\x1b[J  ada: creating\n  bob: pulling\n");
  clock_.advance(Duration{1'200});
  progress_->status(ready("ada"));
  EXPECT_EQ(take(), "\x1b[2F\x1b[J  bob: pulling 1s\n  ada: ready after 1.2s\n");
}

TEST_F(ProgressOnTerminal, ShowsHowLongItWaits) {
  make(80);
  progress_->step(BoxName{"ada"}, start());
  progress_->status(status_of("ada", "Reconciling", ConditionStatus::True, "AwaitingHealth"));
  take();
  clock_.advance(Duration{3'000});
  progress_->tick();
  EXPECT_EQ(take(), "\x1b[1F\x1b[J  ada: waiting for health 3s\n");
}

TEST_F(ProgressOnTerminal, LeavesAFailureStandingAbove) {
  make(80, true);
  progress_->step(BoxName{"ada"}, start());
  take();
  progress_->status(status_of("ada", "Stalled", ConditionStatus::True, "StartFailed"));
  EXPECT_EQ(take(), "\x1b[1F\x1b[J\x1b[31mada: StartFailed: a sentence\x1b[0m\n");
}

TEST_F(ProgressOnTerminal, NeverWrapsALine) {
  make(12);
  progress_->step(BoxName{"ada"}, create());
  EXPECT_EQ(take(), "  ada: crea\n");
}

TEST_F(ProgressOnTerminal, DrawsNoMoreThanAScreenHolds) {
  make(80);
  for (int i = 0; i < 20; ++i)
    progress_->step(BoxName{"box" + std::to_string(10 + i)}, create());
  take();
  progress_->step(BoxName{"box10"}, start());
  const auto frame = take();
  EXPECT_EQ(frame.rfind("\x1b[13F", 0), 0U) << frame;
  EXPECT_NE(frame.find("  ... and 8 more\n"), std::string::npos) << frame;
}

TEST_F(ProgressOnTerminal, WipesWhatItDrewAtTheEnd) {
  make(80);
  progress_->step(BoxName{"ada"}, create());
  take();
  progress_.reset();
  EXPECT_EQ(take(), "\x1b[1F\x1b[J");
}

TEST(TookText, IsShort) {
  EXPECT_EQ(took_text(Duration{0}), "0.0s");
  EXPECT_EQ(took_text(Duration{3'149}), "3.1s");
  EXPECT_EQ(took_text(Duration{119'900}), "119.9s");
  EXPECT_EQ(took_text(Duration{125'000}), "2m05s");
}

}  // namespace
}  // namespace boxwright::cli
