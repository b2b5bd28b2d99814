// Containers: made, started, stopped, renamed, removed.

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

using state::ContainerState;

class ContainerConformance : public ConformanceTest {};

TEST_F(ContainerConformance, ACreatedContainerIsSeenAsCreatedAndNeverStarted) {
  const ContainerId id = create(config());
  const state::ObservedContainer container = seen(id);
  EXPECT_EQ(container.state, ContainerState::Created);
  EXPECT_EQ(container.name, "box-ada");
  EXPECT_FALSE(container.ever_started());
  EXPECT_FALSE(container.finished_at.has_value());
  EXPECT_EQ(container.restart_count, 0);
}

TEST_F(ContainerConformance, OurLabelsAreReadBack) {
  const ContainerId id = create(config());
  EXPECT_EQ(state::write_owner(seen(id).owner), our_labels());
}

TEST_F(ContainerConformance, WhatWasSentIsReadBack) {
  state::ContainerConfig wanted = config();
  wanted.env = {{"EDITOR", Secret{"vim"}}};
  wanted.command = {"sleep", "3000"};
  wanted.restart = specs::RestartPolicy::UnlessStopped;
  const state::ContainerConfig held = seen(create(wanted)).config;
  EXPECT_EQ(held.image, wanted.image);
  EXPECT_EQ(held.command, wanted.command);
  EXPECT_EQ(held.env.at("EDITOR").reveal(), "vim");
  EXPECT_EQ(held.hostname, "ada");
  EXPECT_EQ(held.network, kNetwork);
  EXPECT_EQ(held.stop_timeout, Duration{10'000});
  EXPECT_TRUE(held.init);
  EXPECT_EQ(held.log_driver, "json-file");
  EXPECT_EQ(held.log_options, wanted.log_options);
  EXPECT_EQ(held.limits, wanted.limits);
  EXPECT_EQ(held.restart, specs::RestartPolicy::UnlessStopped);
  EXPECT_EQ(held.healthcheck.test, std::vector<std::string>{"NONE"});
}

TEST_F(ContainerConformance, TheImageAddsItsVariablesLabelsAndCommand) {
  state::ContainerConfig wanted = config(kFlavoured);
  wanted.env = {{"MINE", Secret{"1"}}};
  const state::ContainerConfig held = seen(create(wanted)).config;
  EXPECT_EQ(held.env.at("FLAVOUR").reveal(), "plain");
  EXPECT_EQ(held.env.at("MINE").reveal(), "1");
  EXPECT_EQ(held.labels.at("flavour"), "plain");
}

TEST_F(ContainerConformance, OurVariableWinsOverTheImages) {
  state::ContainerConfig wanted = config(kFlavoured);
  wanted.env = {{"FLAVOUR", Secret{"sharp"}}};
  EXPECT_EQ(seen(create(wanted)).config.env.at("FLAVOUR").reveal(), "sharp");
}

TEST_F(ContainerConformance, ATakenNameIsAConflict) {
  create(config());
  EXPECT_ERROR(perform(engine::CreateContainer{"box-ada", config(), {}}), ErrorCode::Conflict);
  EXPECT_EQ(observe().containers.size(), 1U);
}

TEST_F(ContainerConformance, AnAbsentImageIsNotFound) {
  EXPECT_ERROR(perform(engine::CreateContainer{"box-ada", config("lab/none:1"), {}}),
               ErrorCode::NotFound);
}

TEST_F(ContainerConformance, CreateDoesNotAskWhetherTheNetworkExists) {
  state::ContainerConfig wanted = config();
  wanted.network = "nowhere";
  const ContainerId id = create(wanted);
  EXPECT_EQ(state_of(id), ContainerState::Created);
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Refused);
  EXPECT_EQ(state_of(id), ContainerState::Created);
}

TEST_F(ContainerConformance, MemoryUnderSixMebibytesIsRefused) {
  state::ContainerConfig wanted = config();
  wanted.limits.memory = Bytes{5 * kMiB};
  wanted.limits.memory_swap = Bytes{10 * kMiB};
  EXPECT_ERROR(perform(engine::CreateContainer{"box-ada", wanted, {}}), ErrorCode::Refused);
  EXPECT_TRUE(observe().containers.empty());
}

TEST_F(ContainerConformance, MoreCpusThanTheHostHasAreRefused) {
  state::ContainerConfig wanted = config();
  wanted.limits.cpus = NanoCpus{100'000'000'000'000};
  EXPECT_ERROR(perform(engine::CreateContainer{"box-ada", wanted, {}}), ErrorCode::Refused);
}

TEST_F(ContainerConformance, AStartedContainerRunsWithAnAddress) {
  const state::ObservedContainer container = seen(run(config()));
  EXPECT_EQ(container.state, ContainerState::Running);
  EXPECT_TRUE(container.ever_started());
  ASSERT_EQ(container.attachments.size(), 1U);
  EXPECT_EQ(container.attachments[0].network, kNetwork);
  EXPECT_EQ(container.attachments[0].network_id, network_id());
  EXPECT_TRUE(container.attachments[0].has_address);
}

TEST_F(ContainerConformance, StartingOnceMoreChangesNothing) {
  const ContainerId id = run(config());
  const auto before = seen(id).started_at;
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_EQ(lab().start("box-ada").status, 304);
  EXPECT_EQ(seen(id).started_at, before);
}

TEST_F(ContainerConformance, StartOfAnAbsentContainerIsNotFound) {
  EXPECT_ERROR(perform(engine::StartContainer{ContainerId{std::string(64, 'a')}}),
               ErrorCode::NotFound);
}

TEST_F(ContainerConformance, StartOfAPausedContainerIsAConflict) {
  const ContainerId id = run(config());
  EXPECT_EQ(lab().pause("box-ada").status, 204);
  EXPECT_EQ(state_of(id), ContainerState::Paused);
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Conflict);
}

