#include "specs/parse/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "specs/base/units.h"
#include "specs/parse/explanations.h"
#include "specs/parse/field.h"
#include "specs/parse/scalar.h"

namespace boxwright::specs {
namespace {

constexpr std::size_t kWidth = 80;

std::string_view last_word(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::string_view parent_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

/// Lines of at most kWidth characters.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > 0) out += column + 1 + word.size() > kWidth ? '\n' : ' ';
    column = out.empty() || out.back() == '\n' ? word.size() : column + 1 + word.size();
    out += word;
  }
  return out + "\n";
}

std::string in_unit(const Field& field, std::int64_t value) {
  switch (field.type) {
    case FieldType::Size: return to_string(Bytes{value});
    case FieldType::Cpus: return to_string(NanoCpus{value});
    case FieldType::TimeSpan: return format_duration(Duration{value});
    default: return fmt::format("{}", value);
  }
}

/// `6MiB to 1024TiB`; empty: the field is no quantity.
std::string range_of(const Field& field) {
  const bool quantity = field.type == FieldType::Size || field.type == FieldType::Cpus ||
                        field.type == FieldType::TimeSpan || field.type == FieldType::Integer;
  if (!quantity) return {};
  if (field.max == std::numeric_limits<std::int64_t>::max()) {
    return fmt::format("at least {}", in_unit(field, field.min));
  }
  return fmt::format("{} to {}", in_unit(field, field.min), in_unit(field, field.max));
}

std::string_view remedy_of(const Field& field) {
  switch (field.remedy) {
    case FieldRemedy::None: return "the container is not touched";
    case FieldRemedy::Live: return "live: made while the box runs";
    case FieldRemedy::Restart: return "restart: the same container starts anew";
    case FieldRemedy::Replace: return "replace: a new container takes over the volumes";
    case FieldRemedy::Refuse: return "refuse: a person decides";
  }
  return {};
}

/// Of what is under a chosen name, or in a list, the whole's remedy.
const Field& with_remedy(const DocumentKind& kind, const Field& field) {
  if (field.remedy != FieldRemedy::None || last_word(field.path) != "*") return field;
  return *find_field(kind.fields, parent_of(field.path));
}

/// Whether a change can be made at all: of fields that hold values and stand in a box's spec.
bool has_remedy(std::string_view kind, const Field& field) {
  return kind == "Box" && field.path.starts_with("spec.") && field.type != FieldType::Object &&
         field.type != FieldType::Map;
}

std::string kinds_text(std::string_view kind, const Field& field) {
  const bool inherited = kind == "Box" && field.path.starts_with("spec.");
  if (!inherited) return std::string(kind);
  return field.path == "spec.subdomain" ? "Box" : "Box, Defaults, template of a Fleet";
}

std::string children_text(std::span<const Field> fields, std::string_view path) {
  std::size_t width = 0;
  for (const Field& field : fields) {
    if (parent_of(field.path) == path) width = std::max(width, last_word(field.path).size());
  }
  std::string text;
  for (const Field& field : fields) {
    if (parent_of(field.path) != path) continue;
    const std::string_view name = last_word(field.path) == "*" ? "NAME" : last_word(field.path);
    text += fmt::format("  {:<{}}  {}{}\n", name, std::max<std::size_t>(width, 4),
                        field.documentation, field.required ? " Required." : "");
  }
  return text.empty() ? text : "\nFIELDS\n" + text;
}

std::string field_text(const DocumentKind& kind, const Field& field) {
  std::string text = fmt::format("FIELD    {}\nKIND     {}\nTYPE     {}\n", field.path,
                                 kinds_text(kind.name, field), expectation(field));
  if (field.required) text += "         required\n";
  if (!field.fallback.empty()) text += fmt::format("DEFAULT  {}\n", field.fallback);
  if (const std::string range = range_of(field); !range.empty()) {
    text += fmt::format("RANGE    {}\n", range);
  }
  if (has_remedy(kind.name, field))
    text += fmt::format("CHANGE   {}\n", remedy_of(with_remedy(kind, field)));
  return text + "\n" + wrapped(field.documentation) + children_text(kind.fields, field.path);
}

/// Whether a path as somebody wrote it names a row: chosen keys stand for `*`.
bool fits(std::string_view written, std::string_view row) {
  while (true) {
    const std::string_view mine = written.substr(0, written.find('.'));
    const std::string_view theirs = row.substr(0, row.find('.'));
    if (theirs != "*" && mine != theirs) return false;
    const bool last = mine.size() == written.size();
    if (last != (theirs.size() == row.size())) return false;
    if (last) return true;
    written.remove_prefix(mine.size() + 1);
    row.remove_prefix(theirs.size() + 1);
  }
}

using Found = std::vector<std::pair<const DocumentKind*, const Field*>>;

/// Rows that `is_meant` holds for, without those that only say the same in another kind.
template <class Test>
Found find_rows(std::string_view kind_name, const Test& is_meant) {
  Found found;
  for (const DocumentKind& kind : document_kinds()) {
    if (!kind_name.empty() && kind.name != kind_name) continue;
    for (const Field& field : kind.fields) {
      const bool told = std::any_of(found.begin(), found.end(), [&field](const auto& other) {
        return other.second->path == field.path &&
               other.second->documentation == field.documentation;
      });
      if (!told && is_meant(field)) found.emplace_back(&kind, &field);
    }
  }
  return found;
}

Found find_named(std::string_view kind, std::string_view path) {
  const std::string in_spec = fmt::format("spec.{}", path);
  const std::string in_metadata = fmt::format("metadata.{}", path);
  Found found = find_rows(kind, [&](const Field& field) { return fits(path, field.path); });
  if (found.empty()) {
    found = find_rows(kind, [&](const Field& field) {
      return fits(in_spec, field.path) || fits(in_metadata, field.path);
    });
  }
  if (found.empty() && path.find('.') == std::string_view::npos) {
    found = find_rows(kind, [&](const Field& field) { return last_word(field.path) == path; });
  }
  return found;
}

std::string table_row(const DocumentKind& kind, const Field& field) {
  std::string type = expectation(field);
  std::string about(field.documentation);
  if (field.required) about += " Required.";
  if (const std::string range = range_of(field); !range.empty()) about += " " + range + ".";
  const Field& changed = with_remedy(kind, field);
  std::string change;
  if (has_remedy(kind.name, field) && changed.remedy != FieldRemedy::None) {
    change = remedy_of(changed).substr(0, remedy_of(changed).find(':'));
  }
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", field.path, type,
                     field.fallback.empty() ? "" : fmt::format("`{}`", field.fallback), change,
                     about);
}

