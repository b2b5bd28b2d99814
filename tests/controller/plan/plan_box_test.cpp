// One box, one situation, one plan.

#include "controller/plan/plan_box.h"

#include <gtest/gtest.h>

#include <functional>

#include "controller/engine/lower.h"
#include "controller/plan/plan_removal.h"
#include "state/ownership.h"
#include "tests/support/box_builder.h"

namespace boxwright::test {
namespace {

using plan::ActionKind;
using state::ContainerState;
using Steps = std::vector<std::string>;

/// A converged box, and what a case changes about it.
class Box {
 public:
  BoxBuilder before{"ada"};  ///< What its container was made from.
  BoxBuilder now{"ada"};
  state::BoxRecord record = before.converged_record();
  state::ObservedBox observed = before.converged_box();
  plan::Wanted wanted;
  plan::PlanInput input;

  Box() { record.containers.front().proven = true; }
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

  state::ObservedContainer& container() { return observed.containers.front(); }
  /// A new container of the spec as it is now, beside the old one.
  state::ObservedContainer& add_candidate() {
    auto made = now.running_container();
    made.id = ContainerId{"candidate"};
    made.name = "box-ada.next";
    made.state = ContainerState::Created;
    made.health = state::Health::Starting;
    made.started_at.reset();
    auto known = now.known_container();
    known.id = made.id;
    record.containers.push_back(known);
    observed.containers.push_back(made);
    return observed.containers.back();
  }
  void put_old_aside() {
    container().name = "box-ada.prev";
    container().config.restart = specs::RestartPolicy::No;
    container().state = ContainerState::Exited;
  }
  state::ObservedVolume& volume(const std::string& key) {
    for (auto& one : observed.volumes) {
      if (one.owner.volume_key == key) return one;
    }
    return observed.volumes.front();
  }
  plan::BoxPlan plan() {
    record.spec = now.spec();
    wanted = now.wanted();
    input.record = &record;
    input.observed = &observed;
    input.wanted = &wanted;
    input.installation = Installation{kTestInstallation};
    input.now = test_start() + std::chrono::hours(1);
    return plan::plan_box(input);
  }
  Steps steps() {
    Steps names;
    for (const auto& step : engine::lower(input, plan(), Attempt{"t"}))
      names.emplace_back(engine::step_name(step));
    return names;
  }
};

std::string reason_of(const plan::BoxPlan& plan, const std::string& condition) {
  const auto* finding = plan.find(condition);
  return finding == nullptr ? "" : finding->reason;
}

TEST(PlanBox, PlansNothingForAConvergedBox) {
  Box box;
  EXPECT_TRUE(box.plan().is_empty());
  EXPECT_TRUE(box.plan().held.empty());
  EXPECT_TRUE(box.plan().findings.empty());
  EXPECT_EQ(box.steps(), Steps{});
}

TEST(PlanBox, NamesTheFieldItsValuesAndTheRemedy) {
  Box box;
  box.now.env("EDITOR", "vim");
  const auto plan = box.plan();
  ASSERT_EQ(plan.actions.size(), 1U);
  ASSERT_EQ(plan.actions.front().changes.size(), 1U);
  const auto& change = plan.actions.front().changes.front();
  EXPECT_EQ(change.field, "spec.env.EDITOR");
  EXPECT_EQ(change.to, "vim");
  EXPECT_EQ(change.remedy, plan::Remedy::Replace);
  EXPECT_NE(plan.actions.front().loses, "");
}

struct MidCase {
  std::string title;
  std::function<void(Box&)> arrange;
  Steps steps;
};

class MidReplacement : public testing::TestWithParam<MidCase> {};

TEST_P(MidReplacement, GoesOnAsItShould) {
  Box box;
  box.now.env("EDITOR", "vim");
  GetParam().arrange(box);
  EXPECT_EQ(box.steps(), GetParam().steps);
}

std::vector<MidCase> mid_cases() {
  const Steps kForwards{"UpdateContainer", "StopContainer", "RenameContainer", "RenameContainer",
                        "StartContainer"};
  return {
      {"NothingYet", [](Box&) {}, {"CreateContainer"}},
      {"CandidateMade", [](Box& box) { box.add_candidate(); }, kForwards},
      {"PolicyIsOff",
       [](Box& box) {
         box.add_candidate();
         box.container().config.restart = specs::RestartPolicy::No;
       },
       {"StopContainer", "RenameContainer", "RenameContainer", "StartContainer"}},
      {"OldStopped",
       [](Box& box) {
         box.add_candidate();
         box.container().config.restart = specs::RestartPolicy::No;
         box.container().state = ContainerState::Exited;
       },
       {"RenameContainer", "RenameContainer", "StartContainer"}},
      {"OldIsDownButWouldComeBack",
       [](Box& box) {
         box.add_candidate();
         box.container().state = ContainerState::Exited;
       },
       {"UpdateContainer", "RenameContainer", "RenameContainer", "StartContainer"}},
      {"OldAside",
       [](Box& box) {
         box.add_candidate();
         box.put_old_aside();
       },
       {"RenameContainer", "StartContainer"}},
      {"CandidateInPlace",
       [](Box& box) {
         box.add_candidate().name = "box-ada";
         box.put_old_aside();
       },
       {"StartContainer"}},
      {"CandidateOnTrial",
       [](Box& box) {
         auto& candidate = box.add_candidate();
         candidate.name = "box-ada";
         candidate.state = ContainerState::Running;
         candidate.started_at = test_start();
         box.put_old_aside();
       },
       {}},
      {"CandidateHealthy",
       [](Box& box) {
         auto& candidate = box.add_candidate();
         candidate.name = "box-ada";
         candidate.state = ContainerState::Running;
         candidate.started_at = test_start();
         candidate.health = state::Health::Healthy;
         box.put_old_aside();
       },
       {"SaveLayer", "RemoveContainer"}},
      {"CandidateHealthyAndLayerSaved",
       [](Box& box) {
         auto& candidate = box.add_candidate();
         candidate.name = "box-ada";
         candidate.state = ContainerState::Running;
         candidate.started_at = test_start();
         candidate.health = state::Health::Healthy;
         box.put_old_aside();
         box.input.saved_layers.insert(box.container().id);
       },
       {"RemoveContainer"}},
      {"CandidateUnhealthy",
       [](Box& box) {
         auto& candidate = box.add_candidate();
         candidate.name = "box-ada";
         candidate.state = ContainerState::Running;
         candidate.started_at = test_start();
         candidate.health = state::Health::Unhealthy;
         box.put_old_aside();
       },
       {"StopContainer", "RenameContainer", "RenameContainer", "UpdateContainer", "StartContainer",
        "SaveLayer", "RemoveContainer"}},
      {"BothRun",
       [](Box& box) {
         auto& candidate = box.add_candidate();
         candidate.name = "box-ada";
         candidate.state = ContainerState::Running;
         candidate.started_at = test_start();
         box.container().name = "box-ada.prev";
       },
       {"UpdateContainer", "StopContainer"}},
      {"SpecWentBackBeforeTheStop",
       [](Box& box) {
         box.add_candidate();
         box.now = BoxBuilder{"ada"};
       },
       {"RemoveContainer"}},
      {"OnlyTheOldOneIsLeftAside",
       [](Box& box) { box.put_old_aside(); },
       {"RenameContainer", "UpdateContainer", "StartContainer"}},
      {"NameTakenWhileOldIsAside",
       [](Box& box) {
         box.add_candidate();
         box.put_old_aside();
         box.observed.name_holders.push_back({ContainerId{"f"}, "box-ada", "foreign"});
       },
       {"UpdateContainer", "StartContainer", "RemoveContainer"}},
      {"NameTakenBeforeTheStop",
       [](Box& box) {
         box.add_candidate();
         box.observed.name_holders.push_back({ContainerId{"f"}, "box-ada.prev", "foreign"});
       },
       {}},
  };
}

std::string title(const testing::TestParamInfo<MidCase>& info) {
  return info.param.title;
}

INSTANTIATE_TEST_SUITE_P(EveryState, MidReplacement, testing::ValuesIn(mid_cases()), title);

TEST(PlanBox, PassagesAreMarkedFromTheStopToTheStart) {
  Box box;
  box.now.env("EDITOR", "vim");
  box.add_candidate();
  const auto plan = box.plan();
  std::string marks;
  for (const auto& step : engine::lower(box.input, plan, Attempt{"t"}))
    marks += step.in_passage ? 'P' : '-';
  EXPECT_EQ(marks, "-PPPP");
}

TEST(PlanBox, AVerdictHoldsForItsImageAndSecretsAndUntilARestartIsAskedFor) {
  Box box;
  box.now.env("EDITOR", "vim");
  static_cast<void>(box.plan());
  box.record.verdict = state::Verdict{plan::wanted_key(box.input), "RolledBack", "m", test_start()};
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "RolledBack");
  EXPECT_EQ(box.steps(), Steps{});
  box.observed.wanted_image.reset();
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "RolledBack") << "an absent image changes nothing";
  box.observed.wanted_image = BoxBuilder::image_config("another");
  EXPECT_EQ(box.steps(), Steps{"CreateContainer"});
  box.observed.wanted_image = BoxBuilder::image_config(kTestImage);
  box.input.restart_requested = test_start() + Duration{1};
  EXPECT_EQ(box.steps(), Steps{"CreateContainer"});
}

