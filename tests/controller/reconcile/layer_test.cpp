// What people made outside the volumes is saved before a container goes.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/world.h"

namespace boxwright::test {
namespace {

constexpr const char* kNotes = "/home/coder/notes.txt";

class Layers : public testing::Test {
 protected:
  World world;
  BoxBuilder ada{"ada"};
  ContainerId old;

  void SetUp() override {
    world.declare(ada);
    ASSERT_TRUE(world.settle()) << world.breach();
    old = world.container("box-ada")->id;
    ASSERT_TRUE(world.engine.docker()->write_in_layer("box-ada", kNotes, "precious"));
    world.engine.forget_calls();
  }
  [[nodiscard]] bool is_saved(const ContainerId& id) const {
    const auto files = world.layers.files_of(id);
    return files.contains(kNotes) && files.at(kNotes) == "precious";
  }
  [[nodiscard]] bool exists(const ContainerId& id) {
    return world.engine.docker()->find(id.str()) != nullptr;
  }
  [[nodiscard]] std::string message(const std::string& condition) const {
    const auto status = world.status("ada");
    const auto* found = status ? status->find(condition) : nullptr;
    return found == nullptr ? "" : found->message;
  }
  /// What the event of the first save says.
  [[nodiscard]] std::string saved_event() const {
    const auto events = world.store->events(BoxName{"ada"}, 0, 100).value();
    const auto saved = std::find_if(events.begin(), events.end(),
                                    [](const auto& event) { return event.action == "SaveLayer"; });
    return saved == events.end() ? "none" : saved->message;
  }
  void fail_every(const std::string& call) {
    world.faulty.set_plan([call](const PendingCall& pending) {
      return pending.name == call ? Fault::FailBefore : Fault::None;
    });
  }
  void make_layer_large() {
    world.declared.settings.layers.limit = Bytes{4};
    ++world.declared.version;
  }
  void change() { world.declare(ada.env("EDITOR", "vim")); }
};

TEST_F(Layers, OfAReplacedContainer) {
  change();
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old));
  EXPECT_NE(saved_event().find("saved 1 files, 8"), std::string::npos) << saved_event();
}

