// What the verbs that look print for programs is what the committed schemas say, and the schemas
// take nothing else.

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "controller/cli/apply_report.h"
#include "controller/cli/event_text.h"
#include "controller/cli/history_view.h"
#include "controller/cli/layer_text.h"
#include "controller/cli/look.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/verbs.h"
#include "controller/cli/why.h"
#include "specs/model/canonical.h"
#include "tests/support/box_builder.h"
#include "tests/support/json_schema.h"

namespace boxwright::cli {
namespace {

using nlohmann::json;
using state::ConditionStatus;
using test::BoxBuilder;
using test::fits_schema;
using test::test_start;

constexpr const char* kBox = "docs/reference/box.schema.json";
constexpr const char* kBoxList = "docs/reference/box-list.schema.json";
constexpr const char* kLayer = "docs/reference/layer.schema.json";
constexpr const char* kLayerList = "docs/reference/layer-list.schema.json";
constexpr const char* kEvent = "docs/reference/event.schema.json";
constexpr const char* kWhy = "docs/reference/why.schema.json";
constexpr const char* kProblems = "docs/reference/problems.schema.json";

ShownBox stored() {
  ShownBox box;
  box.record = BoxBuilder("ada").env("EDITOR", "vim").secret("TOKEN", "hidden").record();
  box.record.source = SourceName{"team"};
  box.record.origin = {"ada.yaml", {3, 3}};
  box.record.labels = {{"team", "compilers"}};
  box.record.tombstone.emplace();
  box.record.rollback = state::RollbackHold{"3", "grace", box.record.spec};
  box.status.observed_at = test_start();
  for (const char* type : {"CrashLooping", "DeletionBlocked", "Drifted", "Healthy", "Ready",
                           "Reconciling", "Stalled", "Suspended", "UpdatePending"}) {
    box.status.conditions.push_back(
        {type, ConditionStatus::Unknown, "NotLooked", "a sentence", 1, test_start()});
  }
  return box;
}

ShownBox fresh() {
  auto box = stored();
  auto container = BoxBuilder("ada").running_container();
  container.restart_count = 2;
  box.status.container = container.id;
  box.status.container_state = "running";
  box.status.url = "https://ada.boxes.example/";
  box.fresh.emplace();
  box.fresh->observed.containers = {container};
  return box;
}

/// Every way to check a box's health, and the other fields that take more than one shape.
std::vector<ShownBox> every_shape() {
  std::vector<ShownBox> boxes{stored(), fresh()};
  const auto with = [&boxes](const std::function<void(specs::BoxSpec&)>& change) {
    auto box = fresh();
    change(box.record.spec);
    boxes.push_back(std::move(box));
  };
  with([](auto& spec) { spec.healthcheck.check = specs::ShellCheck{"true"}; });
  with([](auto& spec) { spec.healthcheck.check = specs::CommandCheck{{"true", "-x"}}; });
  with([](auto& spec) { spec.healthcheck.check = specs::NoCheck{}; });
  with([](auto& spec) {
    spec.volumes.clear();
    spec.publish = {{"127.0.0.1", 2222, 22, "tcp"}, {"127.0.0.1", 5353, 53, "udp"}};
    spec.resources.cpus = NanoCpus{250'000'000};
    spec.resources.memory = Bytes{kGiB + 1};
    spec.stop_grace_period = Duration{1'500};
    spec.update = {specs::RolloutPolicy::OnStop, specs::ImagePolicy::Follow, Duration{90'000}};
    spec.deletion.volumes = specs::VolumeDeletion::Delete;
    spec.restart = specs::RestartPolicy::OnFailure;
    spec.pull = specs::PullPolicy::IfAbsent;
  });
  return boxes;
}

state::Event event(const std::string& action, std::int64_t seq) {
  state::Event one;
  one.seq = seq;
  one.at = test_start() + Duration{seq * 1'000};
  one.box = BoxName{"ada"};
  one.uid = BoxBuilder("ada").uid();
  one.type = "Normal";
  one.action = action;
  one.cause = "spec.image a:1 -> a:2 (ada.yaml:5)";
  one.revision = Revision{"r1"};
  one.result = "ok";
  one.duration = Duration{500};
  return one;
}

/// The schema must not take the document with a member that it does not name.
void expect_strict(const char* schema, json document) {
  document["undocumented"] = 1;
  EXPECT_FALSE(fits_schema(schema, document.dump()));
}

/// Every object in a schema that is open, or has members that need not be there.
void find_lax(const json& schema, const std::string& at, std::vector<std::string>& found) {
  if (schema.is_object() && schema.contains("properties") && schema.contains("type")) {
    if (schema.value("additionalProperties", json(true)) != json(false)) found.push_back(at);
    for (const auto& [key, value] : schema.at("properties").items()) {
      const auto required = schema.value("required", json::array());
      if (std::find(required.begin(), required.end(), key) == required.end())
        found.push_back(fmt::format("{}/{}", at, key));
    }
  }
  if (!schema.is_structured()) return;
  for (const auto& [key, value] : schema.items())
    find_lax(value, fmt::format("{}/{}", at, key), found);
}

std::vector<std::string> lax_places(const std::string& file) {
  std::ifstream in(std::string(BOXWRIGHT_SOURCE_DIR "/") + file);
  std::vector<std::string> found;
  find_lax(json::parse(in), "", found);
  return found;
}

TEST(Schemas, AreClosedAndRequireEveryMember) {
  const std::string health = "/$defs/spec/properties/healthcheck/";
  EXPECT_EQ(lax_places(kBox), (std::vector<std::string>{health + "command", health + "http",
                                                        health + "none", health + "shell"}))
      << "of which there is exactly one";
  for (const char* file :
       {kBoxList, kEvent, kWhy, kProblems, "docs/reference/box-change.schema.json",
        "docs/reference/apply-result.schema.json", "docs/reference/version.schema.json",
        "docs/reference/source-list.schema.json", "docs/reference/history.schema.json",
        "docs/reference/diff.schema.json", "docs/reference/retained-data-list.schema.json",
        "docs/reference/volume-list.schema.json", "docs/reference/volume-transfer.schema.json",
        "docs/reference/volume-backup.schema.json", kLayer, kLayerList}) {
    EXPECT_EQ(lax_places(file), std::vector<std::string>{}) << file;
  }
  // What is due or held is an action and more; that is closed where it is used.
  EXPECT_EQ(lax_places("docs/reference/plan.schema.json"),
            std::vector<std::string>{"/$defs/action"});
}

HistoryView history() {
  HistoryView view;
  view.record = BoxBuilder("ada").generation(2).record();
  view.record.rollback = state::RollbackHold{"1", "grace", view.record.spec};
  for (int part = 0; part < 5; ++part) {
    state::GenerationRecord entry;
    entry.generation = 1;
    entry.part = part;
    entry.spec_json = specs::canonical_json(
        BoxBuilder("ada").env("A", std::to_string(part)).secret("TOKEN", "hidden").spec());
    entry.image_id = ImageId{"sha256:" + std::to_string(part)};
    entry.secret_mac = std::to_string(part);
    entry.outcome = static_cast<state::GenerationRecord::Outcome>(part);
    if (part > 2) entry.wanted_at = entry.applied_at = test_start();
    if (part == 4) entry.rollback_to = "1";
    view.entries.push_back(entry);
  }
  return view;
}

TEST(HistorySchema, FitsWhatHistoryAndDiffPrint) {
  auto view = history();
  const char* schema = "docs/reference/history.schema.json";
  EXPECT_TRUE(fits_schema(schema, history_json(view)));
  expect_strict(schema, json::parse(history_json(view)));
  EXPECT_EQ(history_json(view).find("hidden\""), std::string::npos);
  view.record.rollback.reset();
  view.entries.clear();
  EXPECT_TRUE(fits_schema(schema, history_json(view)));
  view = history();
  const DiffView diff{"ada", *find_state(view, "1.1"), *find_state(view, "1.2")};
  EXPECT_EQ(diff.differences().size(), 3U);
  EXPECT_TRUE(fits_schema("docs/reference/diff.schema.json", diff_json(diff)));
  expect_strict("docs/reference/diff.schema.json", json::parse(diff_json(diff)));
}

TEST(BoxSchema, FitsABoxInEveryShape) {
  Looked looked;
  looked.boxes = every_shape();
  looked.names = {{"eve", "Orphaned", "no source has it", "box-base:1"},
                  {"fay", "InvalidSpec", "ada.yaml:3:1: no", ""}};
  EXPECT_TRUE(fits_schema(kBoxList, box_list_json(looked)));
  EXPECT_TRUE(fits_schema(kBox, box_json(looked.boxes.front())));
  EXPECT_TRUE(fits_schema(kBox, box_json(looked.names.front())));
  EXPECT_TRUE(fits_schema("docs/reference/box-change.schema.json",
                          watch_line("Added", box_json(looked.boxes.front())) +
                              watch_line("Deleted", box_json(looked.names.back())),
                          true));
  looked = {};
  looked.engine_error = "no engine";
  EXPECT_TRUE(fits_schema(kBoxList, box_list_json(looked)));
}

TEST(BoxSchema, RefusesWhatIsNoBox) {
  const auto box = json::parse(box_json(fresh()));
  expect_strict(kBox, box);
  auto odd = box;
  odd["spec"]["healthcheck"]["shell"] = "true";
  EXPECT_FALSE(fits_schema(kBox, odd.dump())) << "two kinds of health check";
  odd = box;
  odd["status"]["conditions"][0]["type"] = "Fine";
  EXPECT_FALSE(fits_schema(kBox, odd.dump()));
  odd = box;
  odd["status"]["observedAt"] = "yesterday";
  EXPECT_FALSE(fits_schema(kBox, odd.dump()));
}

TEST(LayerSchema, FitsALayerInEveryShape) {
  layers::LayerNote full;
  full.box = BoxName{"ada"};
  full.uid = BoxUid{"0011223344556677"};
  full.name = "a1";
  full.container = ContainerId{"c1"};
  full.deleted = {"/home/coder/.profile"};
  full.left_out = {{"/home/coder/agent.sock", "a socket"}};
  full.archive = layers::PackedLayer{Bytes{10}, "abc"};
  auto given_up = full;
  given_up.archive.reset();
  given_up.given_up = "no room";
  EXPECT_TRUE(fits_schema(kLayerList, layers_json({full, given_up})));
  EXPECT_TRUE(fits_schema(kLayerList, layers_json({})));
  const layers::LayerEntry entry{"/home/coder/notes.txt", "file", Bytes{5}, 0600, 1000, 1000, {}};
  EXPECT_TRUE(fits_schema(kLayer, layer_json(full, {entry})));
  expect_strict(kLayer, json::parse(layer_json(full, {entry})));
}

TEST(EventSchema, FitsEveryLine) {
  auto warning = event("StartContainer", 2);
  warning.type = "Warning";
  warning.result = "DeadlineExceeded";
  auto of_source = event("SourceFailed", 3);
  of_source.box = {};
  of_source.uid = {};
  EXPECT_TRUE(fits_schema(
      kEvent, events_json_lines({event("StopContainer", 1), warning, of_source}), true));
  expect_strict(kEvent, json::parse(events_json_lines({warning})));
  warning.result = "fine";
  EXPECT_FALSE(fits_schema(kEvent, events_json_lines({warning}), true));
}

TEST(WhySchema, FitsABoxWithAndWithoutAPastAndOneThatIsGone) {
  const auto box = fresh();
  WhyInput input;
  input.name = "ada";
  input.now = test_start() + Duration{60'000};
  input.box = &box;
  EXPECT_TRUE(fits_schema(kWhy, why_json(input)));
  auto failed = event("StartContainer", 4);
  failed.result = "Refused";
  failed.message = "no";
  input.events = {event("CreateContainer", 1), event("StopContainer", 2),
                  event("StartContainer", 3), failed, event("UpdateContainer", 5)};
  EXPECT_TRUE(fits_schema(kWhy, why_json(input)));
  expect_strict(kWhy, json::parse(why_json(input)));
  const ShownName orphan{"ada", "Orphaned", "no source has it", "box-base:1"};
  input = {};
  input.name = "ada";
  input.shown_name = &orphan;
  EXPECT_TRUE(fits_schema(kWhy, why_json(input)));
}

TEST(ProblemsSchema, FitsWhatValidateSays) {
  EXPECT_TRUE(fits_schema(kProblems, problems_json({})));
  specs::Problem problem{"BW0103", "ada.yaml", {3, 5}, "unknown field", BoxName{"ada"}};
  problem.end = {3, 9};
  problem.hint = "did you mean `x`?";
  problem.related = {{"eve.yaml", {1, 1}, "first written here"}};
  const auto text = problems_json({problem, {"BW0101", "desired_boxes/x", {}, "no", BoxName{}}});
  EXPECT_TRUE(fits_schema(kProblems, text));
  expect_strict(kProblems, json::parse(text));
}

TEST(ApplyResultSchema, FitsEveryResult) {
  Applied applied;
  applied.boxes = {{"ada", "failed", false, "StartFailed: no", Duration{10}, {"line"}},
                   {"bob", "as wanted", true, "", std::nullopt, {}},
                   {"cy", "removed", true, "", Duration{1'500}, {}}};
  const auto text = applied_json(applied);
  EXPECT_TRUE(fits_schema("docs/reference/apply-result.schema.json", text));
  expect_strict("docs/reference/apply-result.schema.json", json::parse(text));
}

TEST(VersionSchema, FitsThisVersion) {
  Options options;
  options.output = "json";
  testing::internal::CaptureStdout();
  EXPECT_EQ(show_version(options), 0);
  const auto text = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(fits_schema("docs/reference/version.schema.json", text));
  expect_strict("docs/reference/version.schema.json", json::parse(text));
}

TEST(MachineText, HoldsNothingThatATerminalWouldObey) {
  const std::string hostile = "x\x1b[2J\xc2\x9b\x07";
  specs::Problem problem{"BW0103", hostile, {3, 5}, hostile, BoxName{hostile}};
  Applied applied;
  applied.boxes = {{hostile, "failed", false, hostile, Duration{10}, {hostile}}};
  for (const auto& text : {problems_json({problem}), applied_json(applied)})
    EXPECT_EQ(text.find_first_of("\x1b\x9b\x07"), std::string::npos) << text;
}

}  // namespace
}  // namespace boxwright::cli
