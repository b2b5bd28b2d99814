// Running a program in a container, for what it says.

#include <gtest/gtest.h>

#include "tests/conformance/conformance_test.h"

namespace boxwright::test {
namespace {

class ExecConformance : public ConformanceTest {
 protected:
  Result<engine::ExecAnswer> ask(const ContainerId& id, const std::vector<std::string>& program) {
    return lab().engine().ask(id, program, Duration{5'000}, {});
  }
};

TEST_F(ExecConformance, GivesWhatTheProgramSays) {
  const ContainerId id = run(config(kSleeper));
  const auto answer = ask(id, {"echo", "one", "two"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->output, "one two\n");
  EXPECT_EQ(answer->exit_code, 0);
}

TEST_F(ExecConformance, GivesTheExitCodeOfAProgramThatFails) {
  const ContainerId id = run(config(kSleeper));
  const auto answer = ask(id, {"false"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->exit_code, 1);
  EXPECT_EQ(answer->output, "");
}

TEST_F(ExecConformance, ALongAnswerIsCut) {
  const ContainerId id = run(config(kSleeper));
  const auto answer = ask(id, {"echo", std::string(100'000, 'x')});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->output.size(), engine::kAnswerLongest);
  EXPECT_EQ(answer->output.find_first_not_of('x'), std::string::npos);
}

TEST_F(ExecConformance, AStoppedContainerIsAConflict) {
  const ContainerId id = create(config(kSleeper));
  EXPECT_ERROR(ask(id, {"echo"}), ErrorCode::Conflict);
}

TEST_F(ExecConformance, APausedContainerIsAConflict) {
  const ContainerId id = run(config(kSleeper));
  lab().pause("box-ada");
  EXPECT_ERROR(ask(id, {"echo"}), ErrorCode::Conflict);
  lab().unpause("box-ada");
}

TEST_F(ExecConformance, AnAbsentContainerIsNotFound) {
  EXPECT_ERROR(ask(ContainerId{std::string(64, 'a')}, {"echo"}), ErrorCode::NotFound);
}

}  // namespace
}  // namespace boxwright::test
