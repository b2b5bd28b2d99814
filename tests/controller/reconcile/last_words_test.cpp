// What a candidate that fails said last is told, and no secret with it.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class LastWords : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};
  fs::path secrets;

  void SetUp() override {
    std::string folder = (fs::temp_directory_path() / "boxwright-words-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    secrets = folder;
    std::ofstream(secrets / "token") << "swordfish";
    ASSERT_EQ(::chmod((secrets / "token").c_str(), 0600), 0);
    world.declared.settings.secrets_dir = folder;
    ada.with([](auto& spec) { spec.secrets["TOKEN"] = {"token"}; });
    world.declare(ada);
    ASSERT_TRUE(world.settle()) << world.breach();
    auto image = ImageContent{};
    image.config.command = {"box-init"};
    image.behaviour.answers_after = std::nullopt;
    image.behaviour.log = {"connecting with swordfish", "cannot bind to port 8080"};
    world.engine.docker()->add_image("box-base:bad", image);
    world.declare(ada.image("box-base:bad"));
  }
  void TearDown() override { fs::remove_all(secrets); }

  /// What the event of the way back says.
  [[nodiscard]] std::string told() const {
    const auto events = world.store->events(BoxName{"ada"}, 0, 100).value();
    const auto back = std::find_if(events.begin(), events.end(),
                                   [](const auto& event) { return event.action == "RolledBack"; });
    return back == events.end() ? "nothing" : back->message;
  }
  void expect_told_without_the_secret() const {
    EXPECT_NE(told().find("\nconnecting with (hidden)\ncannot bind to port 8080"),
              std::string::npos)
        << told();
    EXPECT_EQ(world.last_words,
              (std::vector<std::string>{"connecting with (hidden)", "cannot bind to port 8080"}));
  }
};

TEST_F(LastWords, HideTheSecretsOfTheBox) {
  ASSERT_TRUE(world.settle()) << world.breach();
  expect_told_without_the_secret();
}

TEST_F(LastWords, HideASecretWhoseFileIsGoneMeanwhile) {
  world.run_for(Duration{20'000});
  ASSERT_TRUE(world.container("box-ada")->started_at) << "the candidate is on trial";
  fs::remove(secrets / "token");
  world.run_for(Duration{600'000});
  expect_told_without_the_secret();
}

}  // namespace
}  // namespace boxwright::test
