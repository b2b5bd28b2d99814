// What a box's servers say of somebody being at work.

#include "controller/reconcile/activity.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/box_builder.h"

namespace boxwright::reconcile {
namespace {

const WallTime kNow = test::test_start() + std::chrono::hours(24);

std::string beat(Duration ago, const char* status = "expired") {
  return fmt::format(R"({{"status":"{}","lastHeartbeat":{}}})", status,
                     (kNow - ago).time_since_epoch().count());
}

TEST(Activity, AFreshHeartbeatIsASession) {
  EXPECT_TRUE(tells_of_session(beat(Duration{0}), kNow));
  EXPECT_TRUE(tells_of_session(beat(Duration{299'000}) + "\n", kNow));
  EXPECT_FALSE(tells_of_session(beat(Duration{300'000}), kNow));
  EXPECT_TRUE(tells_of_session("\n" + beat(Duration{1'000}), kNow)) << "the second server's";
}

TEST(Activity, CodeServerThatIsAliveIsASessionWhateverTheClocks) {
  EXPECT_TRUE(tells_of_session(beat(std::chrono::hours(9), "alive"), kNow));
  EXPECT_FALSE(tells_of_session(R"({"status":"alive"})", kNow)) << "any server that is up says so";
  EXPECT_FALSE(tells_of_session(R"({"status":"expired","lastHeartbeat":0})", kNow));
}

TEST(Activity, TheAgentMayCountSessions) {
  EXPECT_TRUE(tells_of_session(R"({"status":"ok","activeSessions":2})", kNow));
  EXPECT_FALSE(tells_of_session(R"({"status":"ok","activeSessions":0})", kNow));
}

TEST(Activity, WhatIsNoSuchAnswerSaysNothing) {
  for (const char* text : {"", "\n\n", "ok", "[]", "null", "{", R"({"lastHeartbeat":"soon"})",
                           R"({"lastHeartbeat":1e300})", R"({"lastHeartbeat":-5})",
                           R"({"activeSessions":"many"})", R"({"status":7,"lastHeartbeat":null})"})
    EXPECT_FALSE(tells_of_session(text, kNow)) << text;
}

}  // namespace
}  // namespace boxwright::reconcile
