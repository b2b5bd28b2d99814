// Which box comes next, and when.

#include "controller/reconcile/work_queue.h"

#include <gtest/gtest.h>

namespace boxwright::reconcile {
namespace {

using engine::SlotClass;
using std::chrono::milliseconds;

const BoxName kAda{"ada"};
const BoxName kBob{"bob"};
const BoxName kEve{"eve"};

/// Takes the next key, and ends its work at once.
std::optional<BoxName> next(WorkQueue& queue, MonoTime now = {}) {
  auto key = queue.take(now);
  if (key) queue.done(*key, now);
  return key;
}

TEST(WorkQueue, ASlotThatComesFreeWakesTheMostUrgentAlone) {
  WorkQueue queue;
  queue.park(kAda, SlotClass::Start, Priority::Periodic);
  queue.park(kBob, SlotClass::Start, Priority::User);
  queue.park(kEve, SlotClass::Stop, Priority::User);
  queue.unpark(SlotClass::Start, 1, {});
  EXPECT_EQ(next(queue), kBob);
  EXPECT_EQ(next(queue), std::nullopt);
  queue.unpark(SlotClass::Start, 1, {});
  EXPECT_EQ(next(queue), kAda);
  queue.unpark(SlotClass::Start, 1, {});
  EXPECT_EQ(next(queue), std::nullopt);
}

TEST(WorkQueue, AKeyThatWasTakenForAnotherReasonWaitsForNoSlot) {
  WorkQueue queue;
  queue.park(kAda, SlotClass::Start, Priority::User);
  queue.park(kBob, SlotClass::Start, Priority::Periodic);
  queue.add(kAda, Priority::Event, {});
  EXPECT_EQ(next(queue), std::nullopt) << "what it needs is the slot";
  queue.add(kAda, Priority::User, {});
  EXPECT_EQ(next(queue), kAda);
  queue.unpark(SlotClass::Start, 1, {});
  EXPECT_EQ(next(queue), kBob);
}

TEST(WorkQueue, AKeyAskedForWhileItIsWorkedOnComesOnceMore) {
  WorkQueue queue;
  queue.add(kAda, Priority::Event, {});
  ASSERT_EQ(queue.take({}), kAda);
  EXPECT_TRUE(queue.is_due(kAda, {}));
  queue.add(kAda, Priority::Event, {});
  queue.add(kAda, Priority::Event, {});
  EXPECT_EQ(queue.take({}), std::nullopt) << "one worker a box";
  queue.done(kAda, {});
  EXPECT_TRUE(queue.is_due(kAda, {})) << "though at the pace of events";
  EXPECT_EQ(next(queue), std::nullopt);
  EXPECT_EQ(next(queue, MonoTime{} + kEventPace), kAda);
  EXPECT_EQ(next(queue, MonoTime{} + kEventPace), std::nullopt);
}

TEST(WorkQueue, WhatWasAskedForBeforeTheLastLookIsAnswered) {
  WorkQueue queue;
  const auto at = [](int time) { return MonoTime{} + milliseconds(time); };
  queue.add(kAda, Priority::User, at(0));
  ASSERT_EQ(queue.take(at(0)), kAda);
  queue.add(kAda, Priority::User, at(10));
  queue.done(kAda, at(30), at(20));
  EXPECT_EQ(next(queue, at(1'000)), std::nullopt);
  queue.add(kAda, Priority::User, at(1'000));
  ASSERT_EQ(queue.take(at(1'000)), kAda);
  queue.add(kAda, Priority::User, at(1'020));
  queue.done(kAda, at(1'030), at(1'020));
  EXPECT_EQ(next(queue, at(1'030)), kAda) << "in the same millisecond is not before";
}

TEST(WorkQueue, EventsAloneAreLookedIntoAtAPace) {
  WorkQueue queue;
  const auto at = [](int time) { return MonoTime{} + milliseconds(time); };
  queue.add(kAda, Priority::Event, at(0));
  EXPECT_EQ(next(queue, at(0)), kAda) << "the first at once";
  queue.add(kAda, Priority::Event, at(50));
  queue.add(kAda, Priority::Event, at(60));
  EXPECT_EQ(next(queue, at(199)), std::nullopt);
  queue.add(kBob, Priority::Event, at(199));
  EXPECT_EQ(next(queue, at(199)), kBob) << "to each its own";
  EXPECT_EQ(next(queue, at(200)), kAda);
  queue.add(kAda, Priority::Event, at(210));
  queue.add(kAda, Priority::User, at(211));
  EXPECT_EQ(next(queue, at(211)), kAda) << "a person does not wait";
}

TEST(WorkQueue, AsManyAreWokenAsSlotsAreFreeAndNoneTwice) {
  WorkQueue queue;
  for (const auto& key : {kAda, kBob, kEve})
    queue.park(key, SlotClass::Start, Priority::User);
  queue.unpark(SlotClass::Start, 2, {});
  queue.unpark(SlotClass::Start, 2, {});
  ASSERT_EQ(queue.take({}), kAda);
  ASSERT_EQ(queue.take({}), kBob);
  queue.unpark(SlotClass::Start, 2, {});
  EXPECT_EQ(queue.take({}), std::nullopt) << "two are on their way to the two slots";
  queue.done(kBob, {});
  queue.unpark(SlotClass::Start, 2, {});
  EXPECT_EQ(queue.take({}), kEve) << "one ended without it";
}

TEST(WorkQueue, TheEarliestOfSeveralDelaysCounts) {
  WorkQueue queue;
  const MonoTime now{};
  queue.add_after(kAda, Duration{5'000}, Priority::Retry, now);
  queue.add_after(kAda, Duration{1'000}, Priority::Retry, now);
  queue.add_after(kAda, Duration{9'000}, Priority::Retry, now);
  EXPECT_EQ(queue.next_ready(), now + milliseconds(1'000));
  EXPECT_FALSE(queue.is_due(kAda, now));
  EXPECT_TRUE(queue.is_due(kAda, now + milliseconds(1'000)));
}

TEST(WorkQueue, WhatWaitedLongGoesBeforeWhatIsNewAndUrgent) {
  WorkQueue queue;
  const MonoTime now{};
  queue.add(kAda, Priority::Periodic, now);
  const auto later = now + milliseconds(6'000);
  queue.add(kBob, Priority::User, later);
  EXPECT_EQ(next(queue, later), kAda);
  EXPECT_EQ(next(queue, later), kBob);
}

}  // namespace
}  // namespace boxwright::reconcile
