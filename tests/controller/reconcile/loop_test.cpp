// The loop with its threads, on the machine's own clock.

#include "controller/reconcile/loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "controller/engine/copy_container.h"
#include "state/ownership.h"
#include "tests/simulation/memory_layers.h"
#include "tests/simulation/memory_store.h"
#include "tests/support/box_builder.h"
#include "tests/support/fake_engine.h"
#include "tests/support/faulty_engine.h"
#include "tests/support/seeded_random.h"

namespace boxwright::test {
namespace {

using namespace std::chrono_literals;

class FixedSource final : public specs::SpecSource {
 public:
  explicit FixedSource(std::vector<specs::BoxDeclaration> boxes) : boxes_(std::move(boxes)) {}
  [[nodiscard]] std::string place() const override { return "/specs/default"; }
  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll(MonoTime /*now*/) override {
    if (std::exchange(is_read_, true)) return std::optional<specs::Snapshot>{};
    specs::Snapshot snapshot;
    snapshot.source = SourceName{"default"};
    snapshot.place = place();
    snapshot.revision = Revision{"r1"};
    snapshot.settings.network = kTestNetwork;
    snapshot.boxes = boxes_;
    return std::optional(std::move(snapshot));
  }

 private:
  std::vector<specs::BoxDeclaration> boxes_;
  bool is_read_ = false;
};

class Threaded : public testing::Test {
 protected:
  FakeClock engine_clock;
  FakeEngine engine{engine_clock};
  FaultyEngine faulty{engine};
  SystemClock clock;
  SeededRandom random{1};
  MemoryStore store;
  MemoryDesiredDb desired;
  MemoryLayers layers;
  std::atomic<int> ready = 0;

