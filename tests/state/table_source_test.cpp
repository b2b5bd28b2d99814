#include <gtest/gtest.h>

#include "state/desired_db.h"
#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

class TableSourceTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    db_ = desired();
    source_ = make_table_source(*db_, desired_file_);
  }
  void TearDown() override {
    source_.reset();
    db_.reset();
    DatabaseTest::TearDown();
  }
  [[nodiscard]] Result<std::optional<specs::Snapshot>> poll() {
    return source_->poll(clock_.mono_now());
  }
  void sql(const std::string& text) { sqlite3(desired_file_, text); }

  std::unique_ptr<DesiredDb> db_;
  std::unique_ptr<specs::SpecSource> source_;
};

constexpr const char* kInsert =
    R"(INSERT INTO desired_boxes (name, spec) VALUES ('ada', '{"image":"a:1"}');)";

TEST_F(TableSourceTest, NamesTheFileAsItsPlace) {
  EXPECT_EQ(source_->place(), desired_file_.string());
}

TEST_F(TableSourceTest, GivesNothingUntilTheTableIsInUse) {
  EXPECT_EQ(poll().value().has_value(), false);
  EXPECT_TRUE(source_->is_unused()) << "nobody is to wait for it";

  sql(kInsert);

  const auto snapshot = poll().value();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE(source_->is_unused());
  EXPECT_EQ(snapshot->boxes.size(), 1U);
}

TEST_F(TableSourceTest, TellsWhoseTheRowsAre) {
  sql(kInsert);
  sql(R"(INSERT INTO desired_boxes (name, owner, spec) VALUES ('eve', 'grace', '{"image":"a:1"}');)");
  const auto snapshot = poll().value();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->authors,
            (std::map<std::string, std::string>{{"desired_boxes/eve", "grace"}}));
}

TEST_F(TableSourceTest, GivesASnapshotOnceForOneChange) {
  sql(kInsert);
  ASSERT_TRUE(poll().value());

  EXPECT_FALSE(poll().value());
  sql("UPDATE box_status SET ready = 1;");
  EXPECT_FALSE(poll().value());
  sql("CREATE TABLE notes (x); DROP TABLE notes;");
  EXPECT_FALSE(poll().value()) << "a commit that changes no desired row";
  sql(R"(UPDATE desired_boxes SET spec = '{"image":"a:2"}';)");
  EXPECT_TRUE(poll().value());
}

TEST_F(TableSourceTest, GivesAnEmptySnapshotWhenTheLastRowGoes) {
  sql(kInsert);
  ASSERT_TRUE(poll().value());

  sql("DELETE FROM desired_boxes; DELETE FROM desired_source;");

  const auto snapshot = poll().value();
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->boxes.empty());
}

TEST_F(TableSourceTest, TellsABulkWriterOnceAndTheSameContentAgainAfterwards) {
  sql(kInsert);
  ASSERT_TRUE(poll().value());

  sql("UPDATE desired_source SET complete = 0;");
  const auto first = poll();
  const auto second = poll();
  sql("UPDATE desired_source SET complete = 1;");
  const auto after = poll();

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().retry, RetryClass::Waiting);
  EXPECT_TRUE(second && !second->has_value());
  EXPECT_TRUE(after && after->has_value());
}

TEST_F(TableSourceTest, TellsAnotherErrorThoughTheFirstOneWasNotMended) {
  sql(kInsert);
  sql("UPDATE desired_source SET prune_delay = '5';");
  ASSERT_FALSE(poll());

  sql("UPDATE desired_source SET prune_delay = '6';");

  EXPECT_FALSE(poll());
}

TEST_F(TableSourceTest, ReadsAgainAfterTheFileWasGoneForAWhile) {
  sql(kInsert);
  ASSERT_TRUE(poll().value());
  const auto elsewhere = folder_ / "elsewhere.db";

  std::filesystem::rename(desired_file_, elsewhere);
  const auto gone = poll();
  const auto still_gone = poll();
  std::filesystem::rename(elsewhere, desired_file_);
  const auto back = poll();

  EXPECT_FALSE(gone);
  EXPECT_TRUE(still_gone && !still_gone->has_value());
  ASSERT_TRUE(back && back->has_value());
  EXPECT_EQ((*back)->boxes.size(), 1U);
}

TEST_F(TableSourceTest, SeesADeletionThatThisProcessOrdered) {
  sql(kInsert);
  ASSERT_TRUE(poll().value());
  DeletionRow row;
  row.name = BoxName{"ada"};

  ASSERT_TRUE(db_->add_deletion(row));

  const auto snapshot = poll().value();
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->boxes.empty());
}

}  // namespace
}  // namespace boxwright::state
