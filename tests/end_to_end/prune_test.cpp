// Removal: late, guarded, revocable, and never with data that was not given up.

#include <fmt/core.h>

#include <algorithm>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

using std::chrono::seconds;

class Prune : public TwoBoxes {};

TEST_F(Prune, ARemovedFileRemovesItsContainerAndKeepsItsVolumes) {
  const auto volumes = volume_names();
  remove_box("ada");
  EXPECT_TRUE(eventually([] { return !exists("box-ada"); }));
  EXPECT_EQ(volume_names(), volumes);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identity("box-bob"), bob_);
  EXPECT_TRUE(eventually([this] { return run({"get", "-o", "name"}).out == "bob\n"; }));
}

TEST_F(Prune, ComingBackInTimeCancelsTheRemoval) {
  ASSERT_EQ(controller_->stop(), 0);
  write_marker("  pruneDelay: 4s\n");
  controller_ = start_controller();
  remove_box("ada");
  EXPECT_TRUE(comes_to("ada", "DeletionBlocked", "PruneDelay"));
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << "what is held does not count\n" << planned.out;
  EXPECT_NE(planned.out.find("held until"), std::string::npos) << planned.out;
  write_box("ada");
  EXPECT_TRUE(eventually([this] { return is_free_of("ada", "DeletionBlocked"); }));
  EXPECT_TRUE(keeps([this] { return identity("box-ada") == ada_; }, seconds(5)));
  expect_converged();
}

TEST_F(Prune, AnApplyThatThePersonConfirmedRemovesAtOnce) {
  ASSERT_EQ(controller_->stop(), 0);
  write_marker("  pruneDelay: 1h\n");
  remove_box("ada");
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_FALSE(exists("box-ada"));
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(Prune, VolumesGoTooOnlyWhereTheSpecSaidSoBefore) {
  write_box("ada", "  deletion: {volumes: delete, delay: 1s}\n");
  // Said before: the controller has taken it up, not only the folder has it.
  ASSERT_TRUE(eventually([this] {
    return run({"get", "ada", "-o", "json"}).out.find("\"volumes\": \"delete\"") !=
           std::string::npos;
  })) << run({"get", "ada", "-o", "json"}).out;
  EXPECT_EQ(plan().code, 0);
  EXPECT_EQ(identity("box-ada"), ada_) << "a deletion policy reaches no container";
  remove_box("ada");
  EXPECT_TRUE(eventually([] {
    const auto names = volume_names();
    return !exists("box-ada") && std::none_of(names.begin(), names.end(), [](const auto& name) {
      return name.starts_with("box-ada-");
    });
  })) << ::testing::PrintToString(volume_names());
  EXPECT_TRUE(has_data("bob"));
}

TEST_F(Prune, RetainedDataGoesToTheSameOwnerOnly) {
  write_box("ada", "", "  owner: ada@example.org\n");
  EXPECT_TRUE(eventually([this] {
    return run({"get", "ada", "-o", "json"}).out.find("ada@example.org") != std::string::npos;
  }));
  remove_box("ada");
  ASSERT_TRUE(eventually([this] { return run({"get", "-o", "name"}).out == "bob\n"; }));
  write_box("ada", "", "  owner: mallory@example.org\n");
  const auto held = [this] {
    return plan().out.find("RetainedData") != std::string::npos && !exists("box-ada");
  };
  EXPECT_TRUE(eventually(held));
  EXPECT_TRUE(keeps([] { return !exists("box-ada"); }, seconds(2)));
  write_box("ada", "", "  owner: ada@example.org\n");
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(Prune, RetainedDataWithoutOwnersWaitsForAPerson) {
  remove_box("ada");
  ASSERT_TRUE(eventually([this] { return run({"get", "-o", "name"}).out == "bob\n"; }));
  write_box("ada");
  EXPECT_TRUE(eventually([this] { return plan().out.find("RetainedData") != std::string::npos; }));
  EXPECT_FALSE(exists("box-ada"));
  const auto accepted = run({"accept", "ada", "--retained"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_TRUE(has_data("ada"));
}

/// Ten boxes, each in a file of its own.
class TenBoxes : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    for (int i = 0; i < 10; ++i)
      write_box(fmt::format("b{}", i));
    controller_ = start_controller();
    ASSERT_TRUE(eventually([] { return running() == 10; }, seconds(60)));
    for (int i = 0; i < 10; ++i)
      ASSERT_TRUE(becomes_ready(fmt::format("b{}", i)));
  }
  static std::size_t running() {
    const auto boxes = identities();
    return static_cast<std::size_t>(std::count_if(
        boxes.begin(), boxes.end(), [](const auto& box) { return is_running(box.first); }));
  }

  std::unique_ptr<Controller> controller_;
};

TEST_F(TenBoxes, ThreeGoneAtOnceAreHeldUntilThatSetIsConfirmed) {
  const auto before = identities();
  for (const char* name : {"b0", "b1", "b2"})
    remove_box(name);
  EXPECT_TRUE(eventually([this] { return !prune_digest().empty(); }))
      << run({"source", "list"}).out;
  EXPECT_TRUE(keeps([&] { return identities() == before; }, seconds(3)));
  EXPECT_NE(run({"confirm-prune", "team", "0000"}).code, 0);
  EXPECT_EQ(identities(), before);
  const auto confirmed = run({"confirm-prune", "team", prune_digest()});
  EXPECT_EQ(confirmed.code, 0) << confirmed.err;
  EXPECT_TRUE(eventually([] { return running() == 7; }));
  EXPECT_EQ(identity("box-b9"), before.at("box-b9"));
  EXPECT_EQ(volume_names().size(), 40U);
}

TEST_F(TenBoxes, OneAfterAnotherAreCountedTogether) {
  remove_box("b0");
  EXPECT_TRUE(eventually([] { return identities().size() == 9; }));
  remove_box("b1");
  EXPECT_TRUE(eventually([] { return identities().size() == 8; }));
  const auto before = identities();
  remove_box("b2");
  EXPECT_TRUE(eventually([this] { return !prune_digest().empty(); }))
      << run({"source", "list"}).out;
  EXPECT_TRUE(keeps([&] { return identities() == before; }, seconds(3)));
}

}  // namespace
}  // namespace boxwright::test
