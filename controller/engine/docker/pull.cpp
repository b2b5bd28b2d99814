#include "controller/engine/docker/pull.h"

#include <algorithm>
#include <map>
#include <utility>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "controller/engine/docker/stream.h"

namespace boxwright::docker {

namespace {

/// Follows a pull's lines: how far it is, and whether it failed.
class PullFollower {
 public:
  explicit PullFollower(const engine::ProgressSink& progress) : progress_(progress) {}

  bool take(std::string_view text) {
    const Result<PullLine> line = read_pull_line(std::string(text));
    if (!line) {
      problem_ = line.error().message;
      return false;
    }
    if (!line->error.empty()) error_ = line->error;
    if (line->status == "Downloading" && line->total > 0) {
      layers_[line->layer] = {std::min(line->current, line->total), line->total};
      tell();
    }
    // A layer that is there is done, whatever its last progress line said.
    if (line->status == "Download complete" || line->status == "Pull complete") {
      const auto layer = layers_.find(line->layer);
      if (layer != layers_.end()) layer->second.first = layer->second.second;
      tell();
    }
    return true;
  }
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void tell() {
    long double current = 0;
    long double total = 0;
    for (const auto& [name, layer] : layers_) {
      current += static_cast<long double>(layer.first);
      total += static_cast<long double>(layer.second);
    }
    if (total <= 0) return;
    const int percent = static_cast<int>(100 * current / total);
    if (percent == percent_) return;
    percent_ = percent;
    if (progress_) progress_(fmt::format("pulling {} %", percent));
  }

  const engine::ProgressSink& progress_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> layers_;
  int percent_ = -1;
  std::string error_;
  std::string problem_;
};

tl::unexpected<Error> refused(std::string_view doing, const std::string& words) {
  return fail(ErrorCode::Refused, RetryClass::Transient, "{}: {}", doing, printable(words));
}

}  // namespace

PullReference split_reference(const std::string& reference) {
  const std::size_t at = reference.find('@');
  if (at != std::string::npos) {
    std::string image = reference.substr(0, at);
    // `name:tag@digest`: the digest says it all.
    const std::size_t colon = image.rfind(':');
    const std::size_t slash = image.rfind('/');
    if (colon != std::string::npos && (slash == std::string::npos || colon > slash))
      image.resize(colon);
    return {image, reference.substr(at + 1)};
  }
  const std::size_t colon = reference.rfind(':');
  const std::size_t slash = reference.rfind('/');
  // The colon of `registry:5000/name` is no tag's.
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) {
    return {reference, "latest"};
  }
  return {reference.substr(0, colon), reference.substr(colon + 1)};
}

Result<engine::StepReply> pull_image(DockerApi& api, const std::string& reference,
                                     std::string_view doing, const engine::ProgressSink& progress,
                                     const std::stop_token& stop) {
  const PullReference parts = split_reference(reference);
  PullFollower follower(progress);
  LineSplitter lines([&follower](std::string_view line) { return follower.take(line); });
  const StreamSink sink{.opened = {},
                        .chunk = [&](std::string_view bytes) { return lines.feed(bytes); }};
  auto reply = api.stream({.method = "POST",
                           .path = fmt::format("/images/create?fromImage={}&tag={}",
                                               url_escape(parts.image), url_escape(parts.tag)),
                           .body = {},
                           .silence = api.deadlines().pull_silence},
                          sink, stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status < 200 || reply->status > 299) return refused(doing, engine_words(reply->body));
  if (!follower.error().empty()) return refused(doing, follower.error());
  if (!follower.problem().empty()) return tl::unexpected(answer_error(doing, follower.problem()));
  if (lines.overlong() || !lines.rest().empty()) {
    return tl::unexpected(answer_error(doing, "the progress was cut off"));
  }
  return engine::StepReply{};
}

Result<engine::StepReply> import_image(DockerApi& api, const engine::ImportImage& step,
                                       std::string_view doing, const std::stop_token& stop) {
  const PullReference parts = split_reference(step.reference);
  std::string path = fmt::format("/images/create?fromSrc=-&repo={}&tag={}", url_escape(parts.image),
                                 url_escape(parts.tag));
  for (const auto& [key, value] : step.labels)
    path += "&changes=" + url_escape(fmt::format("LABEL {}={}", key, value));
  auto reply = api.call({.method = "POST",
                         .path = path,
                         .body = Secret{*step.archive},
                         .total = api.deadlines().create},
                        stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) {
    return tl::unexpected(reply_error(doing, reply->status, reply->body));
  }
  // What went wrong later is told in the answer, whatever its status is.
  std::string error;
  LineSplitter lines([&error](std::string_view text) {
    const Result<PullLine> line = read_pull_line(std::string(text));
    if (line && !line->error.empty()) error = line->error;
    return true;
  });
  static_cast<void>(lines.feed(reply->body + "\n"));
  if (!error.empty()) return refused(doing, error);
  return engine::StepReply{};
}

}  // namespace boxwright::docker
