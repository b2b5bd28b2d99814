#include "controller/engine/told_log.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::engine {
namespace {

using Lines = std::vector<std::string>;

/// A container that was made with a secret, and what its log says.
struct World {
  test::BoxBuilder box = test::BoxBuilder("ada").secret("TOKEN", "swordfish").env("EDITOR", "vim");
  state::ObservedContainer container = box.running_container();
  state::ResolvedSecrets now = box.secrets();
  Lines log{"token swordfish", "editor vim, path /usr/bin:/bin"};

  [[nodiscard]] Lines told() const {
    return told_log(log, container, box.spec(), test::BoxBuilder::image_config(test::kTestImage),
                    now);
  }
};

TEST(ToldLog, HidesSecretsAndNothingThatIsInTheOpen) {
  EXPECT_EQ(World().told(), (Lines{"token (hidden)", "editor vim, path /usr/bin:/bin"}));
}

TEST(ToldLog, HidesTheValueThatAContainerWasMadeWithOnceItWasChanged) {
  World world;
  world.now.values["TOKEN"] = Secret{"mackerel"};
  world.log = {"was swordfish, is mackerel"};
  EXPECT_EQ(world.told(), Lines{"was (hidden), is (hidden)"});
}

TEST(ToldLog, HidesASecretThatIsMissingNowOrThatTheSpecNoLongerNames) {
  World missing;
  missing.now = {.values = {}, .missing = {"token"}, .message = "gone"};
  EXPECT_EQ(missing.told().at(0), "token (hidden)");
  World dropped;
  dropped.box.with([](auto& spec) { spec.secrets.clear(); });
  dropped.now = {};
  EXPECT_EQ(dropped.told().at(0), "token (hidden)");
}

TEST(ToldLog, TellsNoLineWhereASecretIsNotKnown) {
  World world;
  world.now = {.values = {}, .missing = {"token"}, .message = "gone"};
  world.container.config.env.erase("TOKEN");
  const auto told = world.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with("(not told: secret ")) << told[0];
}

}  // namespace
}  // namespace boxwright::engine
