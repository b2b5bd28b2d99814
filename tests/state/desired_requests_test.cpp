// Orders in the public database.

#include <gtest/gtest.h>

#include <algorithm>

#include "state/desired_db.h"
#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

class PublicOrders : public DatabaseTest {
 protected:
  std::string sql(const std::string& text) { return sqlite3(desired_file_, text); }
};

TEST_F(PublicOrders, AcknowledgesAnOrderThatStandsOnly) {
  const auto db = desired();
  Request request;
  request.verb = Request::Verb::Suspend;
  request.subject = "ada";
  const auto id = db->add_request(request).value();
  ASSERT_TRUE(db->acknowledge_request(id, "in force"));
  EXPECT_EQ(db->request(id).value()->state, "pending");
  EXPECT_EQ(db->request(id).value()->outcome, "in force");
  ASSERT_TRUE(db->finish_request(id, "done", "resumed"));
  ASSERT_TRUE(db->acknowledge_request(id, "in force"));
  EXPECT_EQ(db->request(id).value()->outcome, "resumed");
  EXPECT_TRUE(db->acknowledge_request(id + 1, "in force"));
}

TEST_F(PublicOrders, SaysOnceWhatAnOrderIsFor) {
  const auto db = desired();
  Request request;
  request.verb = Request::Verb::Rollout;
  request.subject = "ada";
  const auto id = db->add_request(request).value();
  ASSERT_TRUE(db->bind_request(id, "v1:a|sha256:b|"));
  EXPECT_EQ(db->request(id).value()->argument, "v1:a|sha256:b|");
  ASSERT_TRUE(db->bind_request(id, "another"));
  EXPECT_EQ(db->request(id).value()->argument, "v1:a|sha256:b|");
  EXPECT_TRUE(db->bind_request(id + 1, "none"));
  const auto late = db->add_request(request).value();
  ASSERT_TRUE(db->finish_request(late, "done", "it was"));
  ASSERT_TRUE(db->bind_request(late, "too late"));
  EXPECT_EQ(db->request(late).value()->argument, "");
}

TEST_F(PublicOrders, ReadsARequestThatAnotherProgramWroteAndAcceptsEveryVerb) {
  const auto db = desired();
  for (const auto* verb : {"restart", "suspend", "resume", "accept", "confirm", "grant", "hold",
                           "move-source", "rollout", "resume-rollout"}) {
    sql("INSERT INTO requests (verb, subject, at) VALUES ('" + std::string{verb} +
        "', 'ada', 'some day');");
  }

  const auto requests = db->requests().value();

  ASSERT_EQ(requests.size(), 10U);
  EXPECT_EQ(requests[1].verb, Request::Verb::Suspend);
  EXPECT_EQ(requests[1].state, "pending");
  EXPECT_EQ(requests[1].at, WallTime{});
}

TEST_F(PublicOrders, ThoseThatAreOverAreNotReadWithThePendingOnes) {
  const auto db = desired();
  sql("INSERT INTO requests (verb, subject, state) VALUES ('restart', 'ada', 'done'),"
      " ('suspend', 'ben', 'pending'), ('accept', 'cyd', 'failed');"
      "INSERT INTO desired_deletions (name, state) VALUES ('ada', 'done'), ('ben', 'pending'),"
      " ('cyd', 'refused');");
  const auto pending = db->pending_requests().value();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].subject, "ben");
  EXPECT_EQ(db->requests().value().size(), 3U);
  const auto rows = db->pending_deletions().value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, BoxName{"ben"});
  EXPECT_EQ(db->deletions().value().size(), 3U);
}

TEST_F(PublicOrders, WhatIsOverAndOrdersNothingMoreGoesAfterAThousandNewerOnes) {
  const auto db = desired();
  sql("INSERT INTO requests (verb, subject, by, state) VALUES"
      " ('restart', 'gone', 'ada', 'done'), ('grant', 'gone', 'ada', 'done'),"
      " ('suspend', 'gone', 'ada (volumes)', 'done'), ('resume', 'gone', 'ada (volumes)', 'done'),"
      " ('accept', 'gone', 'ada', 'failed'),"
      " ('grant', 'kept', 'ada', 'pending'), ('suspend', 'kept', 'ada (volumes)', 'pending'),"
      " ('suspend', 'kept', 'ada', 'done'), ('suspend', 'kept', '(volumes) ada', 'done'),"
      " ('accept', 'kept', 'ada', 'done');"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
      " INSERT INTO requests (verb, subject) SELECT 'restart', 'later' FROM n;");
  const auto count = [&](const std::string& subject) {
    const auto requests = db->requests().value();
    return std::count_if(requests.begin(), requests.end(),
                         [&](const auto& request) { return request.subject == subject; });
  };
  // The controller's own word about a row that a program wrote is enough.
  ASSERT_TRUE(db->finish_request(11, "done", "box later was restarted"));
  EXPECT_EQ(count("gone"), 0) << sql("SELECT * FROM requests WHERE subject = 'gone';");
  EXPECT_EQ(count("kept"), 5);
  EXPECT_EQ(count("later"), 999);
}

TEST_F(PublicOrders, LetsSqliteRefuseOrdersThatMakeNoSense) {
  ASSERT_TRUE(desired());
  const auto refused = [&](const std::string& text) {
    return run_program({"sqlite3", "-batch", "-bail", desired_file_.string()}, text).exit_code != 0;
  };

  EXPECT_TRUE(refused("INSERT INTO requests (verb, subject) VALUES ('explode', 'ada');"));
  EXPECT_TRUE(refused("INSERT INTO desired_deletions (name, volumes) VALUES ('ada', 7);"));
  EXPECT_TRUE(refused("INSERT INTO desired_deletions (name) VALUES (NULL);"));
  EXPECT_TRUE(refused("INSERT INTO desired_source (id) VALUES (1), (2);"));
}

}  // namespace
}  // namespace boxwright::state
