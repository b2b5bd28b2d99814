#include "controller/plan/shown.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace boxwright::plan {
namespace {

/// Shorter values occur by chance in ordinary words, and protect nothing.
constexpr std::size_t kSecretBytesMin = 4;

std::string escaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
      // U+0080 to U+009F: control characters that terminals obey, too.
      out += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string shown(const std::string& text) {
  return text.empty() ? "\"\"" : escaped(text);
}

std::string shown(const std::vector<std::string>& words) {
  if (words.empty()) return kNoValue;
  std::vector<std::string> parts;
  parts.reserve(words.size());
  for (const std::string& word : words) {
    parts.push_back(shown(word));
  }
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string shown(const std::vector<specs::PublishedPort>& ports) {
  std::vector<std::string> words;
  words.reserve(ports.size());
  for (const specs::PublishedPort& port : ports) {
    words.push_back(specs::to_string(port));
  }
  return shown(words);
}

std::string shown(bool value) {
  return value ? "true" : "false";
}

void Differences::compare(const std::string& field, const std::string& from,
                          const std::string& to) {
  if (from != to) add(field, from, to);
}

void Differences::add(const std::string& field, const std::string& from, const std::string& to) {
  found_.push_back({field, from, to});
}

bool Differences::has_field_under(const std::string& prefix) const {
  return std::ranges::any_of(
      found_, [&](const FieldDifference& one) { return one.field.starts_with(prefix); });
}

std::vector<FieldDifference> Differences::sorted(const std::vector<Secret>& secrets) && {
  for (const Secret& secret : secrets) {
    const std::string& value = secret.reveal();
    if (value.size() < kSecretBytesMin) continue;
    const Secret as_shown(escaped(value));
    const auto gives_away = [&](const std::string& text) {
      return text.find(value) != std::string::npos ||
             text.find(as_shown.reveal()) != std::string::npos;
    };
    for (FieldDifference& one : found_) {
      if (gives_away(one.from)) one.from = kHidden;
      if (gives_away(one.to)) one.to = kHidden;
    }
  }
  std::ranges::sort(
      found_, {}, [](const FieldDifference& one) { return std::tie(one.field, one.from, one.to); });
  return std::move(found_);
}

}  // namespace boxwright::plan
