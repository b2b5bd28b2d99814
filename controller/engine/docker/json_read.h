#pragma once
// From the engine's JSON to our values. Pure and total: whatever the text is, the answer is a value
// or an Error (Corrupt/Transient), never an exception. Hand-changed containers are read as they
// are.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/engine/engine.h"
#include "specs/base/error.h"
#include "state/observed.h"

namespace boxwright::docker {

/// One line of the container list: enough to know whom to inspect.
struct ListedContainer {
  ContainerId id;
  std::string name;  ///< Without the slash; empty for a half-removed one.
  std::string image;
  state::OwnerLabels owner;
  // Of lists only, which tell of a hold all that there is to know.
  ImageId image_id;
  state::ContainerState state = state::ContainerState::Dead;
  std::set<VolumeName> volumes;
};

[[nodiscard]] Result<std::vector<ListedContainer>> read_container_list(const std::string& text);

/// The same, of an inspect.
[[nodiscard]] Result<ListedContainer> read_container_line(const std::string& text);

/// A container's inspect.
/// - `config.mounts`: named volumes; a bind mount stands with its host path in place of the name, a
///   read-only volume as `NAME:ro` (neither can be a volume's name), so that a comparison sees
///   them. Anonymous volumes (64 hex digits) are left out.
/// - Limits set as CpuQuota and CpuPeriod are read as NanoCpus.
/// - A stopped container's health is None, since the engine keeps the last one.
[[nodiscard]] Result<state::ObservedContainer> read_container(const std::string& text);

/// Whether the container has a terminal, so that its log is not divided into frames.
[[nodiscard]] Result<bool> read_tty(const std::string& inspect);

/// The size of what a container holds beside its image and volumes, and where that lies on the
/// engine's machine (empty: not told by this storage driver).
struct LayerFacts {
  Bytes size;
  std::string folder;
};
[[nodiscard]] Result<LayerFacts> read_layer_facts(const std::string& inspect_with_size);
/// The answer of `/containers/ID/changes`; null where there are none.
[[nodiscard]] Result<std::vector<engine::LayerChange>> read_layer_changes(const std::string& text);

[[nodiscard]] Result<state::ImageConfig> read_image(const std::string& text);
[[nodiscard]] Result<std::vector<state::ObservedVolume>> read_volume_list(const std::string& text);
/// The volumes in `/system/df`; one of size -1 (not measured) is left out.
[[nodiscard]] Result<std::map<VolumeName, Bytes>> read_volume_sizes(const std::string& text);
[[nodiscard]] Result<std::vector<state::ObservedNetwork>> read_network_list(
    const std::string& text);

/// The labels of the volume that a create answered with, which may have existed before.
[[nodiscard]] Result<std::map<std::string, std::string>> read_labels(const std::string& text);

struct EngineInfo {
  std::string id;
  std::string data_root;
  int cpus = 0;
  Bytes memory;
  int cgroup_version = 0;
  bool limits_swap = false;
};
[[nodiscard]] Result<EngineInfo> read_info(const std::string& text);

struct EngineVersion {
  std::string version;
  std::string newest_api;
  std::string oldest_api;
};
[[nodiscard]] Result<EngineVersion> read_version(const std::string& text);

/// `Id` and `Warnings` of a create or update.
[[nodiscard]] Result<engine::StepReply> read_reply(const std::string& text);

/// nullopt: still running.
[[nodiscard]] Result<std::optional<int>> read_exit_code(const std::string& exec_inspect);

/// Usage minus inactive file cache: `total_inactive_file` on cgroup 1, `inactive_file` on 2.
[[nodiscard]] Result<Bytes> read_memory_in_use(const std::string& stats);

/// One line of a pull.
struct PullLine {
  std::string layer;
  std::string status;
  std::int64_t current = 0;
  std::int64_t total = 0;
  std::string error;  ///< Not empty: the pull has failed, whatever the HTTP status was.
};
[[nodiscard]] Result<PullLine> read_pull_line(const std::string& line);

/// One line of the event stream. nullopt: concerns no box (exec_*, attach, other people's
/// containers, volume mounts).
///
/// A box's name is found by its label, else by the object's name (`box-ada.next`,
/// `box-ada-workspace`); for network connect and disconnect the container's ID is given instead and
/// `box` is empty. Empty with no container: look at everything.
[[nodiscard]] Result<std::optional<engine::EngineEvent>> read_event(const std::string& line);

}  // namespace boxwright::docker
