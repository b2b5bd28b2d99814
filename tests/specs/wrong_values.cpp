// Wrong values: sizes, names, variables and secrets, each with every problem that is told of it:
// box, place, code and sentence.

#include "wrong_texts.h"

namespace boxwright::specs {
namespace {

constexpr WrongText kWrongValues[] = {
    {"UnknownSpecField", "  memory: 2GiB\n",
     "ada|x.yaml:6:3: error[BW0103]: `memory` is not a field of `spec`; that is a field of "
     "`spec.resources`"},
    {"UnknownNestedField", "  resources:\n    memroy: 2GiB\n",
     "ada|x.yaml:7:5: error[BW0103]: `memroy` is not a field of `spec.resources`; did you mean "
     "`memory`?"},
    {"UnknownFieldInVolume",
     "  volumes:\n"
     "    data: {path: /data, size: 1GiB}\n",
     "ada|x.yaml:7:25: error[BW0103]: `size` is not a field of `spec.volumes.data`; its fields are "
     "path, disposable"},
    {"BuildIsNoField", "  build: {context: .}\n",
     "ada|x.yaml:6:3: error[BW0103]: `build` is not a field of `spec`; its fields are image, pull, "
     "subdomain, command, resources, env, secrets, volumes, healthcheck, restart, stopGracePeriod, "
     "power, suspend, update, deletion, publish"},
    {"SecretAsIsNoField", "  secrets: {TOKEN: {from: token, as: file}}\n",
     "ada|x.yaml:6:34: error[BW0103]: `as` is not a field of `spec.secrets.TOKEN`; its fields are "
     "from"},
    {"MemoryWithoutUnit", "  resources: {memory: 2147483648}\n",
     "ada|x.yaml:6:23: error[BW0105]: `spec.resources.memory` is wrong: size `2147483648` has no "
     "unit; write 2GiB"},
    {"MemoryWithDecimalUnit", "  resources: {memory: 2GB}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.resources.memory` is wrong: size `2GB` has the unit "
     "`GB`, but units are binary; write 2GiB"},
    {"MemoryWithShortUnit", "  resources: {memory: 512m}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.resources.memory` is wrong: size `512m` has the unit "
     "`m`, but units are binary; write 512MiB"},
    {"MemoryIsWords", "  resources: {memory: lots}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.resources.memory` is wrong: `lots` is not a size; "
     "write a number with a binary unit, such as 512MiB or 2GiB"},
    {"MemoryIsList", "  resources: {memory: [2GiB]}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.resources.memory` must be a size such as 2GiB, not a "
     "list"},
    {"MemoryTooSmall", "  resources: {memory: 5MiB}\n",
     "ada|x.yaml:6:23: error[BW0117]: `spec.resources.memory` must be at least 6MiB, not 5MiB"},
    {"MemoryNotWhole", "  resources: {memory: 0.3B}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.resources.memory` is wrong: size `0.3B` is no whole "
     "number of bytes, or too large"},
    {"CpusInMillis", "  resources: {cpus: 500m}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.resources.cpus` is wrong: `500m` is not a number of "
     "CPUs; write it as a decimal, such as 0.5 for 500m"},
    {"CpusZero", "  resources: {cpus: 0}\n",
     "ada|x.yaml:6:21: error[BW0117]: `spec.resources.cpus` must be at least 0.01, not 0"},
    {"CpusNegative", "  resources: {cpus: -1}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.resources.cpus` is wrong: `-1` is not a number of "
     "CPUs; write a decimal, such as 1.5 or 0.25"},
    {"PidsZero", "  resources: {pids: 0}\n",
     "ada|x.yaml:6:21: error[BW0117]: `spec.resources.pids` must be at least 1, not 0"},
    {"PidsQuoted", "  resources: {pids: \"4096\"}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.resources.pids` must be a whole number, not the text "
     "\"4096\""},
    {"PidsOctal", "  resources: {pids: 0100}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.resources.pids` is `0100`, which some readers take for "
     "an octal number; write it without the leading zero"},
    {"PidsFloat", "  resources: {pids: 1e3}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.resources.pids` must be a whole number, not `1e3`"},
    {"PidsHuge", "  resources: {pids: 99999999999999999999}\n",
     "ada|x.yaml:6:21: error[BW0117]: `spec.resources.pids` is 99999999999999999999, which is too "
     "large"},
    {"ResourcesEmpty", "  resources:\n",
     "ada|x.yaml:6:3: error[BW0113]: `spec.resources` has no value; it wants a map, or leave it "
     "out"},
    {"ResourcesIsText", "  resources: big\n",
     "ada|x.yaml:6:14: error[BW0104]: `spec.resources` must be a map, not text; its fields are "
     "cpus, memory, pids"},
    {"SuspendYes", "  suspend: yes\n",
     "ada|x.yaml:6:12: error[BW0104]: `spec.suspend` is `yes`; write true"},
    {"SuspendOff", "  suspend: off\n",
     "ada|x.yaml:6:12: error[BW0104]: `spec.suspend` is `off`; write false"},
    {"SuspendQuoted", "  suspend: \"true\"\n",
     "ada|x.yaml:6:12: error[BW0104]: `spec.suspend` must be true or false, not the text \"true\""},
    {"DurationWithoutUnit", "  stopGracePeriod: 10\n",
     "ada|x.yaml:6:20: error[BW0105]: `spec.stopGracePeriod` is wrong: duration `10` has no unit; "
     "write 10s, 10m or 10h"},
    {"DurationUnknownUnit", "  stopGracePeriod: 10min\n",
     "ada|x.yaml:6:20: error[BW0104]: `spec.stopGracePeriod` is wrong: `10min` is not a duration; "
     "write whole numbers with units, such as 30s, 5m or 1h30m"},
    {"DurationDecimal", "  stopGracePeriod: 1.5h\n",
     "ada|x.yaml:6:20: error[BW0104]: `spec.stopGracePeriod` is wrong: `1.5h` is not a duration; "
     "write whole numbers with units, such as 30s, 5m or 1h30m"},
    {"GraceNotWholeSeconds", "  stopGracePeriod: 1500ms\n",
     "ada|x.yaml:6:20: error[BW0117]: `spec.stopGracePeriod`: must be whole seconds, like 10s"},
    {"IntervalZero", "  healthcheck: {interval: 0s}\n",
     "ada|x.yaml:6:27: error[BW0117]: `spec.healthcheck.interval` must be at least 1ms, not 0s"},
    {"RetriesZero", "  healthcheck: {retries: 0}\n",
     "ada|x.yaml:6:26: error[BW0117]: `spec.healthcheck.retries` must be at least 1, not 0"},
    {"PullUnknown", "  pull: sometimes\n",
     "ada|x.yaml:6:9: error[BW0109]: `spec.pull` must be one of ifAbsent, always or never, not "
     "`sometimes`"},
    {"RestartUnknown", "  restart: maybe\n",
     "ada|x.yaml:6:12: error[BW0109]: `spec.restart` must be one of no, always, unless-stopped or "
     "on-failure, not `maybe`"},
    {"PowerUnknown", "  power: on\n",
     "ada|x.yaml:6:10: error[BW0109]: `spec.power` must be one of running or stopped, not `on`"},
    {"UpdatePolicyUnknown", "  update: {policy: never}\n",
     "ada|x.yaml:6:20: error[BW0109]: `spec.update.policy` must be one of auto, onStop or manual, "
     "not `never`"},
    {"UpdateImageUnknown", "  update: {image: auto}\n",
     "ada|x.yaml:6:19: error[BW0109]: `spec.update.image` must be one of report or follow, not "
     "`auto`"},
    {"WindowDayUnknown",
     "  update: {windows: [{days: [Monday], from: \"02:00\", to: \"05:00\"}]}\n",
     "ada|x.yaml:6:30: error[BW0109]: `spec.update.windows.0.days.0` must be one of mon, tue, wed, "
     "thu, fri, sat or sun, not `Monday`"},
    {"WindowTimeWrong", "  update: {windows: [{from: \"2:00\", to: \"05:00\"}]}\n",
     "ada|x.yaml:6:29: error[BW0109]: `spec.update.windows.0.from`: `2:00` is no time of day; "
     "write "
     "it as \"02:00\""},
    {"WindowWithoutEnd", "  update: {windows: [{from: \"02:00\"}]}\n",
     "ada|x.yaml:6:22: error[BW0108]: `spec.update.windows.0.to` is required"},
    {"WindowZoneUnknown", "  update: {windows: [{from: \"02:00\", to: \"05:00\", zone: Berlin}]}\n",
     "ada|x.yaml:6:57: error[BW0109]: `spec.update.windows.0.zone`: `Berlin` is no time zone that "
     "this machine knows; write a name of the IANA database, such as Europe/Berlin or UTC"},
    {"WindowIsNoList", "  update: {windows: {from: \"02:00\", to: \"05:00\"}}\n",
     "ada|x.yaml:6:21: error[BW0104]: `spec.update.windows` must be a list, not a map"},
    {"DeletionUnknown", "  deletion: {volumes: keep}\n",
     "ada|x.yaml:6:23: error[BW0109]: `spec.deletion.volumes` must be one of retain or delete, not "
     "`keep`"},
    {"SubdomainUpperCase", "  subdomain: Ada\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `Ada` cannot be a subdomain; use one label "
     "of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without `--` at places 3 and 4"},
    {"SubdomainDot", "  subdomain: ada.lab\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `ada.lab` cannot be a subdomain; use one "
     "label of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without `--` at places 3 "
     "and 4"},
    {"SubdomainBackTick", "  subdomain: \"x`) || HostRegexp(`.*\"\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `x`) || HostRegexp(`.*` cannot be a "
     "subdomain; use one label of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without "
     "`--` at places 3 and 4"},
    {"SubdomainStar", "  subdomain: \"*\"\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `*` cannot be a subdomain; use one label "
     "of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without `--` at places 3 and 4"},
    {"SubdomainPunycode", "  subdomain: xn--ada\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `xn--ada` cannot be a subdomain; use one "
     "label of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without `--` at places 3 "
     "and 4"},
    {"SubdomainDigits", "  subdomain: \"1234\"\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: subdomain `1234` is all digits; add a "
     "letter, such as box1234"},
    {"SubdomainNumberUnquoted", "  subdomain: 1234\n",
     "ada|x.yaml:6:14: error[BW0130]: `spec.subdomain` must be text, but `1234` is a number; write "
     "\"1234\""},
    {"SubdomainReserved", "  subdomain: traefik\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: subdomain `traefik` is reserved; choose "
     "another, such as traefik-box"},
    {"SubdomainNonAscii", "  subdomain: ädа\n",
     "ada|x.yaml:6:14: error[BW0119]: `spec.subdomain`: `ädа` cannot be a subdomain; use one label "
     "of 1 to 63 of a-z, 0-9 and inner hyphens, without dots and without `--` at places 3 and 4"},
    {"EnvNameWithDash", "  env: {MY-VAR: x}\n",
     "ada|x.yaml:6:9: error[BW0121]: `spec.env.MY-VAR`: `MY-VAR` cannot be the name of a variable; "
     "use letters, digits and `_`, not starting with a digit"},
    {"EnvNameStartsWithDigit",
     "  env:\n"
     "    1ST: x\n",
     "ada|x.yaml:7:5: error[BW0121]: `spec.env.1ST`: `1ST` cannot be the name of a variable; use "
     "letters, digits and `_`, not starting with a digit"},
    {"EnvValueIsList", "  env: {PATHS: [a, b]}\n",
     "ada|x.yaml:6:16: error[BW0104]: `spec.env.PATHS` must be text, not a list"},
    {"EnvValueEmpty",
     "  env:\n"
     "    EDITOR:\n",
     "ada|x.yaml:7:5: error[BW0113]: `spec.env.EDITOR` has no value; it wants text, or leave it "
     "out"},
    {"EnvIsList", "  env: [EDITOR=vim]\n",
     "ada|x.yaml:6:8: error[BW0104]: `spec.env` must be a map, not a list"},
    {"VariableInEnvAndSecrets",
     "  env: {PASSWORD: x}\n"
     "  secrets: {PASSWORD: {from: ada-password}}\n",
     "ada|x.yaml:7:23: error[BW0122]: `PASSWORD` stands in both env and secrets; keep one"},
    {"SecretWithoutFrom",
     "  secrets:\n"
     "    PASSWORD: {}\n",
     "ada|x.yaml:7:15: error[BW0108]: `spec.secrets.PASSWORD.from` is required"},
    {"SecretIsText", "  secrets: {PASSWORD: hunter2}\n",
     "ada|x.yaml:6:23: error[BW0104]: `spec.secrets.PASSWORD` must be a map, not text; write it as "
     "{from: ...}"},
    {"SecretFromPath", "  secrets: {PASSWORD: {from: ../etc/shadow}}\n",
     "ada|x.yaml:6:30: error[BW0109]: `spec.secrets.PASSWORD.from`: this cannot name a secret; use "
     "the plain name of a file in the secrets directory (letters, digits, `.`, `_`, `-`, no "
     "leading dot)"},
    {"SecretFromHidden", "  secrets: {PASSWORD: {from: .password}}\n",
     "ada|x.yaml:6:30: error[BW0109]: `spec.secrets.PASSWORD.from`: this cannot name a secret; use "
     "the plain name of a file in the secrets directory (letters, digits, `.`, `_`, `-`, no "
     "leading dot)"},
    {"SecretFromNumber", "  secrets: {PASSWORD: {from: 12345}}\n",
     "ada|x.yaml:6:30: error[BW0130]: `spec.secrets.PASSWORD.from` must be text, but this is a "
     "number or boolean; write it in quotes"},
    {"SecretNameBad", "  secrets: {\"a b\": {from: x}}\n",
     "ada|x.yaml:6:13: error[BW0121]: `spec.secrets.a b.from`: `a b` cannot be the name of a "
     "variable; use letters, digits and `_`, not starting with a digit"},
};

}  // namespace

std::span<const WrongText> wrong_values() {
  return kWrongValues;
}

}  // namespace boxwright::specs
