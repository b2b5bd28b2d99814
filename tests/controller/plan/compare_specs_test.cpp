#include <gtest/gtest.h>

#include "controller/plan/compare.h"
#include "spec_mutations.h"
#include "wanted_world.h"

namespace boxwright::plan {
namespace {

using Found = std::vector<FieldDifference>;

TEST(CompareSpecs, FindsNothingBetweenEquals) {
  name_every_field(full_spec());
  EXPECT_EQ(compare_specs(full_spec(), full_spec()), Found{});
}

TEST(CompareSpecs, NamesTheOneFieldThatChanged) {
  for (const Mutation& mutation : mutations()) {
    specs::BoxSpec after = full_spec();
    mutation.change(after);
    ASSERT_NE(after, full_spec()) << mutation.field;
    const Found found = compare_specs(full_spec(), after);
    ASSERT_EQ(found.size(), 1U) << mutation.field;
    EXPECT_EQ(found[0].field, mutation.field);
    EXPECT_NE(found[0].from, found[0].to) << mutation.field;
  }
}

TEST(CompareSpecs, ShowsOldAndNew) {
  specs::BoxSpec after = full_spec();
  after.resources.memory = Bytes{4 * kGiB};
  after.env = {{"EDITOR", "a\x1b[2Jb"}, {"EMPTY", ""}};
  after.secrets["TOKEN"] = {"else"};
  after.volumes.erase("cache");
  const Found expected{
      {"spec.env.EDITOR", "vim", "a\\x1b[2Jb"},
      {"spec.env.EMPTY", "(none)", "\"\""},
      {"spec.env.LANG", "C.UTF-8", "(none)"},
      {"spec.resources.memory", "2GiB", "4GiB"},
      {"spec.secrets.TOKEN", "from ada-token", "from else"},
      {"spec.volumes.cache", "/home/coder/.cache (disposable)", "(none)"},
  };
  EXPECT_EQ(compare_specs(full_spec(), after), expected);
}

TEST(CompareSpecs, HidesAPlainValueThatBecomesASecret) {
  specs::BoxSpec before = full_spec();
  before.env["API"] = kCanary;
  specs::BoxSpec after = full_spec();
  after.secrets["API"] = {"api"};
  const Found expected{{"spec.env.API", "(hidden)", "(none)"},
                       {"spec.secrets.API", "(none)", "from api"}};
  EXPECT_EQ(compare_specs(before, after), expected);
}

state::ContainerConfig limited() {
  state::ContainerConfig config;
  config.limits = wanted_limits(specs::Resources{});
  config.restart = specs::RestartPolicy::UnlessStopped;
  return config;
}

TEST(CompareLive, FindsEachFieldThatAHandChanged) {
  state::ContainerConfig seen = limited();
  EXPECT_EQ(compare_live(seen, limited()), Found{});
  seen.limits = {NanoCpus{500'000'000}, Bytes{kGiB}, Bytes{2 * kGiB}, 9};
  seen.restart = specs::RestartPolicy::No;
  const Found expected{{"spec.resources.cpus", "0.5", "1.5"},
                       {"spec.resources.memory", "1GiB", "2GiB"},
                       {"spec.resources.pids", "9", "4096"},
                       {"spec.restart", "no", "unless-stopped"}};
  EXPECT_EQ(compare_live(seen, limited()), expected);
}

TEST(CompareLive, CallsNoLimitByItsName) {
  state::ContainerConfig seen = limited();
  seen.limits = {};
  const Found expected{{"spec.resources.cpus", "unlimited", "1.5"},
                       {"spec.resources.memory", "unlimited", "2GiB"},
                       {"spec.resources.pids", "unlimited", "4096"}};
  EXPECT_EQ(compare_live(seen, limited()), expected);
}

TEST(CompareLive, TakesZeroAndMinusOnePidsAsOne) {
  state::ContainerConfig seen = limited();
  state::ContainerConfig wanted = limited();
  seen.limits.pids = -1;
  wanted.limits.pids = 0;
  EXPECT_EQ(compare_live(seen, wanted), Found{});
}

TEST(CompareLive, FindsSwapThatIsNotTwiceTheMemory) {
  state::ContainerConfig seen = limited();
  seen.limits.memory_swap = Bytes{2 * kGiB};
  const Found expected{{"spec.resources.memory", "2GiB (with swap 2GiB)", "2GiB (with swap 4GiB)"}};
  EXPECT_EQ(compare_live(seen, limited()), expected);
  seen.limits.memory_swap = Bytes{0};
  EXPECT_EQ(compare_live(seen, limited()), Found{});
}

TEST(CompareLive, FindsUnlimitedSwapOnlyWhereTheEngineCountsSwap) {
  state::ContainerConfig seen = limited();
  seen.limits.memory_swap = Bytes{-1};
  EXPECT_EQ(compare_live(seen, limited()), Found{});
  const Found expected{
      {"spec.resources.memory", "2GiB (with swap unlimited)", "2GiB (with swap 4GiB)"}};
  EXPECT_EQ(compare_live(seen, limited(), SwapAccounting::Present), expected);
}

}  // namespace
}  // namespace boxwright::plan
