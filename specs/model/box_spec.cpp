#include "specs/model/box_spec.h"

#include <fmt/ranges.h>

namespace boxwright::specs {
namespace {

struct CheckText {
  std::string operator()(const HttpCheck& http) const {
    return fmt::format("http :{}{}", http.port, http.path);
  }
  std::string operator()(const ShellCheck& shell) const {
    return fmt::format("shell {}", shell.command);
  }
  std::string operator()(const CommandCheck& command) const {
    return fmt::format("command [{}]", fmt::join(command.argv, ", "));
  }
  std::string operator()(const NoCheck& /*none*/) const { return "none"; }
};

}  // namespace

std::map<std::string, VolumeSpec> default_volumes() {
  return {{"workspace", {"/home/coder/workspace", false}},
          {"config", {"/home/coder/.config", false}},
          {"cache", {"/home/coder/.cache", true}},
          {"inbox", {"/home/coder/.inbox", false}}};
}

std::string_view to_string(PullPolicy value) {
  switch (value) {
    case PullPolicy::IfAbsent: return "ifAbsent";
    case PullPolicy::Always: return "always";
    case PullPolicy::Never: return "never";
  }
  return "ifAbsent";
}

std::string_view to_string(Power value) {
  switch (value) {
    case Power::Running: return "running";
    case Power::Stopped: return "stopped";
  }
  return "running";
}

std::string_view to_string(RolloutPolicy value) {
  switch (value) {
    case RolloutPolicy::Auto: return "auto";
    case RolloutPolicy::OnStop: return "onStop";
    case RolloutPolicy::Manual: return "manual";
  }
  return "auto";
}

std::string_view to_string(ImagePolicy value) {
  switch (value) {
    case ImagePolicy::Report: return "report";
    case ImagePolicy::Follow: return "follow";
  }
  return "report";
}

std::string_view to_string(VolumeDeletion value) {
  switch (value) {
    case VolumeDeletion::Retain: return "retain";
    case VolumeDeletion::Delete: return "delete";
  }
  return "retain";
}

std::string_view to_string(RestartPolicy value) {
  switch (value) {
    case RestartPolicy::No: return "no";
    case RestartPolicy::Always: return "always";
    case RestartPolicy::UnlessStopped: return "unless-stopped";
    case RestartPolicy::OnFailure: return "on-failure";
  }
  return "unless-stopped";
}

std::string describe(const HealthCheck& check) {
  std::string text = std::visit(CheckText{}, check.check);
  if (std::holds_alternative<NoCheck>(check.check)) return text;
  return fmt::format("{} every {} (timeout {}, retries {}, start period {})", text,
                     format_duration(check.interval), format_duration(check.timeout), check.retries,
                     format_duration(check.start_period));
}

std::string to_string(const PublishedPort& port) {
  std::string text = fmt::format("{}:{}:{}", port.host_ip, port.host_port, port.container_port);
  if (port.protocol != "tcp") text += "/" + port.protocol;
  return text;
}

Origin place_of_field(const std::map<std::string, FieldPlace>& fields, const Origin& box,
                      std::string field) {
  while (true) {
    const auto found = fields.find(field);
    if (found != fields.end() && found->second.at.line > 0) {
      const FieldPlace& place = found->second;
      return {place.file.empty() ? box.file : place.file, place.at};
    }
    const auto dot = field.rfind('.');
    if (dot == std::string::npos) return box;
    field.resize(dot);
  }
}

}  // namespace boxwright::specs
