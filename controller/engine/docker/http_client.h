#pragma once
// HTTP over a unix socket: deadlines, keep-alive across threads, streams that can be stopped.

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/secret.h"

namespace boxwright::docker {

struct HttpRequest {
  std::string method = "GET";
  std::string path;  ///< From the slash on, escaped.
  Secret body;       ///< JSON; a container's environment is in it.
  /// Instead of a body: a tar archive in pieces, the last of them empty. An error ends the call.
  std::function<Result<std::string>()> upload = {};
  Duration total{0};    ///< Until the answer is complete; 0: no limit.
  Duration silence{0};  ///< Longest pause between bytes, in whole seconds; 0: no limit.
  std::size_t longest_reply = std::size_t{64} << 20U;  ///< Bytes; a stream has no limit.
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;                            ///< Empty for a stream that succeeded.
};

/// Who takes a stream. Called on the thread that asked.
struct StreamSink {
  std::function<void()> opened;  ///< The headers of a 2xx answer are in. May be empty.
  /// The next bytes, cut anywhere; false ends the stream, which is then no error.
  std::function<bool(std::string_view)> chunk;
};

/// Thread-safe: each call takes a lane (a connection kept alive) out of a pool, or makes one.
///
/// What changes something goes over a connection of its own. An engine that is told to stop closes
/// its listener first, and goes on answering on the connections that it has: a box started there
/// while the engine stops all of them outlives it, and later answers "task already exists" or
/// "resource busy" for ever (tried on 20.10). A connection that was kept also breaks now and then
/// just as it is used, and the library then sends the request a second time by itself.
///
/// Errors: Denied/Terminal, Unavailable/Transient, DeadlineExceeded/Transient, Cancelled. A reply
/// of any status is no error here.
class HttpClient {
 public:
  HttpClient(std::string socket, Duration connect_deadline);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] Result<HttpReply> call(const HttpRequest& request, const std::stop_token& stop);
  /// Hands the body of a 2xx answer to `sink` as it comes; other answers are collected as in
  /// call().
  [[nodiscard]] Result<HttpReply> stream(const HttpRequest& request, const StreamSink& sink,
                                         const std::stop_token& stop);

 private:
  class Pool;

  [[nodiscard]] Result<HttpReply> perform(const HttpRequest& request, const StreamSink* sink,
                                          const std::stop_token& stop);

  std::string socket_;
  Duration connect_deadline_;
  std::unique_ptr<Pool> pool_;
};

/// Escapes for a path segment or a query value.
[[nodiscard]] std::string url_escape(std::string_view text);

}  // namespace boxwright::docker
