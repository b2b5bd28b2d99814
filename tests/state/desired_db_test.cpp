#include "state/desired_db.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

namespace fs = std::filesystem;

class PublicDatabase : public DatabaseTest {
 protected:
  std::string sql(const std::string& text) { return sqlite3(desired_file_, text); }
};

constexpr const char* kAda =
    R"(INSERT INTO desired_boxes (name, owner, labels, spec)
       VALUES ('ada', 'ada@example.org', '{"team":"compilers"}', '{"image":"box-base:1"}')
       ON CONFLICT (name) DO UPDATE SET spec = excluded.spec;)";

std::string upsert(const std::string& name, const std::string& image = "box-base:1") {
  return "INSERT INTO desired_boxes (name, spec) VALUES ('" + name + "', '{\"image\":\"" + image +
         "\"}') ON CONFLICT (name) DO UPDATE SET spec = excluded.spec;";
}

std::vector<std::string> box_names(const specs::Snapshot& snapshot) {
  std::vector<std::string> names;
  names.reserve(snapshot.boxes.size());
  for (const auto& box : snapshot.boxes)
    names.push_back(box.name.str());
  return names;
}

std::vector<std::string> problem_files(const specs::Snapshot& snapshot) {
  std::vector<std::string> files;
  files.reserve(snapshot.problems.size());
  for (const auto& problem : snapshot.problems)
    files.push_back(problem.file);
  return files;
}

DeletionRow deletion_of(const std::string& name) {
  DeletionRow row;
  row.name = BoxName{name};
  row.volumes = true;
  row.now = true;
  row.by = "ada";
  row.at = at(1'700'000'000'123);
  row.state = "pending";
  return row;
}

TEST_F(PublicDatabase, ReadsARowThatTheSqlite3ProgramWroteWhileItIsOpen) {
  const auto db = desired();
  sql(kAda);

  const auto snapshot = db->read();

  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(snapshot->source, SourceName{"table"});
  EXPECT_EQ(snapshot->place, desired_file_.string());
  ASSERT_EQ(snapshot->boxes.size(), 1U);
  const auto& ada = snapshot->boxes[0];
  EXPECT_EQ(ada.name, BoxName{"ada"});
  EXPECT_EQ(ada.owner, "ada@example.org");
  EXPECT_EQ(ada.labels, (std::map<std::string, std::string>{{"team", "compilers"}}));
  EXPECT_EQ(ada.spec.image, "box-base:1");
  EXPECT_EQ(ada.spec.volumes, specs::default_volumes());
  EXPECT_TRUE(snapshot->problems.empty());
}

TEST_F(PublicDatabase, RaisesRevisionsByTriggerForEveryWayOfWriting) {
  const auto db = desired();
  sql("INSERT INTO desired_source (id) VALUES (1);");
  const auto revision = [&] { return sql("SELECT revision FROM desired_boxes;"); };
  const auto table = [&] { return db->read().value().revision.str(); };
  ASSERT_EQ(table(), "table:1");

  sql(kAda);
  EXPECT_EQ(revision(), "2\n");
  sql(upsert("ada", "box-base:2"));
  EXPECT_EQ(revision(), "3\n");
  sql(upsert("ada", "box-base:2"));
  EXPECT_EQ(revision(), "3\n") << "nothing changed";
  sql("INSERT OR REPLACE INTO desired_boxes (name, spec) VALUES ('ada', '{}');");
  EXPECT_EQ(revision(), "4\n");
  sql("UPDATE desired_boxes SET owner = 'x';");
  EXPECT_EQ(revision(), "5\n");
  EXPECT_EQ(table(), "table:5");
  sql("DELETE FROM desired_boxes;");
  EXPECT_EQ(table(), "table:6");
  sql("UPDATE desired_source SET domain = 'boxes.example';");
  EXPECT_EQ(table(), "table:7");
  sql("UPDATE desired_source SET complete = 1;");
  EXPECT_EQ(table(), "table:7") << "complete is no content";
}

