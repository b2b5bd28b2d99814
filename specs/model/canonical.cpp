#include "specs/model/canonical.h"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>

namespace boxwright::specs {
namespace {

// nlohmann::json keeps its keys in a std::map, so they come out sorted.
using nlohmann::json;

json check_to_json(const HealthCheck& health) {
  json out = {{"interval", format_duration(health.interval)},
              {"timeout", format_duration(health.timeout)},
              {"retries", health.retries},
              {"startPeriod", format_duration(health.start_period)}};
  if (const auto* http = std::get_if<HttpCheck>(&health.check)) {
    out["http"] = fmt::format(":{}{}", http->port, http->path);
  } else if (const auto* shell = std::get_if<ShellCheck>(&health.check)) {
    out["shell"] = shell->command;
  } else if (const auto* command = std::get_if<CommandCheck>(&health.check)) {
    out["command"] = command->argv;
  } else {
    out["none"] = true;
  }
  return out;
}

json volumes_to_json(const std::map<std::string, VolumeSpec>& volumes) {
  json out = json::object();
  for (const auto& [key, volume] : volumes) {
    out[key] = {{"path", volume.path}, {"disposable", volume.disposable}};
  }
  return out;
}

json secrets_to_json(const std::map<std::string, SecretRef>& secrets) {
  json out = json::object();
  for (const auto& [name, secret] : secrets)
    out[name] = {{"from", secret.from}};
  return out;
}

json ports_to_json(const std::vector<PublishedPort>& ports) {
  json out = json::array();
  for (const PublishedPort& port : ports)
    out.push_back(to_string(port));
  return out;
}

json windows_to_json(const std::vector<UpdateWindow>& windows) {
  json out = json::array();
  for (const UpdateWindow& window : windows) {
    json one = {{"from", time_of_day(window.from)}, {"to", time_of_day(window.to)}};
    one["zone"] = window.zone;
    one["days"] = json::array();
    for (std::size_t day = 0; day < 7; ++day) {
      if (((window.days >> day) & 1) != 0) one["days"].push_back(kWeekdays.substr(day * 4, 3));
    }
    out.push_back(std::move(one));
  }
  return out;
}

/// What came later than the first release is absent where it has its default, so that what was
/// stored before is still equal.
json update_to_json(const UpdatePolicy& update) {
  json out = {{"policy", to_string(update.policy)},
              {"image", to_string(update.image)},
              {"healthTimeout", format_duration(update.health_timeout)}};
  if (update.idle_deadline > Duration{0}) {
    out["idleDeadline"] = format_duration(update.idle_deadline);
  }
  if (!update.windows.empty()) out["windows"] = windows_to_json(update.windows);
  return out;
}

json spec_to_json(const BoxSpec& spec) {
  return {
      {"image", spec.image},
      {"pull", to_string(spec.pull)},
      {"subdomain", spec.subdomain},
      {"command", spec.command},
      {"resources",
       {{"cpus", to_string(spec.resources.cpus)},
        {"memory", to_string(spec.resources.memory)},
        {"pids", spec.resources.pids}}},
      // An initialised map: an empty one must print as {} and never as null.
      {"env", json(spec.env)},
      {"secrets", secrets_to_json(spec.secrets)},
      {"volumes", volumes_to_json(spec.volumes)},
      {"healthcheck", check_to_json(spec.healthcheck)},
      {"restart", to_string(spec.restart)},
      {"stopGracePeriod", format_duration(spec.stop_grace_period)},
      {"power", to_string(spec.power)},
      {"suspend", spec.suspend},
      {"update", update_to_json(spec.update)},
      {"deletion",
       {{"volumes", to_string(spec.deletion.volumes)},
        {"delay", format_duration(spec.deletion.delay)}}},
      {"publish", ports_to_json(spec.publish)},
  };
}

/// Stored text that says something we never write. Caught in spec_from_canonical_json.
[[noreturn]] void not_ours(const std::string& what) {
  throw std::invalid_argument(what);
}

template <class T>
T unwrap(Result<T> result) {
  if (!result) not_ours(result.error().message);
  return std::move(result).value();
}

template <class Enum, std::size_t N>
void read_enum(const json& object, const char* key, const std::array<Enum, N>& values, Enum& out) {
  const auto found = object.find(key);
  if (found == object.end()) return;
  const auto& text = found->get_ref<const std::string&>();
  for (const Enum value : values) {
    if (to_string(value) == text) {
      out = value;
      return;
    }
  }
  not_ours(fmt::format("unknown {} `{}`", key, text));
}

template <class T>
void read_plain(const json& object, const char* key, T& out) {
  if (const auto found = object.find(key); found != object.end()) found->get_to(out);
}

void read_duration(const json& object, const char* key, Duration& out) {
  if (const auto found = object.find(key); found != object.end()) {
    out = unwrap(parse_duration(found->get_ref<const std::string&>()));
  }
}

std::uint16_t port_number(const std::string& text) {
  std::size_t used = 0;
  const unsigned long value = std::stoul(text, &used);
  if (used != text.size() || value == 0 || value > 65535) not_ours("port `" + text + "`");
  return static_cast<std::uint16_t>(value);
}

HttpCheck http_from_text(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (!text.starts_with(':') || slash == std::string::npos) not_ours("http check `" + text + "`");
  return {port_number(text.substr(1, slash - 1)), text.substr(slash)};
}

PublishedPort port_from_text(const std::string& text) {
  const std::size_t first = text.find(':');
  const std::size_t second = text.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos) not_ours("port `" + text + "`");
  PublishedPort port{text.substr(0, first), port_number(text.substr(first + 1, second - first - 1)),
                     0, "tcp"};
  std::string container = text.substr(second + 1);
  if (const std::size_t slash = container.find('/'); slash != std::string::npos) {
    port.protocol = container.substr(slash + 1);
    container.resize(slash);
  }
  port.container_port = port_number(container);
  return port;
}

void read_health(const json& object, HealthCheck& out) {
  read_duration(object, "interval", out.interval);
  read_duration(object, "timeout", out.timeout);
  read_plain(object, "retries", out.retries);
  read_duration(object, "startPeriod", out.start_period);
  if (object.contains("http")) out.check = http_from_text(object.at("http").get<std::string>());
  if (object.contains("shell")) out.check = ShellCheck{object.at("shell").get<std::string>()};
  if (object.contains("command")) {
    out.check = CommandCheck{object.at("command").get<std::vector<std::string>>()};
  }
  if (object.contains("none")) out.check = NoCheck{};
}

void read_resources(const json& object, Resources& out) {
  if (object.contains("cpus")) {
    out.cpus = unwrap(parse_cpus(object.at("cpus").get_ref<const std::string&>()));
  }
  if (object.contains("memory")) {
    out.memory = unwrap(parse_bytes(object.at("memory").get_ref<const std::string&>()));
  }
  read_plain(object, "pids", out.pids);
}

void read_collections(const json& object, BoxSpec& out) {
  read_plain(object, "env", out.env);
  if (object.contains("secrets")) {
    for (const auto& [name, secret] : object.at("secrets").items()) {
      out.secrets[name] = SecretRef{secret.at("from").get<std::string>()};
    }
  }
  if (object.contains("volumes")) {
    out.volumes.clear();
    for (const auto& [key, volume] : object.at("volumes").items()) {
      out.volumes[key] =
          VolumeSpec{volume.at("path").get<std::string>(), volume.value("disposable", false)};
    }
  }
  if (object.contains("publish")) {
    for (const json& port : object.at("publish")) {
      out.publish.push_back(port_from_text(port.get<std::string>()));
    }
  }
}

int minutes_from(const json& object, const char* key) {
  const auto minutes = read_time_of_day(object.at(key).get_ref<const std::string&>(), true);
  if (!minutes) not_ours(std::string("time of day in ") + key);
  return *minutes;
}

void read_update(const json& object, UpdatePolicy& out) {
  using enum RolloutPolicy;
  read_enum(object, "policy", std::array{Auto, OnStop, Manual}, out.policy);
  read_enum(object, "image", std::array{ImagePolicy::Report, ImagePolicy::Follow}, out.image);
  read_duration(object, "healthTimeout", out.health_timeout);
  read_duration(object, "idleDeadline", out.idle_deadline);
  if (!object.contains("windows")) return;
  for (const json& one : object.at("windows")) {
    UpdateWindow window{0, minutes_from(one, "from"), minutes_from(one, "to"),
                        one.at("zone").get<std::string>()};
    for (const json& day : one.at("days")) {
      const auto at = kWeekdays.find(day.get<std::string>());
      if (at == std::string_view::npos) not_ours("weekday");
      window.days = static_cast<std::uint8_t>(window.days | (1U << (at / 4)));
    }
    out.windows.push_back(std::move(window));
  }
}

BoxSpec spec_from_json(const json& object) {
  if (!object.is_object()) not_ours("not an object");
  BoxSpec spec;
  spec.volumes = default_volumes();
  spec.image = object.at("image").get<std::string>();
  read_enum(object, "pull", std::array{PullPolicy::IfAbsent, PullPolicy::Always, PullPolicy::Never},
            spec.pull);
  read_plain(object, "subdomain", spec.subdomain);
  read_plain(object, "command", spec.command);
  if (object.contains("resources")) read_resources(object.at("resources"), spec.resources);
  read_collections(object, spec);
  if (object.contains("healthcheck")) read_health(object.at("healthcheck"), spec.healthcheck);
  read_enum(object, "restart",
            std::array{RestartPolicy::No, RestartPolicy::Always, RestartPolicy::UnlessStopped,
                       RestartPolicy::OnFailure},
            spec.restart);
  read_duration(object, "stopGracePeriod", spec.stop_grace_period);
  read_enum(object, "power", std::array{Power::Running, Power::Stopped}, spec.power);
  read_plain(object, "suspend", spec.suspend);
  if (const auto found = object.find("update"); found != object.end()) {
    read_update(*found, spec.update);
  }
  if (const auto found = object.find("deletion"); found != object.end()) {
    read_enum(*found, "volumes", std::array{VolumeDeletion::Retain, VolumeDeletion::Delete},
              spec.deletion.volumes);
    read_duration(*found, "delay", spec.deletion.delay);
  }
  return spec;
}

}  // namespace

std::string canonical_json(const BoxSpec& spec) {
  // Replacing bad UTF-8 cannot lose anything that the parser let in, and never throws.
  return spec_to_json(spec).dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<BoxSpec> spec_from_canonical_json(const std::string& text) {
  try {
    return spec_from_json(json::parse(text));
  } catch (const std::exception& problem) {
    return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                "a stored box spec cannot be read ({}); restore the database from a backup or "
                "declare the box again",
                problem.what());
  }
}

}  // namespace boxwright::specs
