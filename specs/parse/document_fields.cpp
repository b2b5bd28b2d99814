// The tables of Defaults, Fleet and Source documents.

#include <array>

#include "specs/parse/envelope_fields.h"
#include "specs/parse/field.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

using enum FieldType;

constexpr std::string_view kDomainPattern =
    "^(?=.{1,189}$)(xn--)?(?!..--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    "(\\.(xn--)?(?!..--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$";
constexpr std::string_view kNetworkPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";
constexpr std::int64_t kPruneDelayMax = 366LL * 24 * 3600 * 1000;
constexpr std::int64_t kLayersKeptMax = 3660LL * 24 * 3600 * 1000;

constexpr std::array kDefaultsFields{
    kApiVersionField,
    kKindField,
    kMetadataField,
    kNameField,
    Field{.path = "spec",
          .type = Elsewhere,
          .documentation = "A partial spec that every box of the source inherits.",
          .required = true},
};

constexpr std::array kFleetFields{
    kApiVersionField,
    kKindField,
    kMetadataField,
    kNameField,
    Field{.path = "spec",
          .type = Object,
          .documentation = "The names and what all of them are.",
          .required = true},
    Field{.path = "spec.names",
          .type = List,
          .documentation = "One box for each name.",
          .required = true},
    Field{.path = "spec.names.*",
          .type = Text,
          .documentation = "The name of a box.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (auto complaint = check_box_name(g.text)) return complaint;
            d.box_names.emplace_back(g.text);
            return {};
          },
          .pattern = kNamePattern},
    Field{.path = "spec.template",
          .type = Object,
          .documentation = "What all boxes of the fleet are.",
          .required = true},
    Field{.path = "spec.template.metadata",
          .type = Object,
          .documentation = "Owner and labels of every box."},
    owner_field("spec.template.metadata.owner"),
    labels_field("spec.template.metadata.labels"),
    label_field("spec.template.metadata.labels.*"),
    Field{.path = "spec.template.spec",
          .type = Elsewhere,
          .documentation = "A Box's spec, without a subdomain.",
          .required = true},
};

constexpr std::array kSourceFields{
    kApiVersionField,
    kKindField,
    kMetadataField,
    Field{.path = "metadata.name",
          .type = Text,
          .documentation = "The identity of the source.",
          .required = true,
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (g.text == "table") {
              return Complaint{codes::kBadName,
                               "`table` is the name of the SQLite source; choose another", false};
            }
            return set_name(d, g);
          },
          .pattern = "^(?!table$)(?!..--)[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"},
    Field{.path = "spec", .type = Object, .documentation = "The settings of the source."},
    Field{
        .path = "spec.domain",
        .type = Text,
        .documentation = "Boxes are at SUBDOMAIN.DOMAIN; without it nothing is routed.",
        .set = [](Draft& d,
                  const Given& g) { return keep(check_domain(g.text), d.settings.domain, g.text); },
        .pattern = kDomainPattern},
    Field{.path = "spec.routing",
          .type = Object,
          .documentation = "How boxes are reached from outside."},
    Field{.path = "spec.routing.mode",
          .type = Choice,
          .fallback = "labels",
          .choices = "labels|none",
          .documentation =
              "labels: containers get labels for Traefik, if there is a domain; none: no routes.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.routing = static_cast<RoutingMode>(g.number);
            return {};
          }},
    Field{.path = "spec.routing.network",
          .type = Text,
          .fallback = "traefik-public",
          .documentation = "The network that boxes and Traefik share.",
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_network_name(g.text), d.settings.network, g.text);
              },
          .pattern = kNetworkPattern},
    Field{.path = "spec.routing.entryPoint",
          .type = Text,
          .fallback = "websecure",
          .documentation = "Traefik's entry point for boxes.",
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_network_name(g.text), d.settings.entry_point, g.text);
              },
          .pattern = kNetworkPattern},
    Field{.path = "spec.pruneDelay",
          .type = TimeSpan,
          .fallback = "10m",
          .max = kPruneDelayMax,
          .documentation = "From a box's absence to its removal.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.prune_delay = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.rollout",
          .type = Object,
          .documentation = "How a change that needs new containers spreads over the boxes."},
    Field{.path = "spec.rollout.maxConcurrent",
          .type = Integer,
          .fallback = "1",
          .min = 1,
          .max = 1000,
          .documentation = "How many boxes are replaced at once, each until its new container is "
                           "healthy. The others follow in the order of their names.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.rollout.max_concurrent = static_cast<int>(g.number);
            return {};
          }},
    Field{.path = "spec.rollout.maxFailures",
          .type = Integer,
          .fallback = "0",
          .max = 1000,
          .documentation = "How many boxes may have been rolled back; with one more no further "
                           "box is replaced until `boxwright rollout --resume SOURCE`.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.rollout.max_failures = static_cast<int>(g.number);
            return {};
          }},
    Field{.path = "spec.layers",
          .type = Object,
          .documentation = "Files made in a box's home outside its volumes, saved before its "
                           "container goes."},
    Field{.path = "spec.layers.limit",
          .type = Size,
          .fallback = "2GiB",
          .max = 1024 * (1024 * kGiB),
          .documentation = "Of more than this a replacement waits for a person.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.layers.limit = Bytes{g.number};
            return {};
          }},
    Field{.path = "spec.layers.keep",
          .type = TimeSpan,
          .fallback = "336h",
          .max = kLayersKeptMax,
          .documentation = "How long they are kept: 14 days.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.layers.keep = Duration{g.number};
            return {};
          }},
    Field{.path = "spec.secretsDir",
          .type = Text,
          .documentation = "Folder of secrets, one file each; relative to the marker.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (g.text.empty()) {
              return Complaint{codes::kBadValue, "write a folder, or leave secretsDir out", false};
            }
            return keep(check_line(g.text, 4096), d.settings.secrets_dir, g.text);
          },
          .pattern = "^[^\\u0000-\\u001f\\u007f]{1,4096}$"},
};

const std::array<DocumentKind, 4> kDocumentKinds{
    {{"Box", "One box.", box_fields()},
     {"Fleet", "Many like boxes: one for each name.", kFleetFields},
     {"Defaults", "What every box of the source inherits; at most one in a source.",
      kDefaultsFields},
     {"Source", "The settings of a source: its marker, boxwright.yaml.", kSourceFields}}};

}  // namespace

std::span<const DocumentKind> document_kinds() {
  return kDocumentKinds;
}
std::span<const Field> defaults_fields() {
  return kDefaultsFields;
}
std::span<const Field> fleet_fields() {
  return kFleetFields;
}
std::span<const Field> source_fields() {
  return kSourceFields;
}

}  // namespace boxwright::specs
