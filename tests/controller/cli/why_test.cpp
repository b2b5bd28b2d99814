#include "controller/cli/why.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

using state::ConditionStatus;
using state::Event;
using test::BoxBuilder;
using test::test_start;

constexpr const char* kMemory = "spec.resources.memory 2GiB -> 4GiB (ada.yaml:9)";
constexpr const char* kImage = "spec.image box-base:1 -> box-base:2 (ada.yaml:4)";

/// Calls one after the other, half a second each, a second apart.
class Story {
 public:
  Story& call(const std::string& action, const std::string& cause, const std::string& result = "ok",
              const std::string& message = "") {
    return note(action, cause, result, message, Duration{500});
  }
  Story& note(const std::string& action, const std::string& cause, const std::string& result = "ok",
              const std::string& message = "", Duration took = Duration{0}) {
    at_ += Duration{1'000};
    Event event;
    event.at = at_;
    event.box = BoxName{"ada"};
    event.action = action;
    event.cause = cause;
    event.result = result;
    event.message = message;
    event.duration = took;
    event.revision = Revision{"0123456789abcdef"};
    events_.push_back(std::move(event));
    return *this;
  }
  Story& by(const std::string& who) {
    events_.back().by = who;
    return *this;
  }
  Story& later(Duration time) {
    at_ += time;
    return *this;
  }
  Story& created() {
    return note("BoxDeclared", "declared at ada.yaml:1")
        .call("CreateVolume", "the box has no container")
        .call("CreateContainer", "the box has no container")
        .call("StartContainer", "the container was not started yet");
  }
  Story& replaced(const std::string& cause) {
    return call("PullImage", cause)
        .call("CreateContainer", cause)
        .call("UpdateContainer", cause)
        .call("StopContainer", cause)
        .call("RenameContainer", cause)
        .call("RenameContainer", cause)
        .call("StartContainer", cause)
        .call("RemoveContainer", cause);
  }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] WallTime end() const { return at_; }

 private:
  WallTime at_ = test_start();
  std::vector<Event> events_;
};

ShownBox ready_box() {
  ShownBox box;
  box.record = BoxBuilder("ada").record();
  box.status.name = box.record.name;
  box.status.conditions = {
      {"Ready", ConditionStatus::True, "Running", "box ada runs", 1, test_start()}};
  return box;
}

