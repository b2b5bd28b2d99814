#include "controller/cli/apply_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/cli/apply_lines.h"
#include "controller/cli/exit_codes.h"
#include "tests/support/fake_clock.h"

namespace boxwright::cli {
namespace {

using reconcile::BoxResult;
using reconcile::Settlement;
using state::ConditionStatus;

BoxResult result(const std::string& name, Settlement settlement, const std::string& stalled = "") {
  BoxResult result;
  result.name = BoxName{name};
  result.settlement = settlement;
  result.status.emplace();
  result.status->name = result.name;
  if (!stalled.empty()) {
    result.status->conditions = {
        {"Stalled", ConditionStatus::True, stalled, "it\x1b[2J did not start", 1, {}}};
  }
  return result;
}

Activity worked(Duration took, Verdict verdict) {
  Activity activity;
  activity.last = activity.began + took;
  activity.verdict = verdict;
  return activity;
}

Applied example() {
  auto applied = report(
      {result("ada", Settlement::Converged), result("bob", Settlement::Converged),
       result("eve", Settlement::Stalled, "RolledBack"), result("hal", Settlement::Converged)},
      {{BoxName{"ada"}, worked(Duration{3'100}, Verdict::Ready)},
       {BoxName{"eve"}, worked(Duration{12'000}, Verdict::Failed)},
       {BoxName{"gil"}, worked(Duration{1'000}, Verdict::Busy)},
       {BoxName{"hal"}, worked(Duration{500}, Verdict::Stopped)}},
      {}, {BoxName{"gil"}});
  applied.boxes[2].log = {"listening", "bind: Address\x1b[1m in use"};
  applied.took = Duration{12'400};
  return applied;
}

TEST(AppliedText, HasEveryBoxThatWasWorkedOnWithItsTimeAndEveryFailureWithItsLog) {
  EXPECT_EQ(applied_text(example(), false),
            "BOX  RESULT   TOOK\n"
            "ada  ready    3.1s\n"
            "eve  failed   12.0s\n"
            "gil  removed  1.0s\n"
            "hal  stopped  0.5s\n"
            "eve: not as wanted: RolledBack: it?[2J did not start\n"
            "  its last log lines:\n"
            "    | listening\n"
            "    | bind: Address?[1m in use\n"
            "4 boxes are as wanted, 1 not; took 12.4s; `boxwright describe BOX` tells more.\n");
  EXPECT_EQ(example().exit_code(), kFailure);
}

TEST(AppliedText, IsOneLineWhereNothingWasDone) {
  auto applied = report({result("ada", Settlement::Converged)}, {}, {}, {});
  EXPECT_EQ(applied_text(applied, true), "1 box is as wanted; took 0.0s.\n");
  EXPECT_EQ(applied.exit_code(), kOk);
  applied.bad_spec = true;
  EXPECT_EQ(applied.exit_code(), kInvalidSpec);
  EXPECT_EQ(applied_text(report({}, {}, {}, {}), false), "Nothing was to be done.\n");
}

TEST(AppliedText, SaysThatItWasInterruptedOrTooSlow) {
  auto applied = example();
  applied.timed_out = true;
  EXPECT_EQ(applied.exit_code(), kTimeout);
  EXPECT_NE(applied_text(applied, false).find("The time is over: 4 boxes"), std::string::npos);
  applied.stopped = true;
  EXPECT_EQ(applied.exit_code(), kInterrupted);
  EXPECT_NE(applied_text(applied, false).find("Interrupted after the step in hand"),
            std::string::npos);
}

TEST(AppliedJson, SaysTheSame) {
  const auto root = nlohmann::json::parse(applied_json(example()));
  EXPECT_EQ(root.at("kind"), "ApplyResult");
  EXPECT_EQ(root.at("seconds"), 12.4);
  EXPECT_EQ(root.at("boxes").at(2).at("log").size(), 2U);
  EXPECT_EQ(root.at("boxes").at(2).at("asWanted"), false);
  EXPECT_EQ(root.at("boxes").at(1).at("seconds"), nullptr);
  EXPECT_EQ(root.at("boxes").at(3).at("toBeRemoved"), true);
}

TEST(ApplyLines, TellWhatHappensInOrder) {
  test::FakeClock clock;
  std::vector<nlohmann::json> lines;
  ApplyLines told(
      [&lines](const std::string& line) {
        EXPECT_EQ(line.find('\n'), line.size() - 1);
        lines.push_back(nlohmann::json::parse(line));
      },
      clock);
  const auto announcer = told.announcer();
  const BoxName ada{"ada"};
  told.plan({});
  announcer.step(ada, {engine::PullImage{"a:1"}, "test"});
  announcer.progress(ada, "pulling 40 %");
  state::BoxStatus status;
  status.name = ada;
  status.conditions = {{"Reconciling", ConditionStatus::True, "AwaitingHealth", "waits", 1, {}}};
  announcer.status(status);
  clock.advance(Duration{2'500});
  status.conditions = {{"Ready", ConditionStatus::True, "Running", "box ada runs", 1, {}}};
  announcer.status(status);
  announcer.status(status);
  state::Event event;
  event.box = ada;
  event.type = "Warning";
  event.action = "StartContainer";
  event.message = "refused";
  announcer.event(event);
  told.note("engine: away");
  told.applied(example());
  std::vector<std::string> events;
  for (const auto& line : lines)
    events.push_back(line.at("event").get<std::string>());
  EXPECT_EQ(events, (std::vector<std::string>{"plan", "step", "progress", "status", "status",
                                              "warning", "note", "result", "result", "result",
                                              "result", "result", "summary"}));
  EXPECT_EQ(lines[1].at("step"), "PullImage");
  EXPECT_EQ(lines[1].at("phase"), "pulling");
  EXPECT_EQ(lines[2].at("message"), "pulling 40 %");
  EXPECT_EQ(lines[3].at("state"), "waitingForHealth");
  EXPECT_EQ(lines[4].at("state"), "ready");
  EXPECT_EQ(lines[4].at("seconds"), 2.5);
  EXPECT_EQ(lines.back().at("exitCode"), 1);
  EXPECT_EQ(lines.front().at("time"), "2026-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace boxwright::cli