TEST(PlanBox, MissingSecretsStallACreationAndDisturbNoContainer) {
  Box box;
  box.now.with([](auto& spec) { spec.secrets["TOKEN"] = {"ada-token"}; });
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "SecretMissing");
  EXPECT_EQ(box.steps(), Steps{});
}

TEST(PlanBox, AnUncoveredImageVolumeIsRefusedForANewContainerOnly) {
  Box box;
  box.observed.wanted_image->volumes = {"/data"};
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "");
  box.now.env("EDITOR", "vim");
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "ImageVolume");
  EXPECT_EQ(box.steps(), Steps{});
}

TEST(PlanBox, AnImageWithRoutesOfItsOwnIsRefused) {
  Box box;
  box.observed.wanted_image->labels["traefik.enable"] = "true";
  box.now.env("EDITOR", "vim");
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "ImageRoutes");
  EXPECT_EQ(box.steps(), Steps{});
}

TEST(PlanBox, AFollowedImageIsReplacedAndAReportedOneIsNot) {
  Box box;
  box.observed.wanted_image = BoxBuilder::image_config("rebuilt");
  EXPECT_EQ(reason_of(box.plan(), "UpdatePending"), "ImageMoved");
  EXPECT_EQ(box.steps(), Steps{});
  box.now.with([](auto& spec) { spec.update.image = specs::ImagePolicy::Follow; });
  EXPECT_EQ(box.steps(), Steps{"CreateContainer"});
}