TEST_F(PublicDatabase, ReportsBadRowsWithTheirPlaceAndKeepsTheOthers) {
  const auto db = desired();
  sql(upsert("ada"));
  sql(R"(INSERT INTO desired_boxes (name, spec) VALUES
           (NULL, '{"image":"a:1"}'), (x'00ff', '{"image":"a:1"}'), ('../up', '{"image":"a:1"}'),
           ('blob', x'7b7d'), ('empty', NULL), ('text', 'image: a'), ('list', '[]'),
           ('cpus', '{"image":"a:1","resources":{"cpus":"many"}}');)");
  sql(R"(INSERT INTO desired_boxes (name, owner, labels, spec) VALUES
           ('labels', NULL, '[1]', '{"image":"a:1"}'), ('owner', x'00', NULL, '{"image":"a:1"}');)");

  const auto snapshot = db->read();

  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(box_names(*snapshot), std::vector<std::string>{"ada"});
  const auto files = problem_files(*snapshot);
  for (const auto* place :
       {"desired_boxes/(rowid 2)", "desired_boxes/(rowid 3)", "desired_boxes/../up",
        "desired_boxes/blob", "desired_boxes/empty", "desired_boxes/text", "desired_boxes/list",
        "desired_boxes/cpus#/resources/cpus", "desired_boxes/labels", "desired_boxes/owner"}) {
    EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const std::string& file) {
      return file.starts_with(place);
    })) << place;
  }
  EXPECT_TRUE(std::is_sorted(snapshot->problems.begin(), snapshot->problems.end()));
}

TEST_F(PublicDatabase, NamesTheBoxOfABadRowSoThatItsStatusCanTell) {
  const auto db = desired();
  sql("INSERT INTO desired_boxes (name, spec) VALUES ('blob', x'7b7d'), ('list', '[]');");

  const auto problems = db->read().value().problems;

  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].box, BoxName{"blob"});
  EXPECT_NE(problems[0].message.find("BLOB"), std::string::npos);
  EXPECT_EQ(problems[1].box, BoxName{"list"});
}

TEST_F(PublicDatabase, WaitsWhileABulkWriterIsAtWork) {
  const auto db = desired();
  sql(upsert("ada") + "UPDATE desired_source SET complete = 0; DELETE FROM desired_boxes;");

  const auto during = db->read();
  sql(upsert("ben") + "UPDATE desired_source SET complete = 1;");
  const auto after = db->read();

  ASSERT_FALSE(during);
  EXPECT_EQ(during.error().retry, RetryClass::Waiting);
  EXPECT_NE(during.error().message.find("complete"), std::string::npos);
  EXPECT_EQ(box_names(after.value()), std::vector<std::string>{"ben"});
}

TEST_F(PublicDatabase, IsInUseFromTheFirstRowOnAndReadsAsEmptyAfterTheLast) {
  const auto db = desired();
  EXPECT_FALSE(db->in_use().value());

  sql(upsert("ada"));
  EXPECT_TRUE(db->in_use().value());

  sql("DELETE FROM desired_boxes;");
  EXPECT_TRUE(db->in_use().value());
  const auto snapshot = db->read();
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->boxes.empty());
  EXPECT_TRUE(snapshot->problems.empty());
}

TEST_F(PublicDatabase, ReadsEverySetting) {
  const auto db = desired();
  sql("INSERT INTO desired_source (id, domain, prune_delay, secrets_dir, routing, network, "
      "entry_point, rollout_max_concurrent, rollout_max_failures) VALUES (1, 'boxes.example', "
      "'1h30m', '/run/x/../secrets', 'none', 'web', 'https', 3, 2);");

  specs::SourceSettings expected;
  expected.domain = "boxes.example";
  expected.prune_delay = std::chrono::minutes{90};
  expected.secrets_dir = "/run/secrets";
  expected.routing = specs::RoutingMode::None;
  expected.network = "web";
  expected.entry_point = "https";
  expected.rollout = {3, 2};
  EXPECT_EQ(db->read().value().settings, expected);
}