TEST_F(Layers, OfACandidateThatIsRolledBack) {
  auto image = ImageContent{};
  image.config.command = {"box-init"};
  image.behaviour.answers_after = std::nullopt;
  world.engine.docker()->add_image("box-base:bad", image);
  world.declare(ada.image("box-base:bad"));
  world.run_for(Duration{30'000});
  const auto* candidate = world.container("box-ada");
  ASSERT_NE(candidate->id, old);
  const auto id = candidate->id;
  ASSERT_TRUE(world.engine.docker()->write_in_layer("box-ada", kNotes, "precious"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(id));
  EXPECT_TRUE(is_saved(id));
  EXPECT_TRUE(exists(old)) << "the one that ran before runs again, and keeps its files";
}

TEST_F(Layers, OfARemovedBox) {
  world.delete_box("ada", false);
  world.undeclare("ada");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old));
}

TEST_F(Layers, AndWithoutRoomTheContainerStays) {
  world.layers.set_full(true);
  change();
  world.run_for(Duration{120'000});
  EXPECT_TRUE(exists(old));
  EXPECT_EQ(world.reason("ada", "Stalled"), "LayerNotSaved");
  EXPECT_NE(message("Stalled").find("boxwright accept ada --lose-layer"), std::string::npos)
      << message("Stalled");
  EXPECT_TRUE(world.is_ready("ada")) << "the new one runs";
  world.layers.set_full(false);
  ASSERT_TRUE(world.settle(Duration{3'600'000})) << world.breach();
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old));
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
}

TEST_F(Layers, AndOneThatCannotBeSavedGoesByAPersonsWord) {
  world.layers.set_full(true);
  change();
  world.run_for(Duration{120'000});
  ASSERT_TRUE(exists(old));
  world.ask(state::Request::Verb::Accept, "ada", "lose-layer");
  world.run_for(Duration{600'000});
  EXPECT_FALSE(exists(old));
  EXPECT_EQ(world.desired.requests()->back().state, "done");
}

TEST_F(Layers, AndWithoutTheImageThatWasAskedForTheContainerStaysToo) {
  world.keep_layer_images();
  fail_every("CommitImage");
  change();
  world.run_for(Duration{120'000});
  EXPECT_TRUE(exists(old));
  EXPECT_EQ(world.reason("ada", "Stalled"), "LayerNotSaved");
  EXPECT_NE(message("Stalled").find("boxwright accept ada --lose-layer"), std::string::npos)
      << message("Stalled");
  world.ask(state::Request::Verb::Accept, "ada", "lose-layer");
  world.run_for(Duration{600'000});
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old)) << "only the image was let go";
}

TEST_F(Layers, AndTheImageIsMadeOnceHoweverOftenTheFilesAreTried) {
  world.keep_layer_images();
  world.layers.set_full(true);
  change();
  world.run_for(Duration{600'000});
  ASSERT_TRUE(exists(old));
  world.layers.set_full(false);
  world.run_for(Duration{3'600'000});
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old));
  const auto steps = world.steps();
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "CommitImage"), 1);
}

TEST_F(Layers, TooLargeOnesHoldAReplacementBeforeAnythingIsStopped) {
  make_layer_large();
  change();
  world.run_for(Duration{60'000});
  EXPECT_EQ(world.reason("ada", "UpdatePending"), "LayerTooLarge");
  EXPECT_NE(message("UpdatePending").find("boxwright accept ada --lose-layer"), std::string::npos);
  EXPECT_EQ(world.container("box-ada")->id, old);
  EXPECT_EQ(world.container_names(), std::vector<std::string>{"box-ada"});
  const auto steps = world.steps();
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "StopContainer"), 0);
  world.declared.settings.layers.limit = Bytes{1'000};
  ++world.declared.version;
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_NE(world.container("box-ada")->id, old);
  EXPECT_TRUE(is_saved(old));
}

TEST_F(Layers, TooLargeOnesGoByAPersonsWord) {
  make_layer_large();
  change();
  world.run_for(Duration{60'000});
  world.ask(state::Request::Verb::Accept, "ada", "lose-layer");
  ASSERT_TRUE(world.settle(Duration{3'600'000})) << world.breach();
  EXPECT_NE(world.container("box-ada")->id, old);
  EXPECT_FALSE(exists(old));
}

TEST_F(Layers, OfAContainerThatRanAgainAreSavedAgain) {
  // Saved, and run once more by a hand before it could go, in the new one's place.
  fail_every("RemoveContainer");
  change();
  world.run_for(Duration{60'000});
  ASSERT_TRUE(exists(old));
  ASSERT_TRUE(is_saved(old));
  {
    auto docker = world.engine.docker();
    ASSERT_TRUE(docker->stop("box-ada"));
    ASSERT_TRUE(docker->start(old.str()));
    ASSERT_TRUE(docker->write_in_layer(old.str(), "/home/coder/later.txt", "later"));
    ASSERT_TRUE(docker->stop(old.str()));
    ASSERT_TRUE(docker->start("box-ada"));
  }
  world.faulty.set_plan({});
  ASSERT_TRUE(world.settle(Duration{3'600'000})) << world.breach();
  EXPECT_FALSE(exists(old));
  EXPECT_EQ(world.layers.files_of(old).count("/home/coder/later.txt"), 1U);
  EXPECT_TRUE(is_saved(old)) << "and what was saved before is there still";
}

TEST_F(Layers, OfADeadContainerAreSavedAsFarAsTheEngineReadsThem) {
  world.engine.docker()->make_dead(old.str());
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(old));
  EXPECT_TRUE(is_saved(old));
  EXPECT_NE(saved_event().find("the container was dead"), std::string::npos) << saved_event();
}

TEST_F(Layers, OfADeadContainerThatCannotBeReadAreGivenUpAndThatIsTold) {
  world.engine.docker()->make_dead(old.str());
  fail_every("changed_paths");
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(old)) << "no waiting makes it readable again";
  EXPECT_EQ(world.reason("ada", "Stalled"), "");
  EXPECT_NE(saved_event().find("not saved: what was changed below /home and /root"),
            std::string::npos)
      << saved_event();
  ASSERT_EQ(world.layers.notes({})->size(), 1U);
  EXPECT_FALSE(world.layers.notes({})->front().given_up.empty());
}

TEST_F(Layers, OfADeadContainerWaitForRoom) {
  world.engine.docker()->make_dead(old.str());
  world.layers.set_full(true);
  world.run_for(Duration{120'000});
  EXPECT_TRUE(exists(old));
  EXPECT_EQ(world.reason("ada", "Stalled"), "LayerNotSaved");
}

TEST_F(Layers, AreNotReadAnewInEveryPass) {
  change();
  const auto passes = world.passes();
  ASSERT_TRUE(world.settle()) << world.breach();
  // While the old one rests beside the new one, before the save, at the save, and after it.
  EXPECT_GT(world.passes() - passes, 8U);
  EXPECT_LE(world.layers.reads(), 3U);
  EXPECT_TRUE(is_saved(old));
}

TEST_F(Layers, OfACandidateThatNeverRanAreNone) {
  world.engine.forget_calls();
  change();
  for (int i = 0; i < 200 && world.container("box-ada.next") == nullptr; ++i)
    world.step();
  ASSERT_NE(world.container("box-ada.next"), nullptr);
  const auto never_ran = world.container("box-ada.next")->id;
  world.declare(ada.env("EDITOR", "nano"));
  ASSERT_TRUE(world.settle()) << world.breach();
  EXPECT_FALSE(exists(never_ran));
  const auto notes = world.layers.notes({});
  for (const auto& note : *notes)
    EXPECT_NE(note.container, never_ran);
}

}  // namespace
}  // namespace boxwright::test
