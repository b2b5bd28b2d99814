#include "controller/cli/look.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using state::ConditionStatus;

state::BoxStatus status(std::vector<state::Condition> conditions) {
  state::BoxStatus status;
  status.name = BoxName{"ada"};
  status.uid = BoxUid{"0123456789abcdef"};
  status.container = ContainerId{"c1"};
  status.container_state = "running";
  status.conditions = std::move(conditions);
  return status;
}

state::Condition condition(const std::string& type, ConditionStatus value,
                           const std::string& reason, std::int64_t generation = 1) {
  return {type, value, reason, "a sentence", generation, {}};
}

const state::BoxStatus& starting() {
  static const auto kStarting =
      status({condition("Ready", ConditionStatus::False, "Starting"),
              condition("Reconciling", ConditionStatus::True, "AwaitingHealth")});
  return kStarting;
}

TEST(Selector, WantsEveryTermToFit) {
  const std::map<std::string, std::string> labels{{"team", "x"}, {"tier", "1"}};
  EXPECT_TRUE(is_selected("", labels));
  EXPECT_TRUE(is_selected("team=x", labels));
  EXPECT_TRUE(is_selected("team=x,tier=1", labels));
  EXPECT_TRUE(is_selected("tier", labels));
  EXPECT_FALSE(is_selected("team=y", labels));
  EXPECT_FALSE(is_selected("team=x,tier=2", labels));
  EXPECT_FALSE(is_selected("owner", labels));
}

TEST(MergeStatus, TakesTheControllersOwnHealthCheckWhileTheEngineHasNotRunIts) {
  const auto told = status({condition("Ready", ConditionStatus::True, "Running")});
  const auto merged = merge_status(&told, starting(), 1);
  EXPECT_EQ(merged.find("Ready")->status, ConditionStatus::True);
  EXPECT_EQ(merged.find("Reconciling"), nullptr);
}

TEST(MergeStatus, BelievesTheEngineOnceItHasAnAnswer) {
  const auto told = status({condition("Ready", ConditionStatus::True, "Running")});
  const auto fresh = status({condition("Ready", ConditionStatus::False, "Unhealthy")});
  EXPECT_EQ(merge_status(&told, fresh, 1).find("Ready")->reason, "Unhealthy");
}

TEST(MergeStatus, ForgetsWhatWasSaidOfAnotherContainer) {
  auto told = status({condition("Ready", ConditionStatus::True, "Running")});
  told.container = ContainerId{"c0"};
  EXPECT_EQ(merge_status(&told, starting(), 1), starting());
  told = status({condition("Ready", ConditionStatus::True, "Running")});
  told.container_state = "exited";
  EXPECT_EQ(merge_status(&told, starting(), 1), starting());
}

TEST(MergeStatus, KeepsWhyACallFailedWhileTheBoxIsNotAsWanted) {
  const auto told = status({condition("Stalled", ConditionStatus::True, "ImagePullFailed", 2)});
  const auto fresh = status({condition("Reconciling", ConditionStatus::True, "Progressing", 2)});
  EXPECT_NE(merge_status(&told, fresh, 2).find("Stalled"), nullptr);
  EXPECT_EQ(merge_status(&told, fresh, 3).find("Stalled"), nullptr) << "the spec has changed since";
  const auto converged = status({condition("Ready", ConditionStatus::True, "Running", 2)});
  EXPECT_EQ(merge_status(&told, converged, 2).find("Stalled"), nullptr) << "it was mended since";
}

TEST(MergeStatus, KeepsThatABoxKeepsCrashing) {
  const auto told = status({condition("CrashLooping", ConditionStatus::True, "ShortRuns")});
  EXPECT_NE(merge_status(&told, starting(), 1).find("CrashLooping"), nullptr);
}

TEST(MergeStatus, IsTheFreshLookWhereNothingWasTold) {
  EXPECT_EQ(merge_status(nullptr, starting(), 1), starting());
}