TEST_F(ContainerConformance, StopEndsTheProcessByTerm) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::StopContainer{id, Duration{10'000}}));
  const state::ObservedContainer container = seen(id);
  EXPECT_EQ(container.state, ContainerState::Exited);
  EXPECT_EQ(container.exit_code, 143);
  EXPECT_TRUE(container.finished_at.has_value());
}

TEST_F(ContainerConformance, StoppingOnceMoreSucceeds) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::StopContainer{id, Duration{10'000}}));
  EXPECT_OK(perform(engine::StopContainer{id, Duration{10'000}}));
  EXPECT_EQ(lab().stop("box-ada").status, 304);
}

TEST_F(ContainerConformance, StopOfACreatedContainerSucceeds) {
  const ContainerId id = create(config());
  EXPECT_OK(perform(engine::StopContainer{id, Duration{10'000}}));
  EXPECT_EQ(state_of(id), ContainerState::Created);
}

TEST_F(ContainerConformance, StopOfAnAbsentContainerIsNotFound) {
  EXPECT_ERROR(perform(engine::StopContainer{ContainerId{std::string(64, 'a')}, Duration{0}}),
               ErrorCode::NotFound);
}

TEST_F(ContainerConformance, AProcessThatIgnoresTermIsKilledAfterTheGrace) {
  const ContainerId id = run(config(kStubborn));
  const MonoTime before = lab().clock().mono_now();
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_GE(lab().clock().mono_now() - before, Duration{1000});
  EXPECT_EQ(state_of(id), ContainerState::Exited);
  EXPECT_EQ(seen(id).exit_code, 137);
}

// Trap 0.6.
TEST_F(ContainerConformance, AStopIsFinishedAfterTheClientHasLeft) {
  const ContainerId id = run(config(kStubborn));
  lab().stop_and_leave("box-ada", Duration{1000});
  EXPECT_TRUE(reaches(id, ContainerState::Exited));
  EXPECT_EQ(seen(id).exit_code, 137);
}

TEST_F(ContainerConformance, APausedContainerCanBeStopped) {
  const ContainerId id = run(config());
  lab().pause("box-ada");
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_EQ(state_of(id), ContainerState::Exited);
}

TEST_F(ContainerConformance, UnpauseLetsTheSameProcessGoOn) {
  const ContainerId id = run(config());
  const auto started = seen(id).started_at;
  lab().pause("box-ada");
  EXPECT_OK(perform(engine::UnpauseContainer{id}));
  EXPECT_EQ(state_of(id), ContainerState::Running);
  EXPECT_EQ(seen(id).started_at, started);
  EXPECT_OK(perform(engine::UnpauseContainer{id}));
}

TEST_F(ContainerConformance, PausingTwiceIsAConflictByHand) {
  run(config());
  EXPECT_EQ(lab().pause("box-ada").status, 204);
  EXPECT_EQ(lab().pause("box-ada").status, 409);
  EXPECT_EQ(lab().unpause("box-ada").status, 204);
  EXPECT_EQ(lab().unpause("box-ada").status, 500);
}

TEST_F(ContainerConformance, ARunningContainerIsNotRemoved) {
  const ContainerId id = run(config());
  EXPECT_ERROR(perform(engine::RemoveContainer{id}), ErrorCode::Conflict);
  EXPECT_EQ(state_of(id), ContainerState::Running);
}

TEST_F(ContainerConformance, APausedContainerIsNotRemoved) {
  const ContainerId id = run(config());
  lab().pause("box-ada");
  EXPECT_ERROR(perform(engine::RemoveContainer{id}), ErrorCode::Conflict);
  EXPECT_EQ(state_of(id), ContainerState::Paused);
  lab().unpause("box-ada");
}

TEST_F(ContainerConformance, RemovingOnceMoreSucceeds) {
  const ContainerId id = create(config());
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  EXPECT_FALSE(exists(id));
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  EXPECT_EQ(lab().remove("box-ada", false, false).status, 404);
}

TEST_F(ContainerConformance, ARunningContainerIsRemovedByForceByHand) {
  const ContainerId id = run(config());
  EXPECT_EQ(lab().remove("box-ada", true, false).status, 204);
  EXPECT_FALSE(exists(id));
}

TEST_F(ContainerConformance, RenameWorksOnARunningContainer) {
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::RenameContainer{id, "box-ada.prev"}));
  EXPECT_EQ(seen(id).name, "box-ada.prev");
  EXPECT_EQ(state_of(id), ContainerState::Running);
}

TEST_F(ContainerConformance, RenamingToItsOwnNameSucceedsForUsAndIs400ByHand) {
  const ContainerId id = create(config());
  EXPECT_OK(perform(engine::RenameContainer{id, "box-ada"}));
  EXPECT_EQ(lab().rename("box-ada", "box-ada").status, 400);
}

TEST_F(ContainerConformance, RenamingToATakenNameIsAConflict) {
  create(config(), "box-ada.prev");
  const ContainerId id = create(config());
  EXPECT_ERROR(perform(engine::RenameContainer{id, "box-ada.prev"}), ErrorCode::Conflict);
  EXPECT_EQ(seen(id).name, "box-ada");
}

TEST_F(ContainerConformance, AnExitIsSeenWithItsCode) {
  const ContainerId id = run(config(kExits3));
  EXPECT_TRUE(reaches(id, ContainerState::Exited));
  EXPECT_EQ(seen(id).exit_code, 3);
  EXPECT_FALSE(seen(id).oom_killed);
}

TEST_F(ContainerConformance, TheRestartPolicyBringsTheProcessBack) {
  state::ContainerConfig wanted = config(kExits3);
  wanted.restart = specs::RestartPolicy::Always;
  const ContainerId id = run(wanted);
  EXPECT_TRUE(lab().eventually([&] { return seen(id).restart_count >= 2; }, Duration{8000}));
  EXPECT_TRUE(reaches(id, ContainerState::Restarting));
}

TEST_F(ContainerConformance, StopEndsTheRestarting) {
  state::ContainerConfig wanted = config(kExits3);
  wanted.restart = specs::RestartPolicy::Always;
  const ContainerId id = run(wanted);
  EXPECT_TRUE(lab().eventually([&] { return seen(id).restart_count >= 1; }, Duration{8000}));
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_EQ(state_of(id), ContainerState::Exited);
}

TEST_F(ContainerConformance, APersonsKillIsNotUndoneByThePolicy) {
  state::ContainerConfig wanted = config();
  wanted.restart = specs::RestartPolicy::Always;
  const ContainerId id = run(wanted);
  EXPECT_EQ(lab().kill("box-ada").status, 204);
  EXPECT_TRUE(reaches(id, ContainerState::Exited));
  EXPECT_EQ(seen(id).exit_code, 137);
  EXPECT_EQ(seen(id).restart_count, 0);
  EXPECT_EQ(lab().kill("box-ada").status, 409);
}

TEST_F(ContainerConformance, AStartAfterAnEndClearsWhatTheEndLeft) {
  const ContainerId id = run(config());
  lab().kill("box-ada");
  EXPECT_OK(perform(engine::StartContainer{id}));
  EXPECT_EQ(state_of(id), ContainerState::Running);
  EXPECT_EQ(seen(id).exit_code, 0);
  EXPECT_EQ(seen(id).restart_count, 0);
}

TEST_F(ContainerConformance, APortThatIsTakenRefusesTheStartAndLeavesTheRest) {
  state::ContainerConfig wanted = config();
  wanted.publish = {{"127.0.0.1", 23456, 22, "tcp"}};
  run(wanted);
  const ContainerId second = create(wanted, "box-ada.next");
  EXPECT_ERROR(perform(engine::StartContainer{second}), ErrorCode::Refused);
  const state::ObservedContainer container = seen(second);
  EXPECT_EQ(container.state, ContainerState::Created);
  EXPECT_NE(container.engine_error.find("already allocated"), std::string::npos);
  EXPECT_EQ(container.config.publish, wanted.publish);
}

TEST_F(ContainerConformance, ACommandThatIsNotThereRefusesTheStartWithoutInit) {
  state::ContainerConfig wanted = config();
  wanted.init = false;
  wanted.command = {"/no/such/program"};
  const ContainerId id = create(wanted);
  EXPECT_ERROR(perform(engine::StartContainer{id}), ErrorCode::Refused);
  EXPECT_EQ(state_of(id), ContainerState::Created);
  EXPECT_EQ(seen(id).exit_code, 127);
}

TEST_F(ContainerConformance, ACommandThatIsNotThereStartsAndExitsUnderInit) {
  state::ContainerConfig wanted = config();
  wanted.command = {"/no/such/program"};
  const ContainerId id = run(wanted);
  EXPECT_TRUE(reaches(id, ContainerState::Exited));
  EXPECT_EQ(seen(id).exit_code, 127);
}

TEST_F(ContainerConformance, MemoryInUseIsAboveZeroOnlyWhileRunning) {
  const ContainerId id = run(config(kGreedy));
  const auto in_use = [&] { return lab().engine().memory_in_use(id, {}).value_or(Bytes{0}); };
  EXPECT_TRUE(lab().eventually([&] { return in_use() >= Bytes{38 * kMiB}; }, Duration{5000}));
  EXPECT_LT(in_use(), Bytes{64 * kMiB});
  lab().kill("box-ada");
  EXPECT_EQ(in_use(), Bytes{0});
}

TEST_F(ContainerConformance, TheLogIsRead) {
  const ContainerId id = run(config(kServer));
  const auto hello = [&] {
    return lab().engine().recent_log(id, 5, {}).value_or(std::vector<std::string>{}) ==
           std::vector<std::string>{"hello"};
  };
  EXPECT_TRUE(lab().eventually(hello, Duration{5000}));
}

// Trap 0.12.
TEST_F(ContainerConformance, FactsNameTheEngineByIdAndDataRoot) {
  const auto facts = lab().engine().facts({});
  ASSERT_TRUE(facts.has_value());
  EXPECT_FALSE(facts->engine_id.empty());
  EXPECT_FALSE(facts->data_root.empty());
  EXPECT_GT(facts->cpus, 0);
  EXPECT_TRUE(facts->cgroup_version == 1 || facts->cgroup_version == 2);
}

TEST_F(ContainerConformance, AStopRequestCancelsACall) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_ERROR(lab().engine().observe_box(query(), stop.get_token()), ErrorCode::Cancelled);
}

}  // namespace
}  // namespace boxwright::test
