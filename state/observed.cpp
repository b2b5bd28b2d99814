#include "state/observed.h"

namespace boxwright::state {

std::string_view to_string(ContainerState value) {
  switch (value) {
    case ContainerState::Created: return "created";
    case ContainerState::Running: return "running";
    case ContainerState::Paused: return "paused";
    case ContainerState::Restarting: return "restarting";
    case ContainerState::Removing: return "removing";
    case ContainerState::Exited: return "exited";
    case ContainerState::Dead: return "dead";
  }
  return "dead";
}

std::string_view to_string(Health value) {
  switch (value) {
    case Health::None: return "none";
    case Health::Starting: return "starting";
    case Health::Healthy: return "healthy";
    case Health::Unhealthy: return "unhealthy";
  }
  return "none";
}

}  // namespace boxwright::state
