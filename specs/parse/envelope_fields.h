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
inline constexpr std::string_view kNamePattern = "^(?!..--)[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$";
inline constexpr std::string_view kLinePattern = "^[^\\u0000-\\u001f\\u007f]{0,256}$";
inline constexpr std::string_view kLabelKeyPattern =
    "^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$";

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
inline constexpr Field kMetadataField{
    .path = "metadata",
    .type = FieldType::Object,
    .documentation =
        "Name, owner and labels: for people; nothing of it but the name reaches a container.",
    .required = true};
inline constexpr Field kNameField{
    .path = "metadata.name",
    .type = FieldType::Text,
    .documentation =
        "What the box is called: a DNS label of at most 40 characters. The container is box-NAME.",
    .remedy = FieldRemedy::Replace,
    .required = true,
    .set = set_name,
    .pattern = kNamePattern};

constexpr Field owner_field(std::string_view path) {
  return {.path = path,
          .type = FieldType::Text,
          .documentation = "Who may inherit this box's data.",
          .set = set_owner,
          .pattern = kLinePattern};
}
constexpr Field labels_field(std::string_view path) {
  return {.path = path,
          .type = FieldType::Map,
          .documentation =
              "For people and filters (`get -l team=compilers`); never put on a "
              "container.",
          .key_pattern = kLabelKeyPattern};
}
constexpr Field label_field(std::string_view path) {
  return {.path = path, .type = FieldType::AnyText, .set = set_label, .pattern = kLinePattern};
}

}  // namespace boxwright::specs
