#include "controller/engine/docker/docker_api.h"

#include <utility>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {

DockerApi::DockerApi(std::string socket, ApiVersion newest, const Deadlines& deadlines)
    : http_(std::move(socket), deadlines.connect), newest_(newest), deadlines_(deadlines) {
}

void DockerApi::forget() {
  const std::scoped_lock lock(mutex_);
  version_.reset();
}

Result<ApiVersion> DockerApi::version(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    if (version_) return *version_;
  }
  // Several threads may ask at once: the answers are equal.
  BW_TRY_ASSIGN(const ApiVersion agreed, negotiate_now(stop));
  const std::scoped_lock lock(mutex_);
  version_ = agreed;
  return agreed;
}

Result<ApiVersion> DockerApi::negotiate_now(const std::stop_token& stop) {
  // Neither path has a version: they are answered by engines of any age.
  BW_TRY_ASSIGN(HttpReply ping,
                http_.call({.path = "/_ping", .body = {}, .total = deadlines_.read}, stop));
  if (ping.status != 200)
    return tl::unexpected(reply_error("ask the engine's version", ping.status, ping.body));
  BW_TRY_ASSIGN(const HttpReply about,
                http_.call({.path = "/version", .body = {}, .total = deadlines_.read}, stop));
  EngineVersion told;
  // A proxy may forbid it; then nothing is known of the oldest version.
  if (about.status == 200) {
    BW_TRY_ASSIGN(told, read_version(about.body));
  }
  std::string newest = ping.headers["api-version"];
  if (newest.empty()) newest = told.newest_api;
  return negotiate(parse_api_version(kOldestApi).value_or(ApiVersion{}), newest_, told.oldest_api,
                   newest);
}

Result<HttpReply> DockerApi::send(HttpRequest request, const StreamSink* sink,
                                  const std::stop_token& stop) {
  const std::string path = request.path;
  // An upload cannot be sent twice: what was read of it is gone.
  const bool is_once = static_cast<bool>(request.upload);
  if (is_once) forget();
  for (bool again = false;; again = true) {
    BW_TRY_ASSIGN(const ApiVersion agreed, version(stop));
    request.path = fmt::format("/v{}{}", to_string(agreed), path);
    Result<HttpReply> reply =
        sink == nullptr ? http_.call(request, stop) : http_.stream(request, *sink, stop);
    if (!reply) {
      if (reply.error().code == ErrorCode::Unavailable) forget();
      return reply;
    }
    if (!is_version_refusal(reply->status, reply->body)) return reply;
    forget();
    if (is_once) {
      return fail(ErrorCode::Unavailable, RetryClass::Transient,
                  "the Docker Engine was replaced by one of another version while files were on "
                  "their way; send them again: {}",
                  engine_words(reply->body));
    }
    if (again) {
      return fail(ErrorCode::Unsupported, RetryClass::Terminal,
                  "the Docker Engine refuses the API version that it offered: {}",
                  engine_words(reply->body));
    }
  }
}

Result<HttpReply> DockerApi::call(HttpRequest request, const std::stop_token& stop) {
  return send(std::move(request), nullptr, stop);
}

Result<HttpReply> DockerApi::stream(HttpRequest request, const StreamSink& sink,
                                    const std::stop_token& stop) {
  return send(std::move(request), &sink, stop);
}

Result<std::string> DockerApi::get(const std::string& path, std::string_view doing,
                                   const std::stop_token& stop) {
  Result<HttpReply> reply = call({.path = path, .body = {}, .total = deadlines_.read}, stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));
  return std::move(reply->body);
}

}  // namespace boxwright::docker
