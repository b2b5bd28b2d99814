// What programs read is what the committed schemas say.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/cli/apply_lines.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/json_schema.h"

namespace boxwright::cli {
namespace {

using plan::ActionKind;
using test::fits_schema;

constexpr const char* kPlanSchema = "docs/reference/plan.schema.json";
constexpr const char* kLineSchema = "docs/reference/apply-line.schema.json";

constexpr auto kKinds = {
    ActionKind::Create,        ActionKind::Start,        ActionKind::Unpause,
    ActionKind::ChangeLive,    ActionKind::Restart,      ActionKind::Replace,
    ActionKind::RollBack,      ActionKind::RemakeVolume, ActionKind::Stop,
    ActionKind::RemoveSurplus, ActionKind::Remove,       ActionKind::RemoveVolumes};

/// Every member of a plan in every form it takes.
PlanView everything() {
  reconcile::BoxPreview box;
  box.record = test::BoxBuilder("ada").record();
  box.record.origin = {"ada.yaml", {3, 1}};
  box.plan.box = BoxName{"ada"};
  for (const auto kind : kKinds) {
    box.plan.actions.push_back({kind,
                                {{"spec.image", "a:1", "a:2", plan::Remedy::Replace, "ada.yaml:5"},
                                 {"network", "absent", "n", plan::Remedy::Live, "drift"}},
                                "spec.image",
                                "files"});
  }
  box.plan.held = {{box.plan.actions.front(), "pruneDelay", test::test_start()},
                   {box.plan.actions.front(), "suspended", std::nullopt}};
  box.plan.findings = {{"Stalled", "VolumeLost", "gone"}};
  box.price = plan::Price{Duration{1'500}, Duration{5'000}, plan::Price::Basis::Assumed};
  engine::WritableLayer layer;
  layer.home = "/home/coder";
  layer.paths = {{"/home/coder/a", engine::LayerChangeKind::Added, Bytes{1}},
                 {"/home/coder/b", engine::LayerChangeKind::Deleted, std::nullopt}};
  box.layer = layer;
  auto unmeasured = box;
  unmeasured.layer = fail(ErrorCode::Unavailable, RetryClass::Transient, "away");
  auto quiet = reconcile::BoxPreview{};
  quiet.record = test::BoxBuilder("bob").record();
  quiet.record.origin = {};
  PlanView view;
  view.boxes = {box, unmeasured, quiet};
  view.spec_problems = {{"BW0103", "ada.yaml", {3, 5}, "unknown field", BoxName{"ada"}},
                        {"BW0101", "desired_boxes/x", {0, 0}, "not JSON", BoxName{}}};
  view.problems = {{BoxName{"eve"}, SourceName{"team"}, "RetainedData", "restore or purge"},
                   {BoxName{"new"}, SourceName{"team"}, "NameChanged", "it was `old` before"}};
  state::SourceRecord held;
  held.name = SourceName{"team"};
  held.moved_to = "/new";
  held.prune_digest = "4f2c";
  held.prune_set = {BoxName{"ada"}};
  view.sources = {held, {}};
  return view;
}

TEST(PlanSchema, FitsAnEmptyPlanAndOneWithEverything) {
  EXPECT_TRUE(fits_schema(kPlanSchema, plan_json({})));
  EXPECT_TRUE(fits_schema(kPlanSchema, plan_json(everything())));
}

TEST(PlanSchema, RefusesWhatIsNoPlan) {
  auto root = nlohmann::json::parse(plan_json(everything()));
  EXPECT_FALSE(fits_schema(kPlanSchema, "{}"));
  auto unknown_word = root;
  unknown_word["boxes"][0]["actions"][0]["action"] = "destroy";
  EXPECT_FALSE(fits_schema(kPlanSchema, unknown_word.dump()));
  auto more = root;
  more["boxes"][0]["actions"][0]["undocumented"] = 1;
  EXPECT_FALSE(fits_schema(kPlanSchema, more.dump()));
  auto less = root;
  less["boxes"][0].erase("held");
  EXPECT_FALSE(fits_schema(kPlanSchema, less.dump()));
}

TEST(ApplyLineSchema, FitsEveryLine) {
  test::FakeClock clock;
  std::string text;
  ApplyLines lines([&text](const std::string& line) { text += line; }, clock);
  const auto announcer = lines.announcer();
  const BoxName ada{"ada"};
  lines.plan(everything());
  lines.note("engine: away");
  announcer.step(ada, {engine::StartContainer{ContainerId{"c1"}}, "test"});
  announcer.progress(ada, "pulling 40 %");
  state::BoxStatus status;
  status.name = ada;
  status.conditions = {{"Stalled", state::ConditionStatus::True, "StartFailed", "no", 1, {}}};
  announcer.status(status);
  state::Event event;
  event.box = ada;
  event.type = "Warning";
  announcer.event(event);
  Applied applied;
  applied.boxes = {{"ada", "failed", false, "StartFailed: no", Duration{10}, {"line"}},
                   {"bob", "as wanted", true, "", std::nullopt, {}}};
  lines.applied(applied);
  EXPECT_TRUE(fits_schema(kLineSchema, text, true));
  EXPECT_FALSE(fits_schema(kLineSchema, R"({"time": "x", "event": "step", "box": "ada"})", true));
  EXPECT_FALSE(fits_schema(kLineSchema, R"({"time": "x", "event": "other"})", true));
  const auto note = [](const std::string& more) {
    return R"({"time": "2026-01-01T00:00:00.000Z", "event": "note", "message": "x")" + more + "}";
  };
  EXPECT_TRUE(fits_schema(kLineSchema, note(""), true));
  EXPECT_FALSE(fits_schema(kLineSchema, note(R"(, "undocumented": 1)"), true));
}

}  // namespace
}  // namespace boxwright::cli
