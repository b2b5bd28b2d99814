#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "controller/cli/saved_plan_file.h"
#include "tests/support/box_builder.h"

namespace boxwright::cli {
namespace {

namespace fs = std::filesystem;
using Moves = std::vector<std::string>;

reconcile::BoxPreview preview_of(const test::BoxBuilder& builder) {
  reconcile::BoxPreview preview;
  preview.record = builder.record();
  preview.observed = builder.converged_box();
  preview.plan.box = builder.name();
  preview.secret_mac = builder.wanted().secret_mac;
  return preview;
}

SavedPlan plan_of(const std::vector<reconcile::BoxPreview>& boxes) {
  PlanView view;
  view.boxes = boxes;
  SavedPlan saved;
  saved.made_at = "2026-01-01T00:00:00.000Z";
  saved.made_by = "boxwright 1";
  saved.installation = "test";
  saved.engine_id = "FAKE";
  saved.data_root = "/var/lib/docker";
  saved.folders = {"/srv/boxes"};
  saved.table = true;
  saved.scope = {{"ada"}, {"team"}, "k=v"};
  saved.removals = {"gil"};
  saved.boxes = saved_boxes(view);
  saved.plan = R"({"kind":"Plan"})";
  return saved;
}

test::BoxBuilder ada() {
  return test::BoxBuilder("ada").env("EDITOR", "vim").secret("TOKEN", "hunter2-hunter2");
}

TEST(SavedPlan, ComesBackAsItWasWritten) {
  const auto saved = plan_of({preview_of(ada()), preview_of(test::BoxBuilder("bob"))});
  const auto read = read_saved_plan(saved_plan_text(saved));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, saved);
  EXPECT_EQ(what_moved(saved, *read), Moves{});
}

TEST(SavedPlan, HoldsNoSecret) {
  EXPECT_EQ(saved_plan_text(plan_of({preview_of(ada())})).find("hunter2"), std::string::npos);
}

TEST(SavedPlan, IsRefusedWhereItIsSomethingElse) {
  for (const char* text : {"", "[]", "{}", "{\"kind\": \"Plan\"}",
                           R"({"kind": "SavedPlan", "apiVersion": "boxwright.dev/v2"})",
                           R"({"kind": "SavedPlan", "apiVersion": "boxwright.dev/v1", "boxes": 1})",
                           R"({"kind": "SavedPlan", "apiVersion": "boxwright.dev/v1",
                               "boxes": [1]})"}) {
    const auto read = read_saved_plan(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::InvalidSpec);
  }
}

TEST(WhatMoved, NamesTheFieldOfASpec) {
  const auto then = plan_of({preview_of(ada())});
  auto edited = preview_of(ada());
  edited.record = ada().env("EDITOR", "emacs").memory(Bytes{kGiB}).record();
  const auto now = plan_of({edited});
  EXPECT_EQ(what_moved(then, now), (Moves{"ada: spec.env.EDITOR: vim -> emacs",
                                          "ada: spec.resources.memory: 2GiB -> 1GiB"}));
}

TEST(WhatMoved, NamesWhatAHandDidToTheEngine) {
  const auto then = plan_of({preview_of(ada())});
  auto moved = preview_of(ada());
  auto& container = moved.observed.containers.front();
  container.state = state::ContainerState::Exited;
  container.config.limits.memory = Bytes{64 * kMiB};
  moved.observed.volumes.pop_back();
  EXPECT_EQ(what_moved(then, plan_of({moved})),
            (Moves{"ada: container box-ada memory: 2GiB -> 64MiB",
                   "ada: container box-ada state: running -> exited",
                   "ada: volume box-ada-workspace: there -> (none)"}));
  moved = preview_of(ada());
  moved.observed.containers.front().id = ContainerId{"0123456789abcdef"};
  const auto moves = what_moved(then, plan_of({moved}));
  ASSERT_EQ(moves.size(), 1U);
  EXPECT_NE(moves.front().find("ada: container box-ada: "), std::string::npos);
  EXPECT_NE(moves.front().find("-> 0123456789ab"), std::string::npos);
}

TEST(WhatMoved, TellsBoxesThatCameAndWent) {
  const auto bob = preview_of(test::BoxBuilder("bob"));
  const auto eve = preview_of(test::BoxBuilder("eve"));
  EXPECT_EQ(what_moved(plan_of({bob}), plan_of({eve})),
            (Moves{"bob: is no longer declared", "eve: was not declared when the plan was made"}));
  auto tombstoned = bob;
  tombstoned.record.tombstone = state::Tombstone{};
  EXPECT_EQ(what_moved(plan_of({bob}), plan_of({tombstoned})), Moves{"bob: declared: yes -> no"});
}

TEST(WhatMoved, TellsASecretWithoutItsValueAndForgivesAKeyThatWasMadeSince) {
  const auto then = plan_of({preview_of(ada())});
  const auto now = plan_of({preview_of(ada().secret("TOKEN", "another-value"))});
  EXPECT_EQ(what_moved(then, now), Moves{"ada: a secret has another value"});
  auto before_the_key = preview_of(ada());
  before_the_key.secret_mac.clear();
  EXPECT_EQ(what_moved(plan_of({before_the_key}), then), Moves{});
}

TEST(WhatMoved, TellsAnotherEngineAndAnotherDecision) {
  const auto then = plan_of({preview_of(ada())});
  auto now = then;
  now.engine_id = "OTHER";
  now.boxes.front().actions = R"([{"action":"restart"}])";
  EXPECT_EQ(what_moved(then, now),
            (Moves{"engine: FAKE at /var/lib/docker -> OTHER at /var/lib/docker",
                   "ada: to be done: nothing -> restart"}));
}

TEST(WhatMoved, IsNotDisturbedByHealthRestartsAndComments) {
  const auto then = plan_of({preview_of(ada())});
  auto later = preview_of(ada());
  auto& container = later.observed.containers.front();
  container.health = state::Health::Unhealthy;
  container.state = state::ContainerState::Restarting;
  container.started_at = test::test_start() + Duration{1};
  later.record.revision = Revision{"another"};
  later.record.origin.at.line = 99;
  later.record.uid = BoxUid{"another"};
  EXPECT_EQ(what_moved(then, plan_of({later})), Moves{});
}

class PlanFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bw-plan-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(PlanFile, IsClosedToOthersAndTakesThePlaceOfAnOlderOne) {
  const auto file = (folder_ / "plan.json").string();
  std::ofstream(file) << "old";
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  const auto saved = plan_of({preview_of(ada())});
  ASSERT_TRUE(write_plan_file(file, saved).has_value());
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_plan_file(file).value(), saved);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  EXPECT_TRUE(names_plan_file({file}));
  EXPECT_FALSE(names_plan_file({folder_.string()}));
  EXPECT_FALSE(names_plan_file({file, file}));
}

TEST_F(PlanFile, ThatCannotBeWrittenOrReadIsAnError) {
  const auto saved = plan_of({});
  EXPECT_FALSE(write_plan_file((folder_ / "no" / "plan").string(), saved).has_value());
  EXPECT_FALSE(write_plan_file(folder_.string(), saved).has_value());
  EXPECT_TRUE(fs::is_empty(folder_)) << "nothing half-made is left";
  const auto read = read_plan_file((folder_ / "absent").string());
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("absent"), std::string::npos);
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read_plan_file((folder_ / "fifo").string()).has_value()) << "and does not hang";
}

}  // namespace
}  // namespace boxwright::cli
