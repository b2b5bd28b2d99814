#include "specs/base/error.h"

namespace boxwright {

Error with_context(Error error, std::string_view doing) {
  error.message = fmt::format("{}: {}", doing, error.message);
  return error;
}

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidSpec: return "InvalidSpec";
    case ErrorCode::NotFound: return "NotFound";
    case ErrorCode::Conflict: return "Conflict";
    case ErrorCode::Denied: return "Denied";
    case ErrorCode::Unavailable: return "Unavailable";
    case ErrorCode::DeadlineExceeded: return "DeadlineExceeded";
    case ErrorCode::Refused: return "Refused";
    case ErrorCode::Unsupported: return "Unsupported";
    case ErrorCode::Corrupt: return "Corrupt";
    case ErrorCode::Cancelled: return "Cancelled";
    case ErrorCode::Internal: return "Internal";
  }
  return "Internal";
}

std::string_view to_string(RetryClass retry) {
  switch (retry) {
    case RetryClass::Transient: return "Transient";
    case RetryClass::Waiting: return "Waiting";
    case RetryClass::Conflict: return "Conflict";
    case RetryClass::Terminal: return "Terminal";
  }
  return "Transient";
}

}  // namespace boxwright
