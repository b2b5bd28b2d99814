#pragma once
// What the process says when it ends. Stable; scripts rely on it.

#include "specs/base/error.h"

namespace boxwright::cli {

enum ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kDifferences = 2,  ///< Only `plan --detailed-exitcode`.
  kTimeout = 3,
  kPermission = 4,
  kConflict = 5,  ///< Held by somebody else, declared elsewhere, or stale.
  kInvalidSpec = 6,
  kUsage = 64,
  kInterrupted = 130,
};

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
