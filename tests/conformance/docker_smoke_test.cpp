// The Docker client against a real engine of the test's own: every step, every reading.

#include <filesystem>

#include "tests/conformance/docker_fixture.h"

namespace boxwright::test {
namespace {

using DockerSmoke = DockerFixture;
using state::ContainerState;
using std::chrono::steady_clock;

TEST_F(DockerSmoke, TellsFacts) {
  const auto facts = engine().facts({});
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->kind, "docker");
  EXPECT_FALSE(facts->version.empty());
  EXPECT_FALSE(facts->engine_id.empty());
  EXPECT_EQ(facts->data_root, dockerd().data_root().string());
  EXPECT_GT(facts->cpus, 0);
  EXPECT_GT(facts->memory.count, 0);
  EXPECT_TRUE(facts->cgroup_version == 1 || facts->cgroup_version == 2);
  EXPECT_TRUE(facts->api_version.starts_with("1."));
}

TEST_F(DockerSmoke, ReadsBackWhatItCreated) {
  const ContainerId id = run();
  const state::ObservedBox box = observe();
  ASSERT_EQ(box.containers.size(), 1U);
  const state::ObservedContainer& seen = box.containers.front();
  const state::ContainerConfig sent = config();
  EXPECT_EQ(seen.id, id);
  EXPECT_EQ(seen.name, "box-ada");
  EXPECT_EQ(seen.state, ContainerState::Running);
  EXPECT_EQ(seen.health, state::Health::Starting);
  EXPECT_TRUE(seen.started_at.has_value());
  EXPECT_FALSE(seen.finished_at.has_value());
  EXPECT_EQ(seen.image_id.str(), image_id_);
  EXPECT_EQ(seen.owner.box, BoxName{"ada"});
  EXPECT_EQ(seen.config.image, sent.image);
  EXPECT_EQ(seen.config.env.at("PASSWORD"), Secret{"correct horse"});
  EXPECT_EQ(seen.config.hostname, sent.hostname);
  EXPECT_EQ(seen.config.mounts, sent.mounts);
  EXPECT_EQ(seen.config.healthcheck, sent.healthcheck);
  EXPECT_EQ(seen.config.stop_timeout, sent.stop_timeout);
  EXPECT_EQ(seen.config.network, sent.network);
  EXPECT_EQ(seen.config.publish, sent.publish);
  EXPECT_TRUE(seen.config.init);
  EXPECT_EQ(seen.config.log_driver, sent.log_driver);
  EXPECT_EQ(seen.config.log_options, sent.log_options);
  EXPECT_EQ(seen.config.limits, sent.limits);
  EXPECT_EQ(seen.config.restart, sent.restart);
  ASSERT_EQ(seen.attachments.size(), 1U);
  EXPECT_EQ(seen.attachments.front().network, "smoke-net");
  EXPECT_TRUE(seen.attachments.front().has_address);

  ASSERT_EQ(box.volumes.size(), 2U);
  EXPECT_EQ(box.volumes.front().name, VolumeName{"box-ada-cache"});
  EXPECT_FALSE(box.volumes.front().directory_missing);
  ASSERT_TRUE(box.wanted_image.has_value());
  EXPECT_EQ(box.wanted_image->id.str(), image_id_);
  EXPECT_TRUE(box.container_images.contains(seen.image_id));
}

TEST_F(DockerSmoke, PublishesPorts) {
  create();
  state::ContainerConfig wanted = config();
  wanted.publish = {{"127.0.0.1", 2280, 8080, "tcp"}};
  must(engine::StartContainer{must(engine::CreateContainer{"box-ada.next", wanted, {}}).created});
  // The server may need a moment: wget is asked to try again by the shell.
  const std::string answer = dockerd().inside(
      "for i in 1 2 3 4 5 6 7 8 9; do busybox wget -qO- http://127.0.0.1:2280/healthz && break; "
      "sleep 0.2; done");
  EXPECT_NE(answer.find("ok"), std::string::npos) << answer;
}

TEST_F(DockerSmoke, RepeatsStepsThatHaveTakenEffect) {
  const ContainerId id = run();
  must(engine::StartContainer{id});
  must(engine::RenameContainer{id, "box-ada"});
  must(engine::CreateVolume{VolumeName{"box-ada-cache"}, labels(state::kRoleVolume)});
  must(engine::CreateNetwork{"smoke-net", labels(state::kRoleNetwork)});
  must(engine::UnpauseContainer{id});
  const NetworkId network = observe().containers.front().attachments.front().network_id;
  must(engine::ConnectNetwork{id, network});
  must(engine::DisconnectNetwork{id, network});
  must(engine::DisconnectNetwork{id, network});
  must(engine::ConnectNetwork{id, network});
  must(engine::StopContainer{id, Duration{1000}});
  must(engine::StopContainer{id, Duration{1000}});
  must(engine::RemoveContainer{id});
  must(engine::RemoveContainer{id});
  must(engine::RemoveVolume{VolumeName{"box-ada-cache"}});
  must(engine::RemoveVolume{VolumeName{"box-ada-cache"}});
}

TEST_F(DockerSmoke, ChangesLimitsAndPolicyLive) {
  const ContainerId id = run();
  const auto before = observe().containers.front().started_at;
  const state::Limits limits{NanoCpus{250'000'000}, Bytes{96 * kMiB}, Bytes{192 * kMiB}, 50};
  must(engine::UpdateContainer{id, limits, specs::RestartPolicy::No});
  const state::ObservedContainer seen = observe().containers.front();
  EXPECT_EQ(seen.config.limits, limits);
  EXPECT_EQ(seen.config.restart, specs::RestartPolicy::No);
  EXPECT_EQ(seen.started_at, before);
}

TEST_F(DockerSmoke, UnpausesAndRenames) {
  const ContainerId id = run();
  dockerd().must("POST", "/containers/box-ada/pause");
  EXPECT_EQ(observe().containers.front().state, ContainerState::Paused);
  must(engine::UnpauseContainer{id});
  must(engine::RenameContainer{id, "box-ada.prev"});
  const state::ObservedContainer seen = observe().containers.front();
  EXPECT_EQ(seen.state, ContainerState::Running);
  EXPECT_EQ(seen.name, "box-ada.prev");
}

TEST_F(DockerSmoke, TellsForeignHoldersOfNames) {
  dockerd().must("POST", "/volumes/create", R"({"Name":"box-ada-cache"})");
  dockerd().must("POST", "/containers/create?name=box-ada.next", R"({"Image":"bb:1"})");
  const state::ObservedBox box = observe();
  ASSERT_EQ(box.name_holders.size(), 1U);
  EXPECT_EQ(box.name_holders.front().name, "box-ada.next");
  ASSERT_EQ(box.volumes.size(), 1U);
  EXPECT_TRUE(box.volumes.front().owner.installation.empty());
  EXPECT_TRUE(box.containers.empty());

  EXPECT_EQ(refused(engine::CreateContainer{"box-ada.next", config(), {}}).code,
            ErrorCode::Conflict);
  const Error volume =
      refused(engine::CreateVolume{VolumeName{"box-ada-cache"}, labels(state::kRoleVolume)});
  EXPECT_EQ(volume.code, ErrorCode::Conflict);

  const auto fleet = engine().observe_fleet(Installation{"smoke"}, {});
  ASSERT_TRUE(fleet.has_value()) << fleet.error().message;
  EXPECT_TRUE(fleet->containers.empty());
  ASSERT_EQ(fleet->foreign.size(), 1U);
  EXPECT_TRUE(fleet->disk_free_percent.has_value());
}

TEST_F(DockerSmoke, ObservesTheFleetWithItsInstallationOnly) {
  run();
  dockerd().must(
      "POST", "/containers/create?name=box-eve",
      R"({"Image":"bb:1","Labels":{"dev.boxwright.installation":"other","dev.boxwright.uid":"ff"}})");
  const auto fleet = engine().observe_fleet(Installation{"smoke"}, {});
  ASSERT_TRUE(fleet.has_value()) << fleet.error().message;
  ASSERT_EQ(fleet->containers.size(), 1U);
  EXPECT_EQ(fleet->containers.front().name, "box-ada");
  EXPECT_EQ(fleet->volumes.size(), 2U);
  EXPECT_GE(fleet->networks.size(), 2U);
  ASSERT_EQ(fleet->foreign.size(), 1U);
  EXPECT_EQ(fleet->foreign.front().name, "box-eve");
}

TEST_F(DockerSmoke, SeesThatAVolumeHasLostItsDirectory) {
  create();
  std::filesystem::remove_all(dockerd().data_root() / "volumes/box-ada-workspace");
  const state::ObservedBox box = observe();
  ASSERT_EQ(box.volumes.size(), 2U);
  EXPECT_FALSE(box.volumes[0].directory_missing);
  EXPECT_TRUE(box.volumes[1].directory_missing);
}

TEST_F(DockerSmoke, ReportsAMissingImageAndAFailedPull) {
  create();
  state::ContainerConfig wanted = config();
  wanted.image = "no-such-image:1";
  const Error create = refused(engine::CreateContainer{"box-ada.next", wanted, {}});
  EXPECT_EQ(create.code, ErrorCode::NotFound);
  EXPECT_NE(create.message.find("no-such-image:1"), std::string::npos);

  const Error pull = refused(engine::PullImage{"127.0.0.1:1/no-such-image:1"});
  EXPECT_EQ(pull.code, ErrorCode::Refused);
  EXPECT_NE(pull.message.find("127.0.0.1:1"), std::string::npos) << pull.message;

  engine::BoxQuery nothing = query();
  nothing.image = "no-such-image:1";
  const auto box = engine().observe_box(nothing, {});
  ASSERT_TRUE(box.has_value()) << box.error().message;
  EXPECT_FALSE(box->wanted_image.has_value());
}

TEST_F(DockerSmoke, NeverQuotesAValueThatTheEngineQuotes) {
  create();
  state::ContainerConfig wanted = config();
  wanted.env["PASSWORD"] = Secret{"swordfish"};
  wanted.mounts.front().target = "swordfish";
  const Error error = refused(engine::CreateContainer{"box-ada.next", wanted, {}});
  EXPECT_EQ(error.code, ErrorCode::Refused);
  EXPECT_NE(error.message.find("(hidden)"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("swordfish"), std::string::npos) << error.message;
}

TEST_F(DockerSmoke, StartSaysThatTheNetworkIsGone) {
  const ContainerId id = run();
  must(engine::StopContainer{id, Duration{1000}});
  dockerd().must("DELETE", "/networks/smoke-net");
  const Error gone = refused(engine::StartContainer{id});
  EXPECT_EQ(gone.code, ErrorCode::Refused) << gone.message;
  EXPECT_NE(gone.message.find("network"), std::string::npos);

  // Mended by connecting the stopped container to the network that was made again.
  must(engine::CreateNetwork{"smoke-net", labels(state::kRoleNetwork)});
  NetworkId again;
  for (const state::ObservedNetwork& network : observe().networks) {
    if (network.name == "smoke-net") again = network.id;
  }
  must(engine::ConnectNetwork{id, again});
  must(engine::StartContainer{id});
  EXPECT_EQ(observe().containers.front().attachments.front().network_id, again);
  EXPECT_EQ(refused(engine::StartContainer{ContainerId{"0123456789ab"}}).code, ErrorCode::NotFound);
}

TEST_F(DockerSmoke, RefusesToRemoveWhatIsInUse) {
  const ContainerId id = run();
  EXPECT_EQ(refused(engine::RemoveContainer{id}).code, ErrorCode::Conflict);
  EXPECT_EQ(refused(engine::RemoveVolume{VolumeName{"box-ada-cache"}}).code, ErrorCode::Conflict);
}

TEST_F(DockerSmoke, ProbesByExec) {
  const ContainerId id = run();
  state::EngineHealthCheck check{{"CMD", "true"}, {}, Duration{3000}, {}, 1};
  EXPECT_EQ(engine().probe(id, check, {}), Result<bool>(true));
  check.test = {"CMD-SHELL", "exit 3"};
  EXPECT_EQ(engine().probe(id, check, {}), Result<bool>(false));
  check.test = {"CMD", "no-such-program"};
  EXPECT_EQ(engine().probe(id, check, {}), Result<bool>(false));
  check.test = {"NONE"};
  EXPECT_EQ(engine().probe(id, check, {}), Result<bool>(true));
  check = {{"CMD-SHELL", "sleep 20"}, {}, Duration{200}, {}, 1};
  const auto begin = steady_clock::now();
  EXPECT_EQ(engine().probe(id, check, {}), Result<bool>(false));
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(2));
  must(engine::StopContainer{id, Duration{1000}});
  check = {{"CMD", "true"}, {}, Duration{3000}, {}, 1};
  EXPECT_FALSE(engine().probe(id, check, {}).has_value());
}

TEST_F(DockerSmoke, ReadsMemoryAndLog) {
  create();
  state::ContainerConfig wanted = config();
  wanted.publish.clear();
  wanted.command = {"sh", "-c", "echo one; printf 'two\\tx\\033[31m' >&2; echo >&2; exec sleep 60"};
  const ContainerId id = must(engine::CreateContainer{"box-ada.next", wanted, {}}).created;
  must(engine::StartContainer{id});
  // The log is written when the processes' output has been read: ask until it is there.
  std::vector<std::string> lines;
  for (const auto until = steady_clock::now() + std::chrono::seconds(5);
       lines.size() < 2 && steady_clock::now() < until;) {
    lines = engine().recent_log(id, 10, {}).value_or(std::vector<std::string>{});
  }
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two x?[31m"}));
  const auto memory = engine().memory_in_use(id, {});
  ASSERT_TRUE(memory.has_value()) << memory.error().message;
  EXPECT_GT(memory->count, 0);
  EXPECT_LT(memory->count, 64 * kMiB);
}

}  // namespace
}  // namespace boxwright::test
