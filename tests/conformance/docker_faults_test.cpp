// The Docker client while the engine stops, dies, hangs, or may not be used; and its events.

#include <sys/fsuid.h>

#include <atomic>
#include <stop_token>

#include "tests/conformance/docker_fixture.h"

namespace boxwright::test {
namespace {

using std::chrono::steady_clock;

using DockerFaults = DockerFixture;

TEST_F(DockerFaults, FollowsEventsUntilStopped) {
  Follower follower(engine());
  const ContainerId id = run();
  EXPECT_TRUE(follower.sees("start"));
  EXPECT_TRUE(follower.sees("connect"));
  const auto probe = engine().probe(id, {{"CMD", "true"}, {}, Duration{3000}, {}, 1}, {});
  EXPECT_TRUE(probe.has_value());
  dockerd().must("POST", "/containers/box-ada/kill");
  EXPECT_TRUE(follower.sees("die"));
  dockerd().must("DELETE", "/containers/box-ada?force=1");
  EXPECT_TRUE(follower.sees("destroy"));
  dockerd().must("DELETE", "/volumes/box-ada-cache");
  for (const engine::EngineEvent& event : follower.events()) {
    EXPECT_FALSE(event.action.starts_with("exec_")) << event.action;
    EXPECT_GT(event.at, WallTime{});
  }
  const auto begin = steady_clock::now();
  const Status end = follower.stop();
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(1));
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().code, ErrorCode::Cancelled);
}

TEST_F(DockerFaults, NoticesThatTheEngineStoppedAndComesBack) {
  const ContainerId id = run();
  Follower follower(engine());
  dockerd().stop();
  EXPECT_TRUE(follower.ends());
  const auto gone = engine().observe_box(query(), {});
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(gone.error().retry, RetryClass::Transient);
  EXPECT_NE(gone.error().message.find(dockerd().socket().string()), std::string::npos);
  dockerd().start();
  EXPECT_EQ(observe().containers.front().id, id);
}

TEST_F(DockerFaults, NoticesThatTheEngineDiedInAStop) {
  create();
  state::ContainerConfig stubborn = config();
  stubborn.publish.clear();
  stubborn.init = false;
  stubborn.command = {"sleep", "60"};
  const ContainerId id = must(engine::CreateContainer{"box-ada.next", stubborn, {}}).created;
  must(engine::StartContainer{id});
  Follower follower(engine());
  Result<engine::StepReply> reply;
  std::jthread stopping([&] {
    reply = engine().perform({engine::StopContainer{id, Duration{20'000}}, "test"}, {}, {});
  });
  EXPECT_TRUE(follower.sees("kill"));
  dockerd().kill();
  stopping.join();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::Unavailable) << reply.error().message;
}

TEST_F(DockerFaults, AHangingEngineEndsByTheDeadline) {
  run();
  dockerd().freeze();
  const auto begin = steady_clock::now();
  const auto box = engine().observe_box(query(), {});
  const auto took = steady_clock::now() - begin;
  dockerd().thaw();
  ASSERT_FALSE(box.has_value());
  EXPECT_EQ(box.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_GE(took, std::chrono::milliseconds(1900));
  EXPECT_LT(took, std::chrono::seconds(4));
  EXPECT_EQ(observe().containers.size(), 1U);
}

TEST_F(DockerFaults, AStopRequestEndsAHangingCallAtOnce) {
  std::stop_source stop;
  dockerd().freeze();
  std::jthread asker([&] { stop.request_stop(); });
  const auto begin = steady_clock::now();
  const auto facts = engine().facts(stop.get_token());
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(1));
  dockerd().thaw();
  ASSERT_FALSE(facts.has_value());
  EXPECT_EQ(facts.error().code, ErrorCode::Cancelled);
}

TEST_F(DockerFaults, SaysWhenTheSocketIsNotPermitted) {
  std::string message;
  ErrorCode code{};
  std::jthread stranger([&] {
    // Of this thread only: what the kernel checks file access with.
    ::setfsuid(65534);
    ::setfsgid(65534);
    const auto facts = engine().facts({});
    code = facts ? ErrorCode::Internal : facts.error().code;
    message = facts ? "it answered" : facts.error().message;
  });
  stranger.join();
  EXPECT_EQ(code, ErrorCode::Denied) << message;
  EXPECT_NE(message.find("no permission"), std::string::npos) << message;
}

TEST_F(DockerFaults, ManyThreadsShareTheClient) {
  run();
  std::vector<std::jthread> threads;
  threads.reserve(8);
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        const auto box = engine().observe_box(query(), {});
        if (box && box->containers.size() == 1) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace boxwright::test
