#pragma once
// The fields that stand in every kind of document, for the tables of the kinds.

#include <string>
#include <string_view>

#include "specs/parse/field.h"
#include "specs/parse/rules.h"

namespace boxwright::specs {

/// Stores a text unless the check complains.
inline Verdict keep(Verdict complaint, std::string& place, std::string_view text) {
  if (!complaint) place = text;
  return complaint;
}

/// The same complaint, shown at the key instead of the value.
inline Verdict about_key(Verdict complaint) {
  if (complaint) complaint->about_key = true;
  return complaint;
}

inline constexpr std::size_t kLineMax = 256;

inline Verdict set_name(Draft& d, const Given& g) {
  return keep(check_box_name(g.text), d.name, g.text);
}
inline Verdict set_owner(Draft& d, const Given& g) {
  return keep(check_line(g.text, kLineMax), d.owner, g.text);
}
inline Verdict set_label(Draft& d, const Given& g) {
  if (auto complaint = about_key(check_label_key(g.key))) return complaint;
  return keep(check_line(g.text, kLineMax), d.labels[std::string(g.key)], g.text);
}

inline constexpr Field kApiVersionField{.path = "apiVersion",
                                        .type = FieldType::Envelope,
                                        .documentation = "Always boxwright.dev/v1.",
                                        .required = true};
inline constexpr Field kKindField{.path = "kind",
                                  .type = FieldType::Envelope,
                                  .documentation = "Box, Fleet, Defaults or Source.",
                                  .required = true};
inline constexpr Field kMetadataField{.path = "metadata",
                                      .type = FieldType::Object,
                                      .documentation = "For people; never reaches a container.",
                                      .required = true};
inline constexpr Field kNameField{.path = "metadata.name",
                                  .type = FieldType::Text,
                                  .documentation = "A DNS label of at most 40 characters.",
                                  .remedy = FieldRemedy::Replace,
                                  .required = true,
                                  .set = set_name};

constexpr Field owner_field(std::string_view path) {
  return {.path = path,
          .type = FieldType::Text,
          .documentation = "Who may inherit this box's data.",
          .set = set_owner};
}
constexpr Field labels_field(std::string_view path) {
  return {.path = path,
          .type = FieldType::Map,
          .documentation = "For people and filters; never put on a container."};
}
constexpr Field label_field(std::string_view path) {
  return {.path = path, .type = FieldType::AnyText, .set = set_label};
}

}  // namespace boxwright::specs