TEST_F(PublicDatabase, TakesNullSettingsForTheirDefaults) {
  const auto db = desired();
  sql("INSERT INTO desired_source (id, domain, prune_delay, secrets_dir, routing, network, "
      "entry_point) VALUES (1, NULL, NULL, NULL, NULL, NULL, '');");

  EXPECT_EQ(db->read().value().settings, specs::SourceSettings{});
}

TEST_F(PublicDatabase, RefusesABadSettingAndNamesItsColumn) {
  const auto db = desired();
  const auto refused = [&](const std::string& column, const std::string& value) {
    sql("INSERT INTO desired_source (id) VALUES (1) ON CONFLICT DO NOTHING;"
        "UPDATE desired_source SET " +
        column + " = " + value + ";");
    const auto result = db->read();
    EXPECT_FALSE(result) << column << " = " << value;
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::InvalidSpec);
      EXPECT_NE(result.error().message.find("desired_source." + column), std::string::npos);
    }
    sql("DELETE FROM desired_source;");
  };

  refused("domain", "'a`) || Host(`b'");
  refused("domain", "x'00ff'");
  refused("prune_delay", "'10'");
  refused("prune_delay", "10");
  refused("prune_delay", "'10000h'");
  refused("secrets_dir", "'secrets'");
  refused("routing", "'label'");
  refused("network", "'a b'");
  refused("entry_point", "'a,b'");
  refused("rollout_max_concurrent", "0");
  refused("rollout_max_concurrent", "'2 boxes'");
  refused("rollout_max_failures", "-1");
  refused("rollout_max_failures", "1.5");
  refused("complete", "2");
  refused("complete", "NULL");
  refused("complete", "'yes'");
  EXPECT_TRUE(db->read());
}

TEST_F(PublicDatabase, CountsForeignCommitsAndNothingElse) {
  const auto db = desired();
  const auto counter = [&] { return db->change_counter().value(); };
  auto last = counter();
  const auto changed = [&] {
    const auto now = counter();
    const bool result = now > last;
    last = now;
    return result;
  };
  EXPECT_FALSE(changed());

  sql(upsert("ada"));
  EXPECT_TRUE(changed());
  EXPECT_FALSE(changed());
  sql("BEGIN; DELETE FROM desired_boxes; ROLLBACK;");
  EXPECT_FALSE(changed());
  ASSERT_TRUE(db->put_statuses({{BoxName{"ada"}, BoxUid{"u"}, "table:1", 1, true, "", "", {}}}));
  EXPECT_FALSE(changed());
  ASSERT_TRUE(db->read());
  EXPECT_FALSE(changed());
}

TEST_F(PublicDatabase, CountsItsOwnOrdersSoThatWhoeverPollsSeesThem) {
  const auto db = desired();
  const auto before = db->change_counter().value();

  ASSERT_TRUE(db->add_request({}));
  const auto after_request = db->change_counter().value();
  ASSERT_TRUE(db->add_deletion(deletion_of("ada")));

  EXPECT_GT(after_request, before);
  EXPECT_GT(db->change_counter().value(), after_request);
}

TEST_F(PublicDatabase, NoticesThatTheFileWasReplaced) {
  const auto db = desired();
  sql(upsert("ada"));
  ASSERT_EQ(box_names(db->read().value()), std::vector<std::string>{"ada"});
  const auto before = db->change_counter().value();
  {
    auto other = open_desired_db(folder_ / "other.db", clock_);
    ASSERT_TRUE(other);
    sqlite3(folder_ / "other.db", upsert("ben") + upsert("cleo"));
  }

  fs::rename(folder_ / "other.db", desired_file_);

  EXPECT_GT(db->change_counter().value(), before);
  EXPECT_EQ(box_names(db->read().value()), (std::vector<std::string>{"ben", "cleo"}));
  sql(upsert("dora"));
  EXPECT_EQ(db->read().value().boxes.size(), 3U);
}

