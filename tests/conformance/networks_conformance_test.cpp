// Networks: made, removed and made again, connected and disconnected.

#include <algorithm>

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

using state::ContainerState;

class NetworkConformance : public ConformanceTest {
 protected:
  void stop(const ContainerId& id) {
    EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  }
  /// Removes the network and makes it again under its name.
  void remake_network() {
    const NetworkId before = network_id();
    EXPECT_EQ(lab().remove_network(kNetwork).status, 204);
    make_network();
    EXPECT_NE(network_id(), before);
  }
  bool is_attached(const ContainerId& id) {
    const auto attachments = seen(id).attachments;
    return attachments.size() == 1 && attachments[0].network == kNetwork &&
           attachments[0].network_id == network_id() && attachments[0].has_address;
  }
};

TEST_F(NetworkConformance, ANetworkCarriesItsLabels) {
  const auto networks = observe().networks;
  const auto ours = std::ranges::find(networks, kNetwork, &state::ObservedNetwork::name);
  ASSERT_NE(ours, networks.end());
  EXPECT_EQ(state::write_owner(ours->owner), our_labels(state::kRoleNetwork));
}

TEST_F(NetworkConformance, CreatingOnceMoreSucceedsAndMakesNoSecond) {
  const NetworkId before = network_id();
  make_network();
  EXPECT_EQ(network_id(), before);
  EXPECT_EQ(std::ranges::count(observe().networks, kNetwork, &state::ObservedNetwork::name), 1);
}

TEST_F(NetworkConformance, BeforeItsFirstStartAContainerHasNoNetworkId) {
  const auto attachments = seen(create(config())).attachments;
  ASSERT_EQ(attachments.size(), 1U);
  EXPECT_EQ(attachments[0].network, kNetwork);
  EXPECT_TRUE(attachments[0].network_id.empty());
  EXPECT_FALSE(attachments[0].has_address);
}

TEST_F(NetworkConformance, AStoppedContainerKeepsTheNetworkIdWithoutAnAddress) {
  const ContainerId id = run(config());
  stop(id);
  const auto attachments = seen(id).attachments;
  ASSERT_EQ(attachments.size(), 1U);
  EXPECT_EQ(attachments[0].network_id, network_id());
  EXPECT_FALSE(attachments[0].has_address);
}

TEST_F(NetworkConformance, ANetworkWithARunningContainerIsNotRemoved) {
  run(config());
  EXPECT_EQ(lab().remove_network(kNetwork).status, 403);
  EXPECT_FALSE(network_id().empty());
}

TEST_F(NetworkConformance, AStoppedContainerDoesNotHoldItsNetwork) {
  stop(run(config()));
  EXPECT_EQ(lab().remove_network(kNetwork).status, 204);
  EXPECT_TRUE(network_id().empty());
  EXPECT_EQ(lab().remove_network(kNetwork).status, 404);
}

// Trap 0.10.
TEST_F(NetworkConformance, AContainerThatRanDoesNotStartOnANetworkMadeAgain) {
  const ContainerId id = run(config());
  stop(id);
  const NetworkId before = network_id();
  remake_network();
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Refused);
  EXPECT_EQ(lab().start("box-ada").status, 404);
  EXPECT_EQ(state_of(id), ContainerState::Exited);
  ASSERT_EQ(seen(id).attachments.size(), 1U);
  EXPECT_EQ(seen(id).attachments[0].network_id, before);
}

// Trap 0.10.
TEST_F(NetworkConformance, ConnectingTheStoppedContainerMendsThat) {
  const ContainerId id = run(config());
  stop(id);
  remake_network();
  EXPECT_OK(perform(engine::ConnectNetwork{id, network_id()}));
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_TRUE(is_attached(id));
}

TEST_F(NetworkConformance, AContainerThatNeverRanStartsOnANetworkMadeAgain) {
  const ContainerId id = create(config());
  remake_network();
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_TRUE(is_attached(id));
}

// Trap 0.10.
TEST_F(NetworkConformance, DisconnectedWhileStoppedItStartsWithoutAnAddress) {
  const ContainerId id = run(config());
  stop(id);
  EXPECT_EQ(lab().disconnect(kNetwork, "box-ada").status, 200);
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_EQ(state_of(id), ContainerState::Running);
  EXPECT_TRUE(seen(id).attachments.empty());
}

// Trap 0.10.
TEST_F(NetworkConformance, ConnectingTheStoppedContainerMendsThatToo) {
  const ContainerId id = run(config());
  stop(id);
  lab().disconnect(kNetwork, "box-ada");
  EXPECT_OK(perform(engine::ConnectNetwork{id, network_id()}));
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_TRUE(is_attached(id));
}

TEST_F(NetworkConformance, DisconnectAndConnectWorkLive) {
  const ContainerId id = run(config());
  const auto started = seen(id).started_at;
  EXPECT_EQ(lab().disconnect(kNetwork, "box-ada").status, 200);
  EXPECT_TRUE(seen(id).attachments.empty());
  EXPECT_OK(perform(engine::ConnectNetwork{id, network_id()}));
  EXPECT_TRUE(is_attached(id));
  EXPECT_EQ(seen(id).started_at, started);
}

TEST_F(NetworkConformance, ConnectingOnceMoreSucceedsForUsAndIs403ByHand) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::ConnectNetwork{id, network_id()}));
  EXPECT_EQ(lab().connect(kNetwork, "box-ada").status, 403);
  EXPECT_TRUE(is_attached(id));
}

TEST_F(NetworkConformance, DisconnectingOnceMoreSucceeds) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::DisconnectNetwork{id, network_id()}));
  EXPECT_OK(perform(engine::DisconnectNetwork{id, network_id()}));
  EXPECT_TRUE(seen(id).attachments.empty());
}

TEST_F(NetworkConformance, DisconnectingOnceMoreByHandIsNoSuccess) {
  run(config());
  EXPECT_EQ(lab().disconnect(kNetwork, "box-ada").status, 200);
  EXPECT_GE(lab().disconnect(kNetwork, "box-ada").status, 400);
}

TEST_F(NetworkConformance, ConnectingARunningContainerToAnAbsentNetworkIsNotFound) {
  const ContainerId id = run(config());
  EXPECT_ERROR(perform(engine::ConnectNetwork{id, NetworkId{std::string(64, 'a')}}),
               ErrorCode::NotFound);
}

TEST_F(NetworkConformance, ConnectingAStoppedContainerToAnAbsentNetworkIsTakenOnTrust) {
  const ContainerId id = create(config());
  EXPECT_EQ(lab().connect("nowhere", "box-ada").status, 200);
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Refused);
}

TEST_F(NetworkConformance, ASecondNetworkIsSeenBesideTheFirst) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::CreateNetwork{"lab-net-2", {}}));
  EXPECT_EQ(lab().connect("lab-net-2", "box-ada").status, 200);
  const auto attachments = seen(id).attachments;
  ASSERT_EQ(attachments.size(), 2U);
  EXPECT_EQ(attachments[0].network, kNetwork);
  EXPECT_EQ(attachments[1].network, "lab-net-2");
}

}  // namespace
}  // namespace boxwright::test
