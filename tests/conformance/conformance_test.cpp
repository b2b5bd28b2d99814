#include "tests/conformance/conformance_test.h"

#include <algorithm>
#include <cstdlib>

namespace boxwright::test {

void ConformanceTest::SetUp() {
  std::string missing;
  lab_ = make_lab(missing);
  if (lab_ != nullptr) {
    make_network();
    return;
  }
  if (std::getenv("CI") != nullptr) FAIL() << "no Docker Engine can be started: " << missing;
  GTEST_SKIP() << "needs dockerd: " << missing;
}

std::map<std::string, std::string> ConformanceTest::our_labels(const std::string& role) {
  state::OwnerLabels owner;
  owner.installation = Installation{"lab"};
  owner.uid = BoxUid{"0123456789abcdef"};
  owner.box = BoxName{"ada"};
  owner.role = role;
  owner.attempt = Attempt{"a1"};
  return state::write_owner(owner);
}

engine::BoxQuery ConformanceTest::query(const std::string& image) {
  return {Installation{"lab"}, BoxUid{"0123456789abcdef"}, BoxName{"ada"}, image, {kWork}};
}

state::ContainerConfig ConformanceTest::config(const std::string& image) {
  state::ContainerConfig config;
  config.image = image;
  config.labels = our_labels();
  config.hostname = "ada";
  config.network = kNetwork;
  config.healthcheck.test = {"NONE"};
  config.stop_timeout = Duration{10'000};
  config.log_driver = "json-file";
  config.log_options = {{"max-size", "10m"}, {"max-file", "3"}};
  config.limits = {NanoCpus{500'000'000}, Bytes{64 * kMiB}, Bytes{128 * kMiB}, 100};
  return config;
}

Result<engine::StepReply> ConformanceTest::perform(engine::StepKind kind) {
  return lab().engine().perform({std::move(kind), "a case asks for it"}, {}, {});
}

ContainerId ConformanceTest::create(const state::ContainerConfig& wanted, const std::string& name) {
  const auto reply = perform(engine::CreateContainer{name, wanted, {}});
  EXPECT_OK(reply);
  return reply ? reply->created : ContainerId{};
}

ContainerId ConformanceTest::run(const state::ContainerConfig& wanted, const std::string& name) {
  const ContainerId id = create(wanted, name);
  EXPECT_OK(perform(engine::StartContainer{id}));
  return id;
}

void ConformanceTest::make_network() {
  EXPECT_OK(perform(engine::CreateNetwork{kNetwork, our_labels(state::kRoleNetwork)}));
}

void ConformanceTest::make_volume(const std::string& name) {
  EXPECT_OK(perform(engine::CreateVolume{VolumeName{name}, our_labels(state::kRoleVolume)}));
}

state::ObservedBox ConformanceTest::observe(const std::string& image) {
  const auto box = lab().engine().observe_box(query(image), {});
  EXPECT_OK(box);
  return box ? *box : state::ObservedBox{};
}

state::ObservedContainer ConformanceTest::seen(const ContainerId& id) {
  for (const state::ObservedContainer& container : observe().containers) {
    if (container.id == id) return container;
  }
  ADD_FAILURE() << "container " << id.str() << " is not among the box's";
  return {};
}

bool ConformanceTest::exists(const ContainerId& id) {
  const auto containers = observe().containers;
  return std::ranges::any_of(containers, [&id](const auto& it) { return it.id == id; });
}

NetworkId ConformanceTest::network_id() {
  for (const state::ObservedNetwork& network : observe().networks) {
    if (network.name == kNetwork) return network.id;
  }
  return {};
}

bool ConformanceTest::reaches(const ContainerId& id, state::ContainerState state, Duration limit) {
  return lab().eventually([&] { return state_of(id) == state; }, limit);
}

bool ConformanceTest::reaches(const ContainerId& id, state::Health health, Duration limit) {
  return lab().eventually([&] { return seen(id).health == health; }, limit);
}

}  // namespace boxwright::test