TEST_F(PublicDatabase, IsUnavailableWhileTheFileIsGoneAndGoesOnWhenItIsBack) {
  const auto db = desired();
  sql(upsert("ada"));
  ASSERT_TRUE(db->change_counter());

  fs::rename(desired_file_, folder_ / "elsewhere.db");
  const auto gone = db->read();
  fs::rename(folder_ / "elsewhere.db", desired_file_);
  const auto back = db->read();

  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::Unavailable);
  EXPECT_NE(gone.error().message.find(desired_file_.string()), std::string::npos);
  EXPECT_EQ(box_names(back.value()), std::vector<std::string>{"ada"});
}

TEST_F(PublicDatabase, LeavesNoLogBehindForAReplacedFile) {
  const auto db = desired();
  sql(upsert("ada"));
  ASSERT_TRUE(db->change_counter());
  ASSERT_TRUE(db->add_request({}));

  EXPECT_EQ(fs::file_size(desired_file_.string() + "-wal"), 0U);
}

TEST_F(PublicDatabase, KeepsRequestsAndFinishesThemOnce) {
  const auto db = desired();
  Request request;
  request.verb = Request::Verb::MoveSource;
  request.subject = "default";
  request.argument = "x";
  request.by = "ada";
  request.at = at(1'700'000'000'123);

  const auto id = db->add_request(request).value();
  ASSERT_TRUE(db->finish_request(id, "done", "moved"));
  const auto again = db->finish_request(id, "failed", "twice");

  const auto stored = db->request(id).value();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->verb, request.verb);
  EXPECT_EQ(stored->subject + stored->argument + stored->by, "defaultxada");
  EXPECT_EQ(stored->at, request.at);
  EXPECT_EQ(stored->state, "done");
  EXPECT_EQ(stored->outcome, "moved");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::NotFound);
  EXPECT_EQ(db->requests().value().size(), 1U);
  EXPECT_EQ(db->request(id + 1).value().has_value(), false);
}

TEST_F(PublicDatabase, AddsADeletionAndRemovesTheRowTogether) {
  const auto db = desired();
  sql(upsert("ada") + upsert("ben"));

  ASSERT_TRUE(db->add_deletion(deletion_of("ada")));

  EXPECT_EQ(box_names(db->read().value()), std::vector<std::string>{"ben"});
  const auto rows = db->deletions().value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, BoxName{"ada"});
  EXPECT_TRUE(rows[0].volumes);
  EXPECT_TRUE(rows[0].now);
  EXPECT_EQ(rows[0].by, "ada");
  EXPECT_EQ(rows[0].at, at(1'700'000'000'123));
  EXPECT_EQ(rows[0].state, "pending");
}

TEST_F(PublicDatabase, KeepsTheRowWhenTheDeletionIsRefused) {
  const auto db = desired();
  sql(upsert("ada"));
  auto row = deletion_of("ada");
  row.state = "nonsense";

  EXPECT_FALSE(db->add_deletion(row));

  EXPECT_EQ(box_names(db->read().value()), std::vector<std::string>{"ada"});
  EXPECT_TRUE(db->deletions().value().empty());
}

TEST_F(PublicDatabase, FinishesADeletionAndAllowsALaterOneOfTheSameName) {
  const auto db = desired();
  ASSERT_TRUE(db->add_deletion(deletion_of("ada")));
  ASSERT_TRUE(db->finish_deletion(BoxName{"ada"}, "done", "removed"));
  sql("INSERT INTO desired_deletions (name) VALUES ('ada');");

  const auto rows = db->deletions().value();

  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].state + rows[0].outcome, "doneremoved");
  EXPECT_EQ(rows[1].state, "pending");
  EXPECT_FALSE(rows[1].volumes);
  const auto unknown = db->finish_deletion(BoxName{"ben"}, "done", "");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
}

