#include "specs/parse/explanations.h"

#include <array>

namespace boxwright::specs {
namespace {

constexpr std::array kExplanations{
    Explanation{
        codes::kSyntax,
        "The file is no YAML (or a row no JSON), so nothing of it is used: its boxes stay as "
        "they were last declared well. The place is where the reader gave up; the mistake is "
        "there or on the line before: an unclosed quote or bracket, a tab used to indent, or "
        "a line that is indented differently from its neighbours.",
        "  command: [code-server\n", "  command: [code-server]\n"},
    Explanation{
        codes::kUnreadableFile,
        "The name ends in .yaml or .yml, but what is there cannot be read: no permission, a "
        "FIFO, a device, a folder's link, or a link that leads out of the source's folder or "
        "nowhere. Such things are never opened. Nothing is removed while a file of the source "
        "cannot be read."},
    Explanation{
        codes::kUnknownField,
        "Fields that do not exist are never passed over: a misspelt limit would otherwise be "
        "no limit. `boxwright explain FIELD` lists what a part of a document may hold.",
        "  resources: {memroy: 4GiB}\n", "  resources: {memory: 4GiB}\n"},
    Explanation{codes::kWrongType,
                "The field wants another kind of value: a map, a list, a number, true or false. A "
                "number in quotes is text, and so is `yes`; booleans are true and false alone.",
                "  resources: {pids: \"4096\"}\n", "  resources: {pids: 4096}\n"},
    Explanation{
        codes::kMissingUnit,
        "Sizes and durations always have their unit, so that nobody has to guess whether 512 "
        "are bytes or mebibytes. Sizes are binary (B, KiB, MiB, GiB, TiB), durations are made "
        "of h, m, s and ms.",
        "  stopGracePeriod: 10\n", "  stopGracePeriod: 10s\n"},
    Explanation{codes::kDuplicateKey,
                "One key stands twice in one map. Readers differ in which of the two they keep, so "
                "neither is taken. Both places are shown.",
                "  env:\n    EDITOR: vim\n    EDITOR: nano\n", "  env:\n    EDITOR: vim\n"},
    Explanation{
        codes::kDuplicateName,
        "Two documents of one source declare a box of the same name. Neither is taken, so that "
        "the order of files never decides; a box that runs stays as it is. Rename one, or "
        "remove it."},
    Explanation{codes::kMissingField, "A field that has no default was left out.",
                "  secrets: {PASSWORD: {}}\n", "  secrets: {PASSWORD: {from: ada-password}}\n"},
    Explanation{codes::kBadValue,
                "The value has the right type, but is none that the field knows or can use. The "
                "message says what it may be.",
                "  pull: sometimes\n", "  pull: always\n"},
    Explanation{
        codes::kEncoding,
        "Specs are plain text in UTF-8. The file was saved in another encoding, or is no text "
        "at all. A byte order mark is fine."},
    Explanation{
        codes::kTooLarge,
        "A file of specs has at most 1 MiB and nests at most 32 deep, so that reading one is "
        "quick whatever it holds. Split a large file into several."},
    Explanation{
        codes::kYamlFeature,
        "Anchors, aliases, merge keys and tags are not used in specs: they make it hard to see "
        "what a box is, and a few lines of them can stand for millions. What several boxes "
        "share belongs into a `kind: Defaults` document; many like boxes are a `kind: Fleet`.",
        "  env: &shared {EDITOR: vim}\n", "  env: {EDITOR: vim}\n"},
    Explanation{
        codes::kEmptyValue,
        "The field stands there without a value. Write one, or leave the field out to have its "
        "default. (Under `volumes` alone, null means something: it drops an inherited volume.)",
        "  resources:\n", "  resources: {memory: 2GiB}\n"},
    Explanation{
        codes::kApiVersion,
        "Every document says in which version of the format it is written, so that it never "
        "changes its meaning with a newer Boxwright.",
        "kind: Box\nmetadata: {name: ada}\nspec: {image: \"box-base:1\"}\n",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada}\n"
        "spec: {image: \"box-base:1\"}\n"},
    Explanation{
        codes::kKind,
        "A document is a Box, a Fleet (many like boxes), the Defaults of a source, or a Source. "
        "A Source stands in boxwright.yaml, alone, and nothing else stands there.",
        "apiVersion: boxwright.dev/v1\nkind: Container\nmetadata: {name: ada}\n"
        "spec: {image: \"box-base:1\"}\n",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada}\n"
        "spec: {image: \"box-base:1\"}\n"},
    Explanation{
        codes::kDuplicateDefaults,
        "A source has one Defaults document: with two, what a box inherits would depend on the "
        "order of files. No box of the source is taken until there is one."},
    Explanation{codes::kOutOfRange,
                "The number, size or duration is outside what the field or the engine allows. The "
                "engine itself refuses less than 6 MiB of memory.",
                "  resources: {memory: 5MiB}\n", "  resources: {memory: 512MiB}\n"},
    Explanation{
        codes::kBadName,
        "A box's name becomes part of its container's name, its host name and its subdomain, so "
        "it is a DNS label: 1 to 40 of a-z, 0-9 and inner hyphens, without `--` at places 3 and "
        "4. Labels' keys are freer, but have rules too.",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: Ada_L}\n"
        "spec: {image: \"box-base:1\"}\n",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada-l}\n"
        "spec: {image: \"box-base:1\"}\n"},
    Explanation{
        codes::kBadSubdomain,
        "The subdomain becomes part of a routing rule and of a certificate. It is one DNS label "
        "without dots, not all digits, and none of the reserved words (admin, api, auth, "
        "autodiscover, mail, ssh, traefik, wpad, www).",
        "  subdomain: www\n", "  subdomain: ada\n"},
    Explanation{
        codes::kSubdomainTaken,
        "Two boxes want one subdomain, so requests could reach the wrong person's box. Neither "
        "is taken. In Defaults and in a Fleet's template a subdomain is refused, since every "
        "box would have the same."},
    Explanation{
        codes::kBadVariable,
        "Names of variables are letters, digits and `_`, and do not begin with a digit: shells "
        "cannot use others.",
        "  env: {2ND: x}\n", "  env: {SECOND: x}\n"},
    Explanation{
        codes::kVariableTwice,
        "One variable has a value under env and one under secrets. Keep the one that is meant.",
        "  env: {TOKEN: x}\n  secrets: {TOKEN: {from: token}}\n",
        "  secrets: {TOKEN: {from: token}}\n"},
    Explanation{
        codes::kBadVolumeKey,
        "A volume's key becomes part of its name on the engine. It has no hyphen, so that the "
        "names of two boxes' volumes can never be the same.",
        "  volumes: {my-data: /data}\n", "  volumes: {mydata: /data}\n"},
    Explanation{codes::kBadVolumePath,
                "A volume is mounted at an absolute path, written without `//`, `.`, `..` and last "
                "slash, and not in /proc, /sys or /dev.",
                "  volumes: {data: data}\n", "  volumes: {data: /data}\n"},
    Explanation{
        codes::kVolumesOverlap,
        "Two volumes are mounted at one path, or one inside the other. Which files are seen "
        "would depend on the order of mounting. Remember the four volumes that every box has; "
        "`key: null` drops one.",
        "  volumes: {data: /home/coder/workspace/data}\n", "  volumes: {data: /data}\n"},
    Explanation{
        codes::kHealthcheck,
        "A health check is one of http, shell, command and none; with two of them it is not "
        "clear which one counts.",
        "  healthcheck: {http: \":8080/healthz\", shell: \"true\"}\n",
        "  healthcheck: {http: \":8080/healthz\"}\n"},
    Explanation{
        codes::kBadPort,
        "A published port names the host's address, so that none is opened to the world by "
        "accident: ip:host:container, such as 127.0.0.1:2222:22, with ports from 1 to 65535.",
        "  publish: [\"127.0.0.1:0:22\"]\n", "  publish: [\"127.0.0.1:2222:22\"]\n"},
    Explanation{
        codes::kPortTaken,
        "One port of the host is published twice, by one box or by two. The engine could start "
        "only one of them.",
        "  publish: [\"127.0.0.1:2222:22\", \"127.0.0.1:2222:8080\"]\n",
        "  publish: [\"127.0.0.1:2222:22\", \"127.0.0.1:8080:8080\"]\n"},
    Explanation{
        codes::kEmptyFile,
        "There is nothing in the file. It may be in the middle of being written, so nothing is "
        "concluded from it; a file that is not needed is removed, not emptied."},
    Explanation{
        codes::kUnquoted,
        "YAML readers disagree on what this is without quotes: `no`, `on` and `y` are booleans "
        "to some, `010` is eight, `1:30` is ninety, `1.10` is 1.1, and 2026-11-26 is a date. "
        "Specs are read the same by everybody, so such text stands in quotes.",
        "  env: {DEBUG: on}\n", "  env: {DEBUG: \"on\"}\n"},
};
static_assert(kExplanations.size() == codes::kAll.size());

}  // namespace

std::span<const Explanation> explanations() {
  return kExplanations;
}

}  // namespace boxwright::specs
