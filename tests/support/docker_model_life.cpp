// Starting, ending, probing and coming back.

#include <fmt/core.h>

#include <algorithm>

#include "tests/support/docker_model.h"

namespace boxwright::test {

namespace {

using state::ContainerState;
using state::Health;

/// The restart manager's pace: moby/moby daemon/internal/restartmanager.
constexpr Duration kFirstBackoff{100};
constexpr Duration kLongestBackoff{60'000};
constexpr Duration kLongRun{10'000};
/// What the engine takes for a zero in a health check.
constexpr Duration kDefaultInterval{30'000};
constexpr int kDefaultRetries = 3;

tl::unexpected<Refusal> refuse(int status, std::string message) {
  return tl::unexpected(Refusal{status, std::move(message)});
}

tl::unexpected<Refusal> no_such_container(const std::string& who) {
  return refuse(404, "No such container: " + who);
}

bool has_health_check(const ModelContainer& container) {
  const auto& test = container.config.healthcheck.test;
  return !test.empty() && test.front() != "NONE";
}

Duration probe_interval(const ModelContainer& container) {
  const Duration interval = container.config.healthcheck.interval;
  return interval == Duration{0} ? kDefaultInterval : interval;
}

/// No image of the model has programs under /no.
bool lacks_its_program(const ModelContainer& container) {
  const auto& command = container.config.command;
  return !command.empty() && command.front().starts_with("/no/");
}

bool addresses_clash(const std::string& a, const std::string& b) {
  const auto any = [](const std::string& address) {
    return address.empty() || address == "0.0.0.0";
  };
  return a == b || any(a) || any(b);
}

}  // namespace

const ModelContainer* DockerModel::port_rival(const ModelContainer& container) const {
  for (const auto& [id, other] : containers_) {
    if (id == container.id || !other.has_process()) continue;
    for (const auto& theirs : other.config.publish) {
      for (const auto& ours : container.config.publish) {
        if (ours.host_port == theirs.host_port && ours.protocol == theirs.protocol &&
            addresses_clash(ours.host_ip, theirs.host_ip)) {
          return &other;
        }
      }
    }
  }
  return nullptr;
}

Answer DockerModel::fail_start(ModelContainer& container, int exit_code, Refusal refusal) {
  container.error = refusal.message;
  container.exit_code = exit_code;
  for (auto& attachment : container.attachments)
    attachment.has_address = false;
  return tl::unexpected(std::move(refusal));
}

Answer DockerModel::attach_networks(ModelContainer& container) {
  for (auto& attachment : container.attachments) {
    // A container that has run once goes by the ID, not by the name (trap 0.10).
    const std::string& key =
        attachment.network_id.empty() ? attachment.network : attachment.network_id.str();
    const ModelNetwork* network = find_network(key);
    if (network == nullptr) {
      return refuse(404, fmt::format("network {} not found", key));
    }
    attachment.network_id = network->id;
  }
  return 204;
}

Answer DockerModel::check_start(ModelContainer& container) {
  const auto vanished = [this](const VolumeName& name) {
    const ModelVolume* volume = find_volume(name);
    return volume == nullptr || volume->directory_missing;
  };
  for (const state::Mount& mount : container.config.mounts) {
    if (vanished(mount.volume)) {
      return fail_start(
          container, 128,
          {500, fmt::format("error evaluating symlinks from mount source \"{}/_data\": "
                            "no such file or directory",
                            mount.volume.str())});
    }
  }
  if (const Answer attached = attach_networks(container); !attached) {
    return fail_start(container, 128, attached.error());
  }
  if (port_rival(container) != nullptr) {
    const auto& port = container.config.publish.front();
    return fail_start(
        container, 128,
        {500, fmt::format("driver failed programming external connectivity on endpoint "
                          "{}: Bind for {}:{} failed: port is already allocated",
                          container.name, port.host_ip, port.host_port)});
  }
  // Under init it is init that starts, and its child that is missing.
  const bool no_program = lacks_its_program(container) && !container.config.init;
  if (no_program || !container.behaviour.start_error.empty()) {
    const std::string words = no_program ? "exec: \"" + container.config.command.front() +
                                               "\": no such file or directory: unknown"
                                         : container.behaviour.start_error;
    return fail_start(container, 127, {400, words});
  }
  return 204;
}

void DockerModel::begin_run(ModelContainer& container) {
  ++container.epoch;
  container.state = ContainerState::Running;
  container.started_at = wall_at_now();
  container.running_since = now_;
  container.stopped_by_person = false;
  container.exit_code = 0;
  container.oom_killed = false;
  container.error.clear();
  container.failed_probes = 0;
  for (auto& attachment : container.attachments)
    attachment.has_address = true;
  container.health = has_health_check(container) ? Health::Starting : Health::None;
  if (has_health_check(container)) {
    after(probe_interval(container), Timer::Kind::Probe, container);
  }
  if (lacks_its_program(container)) {
    container.behaviour.exits_after = Duration{0};
    container.behaviour.exit_code = 127;
  }
  if (container.behaviour.exits_after) {
    after(*container.behaviour.exits_after, Timer::Kind::Exit, container);
  }
  emit_networks(container, "connect");
  emit(container, "start");
}

Answer DockerModel::start(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  switch (container->state) {
    case ContainerState::Paused:
      return refuse(409, "cannot start a paused container, try unpause instead");
    case ContainerState::Running:
    case ContainerState::Restarting: return 304;
    case ContainerState::Removing:
    case ContainerState::Dead:
      return refuse(409, "container is marked for removal and cannot be started");
    case ContainerState::Created:
    case ContainerState::Exited: break;
  }
  if (const Answer ready = check_start(*container); !ready) return ready;
  container->restart_count = 0;
  container->backoff = Duration{0};
  begin_run(*container);
  return 204;
}

bool DockerModel::answers(const ModelContainer& container) const {
  // Two commands need no server to be judged.
  const auto& test = container.config.healthcheck.test;
  if (test.size() == 2 && (test[1] == "true" || test[1] == "false")) return test[1] == "true";
  const auto& after_start = container.behaviour.answers_after;
  return container.state == ContainerState::Running && after_start.has_value() &&
         now_ - container.running_since >= *after_start;
}

void DockerModel::probe_now(ModelContainer& container) {
  if (!container.has_process()) return;
  const auto& check = container.config.healthcheck;
  const Health before = container.health;
  if (answers(container)) {
    container.failed_probes = 0;
    container.health = Health::Healthy;
  } else if (container.state == ContainerState::Running) {
    const bool in_start_period =
        container.health == Health::Starting && now_ - container.running_since < check.start_period;
    if (!in_start_period) ++container.failed_probes;
    const int retries = check.retries == 0 ? kDefaultRetries : check.retries;
    if (container.failed_probes >= retries) container.health = Health::Unhealthy;
  }
  if (container.health != before) {
    emit(container, container.health == Health::Healthy ? "health_status: healthy"
                                                        : "health_status: unhealthy");
  }
  after(probe_interval(container), Timer::Kind::Probe, container);
}

bool DockerModel::comes_back(const ModelContainer& container) {
  switch (container.config.restart) {
    case specs::RestartPolicy::No: return false;
    case specs::RestartPolicy::Always: return true;
    case specs::RestartPolicy::UnlessStopped: return !container.stopped_by_person;
    case specs::RestartPolicy::OnFailure: return container.exit_code != 0;
  }
  return false;
}

void DockerModel::restart_later(ModelContainer& container) {
  const bool ran_long = now_ - container.running_since > kLongRun;
  container.backoff = container.backoff == Duration{0} || ran_long
                          ? kFirstBackoff
                          : std::min(container.backoff * 2, kLongestBackoff);
  container.state = ContainerState::Restarting;
  after(container.backoff, Timer::Kind::Restart, container);
}

void DockerModel::process_ends(ModelContainer& container, int code, bool oom) {
  ++container.epoch;
  container.exit_code = code;
  container.oom_killed = oom;
  container.finished_at = wall_at_now();
  emit_networks(container, "disconnect");
  for (auto& attachment : container.attachments)
    attachment.has_address = false;
  // A monitor that has stopped leaves "unhealthy" behind (moby/moby: container/health.go).
  if (container.health != Health::None) container.health = Health::Unhealthy;
  container.state = ContainerState::Exited;
  emit(container, "die");
  emit_networks(container, "disconnect");
  // The person's hand cancels the restart manager until the next start, whatever the policy.
  if (!container.stopped_by_person && comes_back(container)) restart_later(container);
}

void DockerModel::ends_by_person(ModelContainer& container, int code) {
  container.stopped_by_person = true;
  if (container.state == ContainerState::Restarting) {
    ++container.epoch;
    container.state = ContainerState::Exited;
    return;
  }
  process_ends(container, code, false);
}

void DockerModel::process_exits(const std::string& who, int code, bool oom) {
  ModelContainer* container = get(who);
  if (container != nullptr && container->has_process()) process_ends(*container, code, oom);
}

Answer DockerModel::begin_stop(const std::string& who, Duration grace) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  const bool active = container->has_process() || container->state == ContainerState::Restarting;
  if (!active) return 304;
  if (container->has_process() && container->behaviour.ignores_term && grace > Duration{0}) {
    container->stopped_by_person = true;
    emit(*container, "kill");
    after(grace, Timer::Kind::Kill, *container);
    return 202;
  }
  return stop(who);
}

Answer DockerModel::stop(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  const bool active = container->has_process() || container->state == ContainerState::Restarting;
  if (!active) return 304;
  if (container->has_process()) emit(*container, "kill");
  const Behaviour& behaviour = container->behaviour;
  ends_by_person(*container, behaviour.ignores_term ? 137 : behaviour.term_exit_code);
  emit(*container, "stop");
  return 204;
}

Answer DockerModel::kill(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  if (!container->has_process()) {
    return refuse(409, fmt::format("Cannot kill container: {}: Container {} is not running", who,
                                   container->id.str()));
  }
  emit(*container, "kill");
  ends_by_person(*container, 137);
  return 204;
}

Answer DockerModel::restart(const std::string& who) {
  if (const Answer stopped = stop(who); !stopped) return stopped;
  if (const Answer started = start(who); !started) return started;
  return 204;
}

Answer DockerModel::pause(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  if (container->state == ContainerState::Paused) {
    return refuse(409, "Container " + who + " is already paused");
  }
  if (container->state != ContainerState::Running) {
    return refuse(409, "Container " + who + " is not running");
  }
  container->state = ContainerState::Paused;
  emit(*container, "pause");
  return 204;
}

Answer DockerModel::unpause(const std::string& who) {
  ModelContainer* container = get(who);
  if (container == nullptr) return no_such_container(who);
  if (container->state != ContainerState::Paused) {
    return refuse(500, "Container " + container->id.str() + " is not paused");
  }
  container->state = ContainerState::Running;
  emit(*container, "unpause");
  return 204;
}

void DockerModel::restart_engine() {
  settle();
  for (auto& [id, container] : containers_) {
    if (container.state == ContainerState::Removing) {
      container.state = ContainerState::Dead;
      ++container.epoch;
    }
    const bool active = container.has_process() || container.state == ContainerState::Restarting;
    if (!active) continue;
    ++container.epoch;
    if (container.has_process()) {
      const Behaviour& behaviour = container.behaviour;
      container.exit_code = behaviour.ignores_term ? 137 : behaviour.term_exit_code;
      container.finished_at = wall_at_now();
    }
    container.state = ContainerState::Exited;
    for (auto& attachment : container.attachments)
      attachment.has_address = false;
    if (container.health != Health::None) container.health = Health::Unhealthy;
  }
  // What was stopped by hand under `always`, or killed under `on-failure`, comes back as well
  // (trap 0.5); what never ran does not.
  for (auto& [id, container] : containers_) {
    if (container.state == ContainerState::Exited && container.started_at &&
        comes_back(container)) {
      static_cast<void>(start(id.str()));
    }
  }
}

}  // namespace boxwright::test
