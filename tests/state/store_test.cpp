#include "state/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>
#include <thread>

#include "tests/state/database_fixture.h"

namespace boxwright::state {
namespace {

class MemoryDatabase : public DatabaseTest {};

Store::FleetChange putting(std::vector<BoxRecord> boxes) {
  Store::FleetChange change;
  change.put_boxes = std::move(boxes);
  return change;
}

Event event_of(const std::string& box, const std::string& action) {
  Event event;
  event.at = at(42);
  event.box = BoxName{box};
  event.uid = BoxUid{"uid"};
  event.type = "Normal";
  event.action = action;
  event.cause = "spec.image a -> b";
  event.revision = Revision{"r"};
  event.result = "ok";
  event.duration = Duration{17};
  event.message = "done";
  event.by = "grace";
  return event;
}

/// No file of this process may grow past the limit: what a full disk looks like from inside.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST_F(MemoryDatabase, KeepsEveryFieldOfABoxAcrossAReopening) {
  const auto ada = full_record("ada");
  const auto ben = small_record("ben");
  ASSERT_TRUE(store()->commit(putting({ben, ada})));

  const auto boxes = store()->boxes();

  ASSERT_TRUE(boxes) << boxes.error().message;
  EXPECT_EQ(*boxes, (std::vector{ada, ben}));
}

TEST_F(MemoryDatabase, GivesOneBoxByNameAndNothingForAnUnknownOne) {
  const auto opened = store();
  const auto ada = full_record("ada");
  ASSERT_TRUE(opened->commit(putting({ada, full_record("ben")})));

  EXPECT_EQ(opened->box(BoxName{"ada"}).value(), ada);
  EXPECT_EQ(opened->box(BoxName{"cleo"}).value(), std::nullopt);
}

TEST_F(MemoryDatabase, KeepsSourcesAndRetainedDataAcrossAReopening) {
  const auto source = full_source("default");
  const RetainedData data{BoxName{"old"}, BoxUid{"u1"}, "ada", {"workspace", "config"}, at(9)};
  Store::FleetChange change;
  change.put_sources = {source, full_source("other")};
  change.put_retained = {data};
  ASSERT_TRUE(store()->commit(change));

  EXPECT_EQ(store()->sources().value(), (std::vector{source, full_source("other")}));
  EXPECT_EQ(store()->retained().value(), std::vector{data});
}

TEST_F(MemoryDatabase, DropsRetainedDataByUid) {
  const auto opened = store();
  Store::FleetChange change;
  change.put_retained = {{BoxName{"old"}, BoxUid{"u1"}, "", {}, at(1)},
                         {BoxName{"old"}, BoxUid{"u2"}, "", {}, at(2)}};
  ASSERT_TRUE(opened->commit(change));

  Store::FleetChange drop;
  drop.drop_retained = {BoxUid{"u1"}};
  ASSERT_TRUE(opened->commit(drop));

  const auto left = opened->retained().value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].uid, BoxUid{"u2"});
}

TEST_F(MemoryDatabase, KeepsWhatWorkersWroteWhenASourceIsReadAgain) {
  const auto opened = store();
  auto ada = full_record("ada");
  ASSERT_TRUE(opened->commit(putting({ada})));
  ASSERT_TRUE(opened->put_container(ada.name, known_container("c3")));
  ASSERT_TRUE(opened->put_expected_volume(ada.name, "inbox"));
  ASSERT_TRUE(opened->put_verdict(ada.name, std::nullopt));

  auto stale = ada;
  stale.generation = 8;
  stale.tombstone.reset();
  ASSERT_TRUE(opened->commit(putting({stale})));

  auto expected = stale;
  expected.containers.push_back(known_container("c3"));
  expected.expected_volumes.emplace_back("inbox");
  expected.verdict.reset();
  EXPECT_EQ(opened->box(ada.name).value(), expected);
}

TEST_F(MemoryDatabase, WritesABoxWholeWhenItsUidIsAnother) {
  const auto opened = store();
  ASSERT_TRUE(opened->commit(putting({full_record("ada")})));
  auto anew = small_record("ada");
  anew.uid = BoxUid{"another"};
  anew.containers = {known_container("c9")};

  ASSERT_TRUE(opened->commit(putting({anew})));

  EXPECT_EQ(opened->box(anew.name).value(), anew);
}

TEST_F(MemoryDatabase, ForgetsABoxWithItsStatusAndFreesItsUidInTheSameChange) {
  const auto opened = store();
  const auto old = full_record("ada");
  ASSERT_TRUE(opened->commit(putting({old})));
  ASSERT_TRUE(opened->put_status(full_status("ada")));
  auto heir = small_record("heir");
  heir.uid = old.uid;

  auto change = putting({heir});
  change.forget_boxes = {old.name};
  ASSERT_TRUE(opened->commit(change));

  EXPECT_EQ(opened->boxes().value(), std::vector{heir});
  EXPECT_TRUE(opened->statuses().value().empty());
}

TEST_F(MemoryDatabase, RefusesTwoBoxesWithOneUidAndChangesNothing) {
  const auto opened = store();
  auto thief = small_record("ben");
  thief.uid = BoxUid{"uid-ada"};
  auto change = putting({small_record("ada"), thief});
  change.put_sources = {full_source("default")};
  change.events = {event_of("ada", "Created")};

  const auto result = opened->commit(change);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Internal);
  EXPECT_TRUE(opened->boxes().value().empty());
  EXPECT_TRUE(opened->sources().value().empty());
  EXPECT_TRUE(opened->events({}, 0, 10).value().empty());
}