TEST_F(PublicDatabase, TellsStatusesSoThatSqlCanCompareRevisions) {
  const auto db = desired();
  sql(upsert("ada") + upsert("ben"));
  const PublicStatus ada{BoxName{"ada"}, BoxUid{"u1"}, "table:2", 3,
                         true,           "Healthy",    "answers", at(1'700'000'000'123)};
  const PublicStatus folder{BoxName{"zoe"}, BoxUid{"u2"}, "sha256-1", 1,
                            false,          "Stalled",    "why",      at(1)};

  ASSERT_TRUE(db->put_statuses({ada, folder}));

  EXPECT_EQ(sql("SELECT b.name FROM desired_boxes b JOIN box_status s ON s.name = b.name "
                "AND s.revision_seen >= b.revision AND s.ready;"),
            "ada\n");
  EXPECT_EQ(sql("SELECT uid, generation, ready, reason, message, observed_at FROM box_status "
                "WHERE name = 'ada';"),
            "u1|3|1|Healthy|answers|2023-11-14T22:13:20.123Z\n");
  EXPECT_EQ(sql("SELECT revision_seen FROM box_status WHERE name = 'zoe';"), "sha256-1\n");
}

TEST_F(PublicDatabase, MakesTheStatusTableEqualAndWritesNothingWhenItIs) {
  const auto db = desired();
  PublicStatus ada{BoxName{"ada"}, BoxUid{"u1"}, "table:2", 3, true, "Healthy", "", at(1)};
  const PublicStatus ben{BoxName{"ben"}, BoxUid{"u2"}, "sha", 3, true, "Healthy", "", at(1)};
  ASSERT_TRUE(db->put_statuses({ada, ben}));
  const auto before = bytes_of(desired_file_);

  ada.observed_at = at(2);
  ASSERT_TRUE(db->put_statuses({ada, ben}));
  EXPECT_EQ(bytes_of(desired_file_), before);

  sql("UPDATE box_status SET ready = 0; INSERT INTO box_status SELECT 'x', uid, 1, 1, 1, '', '', "
      "'' FROM box_status WHERE name = 'ada';");
  ASSERT_TRUE(db->put_statuses({ada}));
  EXPECT_EQ(sql("SELECT name, ready FROM box_status;"), "ada|1\n");
}

TEST_F(PublicDatabase, LetsAnotherProgramWriteWhileItWritesItself) {
  const auto db = desired();
  const std::jthread writer([&] {
    for (int i = 0; i < 10; ++i) {
      sql(".timeout 5000\nBEGIN IMMEDIATE;" + upsert("box-" + std::to_string(i)) + "COMMIT;");
    }
  });
  for (int i = 0; i < 30; ++i) {
    PublicStatus status{BoxName{"ada"}, BoxUid{"u"}, "", i, true, "", "", at(i)};
    ASSERT_TRUE(db->put_statuses({status}));
    ASSERT_TRUE(db->read());
  }
}

TEST_F(PublicDatabase, ReadsWithoutMakingAFile) {
  const auto opened = open_desired_db(desired_file_, clock_, OpenMode::ReadOnly);

  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(opened->db->in_use().value());
  EXPECT_FALSE(opened->db->add_request({}));
  EXPECT_TRUE(names().empty());
}

TEST_F(PublicDatabase, BacksUpIntoAFreeName) {
  const auto db = desired();
  sql(upsert("ada"));

  ASSERT_TRUE(db->backup_to(folder_ / "copy.db"));

  EXPECT_EQ(sqlite3(folder_ / "copy.db", "SELECT name FROM desired_boxes;"), "ada\n");
  EXPECT_FALSE(db->backup_to(folder_ / "copy.db"));
}

}  // namespace
}  // namespace boxwright::state