std::string indented(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    out += fmt::format("    {}\n", line);
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
  return out;
}

}  // namespace

std::string explain_code(std::string_view id) {
  for (const Explanation& one : explanations()) {
    if (one.code.id != id) continue;
    std::string text = fmt::format("{}: {}\n\n{}", id, one.code.meaning, wrapped(one.why));
    if (!one.wrong.empty()) {
      text += fmt::format("\nWrong:\n{}\nRight:\n{}", indented(one.wrong), indented(one.right));
    }
    return text;
  }
  return {};
}

std::string explain_field(std::string_view name) {
  std::string_view kind_name;
  std::string_view path = name;
  for (const DocumentKind& kind : document_kinds()) {
    if (name == kind.name) {
      return fmt::format("KIND     {}\n\n{}{}", kind.name, wrapped(kind.documentation),
                         children_text(kind.fields, {}));
    }
    if (!name.starts_with(kind.name) || name[kind.name.size()] != '.') continue;
    kind_name = kind.name;
    path = name.substr(kind.name.size() + 1);
  }
  std::string text;
  for (const auto& [kind, field] : find_named(kind_name, path))
    text += (text.empty() ? "" : "\n\n") + field_text(*kind, *field);
  return text;
}

std::vector<std::string> explainable() {
  std::vector<std::string> names;
  for (const Code& code : codes::kAll)
    names.emplace_back(code.id);
  for (const DocumentKind& kind : document_kinds()) {
    names.emplace_back(kind.name);
    for (const Field& field : kind.fields) {
      if (last_word(field.path) == "*") continue;
      names.emplace_back(field.path);
      if (field.path.starts_with("spec.")) names.emplace_back(field.path.substr(5));
      names.emplace_back(last_word(field.path));
    }
  }
  return names;
}

std::string fields_page() {
  std::string page =
      "# Fields\n\n"
      "Made from the table that the decoder reads; `boxwright explain FIELD` says the same. `*` "
      "stands for a\nname that you choose. What a change takes: *live* is made while the box runs, "
      "*replace* makes a new\ncontainer that takes over the volumes; where nothing is said the "
      "container is not touched.\n";
  for (const DocumentKind& kind : document_kinds()) {
    page += fmt::format(
        "\n## {}\n\n{}\n\n| Field | Value | Default | Change | |\n"
        "|---|---|---|---|---|\n",
        kind.name, kind.documentation);
    for (const Field& field : kind.fields)
      page += table_row(kind, field);
  }
  return page;
}

std::string errors_page() {
  std::string page =
      "# Errors in specs\n\n"
      "`boxwright explain CODE` says the same. A code never changes its meaning.\n";
  for (const Explanation& one : explanations()) {
    page += fmt::format("\n## {}: {}\n\n{}", one.code.id, one.code.meaning, wrapped(one.why));
    if (one.wrong.empty()) continue;
    page += fmt::format("\nWrong:\n\n{}\nRight:\n\n{}", indented(one.wrong), indented(one.right));
  }
  return page;
}

}  // namespace boxwright::specs
