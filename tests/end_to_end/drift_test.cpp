// What a hand does to a container, and how it is mended: with the stated effect, no more.

#include "tests/end_to_end/drift.h"

#include <fmt/core.h>

#include <tuple>

namespace boxwright::test {
namespace {

class ContainerDrift : public Drift {};

TEST_P(ContainerDrift, ChangedLimitsAndPolicyAreMendedLive) {
  by_hand([] {
    engine().must("POST", "/containers/box-ada/update",
                  R"({"Memory": 100000000, "MemorySwap": 200000000, "NanoCpus": 700000000,
                      "PidsLimit": 99, "RestartPolicy": {"Name": "no"}})");
  });
  EXPECT_TRUE(eventually([] {
    const auto host = inspect("box-ada").at("HostConfig");
    return host.at("Memory") == 64 << 20 && host.at("MemorySwap") == 128 << 20 &&
           host.at("NanoCpus") == 500000000 && host.at("PidsLimit") == 64 &&
           host.at("RestartPolicy").at("Name") == "unless-stopped";
  })) << inspect("box-ada").at("HostConfig");
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, ASwapLimitTakenAwayIsGivenBackLive) {
  const auto info = nlohmann::json::parse(engine().must("GET", "/info"));
  if (!info.at("SwapLimit").get<bool>()) GTEST_SKIP() << "this kernel does not limit swap";
  by_hand([] {
    engine().must("POST", "/containers/box-ada/update",
                  R"({"Memory": 67108864, "MemorySwap": -1})");
  });
  EXPECT_TRUE(eventually([] {
    return inspect("box-ada").at("HostConfig").at("MemorySwap") == 128 << 20;
  })) << inspect("box-ada").at("HostConfig");
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, AStoppedContainerIsStartedAgain) {
  const auto before = id("box-ada");
  by_hand([] { engine().must("POST", "/containers/box-ada/stop?t=1"); });
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_EQ(id("box-ada"), before);
  expect_converged();
}

TEST_P(ContainerDrift, AKilledContainerIsStartedAgain) {
  const auto before = id("box-ada");
  by_hand([] { engine().must("POST", "/containers/box-ada/kill"); });
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_EQ(id("box-ada"), before);
  expect_converged();
}

TEST_P(ContainerDrift, APausedContainerIsUnpausedAndNotRestarted) {
  by_hand([] { engine().must("POST", "/containers/box-ada/pause"); });
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, ARemovedContainerComesBackWithItsData) {
  const auto before = id("box-ada");
  const auto volumes = volume_names();
  by_hand([] { engine().must("DELETE", "/containers/box-ada?force=1"); });
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  EXPECT_NE(id("box-ada"), before);
  EXPECT_EQ(volume_names(), volumes);
  expect_converged();
}

TEST_P(ContainerDrift, ARenamedContainerIsRenamedBackLive) {
  by_hand([] { engine().must("POST", "/containers/box-ada/rename?name=something"); });
  EXPECT_TRUE(eventually([] { return exists("box-ada"); }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, ADisconnectedContainerIsReconnectedLive) {
  by_hand([] {
    engine().must("POST", "/networks/traefik-public/disconnect", R"({"Container": "box-ada"})");
  });
  EXPECT_TRUE(eventually([] {
    return inspect("box-ada").at("NetworkSettings").at("Networks").contains("traefik-public");
  }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, ARemovedNetworkIsMadeAgainAndBoxesAreConnectedLive) {
  by_hand([] {
    for (const char* name : {"ada", "bob"}) {
      engine().must("POST", "/networks/traefik-public/disconnect",
                    fmt::format(R"({{"Container": "box-{}"}})", name));
    }
    engine().must("DELETE", "/networks/traefik-public");
  });
  EXPECT_TRUE(eventually([] {
    return engine().call("GET", "/networks/traefik-public").status == 200 &&
           inspect("box-ada").at("NetworkSettings").at("Networks").contains("traefik-public") &&
           inspect("box-bob").at("NetworkSettings").at("Networks").contains("traefik-public");
  }));
  EXPECT_EQ(identity("box-ada"), ada_);
  expect_converged();
}

TEST_P(ContainerDrift, AForeignContainerWithTheNameStallsTheBoxAndIsLeftAlone) {
  std::string foreign;
  by_hand([&foreign] {
    engine().must("DELETE", "/containers/box-ada?force=1");
    engine().must("POST", "/containers/create?name=box-ada",
                  fmt::format(R"({{"Image": "{}"}})", kImage));
    engine().must("POST", "/containers/box-ada/start");
    foreign = identity("box-ada");
  });
  EXPECT_TRUE(comes_to("ada", "Stalled", "NameConflict"));
  EXPECT_EQ(identity("box-ada"), foreign);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identity("box-bob"), bob_);
  engine().must("DELETE", "/containers/box-ada?force=1");
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  expect_converged();
}

TEST_P(ContainerDrift, ACopyMadeFromACommittedBoxIsReportedAndLeftAlone) {
  by_hand([] {
    engine().must("POST", "/commit?container=box-ada&repo=copy&tag=1", "{}");
    engine().must("POST", "/containers/create?name=copied", R"({"Image": "copy:1"})");
    engine().must("POST", "/containers/copied/start");
  });
  const auto copy = identity("copied");
  EXPECT_TRUE(comes_to("ada", "Drifted", "Copy"));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(identity("copied"), copy);
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_EQ(plan().code, 0);
}

INSTANTIATE_TEST_SUITE_P(Controller, ContainerDrift,
                         ::testing::Values(When::WhileItRuns, When::WhileItIsDown), when_name);

/// The same container as it was seen, with our labels, but one thing changed.
nlohmann::json with_changed(const std::string& what, const nlohmann::json& seen) {
  auto body = seen.at("Config");
  body["HostConfig"] = seen.at("HostConfig");
  body["NetworkingConfig"] = {{"EndpointsConfig", {{"traefik-public", nlohmann::json::object()}}}};
  if (what == "env") body["Env"].push_back("SNEAKED=in");
  if (what == "mount") body["HostConfig"]["Mounts"][0]["Target"] = "/elsewhere";
  if (what == "label") body["Labels"]["traefik.enable"] = "true";
  if (what == "health") body["Healthcheck"] = {{"Test", {"NONE"}}};
  if (what == "image") body["Image"] = "other:1";
  return body;
}

class MadeAgainByHand : public TwoBoxes,
                        public ::testing::WithParamInterface<std::tuple<const char*, When>> {};

TEST_P(MadeAgainByHand, IsReplaced) {
  const auto [what, when] = GetParam();
  engine().import_image("other:1", {.files = {{.path = "www/other", .content = "x"}}});
  const auto hand = [what = std::string{what}] {
    const auto body = with_changed(what, inspect("box-ada"));
    engine().must("DELETE", "/containers/box-ada?force=1");
    engine().must("POST", "/containers/create?name=box-ada", body.dump());
    engine().must("POST", "/containers/box-ada/start");
  };
  std::string by_hand;
  if (when == When::WhileItRuns) {
    const Frozen frozen(controller_->process());
    hand();
    by_hand = id("box-ada");
  } else {
    ASSERT_EQ(controller_->stop(), 0);
    hand();
    by_hand = id("box-ada");
    controller_ = start_controller();
  }
  EXPECT_TRUE(eventually([&by_hand] {
    return !exists(by_hand) && is_running("box-ada") && identities().size() == 2;
  }));
  expect_converged();
}

INSTANTIATE_TEST_SUITE_P(Fields, MadeAgainByHand,
                         ::testing::Values(std::tuple{"env", When::WhileItRuns},
                                           std::tuple{"mount", When::WhileItIsDown},
                                           std::tuple{"label", When::WhileItRuns},
                                           std::tuple{"health", When::WhileItIsDown},
                                           std::tuple{"image", When::WhileItRuns},
                                           std::tuple{"image", When::WhileItIsDown}));

}  // namespace
}  // namespace boxwright::test