TEST(LeadingCondition, IsWhatAPersonMustKnowFirst) {
  const auto stalled = status({condition("Ready", ConditionStatus::False, "NotRunning"),
                               condition("Stalled", ConditionStatus::True, "VolumeLost")});
  EXPECT_EQ(leading_condition(stalled)->reason, "VolumeLost");
  EXPECT_EQ(leading_condition(starting())->reason, "AwaitingHealth");
  EXPECT_EQ(leading_condition(status({})), nullptr);
  EXPECT_EQ(ready_word(status({})), "Unknown");
}

Looked one_of_each() {
  Looked looked;
  ShownBox box;
  box.record = test::BoxBuilder("ada").owner("ada@example.org").record();
  box.status = status({condition("Ready", ConditionStatus::True, "Running")});
  looked.boxes = {box};
  looked.names = {{"eve", "Orphaned", "no source has it", "box-base:1"},
                  {"gil", "InvalidSpec", "the row is not valid", ""}};
  return looked;
}

TEST(BoxListJson, ShowsBoxesOrphansAndInvalidDeclarations) {
  const auto root = nlohmann::json::parse(box_list_json(one_of_each()));
  EXPECT_EQ(root.at("apiVersion"), "boxwright.dev/v1");
  EXPECT_EQ(root.at("kind"), "BoxList");
  EXPECT_TRUE(root.at("engineError").is_null());
  const auto& items = root.at("items");
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items.at(0).at("metadata").at("owner"), "ada@example.org");
  EXPECT_EQ(items.at(0).at("status").at("conditions").at(0).at("reason"), "Running");
  EXPECT_EQ(items.at(0).at("status").at("fresh"), false);
  EXPECT_EQ(items.at(1).at("status").at("conditions").at(0).at("status"), "Unknown");
  EXPECT_EQ(items.at(2).at("status").at("conditions").at(0).at("status"), "False");
}

TEST(BoxJson, HasAShapeThatStays) {
  auto looked = one_of_each();
  const auto root = nlohmann::json::parse(box_json(looked.boxes.front()));
  const auto keys = [](const nlohmann::json& object) {
    std::string text;
    for (const auto& [key, value] : object.items())
      text += key + " ";
    return text;
  };
  EXPECT_EQ(keys(root), "apiVersion kind metadata spec status ");
  EXPECT_EQ(keys(root.at("metadata")),
            "generation labels name origin owner source toBeRemoved uid ");
  EXPECT_EQ(keys(root.at("status")),
            "conditions container containerState fresh observedAt restarts rollback url ");
  EXPECT_EQ(keys(root.at("status").at("conditions").at(0)),
            "lastTransitionTime message observedGeneration reason status type ");
}

TEST(BoxJson, IsInertOnATerminalAndWholeForAProgram) {
  auto looked = one_of_each();
  const std::string hostile =
      "\x1b[2J\xc2\x9b"
      "31m\xe2\x80\xae";
  looked.boxes.front().record.labels["team"] = hostile;
  looked.boxes.front().record.spec.env["E"] = hostile;
  const auto text = box_list_json(looked);
  EXPECT_EQ(text.find_first_of("\x1b\x9b\xe2"), std::string::npos) << text;
  const auto box = nlohmann::json::parse(text).at("items").at(0);
  EXPECT_EQ(box.at("metadata").at("labels").at("team"), hostile);
  EXPECT_EQ(box.at("spec").at("env").at("E"), hostile);
}

TEST(SayGaps, SuggestsTheBoxThatWasMeantAndKnowsThoseThatAFilterLeftOut) {
  Looked looked;
  looked.known = {"ada", "grace"};
  Options options;
  options.names = {"ada"};
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 0);
  options.names = {"garce"};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 1);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("did you mean `grace`?"), std::string::npos) << said;
}

TEST(SayGaps, FailsForANameThatIsNotThereAndForAnEngineThatIsNot) {
  auto looked = one_of_each();
  Options options;
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 0);
  options.names = {"ada", "eve"};
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 0);
  options.names = {"nobody"};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 1);
  options.names.clear();
  looked.engine_error = "no socket";
  EXPECT_EQ(say_gaps(options, looked, test::test_start()), 1);
  const auto said = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("there is no box nobody"), std::string::npos) << said;
  EXPECT_NE(said.find("engine not reachable: no socket"), std::string::npos) << said;
}

}  // namespace
}  // namespace boxwright::cli
