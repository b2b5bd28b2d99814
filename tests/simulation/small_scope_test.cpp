// Every kind of plan, with a fault or a kill at every place and the workers in every order.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/simulation/small_scope.h"

namespace boxwright::test {
namespace {

bool never() {
  return false;
}

std::string told(const SearchResult& result) {
  std::string text;
  if (result.breach) text = result.breach->invariant + ": " + result.breach->what + "\n";
  for (const auto& line : result.path)
    text += line + "\n";
  return text;
}

/// In every run so many faults as a minute on one core allows in a debug build; the long form has
/// two everywhere (docs/reliability.md).
int faults_in_every_run(const std::string& scope) {
  constexpr std::array kLarge = {"create",    "replace",      "pull",
                                 "roll-back", "volume-added", "engine-restart"};
  const bool is_large = std::ranges::find(kLarge, scope) != kLarge.end();
  return is_large ? 0 : 1;
}

class SmallScope : public testing::TestWithParam<std::string> {};

TEST_P(SmallScope, KeepsEveryPromise) {
  const SearchInput input{find_scope(GetParam()), faults_in_every_run(GetParam()), nullptr};
  ASSERT_NE(input.scope, nullptr);
  const auto result = search(input, never);
  EXPECT_FALSE(result.breach.has_value()) << told(result);
  EXPECT_TRUE(result.is_complete);
  // Less than this would be a scope in which nothing is done.
  EXPECT_GT(result.states, 100U);
  EXPECT_GT(result.calls, result.runs);
  RecordProperty("states", std::to_string(result.states));
  GTEST_LOG_(INFO) << GetParam() << ": " << result.states << " states, " << result.runs
                   << " runs, up to " << input.faults << " faults";
}

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const auto& scope : all_scopes())
    list.push_back(scope.name);
  return list;
}

/// The search is tested, too: bugs that only an order or a kill shows are found by it.
TEST(SmallScopeSearch, FindsPlantedBugs) {
  struct Case {
    const char* plant;
    const char* scope;
    int faults;
  };
  for (const auto& one : {Case{"starts-candidate-early", "replace", 0},
                          Case{"kills-instead-of-stopping", "replace", 0},
                          Case{"volumes-not-expected", "volume-lost", 1},
                          Case{"old-hold-before-new", "volume-lost", 1}}) {
    const auto result = search({find_scope(one.scope), one.faults, find_plant(one.plant)}, never);
    ASSERT_TRUE(result.breach.has_value()) << one.plant << " is not found in " << one.scope;
    EXPECT_FALSE(result.is_complete);
    EXPECT_FALSE(result.path.empty()) << "a breach without its path cannot be looked into";
  }
}

TEST(SmallScopeSearch, EndsWhenTimeIsUp) {
  const auto result = search({find_scope("replace"), 1, nullptr}, [] { return true; });
  EXPECT_FALSE(result.is_complete);
  EXPECT_EQ(result.runs, 0U);
}

std::string test_name(const testing::TestParamInfo<std::string>& scope) {
  auto name = scope.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scopes, SmallScope, testing::ValuesIn(names()), test_name);

}  // namespace
}  // namespace boxwright::test
