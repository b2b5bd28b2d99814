#include "controller/cli/plan_scope.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

state::BoxRecord record(const std::string& name, const std::string& source) {
  auto record = test::BoxBuilder(name).record();
  record.source = SourceName{source};
  record.labels = {{"team", "compilers"}};
  return record;
}

TEST(PlanScope, SelectsByAllThatIsGiven) {
  EXPECT_TRUE(PlanScope{}.is_everything());
  EXPECT_TRUE(PlanScope{}.has(record("ada", "team")));
  EXPECT_TRUE((PlanScope{{"bob", "ada"}, {}, ""}.has(record("ada", "team"))));
  EXPECT_FALSE((PlanScope{{"bob"}, {}, ""}.has(record("ada", "team"))));
  EXPECT_TRUE((PlanScope{{"ada"}, {"team"}, "team=compilers"}.has(record("ada", "team"))));
  EXPECT_FALSE((PlanScope{{"ada"}, {"other"}, ""}.has(record("ada", "team"))));
  EXPECT_FALSE((PlanScope{{}, {}, "team=other"}.has(record("ada", "team"))));
}

TEST(PlanScope, KnowsWhatIsNotThere) {
  plan::FleetDecision decision;
  decision.boxes = {record("ada", "team")};
  decision.problems = {{BoxName{"eve"}, SourceName{"team"}, "RetainedData", "restore"}};
  const std::vector<plan::SourceReading> readings{
      {SourceName{"team"}, "/boxes", specs::Snapshot{}}};
  EXPECT_TRUE(check_scope({{"ada", "eve"}, {"team"}, ""}, decision, readings).has_value());
  const auto box = check_scope({{"adda"}, {}, ""}, decision, readings);
  ASSERT_FALSE(box.has_value());
  EXPECT_EQ(box.error().message, "there is no box adda in this plan; did you mean `ada`?");
  EXPECT_EQ(box.error().code, ErrorCode::NotFound);
  const auto source = check_scope({{}, {"tean"}, ""}, decision, readings);
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().message, "there is no source tean in this plan; did you mean `team`?");
}

}  // namespace
}  // namespace boxwright::cli
