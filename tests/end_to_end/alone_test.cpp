// Orders that a person gives while no controller runs: they act by themselves, or wait for the
// next.

#include <fmt/core.h>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Alone : public TwoBoxes {
 protected:
  void end_controller() {
    ASSERT_EQ(controller_->stop(), 0);
    controller_.reset();
  }
};

TEST_F(Alone, AcceptMakesTheLostVolumeAnewAndStartsTheBox) {
  end_controller();
  engine().must("DELETE", "/containers/box-ada?force=1");
  // It may hold them by then, or not yet.
  engine().call("DELETE", "/containers/boxwright-hold-default?force=1");
  engine().must("DELETE", "/volumes/box-ada-workspace");
  const auto stalled = apply();
  EXPECT_EQ(stalled.code, 1);
  EXPECT_NE(stalled.err.find("VolumeLost"), std::string::npos) << stalled.err;
  EXPECT_FALSE(exists("box-ada"));
  const auto accepted = run({"accept", "ada", "--empty", "workspace"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_TRUE(is_running("box-ada")) << accepted.err;
  EXPECT_TRUE(has_data("ada", "config"));
  EXPECT_FALSE(has_data("ada", "workspace"));
  EXPECT_EQ(apply().code, 0);
  EXPECT_EQ(plan().code, 0);
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(Alone, ConfirmPruneIsObeyedByTheNextController) {
  for (const char* name : {"eve", "gus", "ida"})
    write_box(name);
  for (const char* name : {"eve", "gus", "ida"})
    ASSERT_TRUE(becomes_ready(name));
  for (const char* name : {"eve", "gus", "ida"})
    remove_box(name);
  ASSERT_TRUE(eventually([this] { return !prune_digest().empty(); }))
      << run({"source", "list"}).out;
  end_controller();
  EXPECT_NE(run({"confirm-prune", "team", "0000"}).code, 0);
  const auto confirmed = run({"confirm-prune", "team", prune_digest()});
  EXPECT_EQ(confirmed.code, 0) << confirmed.err;
  controller_ = start_controller();
  EXPECT_TRUE(eventually([] { return identities().size() == 2; }));
  EXPECT_TRUE(fs::exists(volume_folder("box-eve-workspace")));
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(Alone, SourceMoveIsObeyedByTheNextController) {
  end_controller();
  const auto moved = root() / "moved";
  fs::create_directories(moved);
  for (const char* file : {"boxwright.yaml", "ada.yaml", "bob.yaml"})
    fs::copy_file(boxes() / file, moved / file);
  EXPECT_NE(apply(moved).err.find("SourceMoved"), std::string::npos);
  const auto accepted = run({"source", "move", "team"});
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  const auto applied = apply(moved);
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(applied.err.find("SourceMoved"), std::string::npos) << applied.err;
  EXPECT_EQ(identity("box-ada"), ada_);
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(Alone, BackupCopiesWhatWasLeft) {
  end_controller();
  const auto copy = root() / "copy.db";
  const auto made = run({"backup", copy.string()});
  EXPECT_EQ(made.code, 0) << made.err;
  fs::remove_all(root() / "state");
  fs::create_directories(root() / "state");
  fs::copy_file(copy, state_file());
  fs::copy_file(copy.string() + ".desired", desired_file());
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out << planned.err;
  EXPECT_EQ(apply().code, 0);
  EXPECT_EQ(identity("box-ada"), ada_);
}

TEST_F(Alone, WhatTheEngineDoesNotAnswerIsSaidInTime) {
  end_controller();
  engine().freeze();
  const auto listed = run({"get"}, seconds(40));
  engine().thaw();
  EXPECT_EQ(listed.code, 1) << listed.err;
  EXPECT_NE(listed.err.find("did not answer"), std::string::npos) << listed.err;
  EXPECT_NE(listed.out.find("ada"), std::string::npos) << "what is stored is shown\n" << listed.out;
}

}  // namespace
}  // namespace boxwright::test
