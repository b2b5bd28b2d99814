#pragma once
// Calls of one engine under the API version negotiated with it.

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "controller/engine/docker/api_version.h"
#include "controller/engine/docker/docker_engine.h"
#include "controller/engine/docker/http_client.h"

namespace boxwright::docker {

/// Thread-safe. Negotiates at the first call, after a lost connection, once when the engine refuses
/// the version, and before every upload, which is never sent a second time. Paths are given without
/// version: `/containers/json`.
class DockerApi {
 public:
  DockerApi(std::string socket, ApiVersion newest, const Deadlines& deadlines);

  [[nodiscard]] Result<ApiVersion> version(const std::stop_token& stop);
  /// A reply of any status is no error.
  [[nodiscard]] Result<HttpReply> call(HttpRequest request, const std::stop_token& stop);
  [[nodiscard]] Result<HttpReply> stream(HttpRequest request, const StreamSink& sink,
                                         const std::stop_token& stop);
  /// GET with the read deadline: the body of a 200, an error (reply_error) otherwise. Status 404
  /// gives NotFound.
  [[nodiscard]] Result<std::string> get(const std::string& path, std::string_view doing,
                                        const std::stop_token& stop);
  [[nodiscard]] const Deadlines& deadlines() const { return deadlines_; }

 private:
  [[nodiscard]] Result<ApiVersion> negotiate_now(const std::stop_token& stop);
  /// Forgets the version, so that the next call asks again.
  void forget();
  [[nodiscard]] Result<HttpReply> send(HttpRequest request, const StreamSink* sink,
                                       const std::stop_token& stop);

  HttpClient http_;
  ApiVersion newest_;
  Deadlines deadlines_;
  std::mutex mutex_;
  std::optional<ApiVersion> version_;
};

}  // namespace boxwright::docker
