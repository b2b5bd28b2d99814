// Wrong volumes, health checks, ports and YAML, each with every problem that is told of it: box,
// place, code and sentence.

#include "wrong_texts.h"

namespace boxwright::specs {
namespace {

constexpr WrongText kWrongStructures[] = {
    {"VolumeKeyWithHyphen", "  volumes: {my-data: /data}\n",
     "ada|x.yaml:6:13: error[BW0123]: `spec.volumes.my-data`: `my-data` cannot be a volume's key; "
     "use 1 to 20 of a-z and 0-9"},
    {"VolumeKeyTooLong", "  volumes: {abcdefghijklmnopqrstu: /data}\n",
     "ada|x.yaml:6:13: error[BW0123]: `spec.volumes.abcdefghijklmnopqrstu`: "
     "`abcdefghijklmnopqrstu` cannot be a volume's key; use 1 to 20 of a-z and 0-9"},
    {"VolumePathRelative", "  volumes: {data: data}\n",
     "ada|x.yaml:6:19: error[BW0124]: `spec.volumes.data`: path `data` must be absolute and clean: "
     "no `//`, `.`, `..` or last `/`, and not `/` itself"},
    {"VolumePathUnclean", "  volumes: {data: /data/../etc}\n",
     "ada|x.yaml:6:19: error[BW0124]: `spec.volumes.data`: path `/data/../etc` must be absolute "
     "and clean: no `//`, `.`, `..` or last `/`, and not `/` itself"},
    {"VolumePathTrailingSlash", "  volumes: {data: /data/}\n",
     "ada|x.yaml:6:19: error[BW0124]: `spec.volumes.data`: path `/data/` must be absolute and "
     "clean: no `//`, `.`, `..` or last `/`, and not `/` itself"},
    {"VolumePathRoot", "  volumes: {data: /}\n",
     "ada|x.yaml:6:19: error[BW0124]: `spec.volumes.data`: path `/` must be absolute and clean: no "
     "`//`, `.`, `..` or last `/`, and not `/` itself"},
    {"VolumePathSystem", "  volumes: {data: /proc/x}\n",
     "ada|x.yaml:6:19: error[BW0124]: `spec.volumes.data`: path `/proc/x` lies in /proc, which "
     "belongs to the system"},
    {"VolumePathsEqual", "  volumes: {data: /home/coder/workspace}\n",
     "ada|x.yaml:6:19: error[BW0125]: volumes `data` (/home/coder/workspace) and `workspace` "
     "(/home/coder/workspace) overlap; give each a path outside the other"},
    {"VolumePathsNested",
     "  volumes:\n"
     "    data: /data\n"
     "    more: {path: /data/more}\n",
     "ada|x.yaml:8:11: error[BW0125]: volumes `data` (/data) and `more` (/data/more) overlap; give "
     "each a path outside the other"},
    {"VolumeOverAllFour", "  volumes: {home: /home/coder}\n",
     "ada|x.yaml:6:19: error[BW0125]: volumes `cache` (/home/coder/.cache) and `home` "
     "(/home/coder) overlap; give each a path outside the other\n"
     "ada|x.yaml:6:19: error[BW0125]: volumes `config` (/home/coder/.config) and `home` "
     "(/home/coder) overlap; give each a path outside the other\n"
     "ada|x.yaml:6:19: error[BW0125]: volumes `home` (/home/coder) and `inbox` "
     "(/home/coder/.inbox) overlap; give each a path outside the other\n"
     "ada|x.yaml:6:19: error[BW0125]: volumes `home` (/home/coder) and `workspace` "
     "(/home/coder/workspace) overlap; give each a path outside the other"},
    {"VolumeWithoutPath", "  volumes: {data: {disposable: true}}\n",
     "ada|x.yaml:6:19: error[BW0108]: volume `data` has no path"},
    {"VolumeIsList", "  volumes: {data: [/data]}\n",
     "ada|x.yaml:6:19: error[BW0104]: `spec.volumes.data` must be a path, or a map of path and "
     "disposable, not a list"},
    {"VolumeDisposableText", "  volumes: {data: {path: /data, disposable: maybe}}\n",
     "ada|x.yaml:6:45: error[BW0104]: `spec.volumes.data.disposable` must be true or false, not "
     "`maybe`"},
    {"HealthTwoKinds", "  healthcheck: {http: \":80/\", shell: \"true\"}\n",
     "ada|x.yaml:6:16: error[BW0126]: a health check is exactly one of http, shell, command and "
     "none, but http, shell stand here"},
    {"HealthNoneFalse", "  healthcheck: {none: false}\n",
     "ada|x.yaml:6:23: error[BW0109]: `spec.healthcheck.none`: write `none: true`, or leave it out "
     "to have a check"},
    {"HealthHttpWithoutPort", "  healthcheck: {http: /healthz}\n",
     "ada|x.yaml:6:23: error[BW0109]: `spec.healthcheck.http`: `/healthz` is no http check; write "
     "port and path, like :8080/healthz"},
    {"HealthHttpInjection", "  healthcheck: {http: \":80/$(id)\"}\n",
     "ada|x.yaml:6:23: error[BW0109]: `spec.healthcheck.http`: `:80/$(id)` is no http check; write "
     "port and path, like :8080/healthz"},
    {"HealthHttpPortTooLarge", "  healthcheck: {http: \":70000/\"}\n",
     "ada|x.yaml:6:23: error[BW0109]: `spec.healthcheck.http`: `:70000/` is no http check; write "
     "port and path, like :8080/healthz"},
    {"HealthCommandEmpty", "  healthcheck: {command: []}\n",
     "ada|x.yaml:6:26: error[BW0117]: `spec.healthcheck.command` is empty"},
    {"HealthCommandText", "  healthcheck: {command: \"true\"}\n",
     "ada|x.yaml:6:26: error[BW0104]: `spec.healthcheck.command` must be a list, not text"},
    {"HealthShellEmpty", "  healthcheck: {shell: \"\"}\n",
     "ada|x.yaml:6:24: error[BW0109]: `spec.healthcheck.shell`: the shell check has no command"},
    {"PublishWithoutAddress", "  publish: [\"2222:22\"]\n",
     "ada|x.yaml:6:13: error[BW0127]: `spec.publish.0`: `2222:22` is no published port; write "
     "ip:host:container with an IPv4 address and ports from 1 to 65535, like 127.0.0.1:2222:22 or "
     "127.0.0.1:53:53/udp"},
    {"PublishBadAddress", "  publish: [\"127.0.0.256:2222:22\"]\n",
     "ada|x.yaml:6:13: error[BW0127]: `spec.publish.0`: `127.0.0.256:2222:22` is no published "
     "port; write ip:host:container with an IPv4 address and ports from 1 to 65535, like "
     "127.0.0.1:2222:22 or 127.0.0.1:53:53/udp"},
    {"PublishHostPortZero", "  publish: [\"127.0.0.1:0:22\"]\n",
     "ada|x.yaml:6:13: error[BW0127]: `spec.publish.0`: `127.0.0.1:0:22` is no published port; "
     "write ip:host:container with an IPv4 address and ports from 1 to 65535, like "
     "127.0.0.1:2222:22 or 127.0.0.1:53:53/udp"},
    {"PublishProtocol", "  publish: [\"127.0.0.1:2222:22/sctp\"]\n",
     "ada|x.yaml:6:13: error[BW0127]: `spec.publish.0`: `127.0.0.1:2222:22/sctp` is no published "
     "port; write ip:host:container with an IPv4 address and ports from 1 to 65535, like "
     "127.0.0.1:2222:22 or 127.0.0.1:53:53/udp"},
    {"PublishIpv6", "  publish: [\"[::1]:2222:22\"]\n",
     "ada|x.yaml:6:13: error[BW0127]: `spec.publish.0`: `[::1]:2222:22` is no published port; "
     "write ip:host:container with an IPv4 address and ports from 1 to 65535, like "
     "127.0.0.1:2222:22 or 127.0.0.1:53:53/udp"},
    {"PublishTwice", "  publish: [\"127.0.0.1:2222:22\", \"0.0.0.0:2222:23\"]\n",
     "ada|x.yaml:6:12: error[BW0128]: host port 2222/tcp is published twice by this box"},
    {"PublishIsText", "  publish: 127.0.0.1:2222:22\n",
     "ada|x.yaml:6:12: error[BW0104]: `spec.publish` must be a list, not text"},
    {"CommandIsText", "  command: sleep 60\n",
     "ada|x.yaml:6:12: error[BW0104]: `spec.command` must be a list, not text"},
    {"CommandItemIsMap", "  command: [{a: b}]\n",
     "ada|x.yaml:6:13: error[BW0104]: `spec.command.0` must be text, not a map"},
    {"CommandItemEmpty",
     "  command:\n"
     "    - sleep\n"
     "    -\n",
     "ada|x.yaml:7:5: error[BW0113]: `spec.command.1` has no value; it wants text, or leave it "
     "out"},
    {"DuplicateKeyInSpec",
     "  power: running\n"
     "  power: stopped\n",
     "ada|x.yaml:7:3: error[BW0106]: key `power` is written twice in one map, first at 6:3; keep "
     "one"},
    {"DuplicateKeyInEnv", "  env:\n    A: x\n    B: z\n    A: z\n",
     "ada|x.yaml:9:5: error[BW0106]: key `A` is written twice in one map, first at 7:5; keep one"},
    {"Anchor", "  env: &common {A: x}\n",
     "|x.yaml:6:8: error[BW0112]: anchors (`&`) are not used in specs; put what several boxes "
     "share in a `kind: Defaults` document"},
    {"Alias", "  env: *common\n",
     "|x.yaml:6:8: error[BW0112]: aliases (`*`) are not used in specs; put what several boxes "
     "share in a `kind: Defaults` document"},
    {"MergeKey",
     "  env:\n"
     "    <<: {A: x}\n",
     "|x.yaml:7:5: error[BW0112]: merge keys (`<<`) are not used in specs; put what several boxes "
     "share in a `kind: Defaults` document"},
    {"Tag", "  env: {A: !!str 5}\n",
     "|x.yaml:6:12: error[BW0112]: tags (`!`) are not used in specs; write the value in quotes to "
     "make it text"},
    {"LocalTag", "  env: !secret {A: x}\n",
     "|x.yaml:6:8: error[BW0112]: tags (`!`) are not used in specs; write the value in quotes to "
     "make it text"},
    {"UnclosedDoubleQuote",
     "  env: \n"
     "    A: \"abc\n",
     "|x.yaml:7:8: error[BW0101]: this quote (\") is never closed"},
    {"UnclosedSingleQuote",
     "  env: \n"
     "    A: 'it''s\n",
     "|x.yaml:7:8: error[BW0101]: this quote (') is never closed"},
    {"UnclosedBracket", "  command: [a, b\n",
     "|x.yaml:7:1: error[BW0101]: not valid YAML (end of sequence flow not found); look at the "
     "indentation, brackets and quotes here and on the line above"},
    {"BadIndentation", "   power: running\n",
     "|x.yaml:6:9: error[BW0101]: not valid YAML (illegal map value); look at the indentation, "
     "brackets and quotes here and on the line above"},
    {"ComplexKey",
     "  ? [a]\n"
     "  : b\n",
     "|x.yaml:6:5: error[BW0112]: a list or map as a key; keys are plain text"},
    {"NullKey", "  env: {~: x}\n",
     "|x.yaml:6:9: error[BW0112]: an empty key; write a name, in quotes if it is meant to be the "
     "word null"},
    {"EscapedNul", "  env: {A: \"a\\0b\"}\n",
     "|x.yaml:6:12: error[BW0110]: an escape in this text gives a NUL or no character"},
    {"ColumnsCountCharacters", "  env: {ÄÖ: x, B: [ü]}\n",
     "ada|x.yaml:6:9: error[BW0121]: `spec.env.ÄÖ`: `ÄÖ` cannot be the name of a variable; use "
     "letters, digits and `_`, not starting with a digit\n"
     "ada|x.yaml:6:19: error[BW0104]: `spec.env.B` must be text, not a list"},
    {"KeyWithoutColon",
     "  env:\n"
     "    A: x\n"
     "    BROKEN\n",
     "|x.yaml:8:5: error[BW0101]: there is no `:` behind this; write `KEY: VALUE`, or indent the "
     "line "
     "if it belongs to the value above"},
};

}  // namespace

std::span<const WrongText> wrong_structures() {
  return kWrongStructures;
}

}  // namespace boxwright::specs
