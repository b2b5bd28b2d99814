#include "specs/parse/box_setters.h"

#include <fmt/format.h>

#include <utility>

#include "specs/base/zoned_time.h"
#include "specs/parse/envelope_fields.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {

Verdict set_time_of_day(const Given& g, bool is_end, int& into) {
  const auto minutes = read_time_of_day(g.text, is_end);
  if (!minutes) {
    return Complaint{codes::kBadValue,
                     fmt::format("`{}` is no time of day; write it as \"02:00\"", g.text), false};
  }
  into = *minutes;
  return {};
}
Verdict set_zone(Draft& d, const Given& g) {
  std::string zone(g.text);
  if (!is_time_zone(zone)) {
    return Complaint{
        codes::kBadValue,
        fmt::format("`{}` is no time zone that this machine knows; write a name of the "
                    "IANA database, such as Europe/Berlin or UTC",
                    g.text),
        false};
  }
  d.spec.update.windows.back().zone = std::move(zone);
  return {};
}
Verdict set_health_http(Draft& d, const Given& g) {
  d.checks.emplace_back("http");
  HttpCheck http;
  if (auto complaint = read_http_check(g.text, http)) return complaint;
  d.spec.healthcheck.check = http;
  return {};
}
Verdict set_health_shell(Draft& d, const Given& g) {
  d.checks.emplace_back("shell");
  if (g.text.empty()) return Complaint{codes::kBadValue, "the shell check has no command", false};
  d.spec.healthcheck.check = ShellCheck{std::string(g.text)};
  return {};
}
Verdict add_health_argument(Draft& d, const Given& g) {
  if (!std::holds_alternative<CommandCheck>(d.spec.healthcheck.check)) {
    d.checks.emplace_back("command");
    d.spec.healthcheck.check = CommandCheck{};
  }
  std::get<CommandCheck>(d.spec.healthcheck.check).argv.emplace_back(g.text);
  return {};
}
Verdict set_health_none(Draft& d, const Given& g) {
  d.checks.emplace_back("none");
  if (g.number == 0) {
    return Complaint{codes::kBadValue, "write `none: true`, or leave it out to have a check",
                     false};
  }
  d.spec.healthcheck.check = NoCheck{};
  return {};
}

Verdict set_grace(Draft& d, const Given& g) {
  // Engines count the grace in whole seconds.
  if (g.number % 1000 != 0)
    return Complaint{codes::kOutOfRange, "must be whole seconds, like 10s", false};
  d.spec.stop_grace_period = Duration{g.number};
  return {};
}

VolumeDraft& volume(Draft& d, std::string_view key) {
  auto& slot = d.volumes[std::string(key)];
  if (!slot) slot.emplace();
  return *slot;
}
Verdict set_volume(Draft& d, const Given& g) {
  if (auto complaint = about_key(check_volume_key(g.key))) return complaint;
  if (g.number == kGivenNull) {
    d.volumes[std::string(g.key)] = std::nullopt;
    return {};
  }
  VolumeDraft& draft = volume(d, g.key);
  if (g.number == kGivenObject) return {};
  if (auto complaint = check_volume_path(g.text)) return complaint;
  draft.path = g.text;
  return {};
}

Verdict set_variable(Draft& d, const Given& g) {
  if (auto complaint = about_key(check_variable_name(g.key))) return complaint;
  d.spec.env[std::string(g.key)] = g.text;
  return {};
}
Verdict set_secret(Draft& d, const Given& g) {
  if (auto complaint = about_key(check_variable_name(g.key))) return complaint;
  return keep(check_secret_file(g.text), d.spec.secrets[std::string(g.key)].from, g.text);
}
Verdict add_port(Draft& d, const Given& g) {
  PublishedPort port;
  if (auto complaint = read_published_port(g.text, port)) return complaint;
  d.spec.publish.push_back(std::move(port));
  return {};
}

}  // namespace boxwright::specs
