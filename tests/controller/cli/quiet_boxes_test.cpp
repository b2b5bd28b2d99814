// Boxes that are left alone for a time: whose order ends, and what nobody else gave.

#include "controller/cli/quiet_boxes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

namespace boxwright::cli {
namespace {

using state::Request;

class Quiet : public testing::Test {
 protected:
  void SetUp() override {
    folder =
        std::filesystem::temp_directory_path() / ("boxwright-quiet-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    options.state_file = (folder / "state.db").string();
    const auto opened = session.open_for_asking();
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::int64_t ask(Request::Verb verb, const std::string& subject) {
    Request request;
    request.verb = verb;
    request.subject = subject;
    request.by = "ada";
    return session.desired().add_request(request).value();
  }
  Result<std::unique_ptr<QuietBoxes>> begin(const std::vector<BoxName>& boxes = {BoxName{"ada"}}) {
    return QuietBoxes::begin(session, true, boxes, {});
  }
  /// `suspend ada (volumes): pending`, by id.
  std::vector<std::string> rows() {
    std::vector<std::string> rows;
    const auto all = session.desired().requests();
    for (const auto& one : all.value()) {
      const bool ours = one.by.ends_with("(volumes)");
      rows.push_back(std::string{to_string(one.verb)} + " " + one.subject +
                     (ours ? " (volumes)" : "") + ": " + one.state);
    }
    return rows;
  }

  std::filesystem::path folder;
  Options options;
  Session session{options};
};

using Rows = std::vector<std::string>;

TEST_F(Quiet, OnlyItsOwnOrderIsOver) {
  {
    const auto quiet = begin();
    ASSERT_TRUE(quiet.has_value()) << quiet.error().message;
    EXPECT_EQ(rows(), Rows{"suspend ada (volumes): pending"}) << "a kill leaves the box suspended";
    EXPECT_EQ(begin().error().code, ErrorCode::Conflict) << "two at a time";
  }
  EXPECT_EQ(rows(), Rows{"suspend ada (volumes): done"});
}

TEST_F(Quiet, WhatAPersonSaidMeanwhileStands) {
  const auto quiet = begin();
  ASSERT_TRUE(quiet.has_value());
  ask(Request::Verb::Suspend, "ada");
  ASSERT_TRUE((*quiet)->end().has_value());
  EXPECT_EQ(rows(), (Rows{"suspend ada (volumes): done", "suspend ada: pending"}));
}

TEST_F(Quiet, WhatAControllerEndedForAPersonIsOver) {
  const auto quiet = begin();
  ASSERT_TRUE(quiet.has_value());
  ASSERT_TRUE(session.desired().finish_request(1, "done", "resumed").has_value());
  EXPECT_TRUE((*quiet)->end().has_value());
  EXPECT_EQ(rows(), Rows{"suspend ada (volumes): done"});
}

TEST_F(Quiet, WhatWasSuspendedBeforeStaysSo) {
  ask(Request::Verb::Suspend, "*");
  {
    const auto quiet = begin();
    ASSERT_TRUE(quiet.has_value());
  }
  EXPECT_EQ(rows(), Rows{"suspend *: pending"});
}

TEST_F(Quiet, AnExceptionFromASuspendOfAllIsGivenBack) {
  ask(Request::Verb::Suspend, "*");
  ask(Request::Verb::Resume, "ada");
  {
    const auto quiet = begin();
    ASSERT_TRUE(quiet.has_value());
  }
  EXPECT_EQ(rows().back(), "resume ada (volumes): pending");
  // A person who suspended it meanwhile had the last word.
  const auto quiet = begin();
  ASSERT_TRUE(quiet.has_value());
  ask(Request::Verb::Suspend, "ada");
  ASSERT_TRUE((*quiet)->end().has_value());
  EXPECT_EQ(rows().back(), "suspend ada: pending");
}

TEST_F(Quiet, WhatHasToBeSeenToStaysSuspendedByThePersonsOrder) {
  {
    const auto quiet = begin();
    ASSERT_TRUE(quiet.has_value());
    ASSERT_TRUE((*quiet)->leave_suspended().has_value());
  }
  EXPECT_EQ(rows(), (Rows{"suspend ada (volumes): done", "suspend ada: pending"}));
  const auto again = begin();
  EXPECT_TRUE(again.has_value()) << "it is no command at work";
}

TEST_F(Quiet, ABoxThatIsNamedTwiceIsSuspendedOnce) {
  const auto quiet = begin({BoxName{"ada"}, BoxName{"bob"}, BoxName{"ada"}});
  ASSERT_TRUE(quiet.has_value()) << quiet.error().message;
  EXPECT_EQ(rows().size(), 2U);
  ASSERT_TRUE((*quiet)->end().has_value());
  EXPECT_EQ(rows(), (Rows{"suspend ada (volumes): done", "suspend bob (volumes): done"}));
}

TEST_F(Quiet, BesideAControllerItWaitsUntilItIsObeyed) {
  std::jthread controller([this](const std::stop_token& stop) {
    const SystemClock clock;
    const auto opened = state::open_desired_db(folder / "desired.db", clock);
    while (opened && !stop.stop_requested()) {
      const auto all = opened->db->requests();
      for (const auto& request : all.value())
        (void)opened->db->acknowledge_request(request.id, "in force");
      wait_a_little(stop, Duration{5});
    }
  });
  const auto quiet = QuietBoxes::begin(session, false, {BoxName{"ada"}}, {});
  ASSERT_TRUE(quiet.has_value()) << quiet.error().message;
  EXPECT_EQ(session.desired().request(1).value()->outcome, "in force");
  std::stop_source stopped;
  stopped.request_stop();
  controller.request_stop();
  controller.join();
  const auto other = QuietBoxes::begin(session, false, {BoxName{"bob"}}, stopped.get_token());
  EXPECT_EQ(other.error().code, ErrorCode::Cancelled);
  EXPECT_EQ(rows().back(), "suspend bob (volumes): done") << "what was not obeyed is taken back";
}

}  // namespace
}  // namespace boxwright::cli
