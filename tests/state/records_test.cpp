#include "state/records.h"

#include <gtest/gtest.h>

#include "state/observed.h"
#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

TEST(BoxStatusFind, GivesTheConditionOfThatTypeOrNothing) {
  const auto status = full_status("ada");

  ASSERT_NE(status.find("Stalled"), nullptr);
  EXPECT_EQ(*status.find("Stalled"), status.conditions[1]);
  EXPECT_EQ(status.find("Ready "), nullptr);
}

TEST(StateWords, AreWhatPeopleAndTablesRead) {
  EXPECT_EQ(to_string(ConditionStatus::True), "True");
  EXPECT_EQ(to_string(ConditionStatus::Unknown), "Unknown");
  EXPECT_EQ(to_string(Request::Verb::Accept), "accept");
  EXPECT_EQ(to_string(Request::Verb::MoveSource), "move-source");
  EXPECT_EQ(to_string(ContainerState::Exited), "exited");
  EXPECT_EQ(to_string(Health::Unhealthy), "unhealthy");
}

}  // namespace
}  // namespace boxwright::state
