// The oracle is tested: every planted bug is caught, within a few seeds.

#include <gtest/gtest.h>

#include "tests/simulation/history.h"

namespace boxwright::test {
namespace {

constexpr int kSteps = 40;
constexpr std::uint64_t kSeedsMax = 60;

class PlantedBug : public testing::TestWithParam<std::string> {};

TEST_P(PlantedBug, IsCaught) {
  HistoryInput input;
  input.plant = find_plant(GetParam());
  ASSERT_NE(input.plant, nullptr);
  for (input.seed = 1; input.seed <= kSeedsMax; ++input.seed) {
    input.operations = make_operations(input.seed, kSteps);
    const auto result = play_history(input);
    if (!result.breach) continue;
    GTEST_LOG_(INFO) << input.plant->name << " is caught by " << result.breach->invariant
                     << " with seed " << input.seed << ": "
                     << result.breach->what.substr(0, result.breach->what.find('\n'));
    RecordProperty("invariant", result.breach->invariant);
    return;
  }
  FAIL() << input.plant->bug << ": not caught within " << kSeedsMax << " seeds";
}

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const auto& plant : all_plants())
    list.push_back(plant.name);
  return list;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBug, testing::ValuesIn(names()), test_name);

TEST(PlantedBugs, AreManyAndHaveNamesOfTheirOwn) {
  const auto list = names();
  EXPECT_GE(list.size(), 25U);
  EXPECT_EQ(std::set<std::string>(list.begin(), list.end()).size(), list.size());
}

}  // namespace
}  // namespace boxwright::test
