#pragma once
// What the process says when it ends. Stable; scripts rely on it.

#include <array>

#include "specs/base/error.h"

namespace boxwright::cli {

enum ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kDifferences = 2,  ///< Only with `--detailed-exitcode`: plan, diff.
  kTimeout = 3,
  kPermission = 4,
  kConflict = 5,  ///< Held by somebody else, declared elsewhere, or stale.
  kInvalidSpec = 6,
  kUsage = 64,
  kInterrupted = 130,
};

struct ExitCodeText {
  ExitCode code;
  const char* name;
  const char* meaning;
};

/// What the help, the manual page and the reference say of them.
inline constexpr std::array<ExitCodeText, 9> kExitCodes{
    {{kOk, "ok", "done, or nothing to do"},
     {kFailure, "failure", "something went wrong; standard error says what"},
     {kDifferences, "changes",
      "only with --detailed-exitcode (plan, diff): there is something to do, or a difference"},
     {kTimeout, "timeout", "not within the time; an order that was given stands"},
     {kPermission, "permission", "the operating system or the engine said no"},
     {kConflict, "conflict", "held by somebody else, declared elsewhere, or stale"},
     {kInvalidSpec, "invalid spec", "a file or row does not say something valid"},
     {kUsage, "usage", "a verb, flag or value that is not known"},
     {kInterrupted, "interrupted", "stopped by a signal"}}};

[[nodiscard]] constexpr int exit_code_for(const Error& error) {
  switch (error.code) {
    case ErrorCode::InvalidSpec: return kInvalidSpec;
    case ErrorCode::Conflict: return kConflict;
    case ErrorCode::Denied: return kPermission;
    case ErrorCode::DeadlineExceeded: return kTimeout;
    case ErrorCode::Cancelled: return kInterrupted;
    case ErrorCode::NotFound:
    case ErrorCode::Unavailable:
    case ErrorCode::Refused:
    case ErrorCode::Unsupported:
    case ErrorCode::Corrupt:
    case ErrorCode::Internal: return kFailure;
  }
  return kFailure;
}

}  // namespace boxwright::cli
