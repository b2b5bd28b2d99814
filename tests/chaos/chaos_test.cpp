// The short form of boxwright_chaos.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

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
  std::stringstream log;
  const auto outcome = play(settings, log);
  tell(settings, outcome, std::cout);
  EXPECT_EQ(outcome.wrong, "") << log.str();
}

}  // namespace
}  // namespace boxwright::chaos
