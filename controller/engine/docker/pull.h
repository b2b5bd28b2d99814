#pragma once
// Pulling an image: one long call that streams its progress.

#include <stop_token>
#include <string>
#include <string_view>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/engine.h"

namespace boxwright::docker {

/// Refused/Transient with the engine's words when the registry has no such image or cannot be
/// reached: the status may have been 200 by then. Unavailable/Transient when the stream is cut.
[[nodiscard]] Result<engine::StepReply> pull_image(DockerApi& api, const std::string& reference,
                                                   std::string_view doing,
                                                   const engine::ProgressSink& progress,
                                                   const std::stop_token& stop);

/// A reference as the pull call wants it. Without tag or digest the engine would pull all tags, so
/// `latest` is filled in. Pure.
struct PullReference {
  std::string image;
  std::string tag;  ///< Or a digest: `sha256:...`.
  bool operator==(const PullReference&) const = default;
};
[[nodiscard]] PullReference split_reference(const std::string& reference);

/// One file of a root file system becomes an image, out of our own hand.
[[nodiscard]] Result<engine::StepReply> import_image(DockerApi& api,
                                                     const engine::ImportImage& step,
                                                     std::string_view doing,
                                                     const std::stop_token& stop);

}  // namespace boxwright::docker
