#include "controller/cli/describe_text.h"

#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using test::BoxBuilder;
using test::test_start;

const WallTime kNow = test_start() + Duration{3'600'000};

ShownBox shown(const BoxBuilder& builder) {
  ShownBox box;
  box.record = builder.record();
  box.record.source = SourceName{"team"};
  box.record.origin = {"ada.yaml", {3, 3}};
  auto container = builder.running_container();
  container.id = ContainerId{"0123456789abcdef"};
  container.image_id = ImageId{"sha256:aa"};
  box.status.container = container.id;
  box.status.container_state = "running";
  box.status.observed_at = kNow - Duration{1'000};
  box.status.url = "https://ada.boxes.example";
  box.status.conditions = {
      {"Ready", state::ConditionStatus::True, "Running", "box ada runs", 1, test_start()}};
  box.fresh.emplace();
  box.fresh->observed.containers = {container};
  return box;
}

state::Event event() {
  state::Event one;
  one.at = test_start();
  one.box = BoxName{"ada"};
  one.action = "StartContainer";
  one.cause = "the container was not started yet";
  one.result = "ok";
  return one;
}

/// Without the spec, which is long and has tests of its own.
std::string without_spec(const std::string& text) {
  const auto from = text.find("Spec:\n");
  const auto to = text.find("Seen:\n");
  return text.substr(0, from) + text.substr(to);
}

TEST(DescribeText, TellsFactsLookVolumesConditionsAndEvents) {
  EXPECT_EQ(without_spec(describe_text(shown(BoxBuilder("ada")), {event()}, kNow, false)),
            "Name:        ada\n"
            "Ready:       True\n"
            "UID:         357ab6261a40690a\n"
            "Source:      team (ada.yaml:3)\n"
            "Generation:  1\n"
            "Container:   running 0123456789ab (box-ada, 0 restarts)\n"
            "Observed:    1s ago\n"
            "URL:         https://ada.boxes.example\n"
            "Seen:\n"
            "  Image ID:  sha256:aa\n"
            "  Made:      60m ago\n"
            "  Started:   60m ago\n"
            "  Health:    healthy\n"
            "  Limits:    1.5 cpus, 2GiB memory, 4096 pids\n"
            "  Network:   traefik-public\n"
            "Volumes:\n"
            "  cache      box-ada-cache      /home/coder/.cache     absent\n"
            "  config     box-ada-config     /home/coder/.config    absent\n"
            "  inbox      box-ada-inbox      /home/coder/.inbox     absent\n"
            "  workspace  box-ada-workspace  /home/coder/workspace  absent\n"
            "Conditions:\n"
            "  Ready  True  Running  60m  box ada runs\n"
            "Events (the last 1):\n"
            "  2026-01-01T00:00:00.000Z     ada  StartContainer  ok  0s  the container was not "
            "started yet\n");
}

TEST(DescribeText, LetsNothingReachTheTerminalRaw) {
  const std::string hostile = "\x1b[2J\xc2\x9b\xff\x07\nReady: True";
  auto box = shown(BoxBuilder("ada").env("E", hostile));
  box.record.labels["team"] = hostile;
  box.record.owner = hostile;
  box.record.origin.file = hostile;
  box.status.url = hostile;
  box.status.conditions.front().message = hostile;
  box.fresh->observed.containers.front().engine_error = hostile;
  box.fresh->observed.containers.front().name = hostile;
  auto one = event();
  one.message = hostile;
  const auto text = describe_text(box, {one}, kNow, false);
  EXPECT_EQ(text.find_first_of("\x1b\x9b\xff\x07"), std::string::npos) << text;
  EXPECT_EQ(text.find("\nReady: True"), std::string::npos) << "no line can be forged";
}

}  // namespace
}  // namespace boxwright::cli
