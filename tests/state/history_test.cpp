// The history of a box on disk: what is kept, what replaces what, and the files of earlier
// versions.

#include "specs/model/canonical.h"
#include "state/rollback_order.h"
#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

using Outcome = GenerationRecord::Outcome;

class History : public DatabaseTest {
 protected:
  static std::string golden(const std::string& file) {
    return bytes_of(std::filesystem::path(BOXWRIGHT_SOURCE_DIR) / "tests/golden/state" / file);
  }
  static GenerationRecord entry(std::int64_t generation, Outcome outcome = Outcome::Pending) {
    GenerationRecord made;
    made.uid = BoxUid{"uid-ada"};
    made.generation = generation;
    made.spec_json = R"({"image":"box-base:)" + std::to_string(generation) + R"("})";
    made.image_id = ImageId{"sha256:1"};
    made.secret_mac = "v1:key:mac";
    made.source = SourceName{"team"};
    made.revision = Revision{"r"};
    made.author = "grace";
    made.wanted_at = at(1'000 + generation);
    made.outcome = outcome;
    return made;
  }
  static Store::FleetChange begin(GenerationRecord next) {
    Store::FleetChange change;
    change.put_boxes = {small_record("ada")};
    change.new_generations = {std::move(next)};
    return change;
  }
  static std::vector<Outcome> outcomes(const std::vector<GenerationRecord>& history) {
    std::vector<Outcome> all;
    for (const auto& one : history)
      all.push_back(one.outcome);
    return all;
  }
};

TEST_F(History, KeepsEveryFieldAcrossAReopening) {
  auto full = entry(3, Outcome::RolledBackByHand);
  full.part = 2;
  full.rollback_to = "1";
  full.applied_at = at(5'000);
  full.reason = "grace had the box go back to generation 1";
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  ASSERT_TRUE(opened->put_generation(full));
  opened.reset();
  const auto history = store(OpenMode::ReadOnly)->history(BoxUid{"uid-ada"});
  ASSERT_TRUE(history) << history.error().message;
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ((*history)[1], full);
  EXPECT_EQ((*history)[1].name(), "3.2");
}

TEST_F(History, ANewGenerationSupersedesWhatWasPending) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  ASSERT_TRUE(opened->put_generation(entry(1, Outcome::Applied)));
  ASSERT_TRUE(opened->commit(begin(entry(2))));
  ASSERT_TRUE(opened->commit(begin(entry(3))));
  const auto history = opened->history(BoxUid{"uid-ada"}).value();
  EXPECT_EQ(outcomes(history),
            (std::vector{Outcome::Applied, Outcome::Superseded, Outcome::Pending}));
  EXPECT_EQ(history[1].reason, "generation 3 was wanted before it was applied");
}

TEST_F(History, AnOrderToGoBackMarksWhatItGoesBackFrom) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  ASSERT_TRUE(opened->put_generation(entry(1, Outcome::Applied)));
  ASSERT_TRUE(opened->put_generation(entry(2, Outcome::Applied)));
  auto back = entry(3);
  back.rollback_to = "1";
  ASSERT_TRUE(opened->commit(begin(back)));
  const auto history = opened->history(BoxUid{"uid-ada"}).value();
  EXPECT_EQ(outcomes(history),
            (std::vector{Outcome::Applied, Outcome::RolledBackByHand, Outcome::Pending}));
  EXPECT_EQ(history[1].reason, "grace had the box go back to generation 1");
  EXPECT_TRUE(history[1].was_applied());
}

TEST_F(History, NobodyGoesBackFromWhereOneIsToGoBackTo) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  ASSERT_TRUE(opened->put_generation(entry(1, Outcome::Applied)));
  ASSERT_TRUE(opened->put_generation(entry(2, Outcome::RolledBack)));
  auto back = entry(3);
  back.rollback_to = "1";
  ASSERT_TRUE(opened->commit(begin(back)));
  EXPECT_EQ(outcomes(opened->history(BoxUid{"uid-ada"}).value()),
            (std::vector{Outcome::Applied, Outcome::RolledBack, Outcome::Pending}));

  // Nor from a generation that is a going back to the same.
  back.outcome = Outcome::Applied;
  ASSERT_TRUE(opened->put_generation(back));
  ASSERT_TRUE(opened->commit(begin(entry(4))));
  auto again = entry(5);
  again.rollback_to = "1";
  ASSERT_TRUE(opened->commit(begin(again)));
  const auto history = opened->history(BoxUid{"uid-ada"}).value();
  EXPECT_EQ(history[0].outcome, Outcome::Applied);
  EXPECT_EQ(history[2].outcome, Outcome::Applied);
  EXPECT_EQ(history[3].outcome, Outcome::Superseded);
}

