// The tables of Defaults, Fleet and Source documents.

#include <array>

#include "specs/parse/envelope_fields.h"
#include "specs/parse/field.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {
namespace {

using enum FieldType;

constexpr std::int64_t kPruneDelayMax = 366LL * 24 * 3600 * 1000;

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
    Field{.path = "spec", .type = Object, .required = true},
    Field{.path = "spec.names",
          .type = List,
          .documentation = "One box for each name.",
          .required = true},
    Field{.path = "spec.names.*",
          .type = Text,
          .set = [](Draft& d, const Given& g) -> Verdict {
            if (auto complaint = check_box_name(g.text)) return complaint;
            d.box_names.emplace_back(g.text);
            return {};
          }},
    Field{.path = "spec.template",
          .type = Object,
          .documentation = "What all of them are.",
          .required = true},
    Field{.path = "spec.template.metadata", .type = Object},
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
          }},
    Field{.path = "spec", .type = Object},
    Field{.path = "spec.domain",
          .type = Text,
          .documentation = "Boxes are at <subdomain>.<domain>; without it nothing is routed.",
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_domain(g.text), d.settings.domain, g.text);
              }},
    Field{.path = "spec.routing", .type = Object},
    Field{.path = "spec.routing.mode",
          .type = Choice,
          .fallback = "labels",
          .choices = "labels|none",
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
              }},
    Field{.path = "spec.routing.entryPoint",
          .type = Text,
          .fallback = "websecure",
          .documentation = "Traefik's entry point for boxes.",
          .set =
              [](Draft& d, const Given& g) {
                return keep(check_network_name(g.text), d.settings.entry_point, g.text);
              }},
    Field{.path = "spec.pruneDelay",
          .type = TimeSpan,
          .fallback = "10m",
          .max = kPruneDelayMax,
          .documentation = "From a box's absence to its removal.",
          .set = [](Draft& d, const Given& g) -> Verdict {
            d.settings.prune_delay = Duration{g.number};
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
          }},
};

}  // namespace

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
