// What opening does with files that are absent, damaged, foreign, newer, older, locked or
// read-only.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include "state/schemas.h"
#include "state/sqlite_file.h"
#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

namespace fs = std::filesystem;

class DatabaseFile : public DatabaseTest {
 protected:
  void put_ada() {
    Store::FleetChange change;
    change.put_boxes = {full_record("ada")};
    ASSERT_TRUE(store()->commit(change));
  }
  /// Where FakeClock stands.
  [[nodiscard]] fs::path aside(const fs::path& file) const {
    return file.string() + ".corrupt-20260101T000000Z";
  }
  void expect_set_aside(const std::string& content) {
    const auto opened = open_store(state_file_, OpenMode::ReadWrite, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->set_aside, aside(state_file_));
    EXPECT_TRUE(opened->created);
    EXPECT_EQ(bytes_of(aside(state_file_)), content);
    EXPECT_TRUE(opened->store->boxes().value().empty());
    EXPECT_TRUE(opened->store->put_status(full_status("ada")));
  }
};

mode_t mode_of(const fs::path& file) {
  struct stat entry{};
  EXPECT_EQ(::stat(file.c_str(), &entry), 0) << file;
  return entry.st_mode & 0777U;
}

TEST_F(DatabaseFile, MakesPrivateFoldersAndFiles) {
  state_file_ = folder_ / "a" / "b" / "state.db";

  const auto opened = open_store(state_file_, OpenMode::ReadWrite, clock_);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->created);
  EXPECT_TRUE(opened->set_aside.empty());
  ASSERT_TRUE(opened->store->put_status(full_status("ada")));
  EXPECT_EQ(mode_of(folder_ / "a"), 0700U);
  EXPECT_EQ(mode_of(folder_ / "a" / "b"), 0700U);
  EXPECT_EQ(mode_of(state_file_), 0600U);
  EXPECT_EQ(mode_of(state_file_.string() + "-wal"), 0600U);
}

TEST_F(DatabaseFile, LeavesTheModeOfAnExistingPublicDatabaseAlone) {
  ASSERT_TRUE(desired());
  ASSERT_EQ(::chmod(desired_file_.c_str(), 0660), 0);

  ASSERT_TRUE(desired());

  EXPECT_EQ(mode_of(desired_file_), 0660U);
}

TEST_F(DatabaseFile, SetsTextThatIsNoDatabaseAside) {
  write_bytes(state_file_, "this is a note, not a database\n");
  expect_set_aside("this is a note, not a database\n");
}

TEST_F(DatabaseFile, SetsATruncatedDatabaseAside) {
  put_ada();
  const auto half = bytes_of(state_file_).substr(0, 4096 * 3 + 100);
  write_bytes(state_file_, half);
  expect_set_aside(half);
}

TEST_F(DatabaseFile, SetsADatabaseWithAnOverwrittenPageAside) {
  put_ada();
  auto bytes = bytes_of(state_file_);
  ASSERT_GT(bytes.size(), 4096U * 3);
  constexpr std::size_t kTwoPages = 8192;
  bytes.replace(4096, kTwoPages, std::string(kTwoPages, 'x'));
  write_bytes(state_file_, bytes);
  expect_set_aside(bytes);
}

TEST_F(DatabaseFile, SetsTheLogAsideTogetherWithTheFile) {
  write_bytes(state_file_, "no database");
  write_bytes(state_file_.string() + "-wal", "its log");
  write_bytes(state_file_.string() + "-shm", "its index");

  ASSERT_TRUE(store());

  EXPECT_EQ(bytes_of(aside(state_file_)), "no database");
  EXPECT_EQ(bytes_of(aside(state_file_).string() + "-wal"), "its log");
  // SQLite writes its index anew when it looks at a log; there is nothing in it to lose.
  EXPECT_TRUE(fs::exists(aside(state_file_).string() + "-shm"));
}

