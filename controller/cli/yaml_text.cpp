#include "controller/cli/yaml_text.h"

#include <cctype>
#include <nlohmann/json.hpp>

#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

using nlohmann::ordered_json;

/// Only words that begin with a letter and hold nothing special are left bare; a word that YAML 1.1
/// reads as a boolean or null is not. Everything else is quoted as JSON, which YAML reads alike.
bool is_plain(const std::string& text) {
  static const char* const kWords[] = {"true", "false", "yes", "no", "on",
                                       "off",  "null",  "y",   "n",  "nan"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  std::string lower;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) == 0 && std::string_view{"-_./@"}.find(letter) == std::string::npos) {
      return false;
    }
    lower += static_cast<char>(std::tolower(byte));
  }
  for (const char* word : kWords) {
    if (lower == word) return false;
  }
  return true;
}

std::string scalar(const ordered_json& value) {
  if (value.is_string() && is_plain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return inert_json(value.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

bool is_block(const ordered_json& value) {
  return value.is_structured() && !value.empty();
}

void write(const ordered_json& value, std::size_t indent, std::string& out);

void write_member(const std::string& lead, const ordered_json& value, std::size_t indent,
                  std::string& out) {
  out += std::string(indent, ' ') + lead;
  if (!is_block(value)) {
    out += " " + scalar(value) + "\n";
    return;
  }
  out += "\n";
  write(value, indent + 2, out);
}

void write(const ordered_json& value, std::size_t indent, std::string& out) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items())
      write_member((is_plain(key) ? key : scalar(ordered_json(key))) + ":", member, indent, out);
    return;
  }
  for (const auto& member : value) {
    if (!is_block(member)) {
      write_member("-", member, indent, out);
      continue;
    }
    std::string block;
    write(member, indent + 2, block);
    block[indent] = '-';  // The dash takes the place of the first line's indent.
    out += block;
  }
}

}  // namespace

std::string yaml_from_json(const std::string& json) {
  const auto value = ordered_json::parse(json);
  if (!is_block(value)) return scalar(value) + "\n";
  std::string out;
  write(value, 0, out);
  return out;
}

}  // namespace boxwright::cli