TEST(PlanBox, VolumesThatWereMountedCarryNoCopy) {
  Box box;
  box.now.env("EDITOR", "vim").with([](auto& spec) { spec.volumes["extra"] = {"/extra", false}; });
  const auto plan = box.plan();
  const auto steps = engine::lower(box.input, plan, Attempt{"t"});
  ASSERT_EQ(steps.size(), 2U);
  const auto& create = std::get<engine::CreateContainer>(steps.back().kind);
  EXPECT_EQ(create.no_copy.size(), 4U);
  EXPECT_FALSE(create.no_copy.contains(VolumeName{"box-ada-extra"}));
}

TEST(PlanBox, LowDiskSpaceIsToldOnlyWhereItStandsInTheWay) {
  Box box;
  box.input.disk_low = true;
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "");
  box.now.env("EDITOR", "vim");
  EXPECT_EQ(reason_of(box.plan(), "Stalled"), "DiskLow");
  EXPECT_EQ(box.steps(), Steps{});
}

TEST(PlanBox, SurplusThatIsInNobodysWayHoldsUpNoRepair) {
  Box box;
  auto dead = box.container();
  dead.id = ContainerId{"dead"};
  dead.name = "";
  dead.state = ContainerState::Dead;
  box.observed.containers.push_back(dead);
  box.container().state = ContainerState::Paused;
  EXPECT_EQ(box.steps(), (Steps{"UnpauseContainer", "SaveLayer", "RemoveContainer"}));
}

