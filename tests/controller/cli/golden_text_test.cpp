// Whole pages as people see them, against committed texts: `get -o wide`, `describe`, `events`,
// `why`. BOXWRIGHT_UPDATE=1 writes them anew; read the difference before it is committed.

#include <gtest/gtest.h>

#include "controller/cli/box_table.h"
#include "controller/cli/describe_text.h"
#include "controller/cli/event_text.h"
#include "controller/cli/terminal.h"
#include "controller/cli/why.h"
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
