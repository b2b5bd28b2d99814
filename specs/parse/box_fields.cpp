// The table of a Box's fields. Documentation, defaults and limits stand here and nowhere else.

#include <fmt/format.h>

#include <array>
#include <utility>

#include "specs/base/zoned_time.h"
#include "specs/parse/box_setters.h"
#include "specs/parse/envelope_fields.h"
#include "specs/parse/field.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

using enum FieldType;
using enum FieldRemedy;

constexpr std::string_view kSubdomainPattern =
    "^(?!..--)(?![0-9]+$)(?!(admin|api|auth|autodiscover|mail|ssh|traefik|wpad|www)$)"
    "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
constexpr std::string_view kImagePattern = "^[A-Za-z0-9]([A-Za-z0-9._:/@-]{0,510}[A-Za-z0-9])?$";
constexpr std::string_view kVariablePattern = "^[A-Za-z_][A-Za-z0-9_]*$";
constexpr std::string_view kSecretFilePattern = "^(?!\\.)[A-Za-z0-9._-]{1,255}$";
constexpr std::string_view kVolumeKeyPattern = "^[a-z0-9]{1,20}$";
constexpr std::string_view kPathPattern =
    "^(?!/(proc|sys|dev)(/|$))(/(?!\\.{1,2}(/|$))[^/\\u0000-\\u001f\\u007f]+)+$";
// A port is 1 to 65535.
#define BW_PORT                                                                  \
  "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|" \
  "6553[0-5])"
constexpr std::string_view kHttpPattern = "^:" BW_PORT "/[A-Za-z0-9._~/%=?+,:@-]*$";
#define BW_OCTET "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
constexpr std::string_view kPublishPattern =
    "^" BW_OCTET "(\\." BW_OCTET "){3}:" BW_PORT ":" BW_PORT "(/(tcp|udp))?$";
#undef BW_OCTET
#undef BW_PORT
constexpr std::string_view kZonePattern = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$";
constexpr std::int64_t kDurationMax = 3660LL * 24 * 3600 * 1000;

