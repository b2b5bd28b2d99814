#pragma once
// What the engine said, in our words, with the time it was said. No engine types.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/ids.h"
#include "state/container_config.h"

namespace boxwright::state {

enum class ContainerState { Created, Running, Paused, Restarting, Removing, Exited, Dead };
enum class Health { None, Starting, Healthy, Unhealthy };

/// The labels of ours that an object carries; see ownership.h for the keys.
struct OwnerLabels {
  Installation installation;
  BoxUid uid;
  BoxName box;
  std::string role;
  Attempt attempt;
  std::string spec_hash;   ///< `v1:<sha256>`; containers only.
  std::string renderer;    ///< `1`; containers only.
  std::string secret_mac;  ///< `v1:<key id>:<mac>`, empty where the box has no secrets.
  std::string owner;       ///< Volumes only.
  std::string volume_key;  ///< Volumes only: `workspace`.
  bool operator==(const OwnerLabels&) const = default;
};

/// A container's place in one network.
struct Attachment {
  std::string network;   ///< Name.
  NetworkId network_id;  ///< As stored on the container; empty before its first start.
  bool has_address = false;
  bool operator==(const Attachment&) const = default;
};

struct ObservedContainer {
  ContainerId id;
  std::string name;  ///< Without the leading slash. Empty for a half-removed (dead) one.
  OwnerLabels owner;
  ContainerState state = ContainerState::Created;
  Health health = Health::None;
  std::optional<WallTime> started_at;   ///< nullopt: never started.
  std::optional<WallTime> finished_at;  ///< nullopt: never ended.
  WallTime created_at{};
  int exit_code = 0;
  bool oom_killed = false;
  int restart_count = 0;
  std::string engine_error;             ///< The engine's own words on a failed start.
  ImageId image_id;                     ///< What the reference resolved to at creation.
  std::vector<Attachment> attachments;  ///< Sorted by network name.
  ContainerConfig config;               ///< What inspect shows.

  /// Running or paused: a process of it may touch the volumes.
  [[nodiscard]] bool is_alive() const {
    return state == ContainerState::Running || state == ContainerState::Paused ||
           state == ContainerState::Restarting;
  }
  [[nodiscard]] bool ever_started() const { return started_at.has_value(); }
};

struct ObservedVolume {
  VolumeName name;
  OwnerLabels owner;
  /// The engine lists it but its directory is gone (CreatedAt is the zero time; docker-api notes
  /// 0.8).
  bool directory_missing = false;
  WallTime created_at{};
};

struct ObservedNetwork {
  NetworkId id;
  std::string name;
  OwnerLabels owner;
};

/// A container that is not ours but holds one of the names that a box needs.
struct NameHolder {
  ContainerId id;
  std::string name;
  std::string image;
};

/// A container that only mounts volumes, so that nobody's prune takes them (role `hold`).
struct ObservedHold {
  ContainerId id;
  std::string name;
  ContainerState state = ContainerState::Created;
  std::set<VolumeName> volumes;

  /// A prune of containers takes those that do not run.
  [[nodiscard]] bool is_alive() const {
    return state == ContainerState::Running || state == ContainerState::Paused ||
           state == ContainerState::Restarting;
  }
  bool operator==(const ObservedHold&) const = default;
};

/// The containers of this installation that hold volumes.
struct ObservedHolds {
  /// Sorted by ID. One made by hand from an image committed of such a container is not in it.
  std::vector<ObservedHold> containers;
  std::set<std::string> taken_names;  ///< Names for them that are held by what is not in the list.
};

/// What there is to hold, and what holds it, read fresh.
struct HoldView {
  ObservedHolds holds;
  std::vector<ObservedVolume> volumes;  ///< All with our installation's label.
  bool image_there = false;             ///< The image that was asked for.
};

/// All that concerns one box, read fresh.
struct ObservedBox {
  WallTime at{};
  std::vector<ObservedContainer>
      containers;                       ///< With our installation and this box's UID; sorted by id.
  std::vector<ObservedVolume> volumes;  ///< Ours with this UID, or holding one of its names.
  std::vector<NameHolder> name_holders;   ///< Foreign holders of box-<name>[.next|.prev].
  std::vector<ObservedNetwork> networks;  ///< All networks whose name this box's spec uses.
  /// The image its spec names, if the engine has it; and the images of its containers, by ID.
  std::optional<ImageConfig> wanted_image;
  std::map<ImageId, ImageConfig> container_images;
  bool limits_swap = false;  ///< `/info` SwapLimit. Without it inspect shows -1 whatever was sent.
  NanoCpus host_cpus;  ///< `/info` NCPU: the engine refuses more for one container. 0: unknown.
};

/// What one relist saw: enough to find every box that needs a look, and every object that is ours.
struct ObservedFleet {
  WallTime at{};
  std::vector<ObservedContainer> containers;  ///< All with our installation's label but holds.
  ObservedHolds holds;
  std::vector<ObservedVolume> volumes;    ///< All with our installation's label.
  std::vector<ObservedNetwork> networks;  ///< All networks.
  std::vector<NameHolder> foreign;        ///< Containers of others whose name starts with `box-`.
  /// What the references that its containers were made from name now, and their own images by ID.
  std::map<std::string, ImageConfig> images_by_reference;
  std::map<ImageId, ImageConfig> images_by_id;
  /// Free space on the engine's data root, in percent; nullopt where it cannot be told from here.
  std::optional<int> disk_free_percent;
  bool limits_swap = false;  ///< As in ObservedBox.
  NanoCpus host_cpus;        ///< As in ObservedBox.
};

/// What runs the containers, and on what.
struct EngineFacts {
  std::string kind;         ///< `docker`, `fake`.
  std::string version;      ///< `20.10.24`.
  std::string api_version;  ///< Negotiated, `1.41`.
  std::string engine_id;    ///< `/info` ID.
  std::string data_root;    ///< DockerRootDir. ID alone does not name an engine.
  int cpus = 0;
  Bytes memory;
  int cgroup_version = 0;
};

[[nodiscard]] std::string_view to_string(ContainerState value);
[[nodiscard]] std::string_view to_string(Health value);

}  // namespace boxwright::state
