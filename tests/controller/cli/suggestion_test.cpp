#include "controller/cli/suggestion.h"

#include <gtest/gtest.h>

namespace boxwright::cli {
namespace {

const std::vector<std::string> kWords{"run", "plan", "apply", "get", "describe", "--timeout"};

TEST(EditDistance, CountsInsertedDroppedAndChangedLetters) {
  EXPECT_EQ(edit_distance("plan", "plan"), 0U);
  EXPECT_EQ(edit_distance("plan", "plann"), 1U);
  EXPECT_EQ(edit_distance("plan", "pan"), 1U);
  EXPECT_EQ(edit_distance("plan", "plum"), 2U);
  EXPECT_EQ(edit_distance("", "get"), 3U);
}

TEST(EditDistance, CountsTwoSwappedNeighboursAsOne) {
  EXPECT_EQ(edit_distance("plna", "plan"), 1U);
}

TEST(Nearest, FindsASlipOfTwoLetters) {
  EXPECT_EQ(nearest("plna", kWords), "plan");
  EXPECT_EQ(nearest("descirbe", kWords), "describe");
  EXPECT_EQ(nearest("--tiemuot", kWords), "--timeout");
}

TEST(Nearest, SuggestsNothingForAnotherWord) {
  EXPECT_EQ(nearest("destroy", kWords), "");
}

TEST(Nearest, SuggestsNothingForAWordTooShortToBeASlip) {
  EXPECT_EQ(nearest("x", kWords), "");
  EXPECT_EQ(nearest("ps", kWords), "");
  EXPECT_EQ(nearest("gt", kWords), "get") << "half of it is right";
}

}  // namespace
}  // namespace boxwright::cli