TEST(PlanBox, MeasuresALayerBeforeItReplacesAndHoldsWhereItIsTooLarge) {
  Box box;
  box.now.env("EDITOR", "vim");
  EXPECT_TRUE(box.plan().needs_layer_size);
  box.input.layer_size = Bytes{2 * kGiB};
  EXPECT_FALSE(box.plan().needs_layer_size);
  EXPECT_EQ(box.plan().actions.size(), 1U);
  box.input.layer_size = Bytes{2 * kGiB + 1};
  const auto held = box.plan();
  EXPECT_TRUE(held.actions.empty());
  ASSERT_EQ(held.held.size(), 1U);
  EXPECT_EQ(held.held.front().reason, "LayerTooLarge");
  EXPECT_EQ(reason_of(held, "UpdatePending"), "LayerTooLarge");
  const auto& message = held.find("UpdatePending")->message;
  EXPECT_NE(message.find("2.0 GiB"), std::string::npos) << message;
  EXPECT_NE(message.find("boxwright accept ada --lose-layer"), std::string::npos) << message;
  box.input.accepted.insert("lose-layer");
  EXPECT_EQ(box.plan().actions.size(), 1U);
}

TEST(PlanBox, OnceTheOldOneIsDownNoLayerHoldsItUp) {
  Box box;
  box.now.env("EDITOR", "vim");
  box.add_candidate();
  box.put_old_aside();
  box.input.layer_size = Bytes{100 * kGiB};
  EXPECT_EQ(box.steps(), (Steps{"RenameContainer", "StartContainer"}));
}

TEST(PlanBox, OnlyWithSwapAccountingIsALostSwapLimitFound) {
  Box box;
  box.container().config.limits.memory_swap = Bytes{-1};
  EXPECT_EQ(box.steps(), Steps{});
  box.observed.limits_swap = true;
  EXPECT_EQ(box.steps(), Steps{"UpdateContainer"});
}

