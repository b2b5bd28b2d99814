#pragma once
// How a plan is carried out on an engine that runs containers: steps, each exactly one engine call.

#include <array>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "specs/base/clock.h"
#include "specs/base/error.h"
#include "specs/base/ids.h"
#include "state/container_config.h"

namespace boxwright::engine {

struct PullImage {
  std::string reference;  ///< With a tag or digest; the engine would pull all tags otherwise.
};
/// Makes an image out of one archive of its root file system.
struct ImportImage {
  std::string reference;
  std::map<std::string, std::string> labels;
  std::shared_ptr<const std::string> archive;
};
struct CreateNetwork {
  std::string name;
  std::map<std::string, std::string> labels;
};
struct CreateVolume {
  VolumeName name;
  std::map<std::string, std::string> labels;
};
struct CreateContainer {
  std::string name;
  state::ContainerConfig config;
  /// Volumes that existed before: mounted with NoCopy, since a first mount would copy image files
  /// into a running box's empty volume (docker-api notes 0.3).
  std::set<VolumeName> no_copy;
};
/// A container that does nothing but mount volumes, so that nobody's prune takes them: no network,
/// no rights, no way to write. A volume that is not there any more is made by the engine, with
/// `stray` as its labels.
struct CreateHold {
  std::string name;
  std::string image;
  std::map<std::string, std::string> labels;
  std::set<VolumeName> volumes;
  std::map<std::string, std::string> stray;
};
struct StartContainer {
  ContainerId id;
};
struct StopContainer {
  ContainerId id;
  Duration grace;  ///< SIGKILL after this; whole seconds are sent.
};
struct UnpauseContainer {
  ContainerId id;
};
struct RenameContainer {
  ContainerId id;
  std::string to;
};
/// Limits and restart policy in one call. Memory and swap always travel together.
struct UpdateContainer {
  ContainerId id;
  std::optional<state::Limits> limits;
  std::optional<specs::RestartPolicy> restart;
};
struct ConnectNetwork {
  ContainerId id;
  NetworkId network;
};
struct DisconnectNetwork {
  ContainerId id;
  NetworkId network;
};
/// Keeps what a container that is about to go holds outside its volumes. The one step that is no
/// call of the engine's: several reading ones and a file (controller/layers), made by the pass.
struct SaveLayer {
  ContainerId id;
};
/// Makes an image of a container as it is. It inherits the container's labels and variables:
/// `labels` are put over them, and the variables named in `blank` are empty in it.
struct CommitImage {
  ContainerId id;
  std::string reference;  ///< With a tag.
  std::map<std::string, std::string> labels;
  std::set<std::string> blank;
};
/// Never with its anonymous volumes (`v=1` destroys data in an image's own VOLUME).
/// Force is used for dead containers, and for a hold, only; a running box must be stopped first.
struct RemoveContainer {
  ContainerId id;
  bool force = false;
};
struct RemoveVolume {
  VolumeName name;
};

using StepKind = std::variant<PullImage, ImportImage, CreateNetwork, CreateVolume, CreateContainer,
                              CreateHold, StartContainer, StopContainer, UnpauseContainer,
                              RenameContainer, UpdateContainer, ConnectNetwork, DisconnectNetwork,
                              SaveLayer, CommitImage, RemoveContainer, RemoveVolume>;

/// Which limit on simultaneous calls a step counts against: a slow stop must hold up nobody.
enum class SlotClass { Mutate, Start, Pull, Stop };
inline constexpr std::array kSlotClasses{SlotClass::Mutate, SlotClass::Start, SlotClass::Pull,
                                         SlotClass::Stop};

struct Step {
  StepKind kind;
  std::string cause;  ///< The field and its change, or the drift, that made it necessary.
  /// After this step no container of the box runs until a later step: once begun, the pass goes on
  /// to a running container before suspend or a stop signal is honoured (design 8.3).
  bool in_passage = false;
};

/// `CreateContainer`, `StopContainer`, ...
[[nodiscard]] std::string_view step_name(const Step& step);
/// `create container box-ada.next`, `stop container box-ada`: for progress and events. No secrets.
[[nodiscard]] std::string describe(const Step& step);
/// `pulling`, `creating`, `starting`: for whoever watches.
[[nodiscard]] std::string_view phase(const Step& step);
[[nodiscard]] SlotClass slot_class(const Step& step);

/// Why a volume cannot be removed now: these containers, by name, mount it. Conflict/Transient: it
/// is tried again by itself.
[[nodiscard]] Error volume_in_use(const VolumeName& volume, const std::vector<std::string>& users);

/// What one call brought about, as the engine told it.
struct StepReply {
  ContainerId created;                ///< For CreateContainer and CreateHold.
  std::vector<std::string> warnings;  ///< The engine's warnings (discarded limits and the like).
};

}  // namespace boxwright::engine
