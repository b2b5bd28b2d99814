// The table of a Box's fields. Documentation, defaults and limits stand here and nowhere else.

#include <array>
#include <utility>

#include "specs/parse/envelope_fields.h"
#include "specs/parse/field.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

using enum FieldType;
using enum FieldRemedy;

constexpr std::int64_t kDurationMax = 3660LL * 24 * 3600 * 1000;

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
/// The key, whatever is under it, and the short form's path.
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

constexpr std::array kBoxFields{
    kApiVersionField,
    kKindField,
    kMetadataField,
    kNameField,

    owner_field("metadata.owner"),
    labels_field("metadata.labels"),
    label_field("metadata.labels.*"),
    Field{.path = "spec", .type = Object, .documentation = "What the box is.", .required = true},
    Field{.path = "spec.image",
          .type = Text,
          .documentation = "The image reference; without a tag it means latest.",
          .remedy = Replace,
          .required = true,
          .set = [](Draft& d,
                    const Given& g) { return keep(check_image(g.text), d.spec.image, g.text); }},
    Field{.path = "spec.pull",
          .type = Choice,
          .fallback = "ifAbsent",
          .choices = "ifAbsent|always|never",
          .documentation = "When the image is pulled.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.pull = static_cast<PullPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.subdomain",
          .type = Text,
          .documentation = "Default: the box's name.",
          .remedy = Replace,
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_subdomain(g.text), d.spec.subdomain, g.text);
              }},
    Field{.path = "spec.command",
          .type = List,
          .fallback = "[]",
          .documentation = "Replaces the image's command.",
          .remedy = Replace},
    Field{.path = "spec.command.*",
          .type = AnyText,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.command.emplace_back(g.text);
            return {};
          }},
    Field{.path = "spec.resources", .type = Object, .documentation = "Limits; every box has them."},
    Field{.path = "spec.resources.cpus",
          .type = Cpus,
          .fallback = "1.5",
          .min = 10'000'000,
          .max = 1024LL * 1'000'000'000,
          .documentation = "Decimal CPUs, at least 0.01.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.resources.cpus = NanoCpus{g.number};
            return {};
          }},
    Field{.path = "spec.resources.memory",
          .type = Size,
          .fallback = "2GiB",
          .min = 6 * kMiB,
          .max = 1024 * (1024 * kGiB),
          .documentation = "Memory; memory and swap together are twice this.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.resources.memory = Bytes{g.number};
            return {};
          }},
    Field{.path = "spec.resources.pids",
          .type = Integer,
          .fallback = "4096",
          .min = 1,
          .max = 4'194'304,
          .documentation = "Processes and threads.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.resources.pids = g.number;
            return {};
          }},
    Field{.path = "spec.env", .type = Map, .documentation = "Variables.", .remedy = Replace},
    Field{.path = "spec.env.*", .type = AnyText, .set = set_variable},
    Field{.path = "spec.secrets",
          .type = Map,
          .documentation = "Variables whose values are kept apart.",
          .remedy = Replace},
    Field{.path = "spec.secrets.*", .type = Object},
    Field{.path = "spec.secrets.*.from",
          .type = Text,
          .documentation = "The secret's name: a file in the secrets directory.",
          .remedy = Replace,
          .required = true,
          .set = set_secret},
    Field{.path = "spec.volumes",
          .type = Map,
          .documentation = "Merged by key over workspace, config, cache and inbox.",
          .remedy = Replace},
    Field{.path = "spec.volumes.*",
          .type = Volume,
          .documentation = "A path; or path and disposable; or null to drop an inherited one.",
          .set = set_volume},
    Field{.path = "spec.volumes.*.path",
          .type = Text,
          .documentation = "Absolute and clean.",
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (auto complaint = check_volume_path(g.text)) return complaint;
            volume(d, g.key).path = g.text;
            return {};
          }},
    Field{.path = "spec.volumes.*.disposable",
          .type = Flag,
          .documentation = "May be made anew when lost. Default: true for cache only.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            volume(d, g.key).disposable = g.number != 0;
            return {};
          }},
    Field{.path = "spec.healthcheck",
          .type = Object,
          .documentation = "Exactly one of http, shell, command and none.",
          .remedy = Replace},
    Field{.path = "spec.healthcheck.http",
          .type = Text,
          .fallback = ":8080/healthz",
          .documentation = "Port and path; needs curl or wget in the image.",
          .remedy = Replace,
          .set = set_health_http},
    Field{.path = "spec.healthcheck.shell",
          .type = Text,
          .documentation = "A shell's command.",
          .remedy = Replace,
          .set = set_health_shell},
    Field{.path = "spec.healthcheck.command",
          .type = List,
          .min = 1,
          .documentation = "A program and its arguments.",
          .remedy = Replace},
    Field{.path = "spec.healthcheck.command.*", .type = AnyText, .set = add_health_argument},
    Field{.path = "spec.healthcheck.none",
          .type = Flag,
          .documentation = "No check at all.",
          .remedy = Replace,
          .set = set_health_none},
    Field{.path = "spec.healthcheck.interval",
          .type = TimeSpan,
          .fallback = "30s",
          .min = 1,
          .max = kDurationMax,
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.interval = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.healthcheck.timeout",
          .type = TimeSpan,
          .fallback = "3s",
          .min = 1,
          .max = kDurationMax,
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.timeout = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.healthcheck.retries",
          .type = Integer,
          .fallback = "3",
          .min = 1,
          .max = 1000,
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.retries = static_cast<int>(g.number);
            return {};
          }},
    Field{.path = "spec.healthcheck.startPeriod",
          .type = TimeSpan,
          .fallback = "10s",
          .max = kDurationMax,
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.start_period = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.restart",
          .type = Choice,
          .fallback = "unless-stopped",
          .choices = "no|always|unless-stopped|on-failure",
          .documentation = "The engine's restart policy.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.restart = static_cast<RestartPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.stopGracePeriod",
          .type = TimeSpan,
          .fallback = "10s",
          .max = kDurationMax,
          .documentation = "From the stop signal to the kill.",
          .remedy = Replace,
          .set = set_grace},
    Field{.path = "spec.power",
          .type = Choice,
          .fallback = "running",
          .choices = "running|stopped",
          .documentation = "Whether the box runs.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.power = static_cast<Power>(g.number);
            return {};
          }},
    Field{.path = "spec.suspend",
          .type = Flag,
          .fallback = "false",
          .documentation = "true: look, never touch.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.suspend = g.number != 0;
            return {};
          }},
    Field{.path = "spec.update", .type = Object, .documentation = "How changes reach the box."},
    Field{.path = "spec.update.policy",
          .type = Choice,
          .fallback = "auto",
          .choices = "auto|onStop|manual",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.policy = static_cast<RolloutPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.update.image",
          .type = Choice,
          .fallback = "report",
          .choices = "report|follow",
          .documentation = "What a moved image reference does.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.image = static_cast<ImagePolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.update.healthTimeout",
          .type = TimeSpan,
          .fallback = "2m",
          .min = 1,
          .max = kDurationMax,
          .documentation = "How long a new container may take.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.health_timeout = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.deletion", .type = Object, .documentation = "What becomes of the data."},
    Field{.path = "spec.deletion.volumes",
          .type = Choice,
          .fallback = "retain",
          .choices = "retain|delete",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.deletion.volumes = static_cast<VolumeDeletion>(g.number);
            return {};
          }},
    Field{.path = "spec.deletion.delay",
          .type = TimeSpan,
          .fallback = "24h",
          .max = kDurationMax,
          .documentation = "From removal of the box to that of its data.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.deletion.delay = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.publish",
          .type = List,
          .documentation = "Host ports, for development.",
          .remedy = Replace},
    Field{.path = "spec.publish.*", .type = Text, .set = add_port},
};

}  // namespace

std::span<const Field> box_fields() {
  return kBoxFields;
}

const Field* find_field(std::span<const Field> fields, std::string_view path) {
  for (const Field& field : fields) {
    if (field.path == path) return &field;
  }
  return nullptr;
}

}  // namespace boxwright::specs
