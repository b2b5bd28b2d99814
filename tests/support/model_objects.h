#pragma once
// The objects of the Docker model: what an engine keeps of a container, volume, network and image.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "specs/base/units.h"
#include "state/container_config.h"
#include "state/observed.h"

namespace boxwright::test {

/// How the process of an image's containers behaves.
struct Behaviour {
  /// Its server answers the health check this long after the start; nullopt: never.
  std::optional<Duration> answers_after = Duration{0};
  std::optional<Duration> exits_after;  ///< It ends by itself.
  int exit_code = 0;                    ///< With this code.
  bool ignores_term = false;            ///< Only SIGKILL ends it.
  int term_exit_code = 143;             ///< What tini reports for a process that TERM ended.
  Bytes memory{8 * kMiB};               ///< In use while it runs.
  std::string start_error;              ///< Not empty: the engine cannot start it (400, exit 127).
  std::vector<std::string> log;
  std::string says;  ///< What its servers tell who asks whether somebody is at work.
};

/// A directory's files, mode and owner.
struct Directory {
  std::map<std::string, std::string> files;
  std::string mode = "0755 0:0";
  bool operator==(const Directory&) const = default;
};

/// What an image is made from.
struct ImageContent {
  state::ImageConfig config;                     ///< Without `id`.
  std::map<std::string, Directory> directories;  ///< By absolute path.
  Behaviour behaviour;
};

struct ModelImage {
  ImageId id;
  std::set<std::string> references;
  ImageContent content;
};

struct ModelVolume {
  VolumeName name;
  std::map<std::string, std::string> labels;
  WallTime created_at{};
  bool anonymous = false;
  bool directory_missing = false;
  Directory directory;
};

struct ModelNetwork {
  NetworkId id;
  std::string name;
  std::map<std::string, std::string> labels;
};

struct ModelContainer {
  ContainerId id;
  std::string name;
  state::ContainerConfig config;  ///< As inspect shows it: merged with the image.
  ImageId image_id;
  Behaviour behaviour;
  state::ContainerState state = state::ContainerState::Created;
  state::Health health = state::Health::None;
  WallTime created_at{};
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  int exit_code = 0;
  bool oom_killed = false;
  int restart_count = 0;
  std::string error;
  std::vector<state::Attachment> attachments;
  std::vector<VolumeName> anonymous_volumes;
  std::map<std::string, std::string> layer;  ///< Files changed outside every volume.

  MonoTime running_since{};
  int failed_probes = 0;
  Duration backoff{0};             ///< Of the restart manager.
  bool stopped_by_person = false;  ///< The engine's HasBeenManuallyStopped.
  std::uint64_t epoch = 0;         ///< Rises with every start and end; outdates timers.

  [[nodiscard]] bool has_process() const {
    return state == state::ContainerState::Running || state == state::ContainerState::Paused;
  }
};

/// One message of the event stream.
struct ModelEvent {
  std::string type;  ///< `container`, `volume`, `network`, `image`.
  std::string action;
  std::string id;
  std::map<std::string, std::string> labels;  ///< Containers only, as on the real stream.
  std::string name;                           ///< Containers only: its name after what happened.
  std::string old_name;                       ///< Renames only.
  std::string container;  ///< Networks only: whom it connected or disconnected; empty: nobody.
  WallTime at{};
};

}  // namespace boxwright::test