TEST(PlanBox, MoreCpusThanTheHostHasAreAnErrorOfThePlan) {
  Box box;
  box.observed.host_cpus = NanoCpus{1'500'000'000};
  EXPECT_EQ(box.steps(), Steps{}) << "just what it has";
  box.now.with([](auto& spec) { spec.resources.cpus = NanoCpus{2'000'000'000}; });
  const auto plan = box.plan();
  ASSERT_EQ(plan.findings.size(), 1U);
  EXPECT_EQ(plan.findings.front().reason, "CpusExceedHost");
  EXPECT_EQ(plan.findings.front().message,
            "box ada wants 2 cpus and this engine's host has 1.5; write at most that under "
            "spec.resources.cpus");
  EXPECT_TRUE(plan.is_empty()) << "a call that would be refused is not made";
  box.observed.host_cpus = NanoCpus{};
  EXPECT_EQ(box.steps(), Steps{"UpdateContainer"}) << "unknown: the engine decides";
  box.observed.host_cpus = NanoCpus{1'000'000'000};
  box.observed.containers.clear();
  EXPECT_EQ(box.steps(), Steps{}) << "no container is made either";
}

TEST(PlanBox, WhileAReplacementIsHeldTheOldContainerIsTheOneThatIsKept) {
  Box box;
  box.now.env("EDITOR", "vim").with([](auto& spec) {
    spec.update.policy = specs::RolloutPolicy::Manual;
  });
  box.add_candidate();
  box.container().config.restart = specs::RestartPolicy::No;
  const auto plan = box.plan();
  const auto steps = engine::lower(box.input, plan, Attempt{"t"});
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(std::get<engine::UpdateContainer>(steps.front().kind).id, box.container().id);
}

TEST(PlanBox, WithMemoryLostTwoContainersAreAReplacementUnderWay) {
  Box box;
  box.now.env("EDITOR", "vim");
  box.add_candidate();
  box.record.containers.clear();
  const auto plan = box.plan();
  EXPECT_TRUE(plan.learn.has_value());
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions.front().kind, ActionKind::Replace);
}

/// Deleted by name together with its data, which is due at `due`.
state::Tombstone with_data(WallTime due) {
  state::Tombstone stone;
  stone.kind = state::Tombstone::Kind::Delete;
  stone.since = test_start();
  stone.confirmed = true;
  stone.remove_volumes = true;
  stone.volumes_due = due;
  return stone;
}

TEST(PlanRemoval, TheDataHasALineOfItsOwnBeforeTheContainerIsGone) {
  Box box;
  box.record.tombstone = with_data(test_start());
  const auto at_once = box.plan();
  ASSERT_EQ(at_once.actions.size(), 2U);
  EXPECT_EQ(at_once.actions[0].kind, plan::ActionKind::Remove);
  EXPECT_EQ(at_once.actions[1].kind, plan::ActionKind::RemoveVolumes);
  EXPECT_EQ(at_once.actions[1].loses, "all data in 4 volumes");
  EXPECT_EQ(box.steps(), (Steps{"StopContainer", "SaveLayer", "RemoveContainer"}))
      << "not while it is mounted";

  const auto due = test_start() + std::chrono::hours(24);
  box.record.tombstone = with_data(due);
  const auto later = box.plan();
  ASSERT_EQ(later.actions.size(), 1U);
  ASSERT_EQ(later.held.size(), 1U);
  EXPECT_EQ(later.held[0].action.kind, plan::ActionKind::RemoveVolumes);
  EXPECT_EQ(later.held[0].reason, "deletion.delay");
  EXPECT_EQ(later.held[0].until, due);
}

TEST(PlanRemoval, WhatIsHeldHoldsTheDataToo) {
  Box box;
  box.record.tombstone = with_data(test_start());
  box.input.suspended = true;
  const auto plan = box.plan();
  EXPECT_TRUE(plan.is_empty());
  ASSERT_EQ(plan.held.size(), 2U);
  EXPECT_EQ(plan.held[1].action.kind, plan::ActionKind::RemoveVolumes);
  EXPECT_EQ(plan.held[1].reason, "suspended");
}

TEST(PlanRemoval, AtOnceShortensALongGraceAndNothingElseDoes) {
  Box box;
  box.record.spec.stop_grace_period = Duration{300'000};
  const auto now = test_start() + std::chrono::hours(1);
  EXPECT_EQ(plan::removal_grace(box.record, now), Duration{300'000});
  box.record.tombstone = with_data(now + std::chrono::hours(1));
  EXPECT_EQ(plan::removal_grace(box.record, now), Duration{300'000});
  box.record.tombstone = with_data(now);
  EXPECT_EQ(plan::removal_grace(box.record, now), Duration{10'000});
  box.record.spec.stop_grace_period = Duration{2'000};
  EXPECT_EQ(plan::removal_grace(box.record, now), Duration{2'000});
}

TEST(PlanBox, WhetherAVolumeIsDisposableChangesNoContainer) {
  Box box;
  box.now.with([](auto& spec) { spec.volumes["inbox"].disposable = true; });
  EXPECT_TRUE(box.plan().is_empty());
  EXPECT_EQ(box.steps(), Steps{});
}

}  // namespace
}  // namespace boxwright::test
