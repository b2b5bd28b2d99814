#pragma once
// Reading the engine's objects: the fleet, or all that concerns one box.

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/engine/docker/docker_api.h"
#include "controller/engine/engine.h"

namespace boxwright::docker {

/// Configurations of images by ID: an ID names its content, so they never change. Thread-safe.
class ImageCache {
 public:
  [[nodiscard]] std::optional<state::ImageConfig> find(const ImageId& id) const;
  void put(const state::ImageConfig& image);

 private:
  mutable std::mutex mutex_;
  std::map<ImageId, state::ImageConfig> images_;
};

/// `disk_free_percent`, `limits_swap`, `host_cpus` and `at` are left for the caller to fill in. A
/// container that is removed between list and inspect is left out; anything else that cannot be
/// read is an error.
[[nodiscard]] Result<state::ObservedFleet> read_fleet(DockerApi& api, ImageCache& images,
                                                      const Installation& installation,
                                                      const std::stop_token& stop);

/// Three calls.
[[nodiscard]] Result<state::HoldView> read_holds(DockerApi& api, ImageCache& images,
                                                 const engine::HoldQuery& query,
                                                 const std::stop_token& stop);

/// Seven calls for a box with one container whose image is known; one more while a volume is
/// missing. All networks are given, since the query names none.
[[nodiscard]] Result<state::ObservedBox> read_box(DockerApi& api, ImageCache& images,
                                                  const engine::BoxQuery& query,
                                                  const std::stop_token& stop);

}  // namespace boxwright::docker
