// The event stream.

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "controller/engine/hold/hold_image.h"
#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

/// Follows events on a thread of its own from construction to destruction.
class Follower {
 public:
  explicit Follower(engine::Engine& engine)
      : thread_([this, &engine](const std::stop_token& stop) {
          const Status end =
              engine.follow_events([this] { note([this] { opened_ = true; }); },
                                   [this](const engine::EngineEvent& event) {
                                     note([this, &event] { events_.push_back(event); });
                                   },
                                   stop);
          note([this, &end] {
            ended_ = true;
            end_ = end;
          });
        }) {
    EXPECT_TRUE(wait([this] { return opened_; }));
  }
  ~Follower() {
    thread_.request_stop();
    thread_.join();
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  bool sees(const std::string& action, const BoxName& box) {
    return wait([&] {
      return std::ranges::any_of(events_, [&](const engine::EngineEvent& event) {
        return event.action == action && event.box == box;
      });
    });
  }
  bool sees_hold(const std::string& action) {
    return wait([&] {
      return std::ranges::any_of(events_, [&](const engine::EngineEvent& event) {
        return event.action == action && event.of_hold && event.box.empty();
      });
    });
  }
  /// The container of the first such event, of those that came so far.
  ContainerId container_of(const std::string& action) {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(events_, action, &engine::EngineEvent::action);
    return found == events_.end() ? ContainerId{} : found->container;
  }
  std::ptrdiff_t count(const std::string& action) {
    const std::scoped_lock lock(mutex_);
    return std::ranges::count(events_, action, &engine::EngineEvent::action);
  }
  /// Of those after the first `mark`: a busy engine tells late what happened before.
  std::ptrdiff_t count_after(const std::string& mark, const std::string& action) {
    const std::scoped_lock lock(mutex_);
    const auto from = std::ranges::find(events_, mark, &engine::EngineEvent::action);
    return std::count_if(from, events_.end(),
                         [&action](const auto& event) { return event.action == action; });
  }
  bool ends() {
    return wait([this] { return ended_; });
  }
  Status stop() {
    thread_.request_stop();
    EXPECT_TRUE(ends());
    const std::scoped_lock lock(mutex_);
    return end_;
  }

 private:
  template <class Condition>
  bool wait(const Condition& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }
  template <class Change>
  void note(const Change& change) {
    const std::scoped_lock lock(mutex_);
    change();
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

const BoxName kAda{"ada"};

class EventConformance : public ConformanceTest {};

TEST_F(EventConformance, ALifeIsTold) {
  Follower follower(lab().engine());
  const ContainerId id = run(config());
  EXPECT_OK(perform(engine::StopContainer{id, Duration{1000}}));
  EXPECT_OK(perform(engine::RemoveContainer{id}));
  for (const char* action : {"create", "start", "die", "stop", "destroy"}) {
    EXPECT_TRUE(follower.sees(action, kAda)) << action;
    EXPECT_EQ(follower.container_of(action), id) << action;
  }
}

TEST_F(EventConformance, WhatAPersonDoesIsTold) {
  const ContainerId id = run(config());
  Follower follower(lab().engine());
  lab().pause("box-ada");
  lab().unpause("box-ada");
  lab().rename("box-ada", "elsewhere");
  lab().update_memory("elsewhere", 96 * kMiB, 192 * kMiB);
  lab().kill("elsewhere");
  for (const char* action : {"pause", "unpause", "rename", "update", "kill", "die"}) {
    EXPECT_TRUE(follower.sees(action, kAda)) << action;
    EXPECT_EQ(follower.container_of(action), id) << action;
  }
}

TEST_F(EventConformance, HealthIsTold) {
  state::ContainerConfig wanted = config(kFlavoured);
  wanted.healthcheck = {};
  Follower follower(lab().engine());
  const ContainerId id = run(wanted);
  EXPECT_TRUE(reaches(id, state::Health::Healthy));
  EXPECT_TRUE(follower.sees("health_status: healthy", kAda));
}

TEST_F(EventConformance, ADisconnectIsToldToTheBox) {
  run(config());
  static_cast<void>(observe());
  Follower follower(lab().engine());
  lab().disconnect(kNetwork, "box-ada");
  EXPECT_TRUE(follower.sees("disconnect", kAda));
}

TEST_F(EventConformance, AVolumesEndIsToldToTheBoxByItsName) {
  Follower follower(lab().engine());
  make_volume(kWork.str());
  EXPECT_OK(perform(engine::RemoveVolume{kWork}));
  EXPECT_TRUE(follower.sees("create", kAda));
  EXPECT_TRUE(follower.sees("destroy", kAda));
}

TEST_F(EventConformance, AVolumeThatIsThereAlreadyIsToldAsCreatedAgain) {
  make_volume(kWork.str());
  Follower follower(lab().engine());
  make_volume(kWork.str());
  EXPECT_TRUE(follower.sees("create", kAda));
  EXPECT_EQ(follower.count_after("create", "destroy"), 0);
}

TEST_F(EventConformance, ANetworksEndIsToldToNobodyInParticular) {
  Follower follower(lab().engine());
  EXPECT_EQ(lab().remove_network(kNetwork).status, 204);
  EXPECT_TRUE(follower.sees("destroy", BoxName{}));
}

TEST_F(EventConformance, OthersContainersAreNotTold) {
  Follower follower(lab().engine());
  state::ContainerConfig other = config();
  other.labels.clear();
  create(other, "database");
  create(config());
  EXPECT_TRUE(follower.sees("create", kAda));
  EXPECT_EQ(follower.count("create"), 1);
}

TEST_F(EventConformance, AForeignHolderOfABoxesNameIsToldToTheBox) {
  Follower follower(lab().engine());
  state::ContainerConfig other = config();
  other.labels.clear();
  create(other, "box-ada.next");
  EXPECT_TRUE(follower.sees("create", kAda));
}

TEST_F(EventConformance, FollowingEndsWhenAskedTo) {
  Follower follower(lab().engine());
  EXPECT_ERROR(follower.stop(), ErrorCode::Cancelled);
}

TEST_F(EventConformance, TheStreamEndsWithTheEngine) {
  Follower follower(lab().engine());
  lab().restart_engine();
  EXPECT_TRUE(follower.ends());
}

TEST_F(EventConformance, TheEndOfWhatHoldsVolumesIsToldAndItsMakingIsNot) {
  make_volume(kWork.str());
  const std::map<std::string, std::string> labels = {
      {state::kLabelInstallation, our_labels().at(state::kLabelInstallation)},
      {state::kLabelRole, state::kRoleHold}};
  Follower follower(lab().engine());
  EXPECT_OK(perform(engine::ImportImage{engine::hold_image(), {}, engine::hold_archive()}));
  const auto made = perform(
      engine::CreateHold{"boxwright-hold-lab", engine::hold_image(), labels, {kWork}, labels});
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_OK(perform(engine::StartContainer{made->created}));
  lab().kill("boxwright-hold-lab");
  EXPECT_TRUE(follower.sees_hold("die"));
  EXPECT_EQ(follower.count("start"), 0);
  EXPECT_OK(perform(engine::RenameContainer{made->created, "boxwright-hold-lab.next"}));
  EXPECT_TRUE(follower.sees_hold("rename"));
  EXPECT_OK(perform(engine::RemoveContainer{made->created, true}));
  EXPECT_TRUE(follower.sees_hold("destroy"));
}

}  // namespace
}  // namespace boxwright::test