TEST_F(MemoryDatabase, AnswersNotFoundForFactsAboutAnUnknownBox) {
  const auto opened = store();

  const auto result = opened->put_container(BoxName{"ada"}, known_container("c1"));

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::NotFound);
  EXPECT_FALSE(opened->put_expected_volume(BoxName{"ada"}, "cache"));
  EXPECT_FALSE(opened->put_verdict(BoxName{"ada"}, Verdict{}));
}

TEST_F(MemoryDatabase, TakesFactsBackOneByOne) {
  const auto opened = store();
  auto ada = full_record("ada");
  ASSERT_TRUE(opened->commit(putting({ada})));

  ASSERT_TRUE(opened->forget_container(ada.name, ContainerId{"c2"}));
  ASSERT_TRUE(opened->drop_expected_volume(ada.name, "cache"));

  ada.containers = {known_container("c1")};
  ada.expected_volumes = {"workspace"};
  EXPECT_EQ(opened->box(ada.name).value(), ada);
}

TEST_F(MemoryDatabase, KeepsAStatusAndItsConditions) {
  ASSERT_TRUE(store()->put_status(full_status("ada")));

  EXPECT_EQ(store()->statuses().value(), std::vector{full_status("ada")});
}

TEST_F(MemoryDatabase, WritesNothingForAStatusThatOnlyWasSeenAgain) {
  const auto opened = store();
  auto status = full_status("ada");
  ASSERT_TRUE(opened->put_status(status));
  const auto before = bytes_of(state_file_.string() + "-wal");

  status.observed_at += Duration{1'000};
  ASSERT_TRUE(opened->put_status(status));

  EXPECT_EQ(bytes_of(state_file_.string() + "-wal"), before);
  EXPECT_EQ(opened->statuses().value(), std::vector{status});
}

TEST_F(MemoryDatabase, GivesTheNewestEventsFirstAskedAndTheNextOnesWhenFollowing) {
  const auto opened = store();
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(opened->append_event(event_of(i % 2 == 0 ? "ben" : "ada", std::to_string(i))));
  }
  const auto actions = [&](const std::string& box, std::int64_t after, int limit) {
    std::string text;
    const auto events = opened->events(BoxName{box}, after, limit).value();
    for (const auto& event : events) {
      text += event.action;
    }
    return text;
  };

  EXPECT_EQ(actions("", 0, 2), "45");
  EXPECT_EQ(actions("", 1, 2), "23");
  EXPECT_EQ(actions("ada", 0, 10), "135");
  EXPECT_EQ(actions("ada", 3, 10), "5");
  EXPECT_EQ(actions("", 5, 10), "");
}

TEST_F(MemoryDatabase, KeepsEveryFieldOfAnEvent) {
  ASSERT_TRUE(store()->append_event(event_of("ada", "CreateContainer")));

  const auto events = store()->events({}, 0, 1).value();

  ASSERT_EQ(events.size(), 1U);
  const auto& one = events[0];
  EXPECT_EQ(one.seq, 1);
  EXPECT_EQ(one.at, at(42));
  EXPECT_EQ(one.box, BoxName{"ada"});
  EXPECT_EQ(one.uid, BoxUid{"uid"});
  EXPECT_EQ(one.type + one.action + one.cause + one.result + one.message + one.by,
            "NormalCreateContainerspec.image a -> bokdonegrace");
  EXPECT_EQ(one.revision, Revision{"r"});
  EXPECT_EQ(one.duration, Duration{17});
}

TEST_F(MemoryDatabase, KeepsTheNewestTenThousandEvents) {
  const auto opened = store();
  Store::FleetChange change;
  change.events.assign(10'250, event_of("ada", "x"));
  ASSERT_TRUE(opened->commit(change));

  const auto events = opened->events({}, 0, 20'000).value();

  EXPECT_LE(events.size(), 10'000U);
  EXPECT_GE(events.size(), 9'900U);
  EXPECT_EQ(events.back().seq, 10'250);
}

TEST_F(MemoryDatabase, ChangesNothingWhenTheDiskIsFullAndGoesOnAfterwards) {
  const auto opened = store();
  ASSERT_TRUE(opened->commit(putting({small_record("ada")})));
  std::vector<BoxRecord> many;
  many.reserve(500);
  for (int i = 0; i < 500; ++i)
    many.push_back(full_record("box-" + std::to_string(i)));

  Status result;
  {
    const FileSizeLimit full(std::filesystem::file_size(state_file_.string() + "-wal") + 10'000);
    result = opened->commit(putting(many));
  }

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Unavailable);
  EXPECT_NE(result.error().message.find(state_file_.string()), std::string::npos);
  EXPECT_NE(result.error().message.find("space"), std::string::npos) << result.error().message;
  EXPECT_EQ(opened->boxes().value(), std::vector{small_record("ada")});
  ASSERT_TRUE(opened->commit(putting(many)));
  EXPECT_EQ(store()->boxes().value().size(), 501U);
}

TEST_F(MemoryDatabase, TakesWritesFromSeveralThreads) {
  const auto opened = store();
  ASSERT_TRUE(opened->commit(putting({small_record("ada"), small_record("ben")})));
  const auto work = [&](const std::string& box) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(opened->put_container(BoxName{box}, known_container(std::to_string(i))));
      ASSERT_TRUE(opened->boxes());
    }
  };
  {
    const std::jthread first(work, "ada");
    const std::jthread second(work, "ben");
  }
  const auto boxes = opened->boxes().value();
  for (const auto& box : boxes)
    EXPECT_EQ(box.containers.size(), 20U);
}

}  // namespace
}  // namespace boxwright::state
