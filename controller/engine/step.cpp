#include "controller/engine/step.h"

#include <fmt/core.h>

#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace boxwright::engine {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

/// As `docker ps` prints them: enough to find the object, short enough to read.
std::string short_id(const std::string& id) {
  return id.substr(0, 12);
}

std::string describe_update(const UpdateContainer& update) {
  std::vector<std::string> parts;
  if (update.limits) {
    const state::Limits& limits = *update.limits;
    // Zero means "leave as it is" to the engine, so it is not a change to tell of.
    if (limits.cpus.count != 0) parts.push_back("cpus " + to_string(limits.cpus));
    if (limits.memory.count != 0) parts.push_back("memory " + to_string(limits.memory));
    if (limits.pids != 0) parts.push_back(fmt::format("pids {}", limits.pids));
  }
  if (update.restart) parts.push_back(fmt::format("restart {}", specs::to_string(*update.restart)));
  std::string text = "update container " + short_id(update.id.str());
  const char* separator = ": ";
  for (const std::string& part : parts) {
    text += separator + part;
    separator = ", ";
  }
  return text;
}

}  // namespace

std::string_view step_name(const Step& step) {
  return std::visit(
      Overloaded{
          [](const PullImage&) -> std::string_view { return "PullImage"; },
          [](const ImportImage&) -> std::string_view { return "ImportImage"; },
          [](const CreateNetwork&) -> std::string_view { return "CreateNetwork"; },
          [](const CreateVolume&) -> std::string_view { return "CreateVolume"; },
          [](const CreateContainer&) -> std::string_view { return "CreateContainer"; },
          [](const CreateHold&) -> std::string_view { return "CreateHold"; },
          [](const StartContainer&) -> std::string_view { return "StartContainer"; },
          [](const StopContainer&) -> std::string_view { return "StopContainer"; },
          [](const UnpauseContainer&) -> std::string_view { return "UnpauseContainer"; },
          [](const RenameContainer&) -> std::string_view { return "RenameContainer"; },
          [](const UpdateContainer&) -> std::string_view { return "UpdateContainer"; },
          [](const ConnectNetwork&) -> std::string_view { return "ConnectNetwork"; },
          [](const DisconnectNetwork&) -> std::string_view { return "DisconnectNetwork"; },
          [](const SaveLayer&) -> std::string_view { return "SaveLayer"; },
          [](const CommitImage&) -> std::string_view { return "CommitImage"; },
          [](const RemoveContainer&) -> std::string_view { return "RemoveContainer"; },
          [](const RemoveVolume&) -> std::string_view { return "RemoveVolume"; },
      },
      step.kind);
}

std::string_view phase(const Step& step) {
  return std::visit(
      Overloaded{
          [](const PullImage&) -> std::string_view { return "pulling"; },
          [](const ImportImage&) -> std::string_view { return "importing"; },
          [](const CreateNetwork&) -> std::string_view { return "making its network"; },
          [](const CreateVolume&) -> std::string_view { return "making volumes"; },
          [](const CreateContainer&) -> std::string_view { return "creating"; },
          [](const CreateHold&) -> std::string_view { return "holding volumes"; },
          [](const StartContainer&) -> std::string_view { return "starting"; },
          [](const StopContainer&) -> std::string_view { return "stopping"; },
          [](const UnpauseContainer&) -> std::string_view { return "unpausing"; },
          [](const RenameContainer&) -> std::string_view { return "renaming"; },
          [](const UpdateContainer&) -> std::string_view { return "changing limits"; },
          [](const ConnectNetwork&) -> std::string_view { return "connecting"; },
          [](const DisconnectNetwork&) -> std::string_view { return "disconnecting"; },
          [](const SaveLayer&) -> std::string_view { return "saving its files"; },
          [](const CommitImage&) -> std::string_view { return "making an image of it"; },
          [](const RemoveContainer&) -> std::string_view { return "removing"; },
          [](const RemoveVolume&) -> std::string_view { return "removing volumes"; },
      },
      step.kind);
}

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const PullImage& it) { return "pull image " + it.reference; },
          [](const ImportImage& it) { return "import image " + it.reference; },
          [](const CreateNetwork& it) { return "create network " + it.name; },
          [](const CreateVolume& it) { return "create volume " + it.name.str(); },
          [](const CreateContainer& it) { return "create container " + it.name; },
          [](const CreateHold& it) {
            return fmt::format("create container {} for {} volumes", it.name, it.volumes.size());
          },
          [](const StartContainer& it) { return "start container " + short_id(it.id.str()); },
          [](const StopContainer& it) { return "stop container " + short_id(it.id.str()); },
          [](const UnpauseContainer& it) { return "unpause container " + short_id(it.id.str()); },
          [](const RenameContainer& it) {
            return fmt::format("rename container {} to {}", short_id(it.id.str()), it.to);
          },
          [](const UpdateContainer& it) { return describe_update(it); },
          [](const ConnectNetwork& it) {
            return fmt::format("connect container {} to network {}", short_id(it.id.str()),
                               short_id(it.network.str()));
          },
          [](const DisconnectNetwork& it) {
            return fmt::format("disconnect container {} from network {}", short_id(it.id.str()),
                               short_id(it.network.str()));
          },
          [](const SaveLayer& it) {
            return "save what changed in container " + short_id(it.id.str());
          },
          [](const CommitImage& it) {
            return fmt::format("make image {} of container {}", it.reference,
                               short_id(it.id.str()));
          },
          [](const RemoveContainer& it) { return "remove container " + short_id(it.id.str()); },
          [](const RemoveVolume& it) { return "remove volume " + it.name.str(); },
      },
      step.kind);
}

Error volume_in_use(const VolumeName& volume, const std::vector<std::string>& users) {
  std::string who;
  for (const auto& user : users)
    who += (who.empty() ? "" : ", ") + user;
  const bool one = users.size() <= 1;
  return {ErrorCode::Conflict, RetryClass::Transient,
          fmt::format("volume {} cannot be removed: {} {} it; remove {} and it goes by itself",
                      volume.str(),
                      who.empty() ? "a container" : (one ? "container " : "containers ") + who,
                      one ? "mounts" : "mount", one ? "that container" : "those containers")};
}

SlotClass slot_class(const Step& step) {
  return std::visit(
      []<class Kind>(const Kind&) {
        if constexpr (std::is_same_v<Kind, PullImage>) {
          return SlotClass::Pull;
        } else if constexpr (std::is_same_v<Kind, StartContainer>) {
          return SlotClass::Start;
        } else if constexpr (std::is_same_v<Kind, StopContainer> ||
                             std::is_same_v<Kind, RemoveContainer> ||
                             std::is_same_v<Kind, SaveLayer> || std::is_same_v<Kind, CommitImage>) {
          // Copying takes as long as there is much. A removal waits for the file system and, by
          // force, for the kill: as slow as a stop.
          return SlotClass::Stop;
        } else {
          return SlotClass::Mutate;
        }
      },
      step.kind);
}

}  // namespace boxwright::engine
