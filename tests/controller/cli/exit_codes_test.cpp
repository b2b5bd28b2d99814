#include "controller/cli/exit_codes.h"

#include <gtest/gtest.h>

namespace boxwright::cli {
namespace {

TEST(ExitCodes, TellKindsOfErrorApart) {
  const auto code = [](ErrorCode kind) { return exit_code_for({kind, RetryClass::Terminal, "x"}); };
  EXPECT_EQ(code(ErrorCode::InvalidSpec), 6);
  EXPECT_EQ(code(ErrorCode::Conflict), 5);
  EXPECT_EQ(code(ErrorCode::Denied), 4);
  EXPECT_EQ(code(ErrorCode::DeadlineExceeded), 3);
  EXPECT_EQ(code(ErrorCode::Cancelled), 130);
  for (const auto kind : {ErrorCode::NotFound, ErrorCode::Unavailable, ErrorCode::Refused,
                          ErrorCode::Unsupported, ErrorCode::Corrupt, ErrorCode::Internal}) {
    EXPECT_EQ(code(kind), 1) << to_string(kind);
  }
}

TEST(ExitCodes, AreEachToldOnce) {
  int last = -1;
  for (const auto& one : kExitCodes) {
    EXPECT_GT(one.code, last);
    last = one.code;
  }
  EXPECT_EQ(last, kInterrupted);
}

}  // namespace
}  // namespace boxwright::cli
