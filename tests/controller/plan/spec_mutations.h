#pragma once
// One change for every field of a spec, with what it means for a container.

#include <string>
#include <vector>

#include "specs/model/box_spec.h"

namespace boxwright::plan {

enum class Kind {
  CreationTime,  ///< Needs another container: part of the hash.
  Live,          ///< Changed on the running container.
  Policy,        ///< Never reaches a container.
};

struct Mutation {
  std::string field;  ///< As compare_specs names it.
  Kind kind;
  void (*change)(specs::BoxSpec&);
};

/// Fails to compile when a field is added to the model: add it here, to compare_specs, and to the
/// hash if it is fixed at creation.
inline void name_every_field(const specs::BoxSpec& spec) {
  const auto& [image, pull, subdomain, command, resources, env, secrets, volumes, health, restart,
               grace, power, suspend, update, deletion, publish] = spec;
  const auto& [cpus, memory, pids] = resources;
  const auto& [check, interval, timeout, retries, start_period] = health;
  const auto& [policy, image_policy, health_timeout, idle_deadline, windows] = update;
  const auto& [days, opens, closes, zone] = specs::UpdateWindow{};
  const auto& [deleted_volumes, delay] = deletion;
  const auto& [from] = specs::SecretRef{};
  const auto& [path, disposable] = specs::VolumeSpec{};
  const auto& [host_ip, host_port, container_port, protocol] = specs::PublishedPort{};
  static_cast<void>(image), static_cast<void>(cpus), static_cast<void>(check);
  static_cast<void>(policy), static_cast<void>(deleted_volumes), static_cast<void>(from);
  static_cast<void>(path), static_cast<void>(host_ip), static_cast<void>(days);
}

inline const std::vector<Mutation>& mutations() {
  using specs::BoxSpec;
  static const std::vector<Mutation> all{
      {"spec.image", Kind::CreationTime, [](BoxSpec& s) { s.image = "box-base:2"; }},
      {"spec.pull", Kind::Policy, [](BoxSpec& s) { s.pull = specs::PullPolicy::Never; }},
      {"spec.subdomain", Kind::CreationTime, [](BoxSpec& s) { s.subdomain = "other"; }},
      {"spec.command", Kind::CreationTime, [](BoxSpec& s) { s.command = {"sleep", "9"}; }},
      {"spec.resources.cpus", Kind::Live, [](BoxSpec& s) { s.resources.cpus.count += 1; }},
      {"spec.resources.memory", Kind::Live, [](BoxSpec& s) { s.resources.memory.count += 1; }},
      {"spec.resources.pids", Kind::Live, [](BoxSpec& s) { s.resources.pids += 1; }},
      {"spec.env.EDITOR", Kind::CreationTime, [](BoxSpec& s) { s.env["EDITOR"] = "vi"; }},
      {"spec.env.NEW", Kind::CreationTime, [](BoxSpec& s) { s.env["NEW"] = ""; }},
      {"spec.env.EDITOR", Kind::CreationTime, [](BoxSpec& s) { s.env.erase("EDITOR"); }},
      {"spec.secrets.MORE", Kind::CreationTime, [](BoxSpec& s) { s.secrets["MORE"] = {"more"}; }},
      {"spec.secrets.TOKEN", Kind::CreationTime, [](BoxSpec& s) { s.secrets.erase("TOKEN"); }},
      // The value decides, not where it comes from: the MAC sees it.
      {"spec.secrets.TOKEN", Kind::Policy, [](BoxSpec& s) { s.secrets["TOKEN"].from = "else"; }},
      {"spec.volumes.cache", Kind::CreationTime,
       [](BoxSpec& s) { s.volumes["cache"].path = "/c"; }},
      {"spec.volumes.cache", Kind::Policy,
       [](BoxSpec& s) { s.volumes["cache"].disposable = false; }},
      {"spec.volumes.data", Kind::CreationTime,
       [](BoxSpec& s) { s.volumes["data"] = {"/d", false}; }},
      {"spec.volumes.inbox", Kind::CreationTime, [](BoxSpec& s) { s.volumes.erase("inbox"); }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.check = specs::HttpCheck{8081, "/healthz"}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.check = specs::HttpCheck{8080, "/health"}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.check = specs::ShellCheck{"true"}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.check = specs::CommandCheck{{"true"}}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.check = specs::NoCheck{}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.interval += Duration{1}; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.timeout += Duration{1}; }},
      {"spec.healthcheck", Kind::CreationTime, [](BoxSpec& s) { s.healthcheck.retries += 1; }},
      {"spec.healthcheck", Kind::CreationTime,
       [](BoxSpec& s) { s.healthcheck.start_period += Duration{1}; }},
      {"spec.restart", Kind::Live, [](BoxSpec& s) { s.restart = specs::RestartPolicy::Always; }},
      {"spec.stopGracePeriod", Kind::CreationTime,
       [](BoxSpec& s) { s.stop_grace_period += Duration{1000}; }},
      {"spec.power", Kind::Policy, [](BoxSpec& s) { s.power = specs::Power::Stopped; }},
      {"spec.suspend", Kind::Policy, [](BoxSpec& s) { s.suspend = true; }},
      {"spec.update.policy", Kind::Policy,
       [](BoxSpec& s) { s.update.policy = specs::RolloutPolicy::Manual; }},
      {"spec.update.image", Kind::Policy,
       [](BoxSpec& s) { s.update.image = specs::ImagePolicy::Follow; }},
      {"spec.update.healthTimeout", Kind::Policy,
       [](BoxSpec& s) { s.update.health_timeout += Duration{1}; }},
      {"spec.update.idleDeadline", Kind::Policy,
       [](BoxSpec& s) { s.update.idle_deadline += Duration{1}; }},
      {"spec.update.windows", Kind::Policy,
       [](BoxSpec& s) { s.update.windows.push_back({1, 120, 300, "UTC"}); }},
      {"spec.deletion.volumes", Kind::Policy,
       [](BoxSpec& s) { s.deletion.volumes = specs::VolumeDeletion::Delete; }},
      {"spec.deletion.delay", Kind::Policy, [](BoxSpec& s) { s.deletion.delay += Duration{1}; }},
      {"spec.publish", Kind::CreationTime, [](BoxSpec& s) { s.publish[0].host_ip = "127.0.0.2"; }},
      {"spec.publish", Kind::CreationTime, [](BoxSpec& s) { s.publish[0].host_port = 1; }},
      {"spec.publish", Kind::CreationTime, [](BoxSpec& s) { s.publish[0].container_port = 1; }},
      {"spec.publish", Kind::CreationTime, [](BoxSpec& s) { s.publish[0].protocol = "udp"; }},
      {"spec.publish", Kind::CreationTime, [](BoxSpec& s) { s.publish.clear(); }},
  };
  return all;
}

}  // namespace boxwright::plan
