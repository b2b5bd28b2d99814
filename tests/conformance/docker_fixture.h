#pragma once
// The fixture of the tests of the Docker client on a real engine of their own.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "controller/engine/docker/docker_engine.h"
#include "specs/base/clock.h"
#include "state/ownership.h"
#include "tests/support/dockerd.h"

namespace boxwright::test {

inline constexpr const char* kImage = "bb:1";

class DockerFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    BOXWRIGHT_NEED_DOCKERD();
    dockerd_ = std::make_unique<Dockerd>();
    docker::DockerOptions options;
    options.endpoint = dockerd_->endpoint();
    options.deadlines.read = Duration{2000};
    options.deadlines.start = Duration{20'000};
    engine_ = docker::connect_docker(options, clock_).value();
    image_id_ = dockerd_->import_image(kImage);
  }

  engine::Engine& engine() { return *engine_; }
  Dockerd& dockerd() { return *dockerd_; }

  engine::StepReply must(engine::StepKind kind) {
    const auto reply = engine().perform({std::move(kind), "test"}, {}, {});
    EXPECT_TRUE(reply.has_value()) << (reply ? "" : reply.error().message);
    return reply.value_or(engine::StepReply{});
  }
  Error refused(engine::StepKind kind) {
    const auto reply = engine().perform({std::move(kind), "test"}, {}, {});
    EXPECT_FALSE(reply.has_value());
    return reply ? Error{} : reply.error();
  }

  static std::map<std::string, std::string> labels(const char* role) {
    state::OwnerLabels owner;
    owner.installation = Installation{"smoke"};
    owner.uid = BoxUid{"00112233aabbccdd"};
    owner.box = BoxName{"ada"};
    owner.role = role;
    return state::write_owner(owner);
  }

  static state::ContainerConfig config() {
    state::ContainerConfig config;
    config.image = kImage;
    config.env = {{"EDITOR", Secret{"vim"}}, {"PASSWORD", Secret{"correct horse"}}};
    config.labels = labels(state::kRoleBox);
    config.hostname = "ada";
    config.mounts = {{VolumeName{"box-ada-cache"}, "/home/coder/.cache"},
                     {VolumeName{"box-ada-workspace"}, "/home/coder/workspace"}};
    config.healthcheck = {{"CMD-SHELL", "wget -qO- http://127.0.0.1:8080/healthz"},
                          Duration{30'000},
                          Duration{3'000},
                          Duration{10'000},
                          3};
    config.stop_timeout = Duration{2000};
    config.network = "smoke-net";
    config.publish = {{"127.0.0.1", 2222, 22, "tcp"}};
    config.log_driver = "json-file";
    config.log_options = {{"max-size", "10m"}, {"max-file", "3"}};
    config.limits = {NanoCpus{500'000'000}, Bytes{64 * kMiB}, Bytes{128 * kMiB}, 100};
    config.restart = specs::RestartPolicy::UnlessStopped;
    return config;
  }

  static engine::BoxQuery query() {
    return {Installation{"smoke"},
            BoxUid{"00112233aabbccdd"},
            BoxName{"ada"},
            kImage,
            {VolumeName{"box-ada-cache"}, VolumeName{"box-ada-workspace"}}};
  }

  state::ObservedBox observe() {
    const auto box = engine().observe_box(query(), {});
    EXPECT_TRUE(box.has_value()) << (box ? "" : box.error().message);
    return box.value_or(state::ObservedBox{});
  }

  ContainerId create(const std::string& name = "box-ada") {
    must(engine::CreateNetwork{"smoke-net", labels(state::kRoleNetwork)});
    must(engine::CreateVolume{VolumeName{"box-ada-cache"}, labels(state::kRoleVolume)});
    must(engine::CreateVolume{VolumeName{"box-ada-workspace"}, labels(state::kRoleVolume)});
    return must(engine::CreateContainer{name, config(), {}}).created;
  }
  ContainerId run() {
    const ContainerId id = create();
    must(engine::StartContainer{id});
    return id;
  }

  SystemClock clock_;
  std::unique_ptr<Dockerd> dockerd_;
  std::unique_ptr<engine::Engine> engine_;
  std::string image_id_;
};

/// Follows events on a thread and waits for the one that is asked for.
class Follower {
 public:
  explicit Follower(engine::Engine& engine)
      : thread_([this, &engine](const std::stop_token& stop) {
          end_ = engine.follow_events([this] { note({}); },
                                      [this](const auto& event) { note(event); }, stop);
          const std::scoped_lock lock(mutex_);
          ended_ = true;
          changed_.notify_all();
        }) {
    wait([this] { return opened_; });
  }
  bool sees(const std::string& action) {
    return wait([&] {
      return std::any_of(events_.begin(), events_.end(), [&](const auto& event) {
        return event.action == action && event.box == BoxName{"ada"};
      });
    });
  }
  bool ends() {
    return wait([this] { return ended_; });
  }
  Status stop() {
    thread_.request_stop();
    thread_.join();
    return end_;
  }
  [[nodiscard]] std::vector<engine::EngineEvent> events() {
    const std::scoped_lock lock(mutex_);
    return events_;
  }

 private:
  template <class Condition>
  bool wait(const Condition& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }
  void note(const std::optional<engine::EngineEvent>& event) {
    const std::scoped_lock lock(mutex_);
    if (event) events_.push_back(*event);
    if (!event) opened_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool opened_ = false;
  bool ended_ = false;
  std::vector<engine::EngineEvent> events_;
  Status end_;
  std::jthread thread_;
};

}  // namespace boxwright::test
