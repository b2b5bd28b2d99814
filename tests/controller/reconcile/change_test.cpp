// Creating, changing and replacing a box, step by step, on the fake engine.

#include <gtest/gtest.h>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

using Steps = std::vector<std::string>;

class Changing : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};

  void bring_up() {
    world.declare(ada);
    ASSERT_TRUE(world.settle()) << world.breach();
    ASSERT_TRUE(world.is_ready("ada"));
    world.write_data("ada");
    world.engine.forget_calls();
  }
};

TEST_F(Changing, CreatesABoxInAsFewCallsAsItTakes) {
  world.declare(ada);
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_TRUE(world.is_ready("ada"));
  EXPECT_EQ(world.steps(), (Steps{"CreateNetwork", "CreateVolume", "CreateVolume", "CreateVolume",
                                  "CreateVolume", "CreateContainer", "StartContainer"}));
}

TEST_F(Changing, DoesNothingOnceItIsConverged) {
  bring_up();
  world.run_for(Duration{600'000});
  EXPECT_EQ(world.steps(), Steps{});
}

TEST_F(Changing, ReplacesWhenEnvChangesInThePromisedOrder) {
  bring_up();
  world.declare(ada.env("EDITOR", "vim"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_EQ(world.steps(),
            (Steps{"CreateContainer", "UpdateContainer", "StopContainer", "RenameContainer",
                   "RenameContainer", "StartContainer", "RemoveContainer"}));
  EXPECT_EQ(world.container_names(), Steps{"box-ada"});
  EXPECT_EQ(world.lost_data(), "");
  EXPECT_TRUE(world.is_ready("ada"));
}

}  // namespace
}  // namespace boxwright::test
