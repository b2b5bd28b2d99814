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
  queue.unpark(SlotClass::Start, {});
  EXPECT_EQ(next(queue), kBob);
  EXPECT_EQ(next(queue), std::nullopt);
  queue.unpark(SlotClass::Start, {});
  EXPECT_EQ(next(queue), kAda);
  queue.unpark(SlotClass::Start, {});
  EXPECT_EQ(next(queue), std::nullopt);
}

TEST(WorkQueue, AKeyThatWasTakenForAnotherReasonWaitsForNoSlot) {
  WorkQueue queue;
  queue.park(kAda, SlotClass::Start, Priority::User);
  queue.park(kBob, SlotClass::Start, Priority::Periodic);
  queue.add(kAda, Priority::Event, {});
  EXPECT_EQ(next(queue), kAda);
  queue.unpark(SlotClass::Start, {});
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
  EXPECT_EQ(next(queue), kAda);
  EXPECT_EQ(next(queue), std::nullopt);
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
