// Whole pages as people see them, against committed texts: `get -o wide`, `describe`, `events`,
// `why`. BOXWRIGHT_UPDATE=1 writes them anew; read the difference before it is committed.

#include <gtest/gtest.h>

#include "controller/cli/box_table.h"
#include "controller/cli/describe_text.h"
#include "controller/cli/event_text.h"
#include "controller/cli/history_view.h"
#include "controller/cli/terminal.h"
#include "controller/cli/why.h"
#include "specs/model/canonical.h"
#include "tests/specs/committed.h"
#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using state::ConditionStatus;
using test::BoxBuilder;
using test::test_start;

const WallTime kNow = test_start() + Duration{3'600'000};
constexpr const char* kMemory = "spec.resources.memory 2GiB -> 4GiB (ada.yaml:9)";
constexpr const char* kEditor = "spec.env.EDITOR vi -> vim (defaults.yaml:6)";

void expect_golden(const std::string& name, const std::string& text) {
  specs::expect_committed("tests/golden/cli/" + name, text);
}

state::Condition condition(const std::string& type, ConditionStatus status,
                           const std::string& reason, const std::string& message) {
  return {type, status, reason, message, 1, kNow - Duration{90'000}};
}

ShownBox ready() {
  ShownBox box;
  const auto builder =
      BoxBuilder("ada").owner("ada@example.org").env("EDITOR", "vim").secret("TOKEN", "hidden");
  box.record = builder.record();
  box.record.source = SourceName{"team"};
  box.record.origin = {"ada.yaml", {3, 3}};
  box.record.labels = {{"team", "compilers"}, {"tier", "web"}};
  auto container = builder.running_container();
  container.id = ContainerId{"0123456789abcdef"};
  container.image_id = ImageId{"sha256:aa"};
  box.status.container = container.id;
  box.status.container_state = "running";
  box.status.observed_at = kNow - Duration{1'000};
  box.status.url = "https://ada.boxes.example/";
  box.status.conditions = {
      condition("Healthy", ConditionStatus::True, "Healthy", "the health check passes"),
      condition("Ready", ConditionStatus::True, "Running", "box ada runs")};
  box.fresh.emplace();
  box.fresh->observed.containers = {container};
  for (const char* key : {"cache", "config", "inbox", "workspace"})
    box.fresh->observed.volumes.push_back(builder.volume(key));
  return box;
}

/// Its container has ended, its data is not whole, and it is to go.
ShownBox in_trouble() {
  auto box = ready();
  box.record.tombstone.emplace();
  box.record.tombstone->since = kNow - Duration{60'000};
  box.record.origin = {"desired_boxes/ada", {}};
  box.record.source = SourceName{"table"};
  auto& container = box.fresh->observed.containers.front();
  container.state = state::ContainerState::Exited;
  container.finished_at = kNow - Duration{30'000};
  container.exit_code = 137;
  container.oom_killed = true;
  container.restart_count = 3;
  container.engine_error = "no space left on device";
  box.fresh->observed.volumes.pop_back();
  box.fresh->observed.volumes.front().directory_missing = true;
  box.status.container_state = "exited";
  box.status.conditions = {
      condition("DeletionBlocked", ConditionStatus::True, "PruneDelay",
                "box ada is absent from source table; it is removed after the delay"),
      condition("Ready", ConditionStatus::False, "NotRunning", "the container of box ada ended"),
      condition("Stalled", ConditionStatus::True, "VolumeLost",
                "volume workspace of box ada is gone; restore it, or `boxwright accept ada --empty "
                "workspace`")};
  return box;
}

ShownBox never_looked_at() {
  ShownBox box;
  box.record = BoxBuilder("bob").record();
  box.record.source = SourceName{"team"};
  box.record.origin = {"bob.yaml", {1, 1}};
  return box;
}

/// Calls one after the other, half a second each, a second apart.
class Story {
 public:
  Story& add(const std::string& action, const std::string& cause, const std::string& by = {}) {
    at_ += Duration{1'000};
    state::Event event;
    event.seq = static_cast<std::int64_t>(events_.size()) + 1;
    event.at = at_;
    event.box = BoxName{"ada"};
    event.uid = BoxBuilder("ada").uid();
    event.type = "Normal";
    event.action = action;
    event.cause = cause;
    event.by = by;
    event.result = "ok";
    event.duration = Duration{by.empty() ? 500 : 0};
    event.revision = Revision{"0123456789abcdef"};
    events_.push_back(std::move(event));
    return *this;
  }
  Story& failed(const std::string& action, const std::string& cause, const std::string& message) {
    add(action, cause);
    events_.back().type = "Warning";
    events_.back().result = "Refused";
    events_.back().message = message;
    return *this;
  }
  Story& later(Duration time) {
    at_ += time;
    return *this;
  }
  [[nodiscard]] std::vector<state::Event> events() const { return events_; }

 private:
  WallTime at_ = test_start();
  std::vector<state::Event> events_;
};

/// Declared by a file, changed by the Defaults, changed live, restarted on somebody's word.
std::vector<state::Event> past() {
  return Story()
      .add("BoxDeclared", "declared at ada.yaml:3", "grace")
      .add("CreateVolume", "the box has no container")
      .add("CreateContainer", "the box has no container")
      .add("StartContainer", "the container was not started yet")
      .later(Duration{600'000})
      .add("SpecChanged", "spec.env.EDITOR vi -> vim", "root")
      .failed("CreateContainer", kEditor, "the name is in use")
      .add("CreateContainer", kEditor)
      .add("StopContainer", kEditor)
      .add("StartContainer", kEditor)
      .add("RemoveContainer", kEditor)
      .later(Duration{600'000})
      .add("SpecChanged", "spec.resources.memory 2GiB -> 4GiB", "grace")
      .add("UpdateContainer", kMemory)
      .later(Duration{600'000})
      .add("StopContainer", "a restart was asked for")
      .add("StartContainer", "a restart was asked for")
      .events();
}

state::GenerationRecord generation(std::int64_t number, const BoxBuilder& box,
                                   state::GenerationRecord::Outcome outcome) {
  state::GenerationRecord entry;
  entry.generation = number;
  entry.spec_json = specs::canonical_json(box.spec());
  entry.image_id = ImageId{"sha256:0123456789abcdef"};
  entry.secret_mac = "v1:key:one";
  entry.revision = Revision{"0123456789abcdef"};
  entry.author = "grace";
  entry.wanted_at = test_start() + Duration{number * 600'000};
  entry.outcome = outcome;
  if (entry.was_applied()) entry.applied_at = entry.wanted_at + Duration{5'000};
  return entry;
}

/// First, an edit, other secrets, an edit that failed, one that nobody waited for, and a way back
/// that waits. The words of an image are written to trick a terminal.
HistoryView history() {
  using Outcome = state::GenerationRecord::Outcome;
  HistoryView view;
  const auto first = BoxBuilder("ada").secret("TOKEN", "hidden");
  const auto second = BoxBuilder("ada").secret("TOKEN", "hidden").env("EDITOR", "vim");
  view.entries = {generation(1, first, Outcome::Applied),
                  generation(2, second, Outcome::RolledBackByHand),
                  generation(2, second, Outcome::Applied),
                  generation(3, BoxBuilder("ada").image("bad\x1b[31m:1"), Outcome::RolledBack),
                  generation(4, BoxBuilder("ada").memory(Bytes{4 * kGiB}), Outcome::Superseded),
                  generation(5, first, Outcome::Pending)};
  view.entries[0].wanted_at = {};
  view.entries[2].part = 1;
  view.entries[2].secret_mac = "v1:key:two";
  view.entries[2].author.clear();
  view.entries[4].image_id = {};
  view.entries[5].rollback_to = "1";
  view.entries[5].image_id = {};
  view.record = BoxBuilder("ada").secret("TOKEN", "hidden").generation(5).record();
  view.record.rollback = state::RollbackHold{"1", "grace", second.spec()};
  view.status.emplace();
  view.status->conditions = {
      condition("Stalled", ConditionStatus::True, "DiskLow", "less than 10 % is free")};
  return view;
}

std::string difference(const std::string& from, const std::string& to) {
  const auto view = history();
  return diff_text({"ada", *find_state(view, from), *find_state(view, to)}, false);
}

TEST(GoldenText, OfAHistory) {
  expect_golden("history.txt", history_table(history(), false));
  expect_golden("history-wide.txt", history_table(history(), true));
  expect_golden("history.json", history_json(history()));
}

TEST(GoldenText, OfADifference) {
  expect_golden("diff.txt", difference("1", "2") + difference("2", "2.1") + difference("2.1", "3") +
                                difference("4", "now") + difference("now", "declared"));
  EXPECT_EQ(difference("1", "now"), "");
  EXPECT_FALSE(find_state(history(), "7"));
  const auto view = history();
  EXPECT_EQ(diff_text({"ada", *find_state(view, "1"), *find_state(view, "2")}, true),
            "ada: generation 1 -> 2\n\x1b[32m  + spec.env.EDITOR: vim\x1b[0m\n");
}

TEST(GoldenText, OfABoxThatWentBack) {
  auto box = ready();
  box.record.rollback = state::RollbackHold{"1", "grace", box.record.spec};
  const auto text = describe_text(box, {}, kNow, false);
  EXPECT_NE(text.find("Rolled back:  to generation 1, by grace"), std::string::npos) << text;
  constexpr const char* kBack = "spec.env.EDITOR vim -> vi (rollback to generation 1)";
  WhyInput input;
  input.name = "ada";
  input.box = &box;
  input.now = kNow;
  input.events = Story()
                     .add("RolledBackByHand", "spec.env.EDITOR vim -> vi", "grace")
                     .add("CreateContainer", kBack)
                     .add("StopContainer", kBack)
                     .add("StartContainer", kBack)
                     .events();
  expect_golden("why-rolled-back.txt", wrapped(why_text(input), 80) + "\n");
}

TEST(GoldenText, OfATable) {
  Looked looked;
  looked.boxes = {ready(), in_trouble(), never_looked_at()};
  looked.names = {{"eve", "Orphaned", "no source has it", "box-base:1"}};
  expect_golden("get.txt", box_table(looked, kNow, {}));
  expect_golden("get-wide.txt", box_table(looked, kNow, {.wide = true, .age_of_status = true}));
}

TEST(GoldenText, OfADescription) {
  expect_golden("describe-ready.txt", describe_text(ready(), past(), kNow, false));
  expect_golden("describe-in-trouble.txt", describe_text(in_trouble(), {}, kNow, false));
  expect_golden("describe-never-looked-at.txt", describe_text(never_looked_at(), {}, kNow, false));
}

TEST(GoldenText, OfEvents) {
  expect_golden("events.txt", events_text(past()));
}

TEST(GoldenText, OfWhy) {
  WhyInput input;
  input.name = "ada";
  input.now = kNow;
  input.events = past();
  const auto fine = ready();
  input.box = &fine;
  state::Request order;
  order.verb = state::Request::Verb::Restart;
  order.subject = "ada";
  order.by = "heidi";
  order.at = test_start() + Duration{1'800'000};
  input.requests = {order};
  expect_golden("why-ready.txt", wrapped(why_text(input), 80) + "\n");
  const auto trouble = in_trouble();
  input.box = &trouble;
  expect_golden("why-in-trouble.txt", wrapped(why_text(input), 80) + "\n");
}

}  // namespace
}  // namespace boxwright::cli