  void SetUp() override {
    ImageContent image;
    image.config.command = {"box-init"};
    engine.docker()->add_image(kTestImage, image);
  }
  reconcile::Loop::Parts parts() {
    reconcile::Loop::Parts made{
        faulty,         store, desired, layers, clock, random, Installation{kTestInstallation},
        test_mac_key(), {},    {}};
    made.settings.tick = Duration{5};
    made.ready = [this] { ++ready; };
    return made;
  }
  static std::unique_ptr<specs::SpecSource> boxes(int count) {
    std::vector<specs::BoxDeclaration> list;
    list.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      list.push_back(BoxBuilder{"box" + std::to_string(i)}.declaration());
    std::sort(list.begin(), list.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::make_unique<FixedSource>(std::move(list));
  }
};

/// Helpers that a killed command left behind; the engine's clock is months behind the controller's,
/// so that they are old.
class Leftover : public Threaded {
 protected:
  void leave(const std::string& name, const std::string& installation = kTestInstallation) {
    state::ContainerConfig config;
    config.image = kTestImage;
    state::OwnerLabels owner;
    owner.installation = Installation{installation};
    owner.role = engine::kRoleCopy;
    config.labels = state::write_owner(owner);
    ASSERT_TRUE(engine.docker()->create({name, config, {}, {}}).has_value());
  }
};

TEST_F(Leftover, IsRemoved) {
  leave("boxwright-copy-ada-1");
  leave("boxwright-copy-ada-2", "another");
  reconcile::Loop loop(parts());
  loop.add_source(boxes(1));
  ASSERT_TRUE(loop.run_until_settled({.timeout = Duration{30'000}}, {}).has_value());
  EXPECT_EQ(engine.docker()->find("boxwright-copy-ada-1"), nullptr);
  EXPECT_NE(engine.docker()->find("boxwright-copy-ada-2"), nullptr) << "not ours";
}

TEST_F(Leftover, AndWhatHasHadItsTimeConcernNoRunOverSomeBoxes) {
  leave("boxwright-copy-ada-1");
  layers::LayerNote old;
  old.box = BoxName{"gone"};
  old.uid = BoxUid{"0011223344556677"};
  old.name = "old";
  old.container = ContainerId{"c1"};
  ASSERT_TRUE(layers.put_note(old).has_value());
  for (const auto& only : {std::vector<BoxName>{}, std::vector<BoxName>{BoxName{"box0"}}}) {
    reconcile::Loop loop(parts());
    loop.add_source(boxes(1));
    ASSERT_TRUE(loop.run_until_settled(
                        {.timeout = Duration{30'000}, .confirmed_removals = {}, .only = only}, {})
                    .has_value());
    EXPECT_NE(engine.docker()->find("boxwright-copy-ada-1"), nullptr);
    EXPECT_EQ(layers.notes({})->size(), 1U);
  }
}

TEST_F(Leftover, OneThatCannotBeRemovedIsToldOnceAndKeepsNoOther) {
  leave("boxwright-copy-ada-1");
  leave("boxwright-copy-ada-2");
  const auto stuck = engine.docker()->find("boxwright-copy-ada-1")->id;
  faulty.set_plan([stuck = stuck.str().substr(0, 12)](const PendingCall& call) {
    const bool is_it =
        call.name == "RemoveContainer" && call.subject.find(stuck) != std::string::npos;
    return is_it ? Fault::FailBefore : Fault::None;
  });
  auto made = parts();
  made.settings.relist = Duration{20};
  std::atomic<int> told = 0;
  std::atomic<int> relists = 0;
  made.say = [&](const std::string& line) { told += line.find("(injected)") != std::string::npos; };
  std::stop_source stop;
  made.listed = [&] {
    if (++relists == 5) stop.request_stop();
  };
  reconcile::Loop loop(made);
  loop.add_source(boxes(1));
  ASSERT_TRUE(loop.run(stop.get_token()).has_value());
  EXPECT_NE(engine.docker()->find("boxwright-copy-ada-1"), nullptr);
  EXPECT_EQ(engine.docker()->find("boxwright-copy-ada-2"), nullptr);
  EXPECT_EQ(told, 1);
}

TEST_F(Threaded, BringsManyBoxesUpAtOnceAndEnds) {
  reconcile::Loop loop(parts());
  loop.add_source(boxes(20));
  const auto results = loop.run_until_settled({.timeout = Duration{30'000}}, {});
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 20U);
  for (const auto& result : *results)
    EXPECT_EQ(result.settlement, reconcile::Settlement::Converged) << result.name.str();
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(engine.docker()->containers().size(), 21U) << "the boxes, and what holds their volumes";
  const auto* hold = engine.docker()->find(state::hold_name(Installation{kTestInstallation}));
  ASSERT_NE(hold, nullptr);
  EXPECT_TRUE(hold->has_process());
  EXPECT_EQ(hold->config.mounts.size(), 80U);
}

/// What holds the volumes is made while the boxes become healthy, not after a pause of a second for
/// more that could come: at the best of several tries, since the machine may be busy.
TEST_F(Threaded, VolumesAreHeldWhileTheBoxesBecomeHealthy) {
  Duration soonest{60'000};
  for (int i = 0; i < 5 && soonest >= Duration{900}; ++i) {
    std::atomic<MonoTime> last_volume = clock.mono_now();
    std::atomic<bool> is_held = false;
    // Healthy only once its volumes are held: nothing else is left to wait for.
    faulty.set_plan([&is_held](const PendingCall& call) {
      return call.name == "probe" && !is_held ? Fault::FailBefore : Fault::None;
    });
    auto made = parts();
    made.announcer.event = [&](const state::Event& event) {
      if (event.action == "CreateVolume") last_volume = clock.mono_now();
      if (event.action != "CreateHold" || is_held.exchange(true)) return;
      soonest = std::min(
          soonest, std::chrono::duration_cast<Duration>(clock.mono_now() - last_volume.load()));
    };
    reconcile::Loop loop(made);
    loop.add_source(std::make_unique<FixedSource>(
        std::vector{BoxBuilder{"box" + std::to_string(i)}.declaration()}));
    ASSERT_TRUE(loop.run_until_settled({.timeout = Duration{30'000}}, {}).has_value());
    ASSERT_TRUE(is_held);
  }
  EXPECT_LT(soonest, Duration{900});
}

TEST_F(Threaded, ABoxThatHangsDelaysNoOther) {
  faulty.set_plan([](const PendingCall& call) {
    return call.mutating && call.subject.find("box-box3") != std::string::npos ? Fault::Block
                                                                               : Fault::None;
  });
  reconcile::Loop loop(parts());
  loop.add_source(boxes(8));
  std::vector<BoxName> others;
  for (const char* name : {"box0", "box1", "box2", "box4", "box5", "box6", "box7"})
    others.emplace_back(name);
  const auto results = loop.run_until_settled(
      {.timeout = Duration{30'000}, .confirmed_removals = {}, .only = others}, {});
  ASSERT_TRUE(results) << results.error().message;
  for (const auto& result : *results)
    EXPECT_EQ(result.settlement, reconcile::Settlement::Converged) << result.name.str();
}

TEST_F(Threaded, MendsWhatAnEventTellsAndEndsWhenAsked) {
  std::stop_source stop;
  auto made = parts();
  std::promise<void> mended;
  std::atomic<bool> is_killed = false;
  std::atomic<bool> is_told = false;
  made.announcer.event = [&](const state::Event& event) {
    if (is_killed && event.action == "StartContainer" && !is_told.exchange(true)) {
      mended.set_value();
    }
  };
  std::promise<void> up;
  std::atomic<int> converged = 0;
  made.announcer.status = [&](const state::BoxStatus& status) {
    const auto* is_ready = status.find("Ready");
    if (is_ready != nullptr && is_ready->status == state::ConditionStatus::True &&
        ++converged == 3) {
      up.set_value();
    }
  };
  reconcile::Loop loop(made);
  loop.add_source(boxes(3));
  std::jthread runner([&] { EXPECT_TRUE(loop.run(stop.get_token())); });
  ASSERT_EQ(up.get_future().wait_for(30s), std::future_status::ready);
  is_killed = true;
  engine.docker()->kill("box-box1");
  EXPECT_EQ(mended.get_future().wait_for(20s), std::future_status::ready);
  stop.request_stop();
}

TEST_F(Threaded, SaysThatTheEngineHangsWhenALookAtOneBoxFinds) {
  std::stop_source stop;
  auto made = parts();
  std::promise<void> up;
  made.announcer.status = [&, is_told = false](const state::BoxStatus& status) mutable {
    const auto* is_ready = status.find("Ready");
    if (is_ready != nullptr && is_ready->status == state::ConditionStatus::True &&
        !std::exchange(is_told, true)) {
      up.set_value();
    }
  };
  std::promise<std::string> said;
  std::promise<void> back;
  made.say = [&, lines = 0, is_back = false](const std::string& line) mutable {
    if (!line.starts_with("engine: ")) return;
    if (++lines == 1) said.set_value(line);
    if (line == "engine: answers again" && !std::exchange(is_back, true)) back.set_value();
  };
  reconcile::Loop loop(made);
  loop.add_source(boxes(1));
  std::jthread runner([&] { EXPECT_TRUE(loop.run(stop.get_token())); });
  ASSERT_EQ(up.get_future().wait_for(30s), std::future_status::ready);
  // The list of everything is not due for half a minute: an event finds it.
  faulty.set_plan(
      [](const PendingCall& call) { return call.mutating ? Fault::None : Fault::HangBefore; });
  engine.docker()->kill("box-box0");
  auto line = said.get_future();
  ASSERT_EQ(line.wait_for(10s), std::future_status::ready);
  EXPECT_NE(line.get(), "engine: answers again");
  faulty.set_plan({});
  EXPECT_EQ(back.get_future().wait_for(20s), std::future_status::ready);
  stop.request_stop();
}

TEST_F(Threaded, EndsWithAnErrorWhereNoRetryMends) {
  engine.set_reachable(false);
  reconcile::Loop loop(parts());
  loop.add_source(boxes(1));
  const auto results = loop.run_until_settled({.timeout = Duration{5'000}}, {});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace boxwright::test