TEST_F(History, KeepsTheLastTwentyThatWereApplied) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  for (std::int64_t generation = 1; generation <= 60; ++generation) {
    const bool applied = generation % 2 == 0;
    ASSERT_TRUE(opened->put_generation(
        entry(generation, applied ? Outcome::Applied : Outcome::Superseded)));
  }
  const auto history = opened->history(BoxUid{"uid-ada"}).value();
  EXPECT_EQ(std::count_if(history.begin(), history.end(),
                          [](const auto& one) { return one.was_applied(); }),
            20);
  EXPECT_EQ(history.front().generation, 22);
  EXPECT_EQ(history.back().generation, 60);
}

TEST_F(History, ThatOfEditsThatWereNeverAppliedIsBounded) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  ASSERT_TRUE(opened->put_generation(entry(1, Outcome::Applied)));
  for (std::int64_t generation = 2; generation <= 200; ++generation)
    ASSERT_TRUE(opened->commit(begin(entry(generation))));
  const auto history = opened->history(BoxUid{"uid-ada"}).value();
  EXPECT_EQ(history.size(), 41U);
  EXPECT_EQ(history.front().generation, 1) << "what was applied stays";
  EXPECT_EQ(history.back().generation, 200);
}

TEST_F(History, GoesWithItsBoxAndIsNotWrittenForOneThatIsGone) {
  auto opened = store();
  ASSERT_TRUE(opened->commit(begin(entry(1))));
  Store::FleetChange forget;
  forget.forget_boxes = {BoxName{"ada"}};
  ASSERT_TRUE(opened->commit(forget));
  EXPECT_TRUE(opened->history(BoxUid{"uid-ada"}).value().empty());
  ASSERT_TRUE(opened->put_generation(entry(1, Outcome::Applied)));
  EXPECT_TRUE(opened->history(BoxUid{"uid-ada"}).value().empty());
}

TEST_F(History, ABoxKeepsTheOrderThatHoldsIt) {
  auto box = small_record("ada");
  box.rollback = RollbackHold{"3", "grace", box.spec};
  box.rollback->declared.image = "box-base:9";
  Store::FleetChange change;
  change.put_boxes = {box};
  ASSERT_TRUE(store()->commit(change));
  EXPECT_EQ(store()->box(BoxName{"ada"}).value()->rollback, box.rollback);
  change.put_boxes.front().rollback.reset();
  ASSERT_TRUE(store()->commit(change));
  EXPECT_FALSE(store()->box(BoxName{"ada"}).value()->rollback.has_value());
}

TEST_F(History, AFileOfVersionTwoGoesOnAfterACopy) {
  sqlite3(state_file_, golden("state-v2.sql"));
  const auto opened = store();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(sqlite3(state_file_.string() + ".v2.bak", "PRAGMA user_version;"), "2\n");
  const auto ada = opened->box(BoxName{"ada"}).value();
  ASSERT_TRUE(ada.has_value());
  EXPECT_EQ(ada->generation, 3);
  EXPECT_EQ(ada->owner, "ada@example.org");
  EXPECT_EQ(ada->containers.size(), 1U);
  EXPECT_FALSE(ada->rollback.has_value());
  EXPECT_EQ(opened->events(BoxName{"ada"}, 0, 10).value().size(), 1U);
  const auto history = opened->history(ada->uid).value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].generation, 3);
  EXPECT_EQ(history[0].outcome, Outcome::Pending);
  EXPECT_EQ(history[0].source, SourceName{"team"});
  EXPECT_EQ(history[0].wanted_at, WallTime{});
  EXPECT_EQ(specs::spec_from_canonical_json(history[0].spec_json).value(), ada->spec);
}

TEST_F(History, APublicDatabaseOfVersionOneTakesRollbacksAndKeepsItsNumbers) {
  sqlite3(desired_file_, golden("desired-v1.sql"));
  const auto opened = desired();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(sqlite3(desired_file_.string() + ".v1.bak", "PRAGMA user_version;"), "1\n");
  const auto before = opened->requests().value();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[1].verb, Request::Verb::Suspend);
  EXPECT_EQ(before[1].by, "grace");
  EXPECT_EQ(before[1].state, "pending");
  Request request;
  request.verb = Request::Verb::Rollback;
  request.subject = "ada";
  request.argument = kRollbackUndo;
  const auto id = opened->add_request(request);
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, 4) << "a number that was given once is not given again";
  EXPECT_EQ(opened->request(*id).value()->verb, Request::Verb::Rollback);
  EXPECT_EQ(opened->read().value().boxes.size(), 1U);
}

TEST_F(History, AnOrderIsReadAsItWasWritten) {
  RollbackOrder order;
  order.to = "3.1";
  order.uid = BoxUid{"uid-ada"};
  order.spec = full_record("ada").spec;
  order.declared = small_record("ada").spec;
  EXPECT_EQ(read_rollback_order(print_rollback_order(order)).value(), order);
  for (const char* bad : {"", "3", "[]", "{}", R"({"to": 3})", R"({"to": "3", "spec": {}})",
                          R"({"to": "3", "spec": {"image": 5}, "declared": {}})", "undo"}) {
    EXPECT_FALSE(read_rollback_order(bad)) << bad;
  }
}

}  // namespace
}  // namespace boxwright::state
