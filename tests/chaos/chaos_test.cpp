// The short form of boxwright_chaos.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/chaos/disturbance.h"
#include "tests/chaos/ending.h"
#include "tests/chaos/play.h"
#include "tests/support/dockerd.h"

namespace boxwright::chaos {
namespace {

TEST(Chaos, EveryBoxAndEveryFileComesThroughSomeRounds) {
  BOXWRIGHT_NEED_DOCKERD();
  Settings settings;
  const char* seed = std::getenv("BOXWRIGHT_CHAOS_SEED");
  settings.seed = seed == nullptr ? 7 : std::strtoull(seed, nullptr, 10);
  settings.rounds = 12;
  settings.longest = std::chrono::seconds(45);
  settings.patience = std::chrono::seconds(150);
  // As it happens: a play that throws, or is ended from outside, has still been told.
  const auto outcome = play(settings, std::cout);
  tell(settings, outcome, std::cout);
  EXPECT_EQ(outcome.wrong, "");
  EXPECT_EQ(outcome.files, 40U);
  EXPECT_GE(outcome.rounds, 3);
  EXPECT_GT(outcome.failpoints, 0);
}

/// What the judges are for.
TEST(Chaos, ALostFileASecondContainerAndALeftoverAreSeen) {
  BOXWRIGHT_NEED_DOCKERD();
  Stage stage;
  Chance chance(1);
  Declared declared(stage.files(), 1);
  Data data;
  std::stringstream log;
  import_images(stage);
  stage.start_controller();
  const auto begun = calm_down(stage, declared, data, std::chrono::seconds(40), log);
  ASSERT_EQ(begun.wrong, "") << log.str() << stage.log();
  data.put(stage, declared.names(), chance);
  EXPECT_EQ(data.count(), 4U);
  EXPECT_EQ(wrong_now(stage, data), "");

  stage.kill_controller();
  stage.engine().must("POST", "/containers/create?name=second",
                      R"({"Image": "bb:1", "Labels": {"dev.boxwright.box": "c0"}})");
  stage.engine().must("POST", "/containers/second/start");
  std::filesystem::remove(stage.volume_folder("box-c0-inbox") / "data");
  std::ofstream(stage.volume_folder("box-c0-config") / "data", std::ios::app) << "more";
  const auto wrong = wrong_now(stage, data);
  EXPECT_NE(wrong.find("two containers of box c0"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("the file in box-c0-inbox is gone"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("the file in box-c0-config is not as it was"), std::string::npos) << wrong;
  declared.box("c0").revision = 9;
  const auto calm = calm_down(stage, declared, data, std::chrono::seconds(2), log);
  EXPECT_NE(calm.wrong.find("/second is left over"), std::string::npos) << calm.wrong;
  EXPECT_NE(calm.wrong.find("box c0: another environment"), std::string::npos) << calm.wrong;
}

}  // namespace
}  // namespace boxwright::chaos