TEST_F(DatabaseFile, SetsAnEmptyFileAsideOnlyIfItsLogIsNot) {
  write_bytes(state_file_, "");
  ASSERT_TRUE(store());
  EXPECT_FALSE(fs::exists(aside(state_file_)));

  write_bytes(desired_file_, "");
  write_bytes(desired_file_.string() + "-wal", "all that is left");
  ASSERT_TRUE(desired());
  EXPECT_EQ(bytes_of(aside(desired_file_).string() + "-wal"), "all that is left");
}

TEST_F(DatabaseFile, OverwritesNoEarlierFileThatWasSetAside) {
  write_bytes(state_file_, "first");
  ASSERT_TRUE(store());
  write_bytes(state_file_, "second");
  ASSERT_TRUE(store());

  EXPECT_EQ(bytes_of(aside(state_file_)), "first");
  EXPECT_EQ(bytes_of(aside(state_file_).string() + "-2"), "second");
}

TEST_F(DatabaseFile, SetsACorruptPublicDatabaseAsideAndBeginsAFreshOne) {
  write_bytes(desired_file_, "no database");

  const auto opened = open_desired_db(desired_file_, clock_);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->set_aside, aside(desired_file_));
  EXPECT_FALSE(opened->db->in_use().value());
}

TEST_F(DatabaseFile, CallsANewerSchemaUnsupportedAndNamesBothVersions) {
  put_ada();
  sqlite3(state_file_, "PRAGMA user_version = 41");
  const auto before = bytes_of(state_file_);

  const auto opened = open_store(state_file_, OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
  EXPECT_NE(opened.error().message.find("version 41"), std::string::npos);
  EXPECT_NE(opened.error().message.find("up to 4"), std::string::npos);
  EXPECT_EQ(bytes_of(state_file_), before);
}

TEST_F(DatabaseFile, CallsAnotherProgramsDatabaseUnsupportedAndLeavesItAsItIs) {
  sqlite3(state_file_, "CREATE TABLE music (title TEXT); INSERT INTO music VALUES ('x');");
  const auto before = bytes_of(state_file_);

  const auto opened = open_store(state_file_, OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(bytes_of(state_file_), before);
  EXPECT_EQ(names(), std::vector<std::string>{"state.db"});
}

TEST_F(DatabaseFile, DoesNotTakeThePublicDatabaseForTheMemoryDatabase) {
  ASSERT_TRUE(desired());

  const auto opened = open_store(desired_file_, OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
}

TEST_F(DatabaseFile, IsUnavailableWhereAFolderLiesInItsPlace) {
  fs::create_directory(state_file_);

  const auto opened = open_store(state_file_, OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_NE(opened.error().message.find(state_file_.string()), std::string::npos);
  EXPECT_TRUE(fs::is_directory(state_file_));
}

TEST_F(DatabaseFile, IsUnavailableWhereItsFolderCannotBeMade) {
  write_bytes(folder_ / "plain", "a file");

  const auto opened = open_store(folder_ / "plain" / "state.db", OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_NE(opened.error().message.find("plain"), std::string::npos);
}

constexpr std::array kOldSteps{"CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"};
constexpr std::array kNewSteps{kOldSteps[0], "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 5;",
                               "UPDATE a SET x = x + y;"};
constexpr std::array kBrokenSteps{kOldSteps[0], "UPDATE a SET x = 100;", "DROP TABLE nothing;"};
constexpr std::int32_t kTestApplication = 77;

FileSchema schema_of(std::span<const char* const> steps) {
  return {.title = "test database", .application_id = kTestApplication, .steps = steps};
}

TEST_F(DatabaseFile, SaysWhoToLookForWhenAnotherProgramHoldsTheLock) {
  FileSchema impatient = schema_of(kOldSteps);
  impatient.busy_timeout_ms = 0;
  auto opened = SqliteFile::open(state_file_, impatient, OpenMode::ReadWrite, clock_);
  ASSERT_TRUE(opened) << opened.error().message;
  SQLite::Database other(state_file_.string(), SQLite::OPEN_READWRITE);
  const SQLite::Transaction held(other, SQLite::TransactionBehavior::IMMEDIATE);

  const auto result = opened->file->write("write", []() -> Status { return {}; });

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(result.error().retry, RetryClass::Transient);
  EXPECT_NE(result.error().message.find("locked"), std::string::npos);
  EXPECT_NE(result.error().message.find("fuser -v " + state_file_.string()), std::string::npos);
}

TEST_F(DatabaseFile, MigratesStepByStepAfterACopy) {
  ASSERT_TRUE(SqliteFile::open(state_file_, schema_of(kOldSteps), OpenMode::ReadWrite, clock_));

  auto opened = SqliteFile::open(state_file_, schema_of(kNewSteps), OpenMode::ReadWrite, clock_);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->file->db().execAndGet("SELECT x FROM a").getInt(), 6);
  EXPECT_EQ(opened->file->db().execAndGet("PRAGMA user_version").getInt(), 3);
  EXPECT_EQ(sqlite3(state_file_.string() + ".v1.bak", "PRAGMA user_version; SELECT * FROM a;"),
            "1\n1\n");
  EXPECT_EQ(mode_of(state_file_.string() + ".v1.bak"), 0600U);
}

TEST_F(DatabaseFile, AnOlderPublicDatabaseKeepsItsOrdersAndTheirNumbers) {
  FileSchema old = desired_schema();
  old.steps = old.steps.first(1);
  ASSERT_TRUE(SqliteFile::open(desired_file_, old, OpenMode::ReadWrite, clock_));
  sqlite3(desired_file_,
          "INSERT INTO desired_source (id, domain) VALUES (1, 'boxes.example');"
          "INSERT INTO requests (verb, subject) VALUES ('suspend', 'ada'), ('restart', 'bob');"
          "DELETE FROM requests WHERE verb = 'restart';");

  const auto db = desired();

  const auto requests = db->requests().value();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].id, 1);
  EXPECT_EQ(requests[0].verb, Request::Verb::Suspend);
  EXPECT_EQ(requests[0].state, "pending");
  Request rollout;
  rollout.verb = Request::Verb::Rollout;
  rollout.subject = "ada";
  EXPECT_EQ(db->add_request(rollout).value(), 3) << "a number is never given twice";
  const auto snapshot = db->read();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(snapshot->settings.domain, "boxes.example");
  EXPECT_EQ(snapshot->settings.rollout, specs::RolloutLimits{});
  const auto before = snapshot->revision;
  sqlite3(desired_file_, "UPDATE desired_source SET rollout_max_failures = 2;");
  EXPECT_NE(db->read().value().revision, before);
}

TEST_F(DatabaseFile, ChangesNothingWhenAMigrationFails) {
  ASSERT_TRUE(SqliteFile::open(state_file_, schema_of(kOldSteps), OpenMode::ReadWrite, clock_));

  const auto opened =
      SqliteFile::open(state_file_, schema_of(kBrokenSteps), OpenMode::ReadWrite, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(sqlite3(state_file_, "PRAGMA user_version; SELECT * FROM a;"), "1\n1\n");
}

TEST_F(DatabaseFile, ReadsAnOlderSchemaInMemoryWithoutTouchingTheFile) {
  ASSERT_TRUE(SqliteFile::open(state_file_, schema_of(kOldSteps), OpenMode::ReadWrite, clock_));
  const auto before = bytes_of(state_file_);

  auto opened = SqliteFile::open(state_file_, schema_of(kNewSteps), OpenMode::ReadOnly, clock_);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->file->db().execAndGet("SELECT x FROM a").getInt(), 6);
  EXPECT_EQ(bytes_of(state_file_), before);
  EXPECT_EQ(names(), std::vector<std::string>{"state.db"});
}

TEST_F(DatabaseFile, ReadOnlyGivesAnEmptyStoreForAnAbsentFileAndMakesNone) {
  const auto opened = open_store(folder_ / "no" / "state.db", OpenMode::ReadOnly, clock_);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->created);
  EXPECT_TRUE(opened->store->boxes().value().empty());
  EXPECT_TRUE(names().empty());
}

TEST_F(DatabaseFile, ReadOnlyMakesAndChangesNoFile) {
  put_ada();
  const auto before = bytes_of(state_file_);

  const auto reader = store(OpenMode::ReadOnly);

  EXPECT_EQ(reader->boxes().value(), std::vector{full_record("ada")});
  EXPECT_EQ(names(), std::vector<std::string>{"state.db"});
  EXPECT_EQ(bytes_of(state_file_), before);
  const auto written = reader->put_status(full_status("ada"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Unavailable);
}

TEST_F(DatabaseFile, ReadOnlySeesWhatAWriterCommitsAndLeavesItsLogAlone) {
  const auto writer = store();
  Store::FleetChange change;
  change.put_boxes = {small_record("ada")};
  ASSERT_TRUE(writer->commit(change));
  const auto log = bytes_of(state_file_.string() + "-wal");
  ASSERT_FALSE(log.empty());
  {
    const auto reader = store(OpenMode::ReadOnly);
    EXPECT_EQ(reader->boxes().value().size(), 1U);
    EXPECT_EQ(bytes_of(state_file_.string() + "-wal"), log);

    change.put_boxes = {small_record("ben")};
    ASSERT_TRUE(writer->commit(change));
    EXPECT_EQ(reader->boxes().value().size(), 2U);
  }
  change.put_boxes = {small_record("cleo")};
  EXPECT_TRUE(writer->commit(change));
  EXPECT_EQ(names(), (std::vector<std::string>{"state.db", "state.db-shm", "state.db-wal"}));
}

TEST_F(DatabaseFile, ReadOnlySeesAWriterThatCameLater) {
  const auto reader = store(OpenMode::ReadOnly);
  ASSERT_TRUE(reader->boxes().value().empty());

  put_ada();
  EXPECT_EQ(reader->boxes().value().size(), 1U);

  const auto writer = store();
  Store::FleetChange change;
  change.put_boxes = {small_record("ben")};
  ASSERT_TRUE(writer->commit(change));
  EXPECT_EQ(reader->boxes().value().size(), 2U);
}

TEST_F(DatabaseFile, ReadOnlyReportsACorruptFileAndLeavesItInPlace) {
  write_bytes(state_file_, "no database");

  const auto opened = open_store(state_file_, OpenMode::ReadOnly, clock_);

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
  EXPECT_EQ(names(), std::vector<std::string>{"state.db"});
}

TEST_F(DatabaseFile, BacksUpWhileRunningIntoOneFile) {
  const auto writer = store();
  Store::FleetChange change;
  change.put_boxes = {full_record("ada")};
  ASSERT_TRUE(writer->commit(change));

  ASSERT_TRUE(writer->backup_to(folder_ / "copy.db"));

  EXPECT_EQ(mode_of(folder_ / "copy.db"), 0600U);
  const auto copy = open_store(folder_ / "copy.db", OpenMode::ReadOnly, clock_);
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(copy->store->boxes().value(), std::vector{full_record("ada")});
  EXPECT_EQ(names(),
            (std::vector<std::string>{"copy.db", "state.db", "state.db-shm", "state.db-wal"}));
}

TEST_F(DatabaseFile, BackupOverwritesNothingAndLeavesNoPartialFile) {
  const auto writer = store();
  write_bytes(folder_ / "copy.db", "precious");

  const auto taken = writer->backup_to(folder_ / "copy.db");
  const auto nowhere = writer->backup_to(folder_ / "no" / "copy.db");

  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::Conflict);
  EXPECT_EQ(bytes_of(folder_ / "copy.db"), "precious");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(names(), (std::vector<std::string>{"copy.db", "state.db"}));
}

}  // namespace
}  // namespace boxwright::state
