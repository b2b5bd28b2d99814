#include "specs/parse/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "specs/base/nearest.h"
#include "specs/base/units.h"
#include "specs/parse/plain_scalar.h"

namespace boxwright::specs {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// A scalar as a message shows it: quotes where they were, and not endless.
std::string as_written(const TreeNode& node) {
  constexpr std::size_t kShown = 40;
  const bool is_long = node.text.size() > kShown;
  const std::string text = node.text.substr(0, kShown) + (is_long ? "..." : "");
  return node.quoted ? fmt::format("the text \"{}\"", text) : fmt::format("`{}`", text);
}

ScalarValue no(const Code& code, std::string message) {
  return {0, Complaint{code, std::move(message), false}};
}

ScalarValue wrong_type(const Field& field, const TreeNode& node) {
  return no(codes::kWrongType,
            fmt::format("must be {}, not {}", expectation(field), as_written(node)));
}

std::string in_words(const Field& field, std::int64_t value) {
  switch (field.type) {
    case FieldType::Size: return to_string(Bytes{value});
    case FieldType::Cpus: return to_string(NanoCpus{value});
    case FieldType::TimeSpan: return format_duration(Duration{value});
    default: return fmt::format("{}", value);
  }
}

ScalarValue in_range(const Field& field, std::int64_t value) {
  if (value < field.min) {
    return no(codes::kOutOfRange, fmt::format("must be at least {}, not {}",
                                              in_words(field, field.min), in_words(field, value)));
  }
  if (value > field.max) {
    return no(codes::kOutOfRange, fmt::format("must be at most {}, not {}",
                                              in_words(field, field.max), in_words(field, value)));
  }
  return {value, {}};
}

ScalarValue read_flag(const Field& field, const TreeNode& node) {
  if (node.quoted) return wrong_type(field, node);
  if (node.text == "true") return {1, {}};
  if (node.text == "false") return {0, {}};
  if (one_of(node.text, {"yes", "Yes", "YES", "on", "On", "ON", "y", "Y", "True", "TRUE"})) {
    return no(codes::kWrongType, fmt::format("is `{}`; write true", node.text));
  }
  if (one_of(node.text, {"no", "No", "NO", "off", "Off", "OFF", "n", "N", "False", "FALSE"})) {
    return no(codes::kWrongType, fmt::format("is `{}`; write false", node.text));
  }
  return wrong_type(field, node);
}

ScalarValue read_integer(const Field& field, const TreeNode& node) {
  if (node.quoted || !is_decimal(node.text) || node.text.starts_with('+')) {
    return wrong_type(field, node);
  }
  if (node.text.size() > 1 && node.text[0] == '0') {
    return no(codes::kWrongType,
              fmt::format("is `{}`, which some readers take for an octal number; write it without "
                          "the leading zero",
                          node.text));
  }
  std::int64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  if (std::from_chars(node.text.data(), end, value).ec != std::errc{}) {
    return no(codes::kOutOfRange, fmt::format("is {}, which is too large", node.text));
  }
  return in_range(field, value);
}

bool is_unitless(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

/// The number of a value that the units' own parser read, or its words.
template <class Value, class ToNumber>
ScalarValue read_quantity(const Field& field, const TreeNode& node, const Result<Value>& value,
                          const ToNumber& to_number) {
  if (value) return in_range(field, to_number(*value));
  const bool lacks_unit = field.type != FieldType::Cpus && is_unitless(node.text);
  return no(lacks_unit ? codes::kMissingUnit : codes::kWrongType,
            fmt::format("is wrong: {}", value.error().message));
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// Text that some reader takes for something else, and how to write it so that none does.
ScalarValue trap(const TreeNode& node) {
  return no(codes::kUnquoted, fmt::format("is `{}`, which other readers take for {}; write \"{}\"",
                                          node.text, other_meaning(node.text), node.text));
}

ScalarValue read_choice(const Field& field, const TreeNode& node) {
  const std::vector<std::string> choices = choices_of(field);
  const auto found = std::find(choices.begin(), choices.end(), node.text);
  if (found != choices.end()) {
    // `no` is the one choice that other readers take for a boolean.
    if (!node.quoted && other_meaning(node.text) != nullptr) return trap(node);
    return {found - choices.begin(), {}};
  }
  std::string near = nearest(in_lower_case(node.text), choices);
  for (const std::string& choice : choices) {
    if (in_lower_case(choice) == in_lower_case(node.text)) near = choice;
  }
  return no(codes::kBadValue,
            fmt::format("must be {}, not {}{}", expectation(field), as_written(node),
                        near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
}

/// Below `secrets` nothing is repeated: somebody may have written the secret itself there.
bool is_confidential(const Field& field) {
  return field.path.find("secrets.") != std::string_view::npos;
}

ScalarValue read_text(const Field& field, const TreeNode& node) {
  if (node.quoted) return {};
  const char* const meaning = other_meaning(node.text);
  if (meaning == nullptr && !is_number(node.text) && !is_true_or_false(node.text)) return {};
  if (is_confidential(field)) {
    return no(codes::kUnquoted,
              "must be text, but this is a number or boolean; write it in quotes");
  }
  if (meaning != nullptr) return trap(node);
  return no(codes::kUnquoted,
            fmt::format("must be {}, but `{}` is a {}; write \"{}\"", expectation(field), node.text,
                        is_number(node.text) ? "number" : "boolean", node.text));
}

/// Any scalar: but not one whose text depends on who reads it.
ScalarValue read_any_text(const TreeNode& node) {
  if (node.quoted || other_meaning(node.text) == nullptr) return {};
  return trap(node);
}

}  // namespace

ScalarValue read_scalar(const Field& field, const TreeNode& node) {
  switch (field.type) {
    case FieldType::Flag: return read_flag(field, node);
    case FieldType::Integer: return read_integer(field, node);
    case FieldType::Cpus:
      return read_quantity(field, node, parse_cpus(node.text), [](NanoCpus v) { return v.count; });
    case FieldType::Size:
      return read_quantity(field, node, parse_bytes(node.text), [](Bytes v) { return v.count; });
    case FieldType::TimeSpan:
      return read_quantity(field, node, parse_duration(node.text),
                           [](Duration v) { return std::int64_t{v.count()}; });
    case FieldType::Choice: return read_choice(field, node);
    case FieldType::AnyText: return read_any_text(node);
    default: return read_text(field, node);
  }
}

std::vector<std::string> choices_of(const Field& field) {
  std::vector<std::string> choices;
  std::string_view rest = field.choices;
  while (!rest.empty()) {
    const std::string_view choice = rest.substr(0, rest.find('|'));
    choices.emplace_back(choice);
    rest.remove_prefix(std::min(rest.size(), choice.size() + 1));
  }
  return choices;
}

std::string expectation(const Field& field) {
  switch (field.type) {
    case FieldType::Envelope: return "text";
    case FieldType::Object:
    case FieldType::Map:
    case FieldType::Elsewhere: return "a map";
    case FieldType::List: return "a list";
    case FieldType::Text:
    case FieldType::AnyText: return "text";
    case FieldType::Flag: return "true or false";
    case FieldType::Integer: return "a whole number";
    case FieldType::Cpus: return "a decimal number of CPUs";
    case FieldType::Size: return "a size such as 2GiB";
    case FieldType::TimeSpan: return "a duration such as 30s";
    case FieldType::Volume: return "a path, or a map of path and disposable";
    case FieldType::Choice: break;
  }
  std::string text = "one of " + std::string(field.choices);
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at)) {
    const bool is_last = text.find('|', at + 1) == std::string::npos;
    text.replace(at, 1, is_last ? " or " : ", ");
  }
  return text;
}

std::string_view kind_in_words(const TreeNode& node) {
  switch (node.kind) {
    case NodeKind::Null: return "empty";
    case NodeKind::List: return "a list";
    case NodeKind::Map: return "a map";
    case NodeKind::Scalar: break;
  }
  return "text";
}

}  // namespace boxwright::specs
