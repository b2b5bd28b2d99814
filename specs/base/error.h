#pragma once
// What can go wrong, as a value. Exceptions stop at the wrapper of the library that throws them.

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace boxwright {

/// What kind of thing went wrong. Printed in JSON output, so the names are stable.
enum class ErrorCode {
  InvalidSpec,       ///< A document, row or flag does not say something valid.
  NotFound,          ///< The named thing does not exist (and that was read, not guessed).
  Conflict,          ///< Somebody else holds the name, or the thing changed under us.
  Denied,            ///< The operating system or engine refused permission.
  Unavailable,       ///< The engine, file or database cannot be reached at present.
  DeadlineExceeded,  ///< No answer in time; the call may have taken effect.
  Refused,           ///< The engine understood and said no (400, 403, 409, 500 with a reason).
  Unsupported,       ///< The engine or file is too old or too new for us.
  Corrupt,           ///< Stored data cannot be trusted.
  Cancelled,         ///< We were asked to stop.
  Internal,          ///< A bug of ours.
};

/// What to do about it.
enum class RetryClass {
  Transient,  ///< Try again with backoff.
  Waiting,    ///< Not an error as such: look again after a fixed time.
  Conflict,   ///< Observe again at once.
  Terminal,   ///< Do not repeat by itself; a person or a changed input must act.
};

/// An error value. `message` is a full sentence for a person: what happened, to which object, and
/// what to do next. It never holds a secret.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  RetryClass retry = RetryClass::Transient;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Success without a value.
using Status = Result<void>;

/// Builds the failing side of a Result.
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, RetryClass retry,
                                         fmt::format_string<Args...> text, Args&&... args) {
  return tl::unexpected<Error>(Error{code, retry, fmt::format(text, std::forward<Args>(args)...)});
}

/// The same error with what was being done put in front: "create container box-ada: ...".
[[nodiscard]] Error with_context(Error error, std::string_view doing);

[[nodiscard]] std::string_view to_string(ErrorCode code);
[[nodiscard]] std::string_view to_string(RetryClass retry);

}  // namespace boxwright

#define BW_CONCAT_INNER(a, b) a##b
#define BW_CONCAT(a, b) BW_CONCAT_INNER(a, b)

/// Runs an expression that gives a Result or Status; on failure returns the error.
#define BW_TRY(expr)                                       \
  do {                                                     \
    if (auto bw_status = (expr); !bw_status) {             \
      return tl::unexpected(std::move(bw_status).error()); \
    }                                                      \
  } while (false)

// The target may be a declaration, which parentheses would break.
// NOLINTBEGIN(bugprone-macro-parentheses)
/// `BW_TRY_ASSIGN(auto x, f())`: the value of a Result, or return its error.
#define BW_TRY_ASSIGN(target, expr)                                            \
  auto BW_CONCAT(bw_result_, __LINE__) = (expr);                               \
  if (!BW_CONCAT(bw_result_, __LINE__)) {                                      \
    return tl::unexpected(std::move(BW_CONCAT(bw_result_, __LINE__)).error()); \
  }                                                                            \
  target = std::move(BW_CONCAT(bw_result_, __LINE__)).value()
// NOLINTEND(bugprone-macro-parentheses)
