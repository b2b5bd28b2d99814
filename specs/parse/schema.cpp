#include "specs/parse/schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "specs/parse/field.h"
#include "specs/parse/scalar.h"

namespace boxwright::specs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSizePattern = "^(0|[1-9][0-9]*)(\\.[0-9]{1,9})?(B|KiB|MiB|GiB|TiB)$";
constexpr std::string_view kCpusPattern = "^(0|[1-9][0-9]*)(\\.[0-9]{1,9})?$";
constexpr std::string_view kTimeSpanPattern = "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";
constexpr double kNano = 1e9;

/// Calls `use` with each row directly under a path and its last word.
template <class Use>
void each_child(std::span<const Field> fields, std::string_view path, const Use& use) {
  for (const Field& field : fields) {
    const std::size_t dot = field.path.rfind('.');
    const std::string_view parent =
        dot == std::string_view::npos ? std::string_view{} : field.path.substr(0, dot);
    if (parent != path) continue;
    use(field, dot == std::string_view::npos ? field.path : field.path.substr(dot + 1));
  }
}

Json text_schema(const Field& field) {
  Json schema{{"type", "string"}};
  if (!field.pattern.empty()) schema["pattern"] = field.pattern;
  return schema;
}

Json integer_schema(const Field& field) {
  Json schema{{"type", "integer"}, {"minimum", field.min}};
  if (field.max != std::numeric_limits<std::int64_t>::max()) schema["maximum"] = field.max;
  return schema;
}

Json cpus_schema(const Field& field) {
  return {{"anyOf",
           {{{"type", "number"},
             {"minimum", static_cast<double>(field.min) / kNano},
             {"maximum", static_cast<double>(field.max) / kNano}},
            {{"type", "string"}, {"pattern", kCpusPattern}}}}};
}

class Generator {
 public:
  explicit Generator(std::span<const Field> fields) : fields_(fields) {}

  Json object(const Field* field, std::string_view path) const {
    Json schema{{"type", "object"}};
    Json properties = Json::object();
    Json required = Json::array();
    each_child(fields_, path, [&](const Field& child, std::string_view name) {
      properties[std::string(name)] = described(child);
      // What Defaults may give is not required of a Box by itself.
      if (child.required && child.path != "spec.image") required.push_back(name);
    });
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    if (field != nullptr && !field->one_of.empty()) schema["allOf"] = exclusions(*field);
    return schema;
  }

 private:
  /// At most one of some fields: no two of them together.
  static Json exclusions(const Field& field) {
    Field words = field;
    words.choices = field.one_of;
    const auto names = choices_of(words);
    Json all = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size(); ++j)
        all.push_back({{"not", {{"required", {names[i], names[j]}}}}});
    }
    return all;
  }

  Json described(const Field& field) const {
    Json schema = bare(field);
    Json out = Json::object();
    if (!field.documentation.empty()) out["description"] = field.documentation;
    if (!field.fallback.empty()) out["default"] = fallback(field);
    out.update(schema);
    return out;
  }

  static Json fallback(const Field& field) {
    switch (field.type) {
      case FieldType::Integer:
      case FieldType::Cpus:
      case FieldType::Flag:
      case FieldType::List: return Json::parse(field.fallback);
      default: return field.fallback;
    }
  }

  Json bare(const Field& field) const {
    switch (field.type) {
      case FieldType::Envelope: return envelope(field);
      case FieldType::Object: return object(&field, field.path);
      case FieldType::Map: return map(field);
      case FieldType::List: return list(field);
      case FieldType::AnyText: {
        Json schema = text_schema(field);
        schema["type"] = {"string", "number", "boolean"};
        return schema;
      }
      case FieldType::Flag:
        // The one pattern of a flag is `true`.
        if (!field.pattern.empty()) return {{"const", true}};
        return {{"type", "boolean"}};
      case FieldType::Integer: return integer_schema(field);
      case FieldType::Cpus: return cpus_schema(field);
      case FieldType::Size: return {{"type", "string"}, {"pattern", kSizePattern}};
      case FieldType::TimeSpan: return {{"type", "string"}, {"pattern", kTimeSpanPattern}};
      case FieldType::Choice: return {{"enum", choices_of(field)}};
      case FieldType::Volume:
        return {{"anyOf", {text_schema(field), object(nullptr, field.path), {{"type", "null"}}}}};
      case FieldType::Elsewhere: return {{"$ref", "#/$defs/SharedSpec"}};
      case FieldType::Text: break;
    }
    return text_schema(field);
  }

  static Json envelope(const Field& field) {
    if (field.path == "apiVersion") return {{"const", "boxwright.dev/v1"}};
    return {{"type", "string"}};
  }

  Json map(const Field& field) const {
    Json schema{{"type", "object"}};
    if (!field.key_pattern.empty()) schema["propertyNames"] = {{"pattern", field.key_pattern}};
    each_child(fields_, field.path, [&](const Field& child, std::string_view) {
      schema["additionalProperties"] = described(child);
    });
    return schema;
  }

  Json list(const Field& field) const {
    Json schema{{"type", "array"}};
    each_child(fields_, field.path,
               [&](const Field& child, std::string_view) { schema["items"] = described(child); });
    if (field.min > 0) schema["minItems"] = field.min;
    return schema;
  }

  std::span<const Field> fields_;
};

}  // namespace

std::string json_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", "https://boxwright.dev/schema/v1.json"},
              {"title", "Boxwright document"},
              {"type", "object"},
              {"required", {"apiVersion", "kind"}}};
  Json names = Json::array();
  Json choose = Json::array();
  Json definitions = Json::object();
  for (const DocumentKind& kind : document_kinds()) {
    const std::string name(kind.name);
    names.push_back(name);
    choose.push_back(
        {{"if", {{"properties", {{"kind", {{"const", name}}}}}, {"required", {"kind"}}}},
         {"then", {{"$ref", "#/$defs/" + name}}}});
    Json definition = Generator(kind.fields).object(nullptr, {});
    Json described{{"description", kind.documentation}};
    described.update(definition);
    definitions[name] = std::move(described);
  }
  // What many boxes share has no subdomain: all would want the same.
  Json shared = definitions["Box"]["properties"]["spec"];
  shared["description"] = "A Box's spec without a subdomain; nothing of it is required.";
  shared["properties"].erase("subdomain");
  definitions["SharedSpec"] = std::move(shared);
  schema["properties"] = {{"apiVersion", {{"const", "boxwright.dev/v1"}}},
                          {"kind", {{"enum", std::move(names)}}}};
  schema["allOf"] = std::move(choose);
  schema["$defs"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace boxwright::specs