constexpr std::array kBoxFields{
    kApiVersionField,
    kKindField,
    kMetadataField,
    kNameField,

    owner_field("metadata.owner"),
    labels_field("metadata.labels"),
    label_field("metadata.labels.*"),
    Field{.path = "spec",
          .type = Object,
          .documentation = "What the box is. Its image is required; all else has a default.",
          .required = true},
    Field{
        .path = "spec.image",
        .type = Text,
        .documentation = "The image reference, such as box-base:1; without a tag it means latest.",
        .remedy = Replace,
        .required = true,
        .set = [](Draft& d,
                  const Given& g) { return keep(check_image(g.text), d.spec.image, g.text); },
        .pattern = kImagePattern},
    Field{.path = "spec.pull",
          .type = Choice,
          .fallback = "ifAbsent",
          .choices = "ifAbsent|always|never",
          .documentation =
              "When the image is pulled: where it is absent, before every creation, or never.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.pull = static_cast<PullPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.subdomain",
          .type = Text,
          .documentation = "The box is at SUBDOMAIN.DOMAIN of its source. Default: the box's name.",
          .remedy = Replace,
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_subdomain(g.text), d.spec.subdomain, g.text);
              },
          .pattern = kSubdomainPattern},
    Field{.path = "spec.command",
          .type = List,
          .fallback = "[]",
          .documentation = "Replaces the image's command; a list of program and arguments.",
          .remedy = Replace},
    Field{.path = "spec.command.*",
          .type = AnyText,
          .documentation = "One argument.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.command.emplace_back(g.text);
            return {};
          }},
    Field{
        .path = "spec.resources",
        .type = Object,
        .documentation = "Limits; every box has them, and each can be changed while the box runs."},
    Field{.path = "spec.resources.cpus",
          .type = Cpus,
          .fallback = "1.5",
          .min = 10'000'000,
          .max = 1024LL * 1'000'000'000,
          .documentation = "How many CPUs the box may use at most, as a decimal.",
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
          .documentation =
              "How much memory the box may use; memory and swap together are twice this.",
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
          .documentation = "How many processes and threads the box may have.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.resources.pids = g.number;
            return {};
          }},
    Field{.path = "spec.env",
          .type = Map,
          .documentation = "Environment variables. Values of secrets belong under secrets.",
          .remedy = Replace,
          .key_pattern = kVariablePattern},
    Field{.path = "spec.env.*",
          .type = AnyText,
          .documentation = "The value, as text; numbers need no quotes.",
          .set = set_variable},
    Field{.path = "spec.secrets",
          .type = Map,
          .documentation =
              "Environment variables whose values are kept apart, in the source's secretsDir.",
          .remedy = Replace,
          .key_pattern = kVariablePattern},
    Field{.path = "spec.secrets.*",
          .type = Object,
          .documentation = "One variable and where its value comes from."},
    Field{.path = "spec.secrets.*.from",
          .type = Text,
          .documentation = "The secret's name: a file in the secrets directory.",
          .remedy = Replace,
          .required = true,
          .set = set_secret,
          .pattern = kSecretFilePattern},
    Field{.path = "spec.volumes",
          .type = Map,
          .documentation = "Named volumes: what survives a replacement. Merged by key over "
                           "workspace, config, cache and inbox.",
          .remedy = Replace,
          .key_pattern = kVolumeKeyPattern},
    Field{.path = "spec.volumes.*",
          .type = Volume,
          .documentation = "A path; or path and disposable; or null to drop an inherited one.",
          .set = set_volume,
          .pattern = kPathPattern},
    Field{.path = "spec.volumes.*.path",
          .type = Text,
          .documentation = "Where it is mounted: absolute and clean, outside every other volume.",
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (auto complaint = check_volume_path(g.text)) return complaint;
            volume(d, g.key).path = g.text;
            return {};
          },
          .pattern = kPathPattern},
    Field{.path = "spec.volumes.*.disposable",
          .type = Flag,
          .documentation = "Whether it may be made anew when lost. Default: true for cache only.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            volume(d, g.key).disposable = g.number != 0;
            return {};
          }},
    Field{.path = "spec.healthcheck",
          .type = Object,
          .documentation = "How the engine tells that the box works. Exactly one of http, shell, "
                           "command and none.",
          .remedy = Replace,
          .one_of = "http|shell|command|none"},
    Field{.path = "spec.healthcheck.http",
          .type = Text,
          .fallback = ":8080/healthz",
          .documentation = "Port and path inside the box; needs curl or wget in the image.",
          .remedy = Replace,
          .set = set_health_http,
          .pattern = kHttpPattern},
    Field{.path = "spec.healthcheck.shell",
          .type = Text,
          .documentation = "A command for the image's shell; status 0 is healthy.",
          .remedy = Replace,
          .set = set_health_shell,
          .pattern = "[\\s\\S]"},
    Field{.path = "spec.healthcheck.command",
          .type = List,
          .min = 1,
          .documentation = "A program and its arguments, without a shell; status 0 is healthy.",
          .remedy = Replace},
    Field{.path = "spec.healthcheck.command.*",
          .type = AnyText,
          .documentation = "One argument.",
          .set = add_health_argument},
    Field{.path = "spec.healthcheck.none",
          .type = Flag,
          .documentation = "true: no check at all; a box that runs counts as healthy.",
          .remedy = Replace,
          .set = set_health_none,
          .pattern = "true"},
    Field{.path = "spec.healthcheck.interval",
          .type = TimeSpan,
          .fallback = "30s",
          .min = 1,
          .max = kDurationMax,
          .documentation = "The time between two checks.",
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
          .documentation = "How long one check may take.",
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
          .documentation = "How many checks in a row must fail before the box is unhealthy.",
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.retries = static_cast<int>(g.number);
            return {};
          }},
    Field{.path = "spec.healthcheck.startPeriod",
          .type = TimeSpan,
          .fallback = "10s",
          .max = kDurationMax,
          .documentation = "How long after the start failures do not count.",
          .remedy = Replace,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.healthcheck.start_period = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.restart",
          .type = Choice,
          .fallback = "unless-stopped",
          .choices = "no|always|unless-stopped|on-failure",
          .documentation = "The engine's restart policy; `no` is written in quotes.",
          .remedy = Live,
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.restart = static_cast<RestartPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.stopGracePeriod",
          .type = TimeSpan,
          .fallback = "10s",
          .max = kDurationMax,
          .documentation = "From the stop signal to the kill; whole seconds.",
          .remedy = Replace,
          .set = set_grace},
    Field{
        .path = "spec.power",
        .type = Choice,
        .fallback = "running",
        .choices = "running|stopped",
        .documentation = "Whether the box runs. A stopped box keeps its container and its volumes.",
        .remedy = Live,
        .set = [](Draft& d, const Given& g) -> Verdict {
          d.spec.power = static_cast<Power>(g.number);
          return {};
        }},
    Field{.path = "spec.suspend",
          .type = Flag,
          .fallback = "false",
          .documentation = "true: the box is looked at and never touched.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.suspend = g.number != 0;
            return {};
          }},
    Field{.path = "spec.update",
          .type = Object,
          .documentation = "How changes that need a new container reach the box."},
    Field{.path = "spec.update.policy",
          .type = Choice,
          .fallback = "auto",
          .choices = "auto|onStop|manual",
          .documentation =
              "auto: at once, or in the next window; onStop: when the box is stopped next; manual: "
              "only by `boxwright rollout`.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.policy = static_cast<RolloutPolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.update.image",
          .type = Choice,
          .fallback = "report",
          .choices = "report|follow",
          .documentation = "What happens when the image reference points to another image: report "
                           "it, or follow it.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.image = static_cast<ImagePolicy>(g.number);
            return {};
          }},
    Field{.path = "spec.update.healthTimeout",
          .type = TimeSpan,
          .fallback = "2m",
          .min = 1,
          .max = kDurationMax,
          .documentation =
              "How long a new container may take to become healthy before the old one comes back.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.health_timeout = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.update.idleDeadline",
          .type = TimeSpan,
          .fallback = "0s",
          .max = kDurationMax,
          .documentation =
              "With auto: how long an update that is due waits while the box reports an active "
              "session (code-server's or the box-agent's heartbeat). 0s: it does not ask.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.update.idle_deadline = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.update.windows",
          .type = List,
          .documentation = "When the box may be replaced. Without any: at all times. A repair of a "
                           "box that is down waits for none."},
    Field{.path = "spec.update.windows.*",
          .type = Object,
          .documentation = "One stretch of the week, by the clocks of its zone.",
          .set = [](Draft& d, const Given& /*given*/) -> Verdict {
            d.spec.update.windows.emplace_back();
            return {};
          }},
    Field{.path = "spec.update.windows.*.days",
          .type = List,
          .min = 1,
          .documentation = "On which days it opens. Without: every day."},
    Field{.path = "spec.update.windows.*.days.*",
          .type = Choice,
          .choices = kWeekdays,
          .documentation = "A day of the week.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            auto& days = d.spec.update.windows.back().days;
            days = static_cast<std::uint8_t>(days | (1U << g.number));
            return {};
          }},
    Field{.path = "spec.update.windows.*.from",
          .type = Text,
          .documentation = "When it opens: \"02:00\".",
          .required = true,
          .set = [](Draft& d, const Given& g) -> Verdict {
            return set_time_of_day(g, false, d.spec.update.windows.back().from);
          },
          .pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    Field{.path = "spec.update.windows.*.to",
          .type = Text,
          .documentation = "When it closes: \"05:00\", or \"24:00\". Not after `from`: on the next "
                           "day. Once its old container is being stopped, a replacement is brought "
                           "to its end.",
          .required = true,
          .set = [](Draft& d, const Given& g) -> Verdict {
            return set_time_of_day(g, true, d.spec.update.windows.back().to);
          },
          .pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
    Field{.path = "spec.update.windows.*.zone",
          .type = Text,
          .fallback = "UTC",
          .documentation = "The time zone, by its name in the IANA database. Where clocks skip "
                           "the hour of an opening it opens with the skip, and where they show "
                           "one twice, at the first.",
          .set = set_zone,
          .pattern = kZonePattern},
    Field{.path = "spec.deletion",
          .type = Object,
          .documentation = "What becomes of the data when the box is removed."},
    Field{.path = "spec.deletion.volumes",
          .type = Choice,
          .fallback = "retain",
          .choices = "retain|delete",
          .documentation = "retain: the volumes stay; delete: they are removed after the delay.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.deletion.volumes = static_cast<VolumeDeletion>(g.number);
            return {};
          }},
    Field{.path = "spec.deletion.delay",
          .type = TimeSpan,
          .fallback = "24h",
          .max = kDurationMax,
          .documentation = "From the removal of the box to that of its data.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.spec.deletion.delay = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.publish",
          .type = List,
          .documentation = "Host ports, for development: ip:host:container.",
          .remedy = Replace},
    Field{.path = "spec.publish.*",
          .type = Text,
          .documentation = "ip:host:container, such as 127.0.0.1:2222:22; /udp behind it for UDP.",
          .set = add_port,
          .pattern = kPublishPattern},
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
