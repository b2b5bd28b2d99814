// What holds for every history: no broken reading removes anything, a name keeps its UID, a
// decision over its own result is empty, and the order of the inputs does not matter.

#include <gtest/gtest.h>
#include <rapidcheck.h>

// Uses names of gtest that it does not include.
#include <rapidcheck/gtest.h>

#include <set>

#include "tests/controller/plan/fleet_world.h"

namespace boxwright::test {
namespace {

std::vector<std::string> some_names() {
  std::vector<std::string> chosen;
  for (const std::string& name : kTen) {
    if (*rc::gen::arbitrary<bool>()) chosen.push_back(name);
  }
  return chosen;
}

specs::Snapshot some_snapshot(const std::string& source) {
  std::vector<specs::BoxDeclaration> boxes;
  for (const std::string& name : some_names()) {
    auto box = declare(name);
    box.spec.resources.pids = *rc::gen::inRange(4000, 4003);
    boxes.push_back(box);
  }
  return snapshot(source, boxes);
}

plan::SourceReading some_reading(const std::string& source, bool broken) {
  auto read = some_snapshot(source);
  const int kind = *rc::gen::inRange(broken ? 1 : 0, 5);
  switch (kind) {
    case 1: return failed(source);
    case 2: read.problems = {problem("boxes/a0.yaml", "a0")}; return good(read);
    // A source that was read from elsewhere at first is at home there.
    case 3: read.place = broken ? "/never/before" : "/elsewhere"; return good(read);
    case 4: return good(snapshot_of(source, {}));
    default: return good(read);
  }
}

std::vector<plan::SourceReading> some_readings(bool broken) {
  std::vector<plan::SourceReading> readings;
  for (const char* source : {"alpha", "beta"}) {
    if (*rc::gen::arbitrary<bool>()) readings.push_back(some_reading(source, broken));
  }
  return readings;
}

/// A world after a few arbitrary readings.
FleetWorld some_world() {
  FleetWorld world;
  world.decide({good(snapshot_of("alpha", kTen))});
  const int steps = *rc::gen::inRange(0, 5);
  for (int step = 0; step < steps; ++step) {
    world.now += std::chrono::minutes(*rc::gen::inRange(0, 90));
    world.decide(some_readings(false));
  }
  return world;
}

RC_GTEST_PROP(FleetProperty, ABrokenOrEmptyReadingLetsNothingGo, ()) {
  FleetWorld world = some_world();
  world.now += std::chrono::minutes(*rc::gen::inRange(0, 3000));
  const auto readings = some_readings(true);
  world.decide(readings);
  RC_ASSERT(world.nothing_may_go());
}

RC_GTEST_PROP(FleetProperty, ATombstoneThatMayGoIsOfAWholeReadingAndWithinTheGuard, ()) {
  FleetWorld world = some_world();
  const auto readings = some_readings(false);
  world.decide(readings);
  for (const char* source : {"alpha", "beta"}) {
    std::size_t going = 0;
    for (const auto& box : world.boxes) {
      if (box.source.str() == source && box.tombstone && !box.tombstone->blocked) ++going;
    }
    RC_ASSERT(going <= 2U);
  }
}

RC_GTEST_PROP(FleetProperty, ANameKeepsItsUidThroughAnyHistory, ()) {
  FleetWorld world;
  world.decide({good(snapshot_of("alpha", kTen))});
  std::map<BoxName, BoxUid> uids;
  for (const auto& box : world.boxes) {
    uids[box.name] = box.uid;
  }
  for (int step = 0; step < 6; ++step) {
    world.now += std::chrono::minutes(*rc::gen::inRange(0, 90));
    world.decide(some_readings(false));
  }
  std::set<BoxUid> seen;
  for (const auto& box : world.boxes) {
    RC_ASSERT(uids.at(box.name) == box.uid);
    RC_ASSERT(seen.insert(box.uid).second);
  }
}

RC_GTEST_PROP(FleetProperty, DecidingAgainChangesNothing, ()) {
  FleetWorld world = some_world();
  const auto readings = some_readings(false);
  world.decide(readings);
  const auto again = world.decide(readings);
  RC_ASSERT(is_empty(again.change));
}

RC_GTEST_PROP(FleetProperty, TheOrderOfTheInputsDoesNotMatter, ()) {
  FleetWorld world = some_world();
  world.retained = {{BoxName("a0"), BoxUid("00000000000000aa"), "", {"cache"}, kStart}};
  world.ask(state::Request::Verb::Suspend, "a1");
  world.ask(state::Request::Verb::Resume, "a1");
  world.delete_box("a2");
  world.delete_box("a3");
  world.bring_up_all();
  auto input = world.input(some_readings(false));
  auto mixed = input;
  std::reverse(mixed.boxes.begin(), mixed.boxes.end());
  std::reverse(mixed.sources.begin(), mixed.sources.end());
  std::reverse(mixed.readings.begin(), mixed.readings.end());
  std::reverse(mixed.requests.begin(), mixed.requests.end());
  std::reverse(mixed.deletions.begin(), mixed.deletions.end());
  SeededRandom one(3);
  SeededRandom two(3);
  const auto a = plan::decide_fleet(input, one);
  const auto b = plan::decide_fleet(mixed, two);
  RC_ASSERT(a.boxes == b.boxes);
  RC_ASSERT(a.sources == b.sources);
  RC_ASSERT(a.problems == b.problems);
  RC_ASSERT(a.orphaned == b.orphaned);
  RC_ASSERT(a.requests == b.requests);
  RC_ASSERT(a.deletions == b.deletions);
  RC_ASSERT(a.change.put_boxes == b.change.put_boxes);
  RC_ASSERT(actions(a) == actions(b));
}

RC_GTEST_PROP(FleetProperty, ALostDatabaseLearnsEveryUidAgain, ()) {
  FleetWorld world;
  world.decide({good(snapshot_of("alpha", kTen))});
  world.bring_up_all();
  FleetWorld lost;
  lost.observed = world.observed;
  const auto read = some_snapshot("alpha");
  lost.decide({good(read)});
  RC_ASSERT(lost.boxes.size() == read.boxes.size());
  for (const auto& box : lost.boxes) {
    RC_ASSERT(box.uid == world.box(box.name.str())->uid);
    RC_ASSERT(!box.tombstone.has_value());
  }
}

}  // namespace
}  // namespace boxwright::test
