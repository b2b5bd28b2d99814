#include "tests/support/faulty_engine.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/box_builder.h"
#include "tests/support/fake_engine.h"

namespace boxwright::test {
namespace {

class FaultyEngineTest : public ::testing::Test {
 protected:
  Result<engine::StepReply> make_volume(const std::string& name) {
    return engine_.perform(
        {engine::CreateVolume{VolumeName{name}, ada_.volume_labels("work")}, "a test"}, {}, {});
  }
  bool there(const std::string& name) {
    return inside_.docker()->find_volume(VolumeName{name}) != nullptr;
  }
  std::size_t volumes_seen() {
    const auto box = engine_.observe_box(ada_.query(), {});
    return box ? box->volumes.size() : 99;
  }

  BoxBuilder ada_{"ada"};
  FakeClock clock_;
  FakeEngine inside_{clock_};
  FaultyEngine engine_{inside_};
};

TEST_F(FaultyEngineTest, WithoutAPlanNothingGoesWrong) {
  EXPECT_TRUE(make_volume("a").has_value());
  EXPECT_TRUE(there("a"));
  EXPECT_TRUE(engine_.trace().empty());
}

TEST_F(FaultyEngineTest, OnlyTheChosenCallFails) {
  engine_.set_plan(fault_at_mutation(2, Fault::FailBefore));
  EXPECT_TRUE(make_volume("a").has_value());
  EXPECT_EQ(volumes_seen(), 1U);
  const auto second = make_volume("b");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::Refused);
  EXPECT_FALSE(there("b"));
  EXPECT_TRUE(make_volume("b").has_value());
  EXPECT_EQ(engine_.trace(), std::vector<std::string>{"FailBefore CreateVolume create volume b"});
}

TEST_F(FaultyEngineTest, ALostReplyHasTakenEffect) {
  engine_.set_plan(fault_at_mutation(1, Fault::LoseReply));
  const auto made = make_volume("a");
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::Unavailable);
  EXPECT_TRUE(there("a"));
}

TEST_F(FaultyEngineTest, AHangMayOrMayNotHaveTakenEffect) {
  engine_.set_plan(fault_at_mutation(1, Fault::HangBefore));
  EXPECT_EQ(make_volume("a").error().code, ErrorCode::DeadlineExceeded);
  EXPECT_FALSE(there("a"));
  engine_.set_plan(fault_at_mutation(1, Fault::HangAfter));
  EXPECT_EQ(make_volume("a").error().code, ErrorCode::DeadlineExceeded);
  EXPECT_TRUE(there("a"));
}

TEST_F(FaultyEngineTest, ACrashIsThrownBeforeOrAfterTheEffect) {
  engine_.set_plan(fault_at_mutation(1, Fault::CrashBefore));
  EXPECT_THROW(static_cast<void>(make_volume("a")), CrashMarker);
  EXPECT_FALSE(there("a"));
  engine_.set_plan(fault_at_mutation(1, Fault::CrashAfter));
  EXPECT_THROW(static_cast<void>(make_volume("a")), CrashMarker);
  EXPECT_TRUE(there("a"));
}

TEST_F(FaultyEngineTest, AStaleObservationIsAnOlderOne) {
  EXPECT_EQ(volumes_seen(), 0U);
  EXPECT_TRUE(make_volume("a").has_value());
  engine_.set_plan([](const PendingCall&) { return Fault::Stale; });
  EXPECT_EQ(volumes_seen(), 0U);
  engine_.set_plan({});
  EXPECT_EQ(volumes_seen(), 1U);
}

TEST_F(FaultyEngineTest, AStaleObservationLiesNoFurtherBackThanAllowed) {
  engine_.set_staleness(1);
  EXPECT_EQ(volumes_seen(), 0U);
  EXPECT_TRUE(make_volume("a").has_value());
  EXPECT_EQ(volumes_seen(), 1U);
  EXPECT_TRUE(make_volume("b").has_value());
  engine_.set_plan([](const PendingCall&) { return Fault::Stale; });
  EXPECT_EQ(volumes_seen(), 1U);
}

TEST_F(FaultyEngineTest, ABlockedCallEndsByItsStopTokenOrByRelease) {
  engine_.set_plan([](const PendingCall&) { return Fault::Block; });
  std::stop_source stop;
  Result<state::ObservedBox> cancelled = state::ObservedBox{};
  std::jthread first([&] { cancelled = engine_.observe_box(ada_.query(), stop.get_token()); });
  stop.request_stop();
  first.join();
  ASSERT_FALSE(cancelled.has_value());
  EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);

  Result<state::ObservedBox> released = state::ObservedBox{};
  std::jthread second([&] { released = engine_.observe_box(ada_.query(), {}); });
  engine_.release();
  second.join();
  ASSERT_FALSE(released.has_value());
  EXPECT_EQ(released.error().code, ErrorCode::DeadlineExceeded);
}

TEST_F(FaultyEngineTest, ChanceIsRepeatable) {
  const auto trace_of = [this](std::uint64_t seed) {
    SeededRandom random(seed);
    FaultyEngine engine(inside_);
    engine.set_plan(faults_by_chance(random, {.fail = 20, .lose_reply = 20, .stale = 20}));
    for (int i = 0; i < 40; ++i)
      static_cast<void>(engine.observe_box(ada_.query(), {}));
    return engine.trace();
  };
  EXPECT_EQ(trace_of(7), trace_of(7));
  EXPECT_NE(trace_of(7), trace_of(8));
  EXPECT_FALSE(trace_of(7).empty());
}

TEST(BoxBuilderTest, AConvergedBoxIsWhatItsRecordWants) {
  const BoxBuilder ada = BoxBuilder("ada").env("EDITOR", "vim").secret("PASSWORD", "horse");
  const state::ObservedBox box = ada.converged_box();
  ASSERT_EQ(box.containers.size(), 1U);
  EXPECT_EQ(box.containers[0].owner.uid, ada.uid());
  EXPECT_EQ(box.containers[0].owner.spec_hash, ada.wanted().spec_hash);
  EXPECT_EQ(box.containers[0].config.env.at("PASSWORD").reveal(), "horse");
  EXPECT_EQ(box.volumes.size(), 4U);
  EXPECT_EQ(ada.converged_record().containers.at(0).id, box.containers[0].id);
}

}  // namespace
}  // namespace boxwright::test
