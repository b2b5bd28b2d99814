#include "controller/cli/progress.h"

#include <gtest/gtest.h>

#include <memory>

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

class ProgressLines : public ::testing::Test {
 protected:
  std::string said_;
  Progress progress_{{}, [this](const std::string& text) { said_ += text; }};
};

TEST_F(ProgressLines, SaysEachStepOnceAndThenTheVerdict) {
  progress_.step(BoxName{"ada"}, "create container");
  progress_.step(BoxName{"ada"}, "create container");
  progress_.status(status_of("ada", "Ready", ConditionStatus::True, "Running"));
  progress_.status(status_of("ada", "Ready", ConditionStatus::True, "Running"));
  EXPECT_EQ(said_, "ada: create container\nada: ready\n");
}

TEST_F(ProgressLines, SaysNothingOfABoxThatNothingWasDoneTo) {
  progress_.status(status_of("ada", "Ready", ConditionStatus::True, "Running"));
  EXPECT_EQ(said_, "");
}

TEST_F(ProgressLines, SaysWhyABoxStalls) {
  progress_.status(status_of("ada", "Stalled", ConditionStatus::True, "ImagePullFailed"));
  EXPECT_EQ(said_, "ada: ImagePullFailed: a sentence\n");
}

TEST_F(ProgressLines, LeavesOutControlCharacters) {
  progress_.step(BoxName{"ada"}, "pull\x1b[2J");
  EXPECT_EQ(said_, "ada: pull?[2J\n");
}

class ProgressOnTerminal : public ::testing::Test {
 protected:
  void make(std::size_t width) {
    progress_ = std::make_unique<Progress>(Progress::Style{true, width, false},
                                           [this](const std::string& text) { said_ += text; });
  }
  std::string take() { return std::exchange(said_, {}); }

  std::string said_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(ProgressOnTerminal, RedrawsTheLinesOfTheBoxesAtWork) {
  make(80);
  progress_->step(BoxName{"ada"}, "one");
  EXPECT_EQ(take(), "  ada: one\n");
  progress_->step(BoxName{"bob"}, "two");
  EXPECT_EQ(take(), "\x1b[1F\x1b[J  ada: one\n  bob: two\n");
  progress_->status(status_of("ada", "Ready", ConditionStatus::True, "Running"));
  EXPECT_EQ(take(), "\x1b[2F\x1b[Jada: ready\n  bob: two\n");
}

TEST_F(ProgressOnTerminal, NeverWrapsALine) {
  make(12);
  progress_->step(BoxName{"ada"}, "something long");
  EXPECT_EQ(take(), "  ada: some\n");
}

TEST_F(ProgressOnTerminal, DrawsNoMoreThanAScreenHolds) {
  make(80);
  for (int i = 0; i < 20; ++i)
    progress_->step(BoxName{"box" + std::to_string(10 + i)}, "x");
  take();
  progress_->step(BoxName{"box10"}, "y");
  const auto frame = take();
  EXPECT_EQ(frame.rfind("\x1b[13F", 0), 0U) << frame;
  EXPECT_NE(frame.find("  ... and 8 more\n"), std::string::npos) << frame;
}

TEST_F(ProgressOnTerminal, WipesWhatItDrewAtTheEnd) {
  make(80);
  progress_->step(BoxName{"ada"}, "one");
  take();
  progress_.reset();
  EXPECT_EQ(take(), "\x1b[1F\x1b[J");
}

}  // namespace
}  // namespace boxwright::cli