std::string why(const Story& story, const ShownBox& box,
                const std::vector<state::Request>& requests = {}) {
  WhyInput input;
  input.name = "ada";
  input.box = &box;
  input.events = story.events();
  input.requests = requests;
  input.now = story.end() + Duration{60'000};
  return why_text(input);
}

std::string first_what(const Story& story) {
  const auto all = occurrences(story.events());
  return all.empty() ? "" : all.front().what;
}

TEST(Why, TellsOfAReplacementInOneSentence) {
  EXPECT_EQ(why(Story().replaced(kImage), ready_box()),
            "ada was replaced 67s ago (2026-01-01T00:00:00Z) because of spec.image box-base:1 -> "
            "box-base:2 (ada.yaml:4), revision 0123456789ab; it took 7.5 s, 3.5 s of it without a "
            "running container. It is ready.");
}

TEST(Why, TellsOfALiveChangeThatStoppedNothing) {
  EXPECT_EQ(why(Story().call("UpdateContainer", kMemory), ready_box()),
            "ada was changed without a restart 60s ago (2026-01-01T00:00:00Z) because of "
            "spec.resources.memory 2GiB -> 4GiB (ada.yaml:9), revision 0123456789ab; it took 500 "
            "ms. It is ready.");
}

TEST(Why, NamesWhoAskedForARestart) {
  state::Request request;
  request.verb = state::Request::Verb::Restart;
  request.subject = "ada";
  request.by = "grace";
  request.at = test_start();
  const auto story = Story()
                         .call("StopContainer", "a restart was asked for")
                         .call("StartContainer", "a restart was asked for");
  EXPECT_EQ(
      why(story, ready_box(), {request}),
      "ada was restarted 61s ago (2026-01-01T00:00:00Z) because grace asked for a restart; it "
      "took 1.5 s, 1.5 s of it without a running container. It is ready.");
}

TEST(Why, NamesWhoseFileOrRowAskedForIt) {
  const auto with = [](const std::string& change, const std::string& cause) {
    return why(Story()
                   .note("SpecChanged", "spec.env.A x -> y")
                   .by("mallory")
                   .note("SpecChanged", "spec.pull never -> always, " + change)
                   .by("grace")
                   .note("SpecChanged", "spec.env.ABC x -> y")
                   .by("mallory")
                   .call("UpdateContainer", cause),
               ready_box());
  };
  EXPECT_NE(with("spec.env.AB x -> y", "spec.env.AB x -> y (ada.yaml:9)")
                .find("because of spec.env.AB x -> y (ada.yaml:9), by grace (whose file it is), "
                      "revision 0123456789ab;"),
            std::string::npos);
  EXPECT_NE(with("spec.image a -> b", "spec.image a -> b (desired_boxes/ada)")
                .find("(desired_boxes/ada), by grace (whose row it is), revision"),
            std::string::npos);
  const auto drift = with("spec.image a -> b", "drift: spec.image c -> b");
  EXPECT_EQ(drift.find(", by "), std::string::npos) << drift;
  const auto created = why(Story()
                               .note("BoxDeclared", "declared at ada.yaml:1")
                               .by("grace")
                               .call("CreateContainer", "the box has no container"),
                           ready_box());
  EXPECT_NE(created.find("because it was declared at ada.yaml:1, by grace (whose file it is);"),
            std::string::npos)
      << created;
}

TEST(Why, SaysThatAHandChangedTheEngine) {
  const auto text = why(
      Story().call("UpdateContainer", "drift: spec.resources.memory 64MiB -> 2GiB"), ready_box());
  EXPECT_NE(
      text.find("because the engine was changed by hand: spec.resources.memory 64MiB -> 2GiB"),
      std::string::npos)
      << text;
  const auto started =
      why(Story().call("StartContainer", "drift: the container is not running"), ready_box());
  EXPECT_NE(started.find("was started"), std::string::npos) << started;
  EXPECT_NE(started.find("because the container is not running"), std::string::npos) << started;
}

TEST(Why, TellsDeclaredFromGone) {
  EXPECT_NE(why(Story().created(), ready_box()).find("because it was declared at ada.yaml:1"),
            std::string::npos);
  const auto again = Story()
                         .created()
                         .later(Duration{3'600'000})
                         .call("CreateContainer", "the box has no container")
                         .call("StartContainer", "the box has no container");
  const auto text = why(again, ready_box());
  EXPECT_NE(text.find("was created 61s ago (2026-01-01T01:00:04Z) because its container was gone"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Before that, it was created 61m ago"), std::string::npos) << text;
}

TEST(Why, TellsOfARollbackAndItsReason) {
  const std::string verdict =
      "the new container of box ada exited with code 3; the old one goes on";
  auto box = ready_box();
  box.status.conditions.push_back({"Stalled", ConditionStatus::True, "RolledBack",
                                   verdict + ". Change the spec, or ask again", 1, test_start()});
  const auto story = Story()
                         .call("CreateContainer", kImage)
                         .call("StopContainer", kImage)
                         .call("StartContainer", kImage)
                         .note("RolledBack", "the new container failed its trial")
                         .call("StopContainer", verdict)
                         .call("RenameContainer", verdict)
                         .call("StartContainer", verdict)
                         .call("RemoveContainer", verdict);
  const auto text = why(story, box);
  EXPECT_NE(text.find("ada was put back to its old container"), std::string::npos) << text;
  EXPECT_NE(text.find("because the new container of box ada exited with code 3"),
            std::string::npos);
  EXPECT_NE(text.find("Stalled (RolledBack) for 68s: the new container"), std::string::npos)
      << text;
  EXPECT_NE(text.find("Before that, it was replaced"), std::string::npos) << text;
  box.status.conditions.back().message = verdict;
  EXPECT_NE(why(story, box).find("Stalled (RolledBack) for 68s. Before"), std::string::npos)
      << "the cause is not said twice";
}

TEST(Why, TellsOfWhatFailsAndHowOften) {
  const auto failing = Story()
                           .call("PullImage", kImage, "Unavailable", "no route to the registry")
                           .call("PullImage", kImage, "Unavailable", "no route to the registry");
  const auto text = why(failing, ready_box());
  EXPECT_EQ(
      text,
      "ada is to be changed because of spec.image box-base:1 -> box-base:2 (ada.yaml:4); 2 "
      "calls have failed, first 61s ago (2026-01-01T00:00:00Z), last with PullImage: no route "
      "to the registry. It is ready.");
}

TEST(Why, TellsOfTheEnginesOwnRestarts) {
  auto box = ready_box();
  auto container = BoxBuilder("ada").running_container();
  const auto story = Story().created();
  container.restart_count = 2;
  container.started_at = story.end() + Duration{30'000};
  container.finished_at = story.end() + Duration{29'000};
  container.exit_code = 137;
  container.oom_killed = true;
  box.status.container = container.id;
  box.fresh.emplace();
  box.fresh->observed.containers = {container};
  const auto text = why(story, box);
  EXPECT_NE(text.find("The engine has restarted its container 2 times, last 30s ago"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("exit code 137, killed for want of memory"), std::string::npos) << text;
  box.fresh->observed.containers.front().restart_count = 0;
  EXPECT_NE(why(story, box).find("by another hand than Boxwright's"), std::string::npos);
}

TEST(Why, SaysWhatIsInTheWayNow) {
  auto box = ready_box();
  box.status.conditions = {
      {"DeletionBlocked", ConditionStatus::True, "PruneDelay", "it waits", 1, test_start()},
      {"Ready", ConditionStatus::False, "Unhealthy", "the health check of box ada fails", 1, {}}};
  const auto text = why({}, box);
  EXPECT_EQ(text,
            "ada was not touched since the beginning of the record. It is not ready (Unhealthy): "
            "the health check of box ada fails. DeletionBlocked (PruneDelay) for 60s: it waits.");
}

TEST(Why, TellsWhatBecameOfABoxThatIsGone) {
  WhyInput input;
  input.name = "ada";
  input.now = test_start() + Duration{120'000};
  EXPECT_EQ(why_text(input), "");
  input.events = Story()
                     .note("BoxRemoved", "deleted by name", "ok",
                           "box ada is removed; its volumes are retained")
                     .by("grace")
                     .events();
  EXPECT_EQ(why_text(input),
            "ada is no more: 119s ago (2026-01-01T00:00:01Z) because it was deleted by name, by "
            "grace; box "
            "ada is removed; its volumes are retained.");
}

TEST(Why, IsAnObjectForMachines) {
  const auto box = ready_box();
  WhyInput input;
  input.name = "ada";
  input.box = &box;
  input.events = Story().replaced(kImage).events();
  input.now = test_start() + Duration{60'000};
  const auto root = nlohmann::json::parse(why_json(input));
  EXPECT_EQ(root.at("kind"), "Why");
  EXPECT_EQ(root.at("conditions").at(0).at("type"), "Ready");
  const auto& one = root.at("occurrences").at(0);
  EXPECT_EQ(one.at("what"), "replaced");
  EXPECT_EQ(one.at("cause"), kImage);
  EXPECT_EQ(one.at("by"), "");
  EXPECT_EQ(one.at("durationMs"), 7'500);
  EXPECT_EQ(one.at("downMs"), 3'500);
  EXPECT_EQ(one.at("steps").size(), 8U);
}

TEST(Occurrences, AreToldApartWhereTheSameHappensAgain) {
  const std::string drift = "drift: the container is not running";
  EXPECT_EQ(
      occurrences(Story().call("StartContainer", drift).call("StartContainer", drift).events())
          .size(),
      2U);
  const std::string limit = "drift: spec.resources.memory 1GiB -> 2GiB";
  EXPECT_EQ(
      occurrences(Story().call("UpdateContainer", limit).call("UpdateContainer", limit).events())
          .size(),
      2U);
  EXPECT_EQ(occurrences(Story()
                            .call("StartContainer", drift, "Refused", "no")
                            .call("StartContainer", drift)
                            .events())
                .size(),
            1U)
      << "a try that failed belongs to the one that did not";
  EXPECT_EQ(occurrences(Story().replaced(kImage).events()).size(), 1U);
}

TEST(Occurrences, HaveTheNameThatAPersonWouldGiveThem) {
  EXPECT_EQ(first_what(Story().created()), "created");
  EXPECT_EQ(first_what(Story().replaced(kImage)), "replaced");
  EXPECT_EQ(first_what(Story().call("StopContainer", "x").call("StartContainer", "x")),
            "restarted");
  EXPECT_EQ(first_what(Story().call("StopContainer", "spec.power is stopped")), "stopped");
  EXPECT_EQ(first_what(Story().call("UnpauseContainer", "x")), "unpaused");
  EXPECT_EQ(first_what(Story().call("RenameContainer", "x")), "given its name back");
  EXPECT_EQ(first_what(Story().call("ConnectNetwork", "x")), "connected to its network");
  EXPECT_EQ(first_what(Story().call("PullImage", "x")), "") << "preparing is not yet doing";
  EXPECT_EQ(first_what(Story().note("SpecChanged", "x")), "");
}

}  // namespace
}  // namespace boxwright::cli
