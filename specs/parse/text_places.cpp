#include "specs/parse/text_places.h"

#include <fmt/format.h>

#include <algorithm>

namespace boxwright::specs {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

constexpr std::size_t kBlock = 256;

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return !is_continuation(static_cast<unsigned char>(c));
  }));
}

/// Length of the well-formed character at `at`; 0 if there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const unsigned char first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(byte_at(text, at + i))) return 0;
  }
  // The second byte alone tells overlong forms, surrogates and what lies past U+10FFFF.
  const unsigned char second = byte_at(text, at + 1);
  const bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                   (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

/// Offset of the first byte that is NUL or no UTF-8; size() if there is none.
std::size_t first_unclean(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = text[at] == '\0' ? 0 : character_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace

TextPlaces::TextPlaces(std::string_view text) : text_(text), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
  std::size_t characters = 0;
  for (std::size_t at = 0; at <= text.size(); at += kBlock) {
    block_characters_.push_back(characters);
    characters += count_characters(text.substr(at, kBlock));
  }
}

Position TextPlaces::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - line_starts_.begin());
  const std::size_t characters =
      characters_before(offset) - characters_before(line_starts_[line - 1]);
  return {static_cast<int>(line), static_cast<int>(characters) + 1};
}

std::size_t TextPlaces::characters_before(std::size_t offset) const {
  const std::size_t block = offset / kBlock;
  const std::size_t start = block * kBlock;
  return block_characters_[block] + count_characters(text_.substr(start, offset - start));
}

std::optional<Finding> check_text(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return Finding{codes::kTooLarge,
                   {1, 1},
                   fmt::format("the text has more than the {} bytes that a file of specs may have; "
                               "split it into several files",
                               kTextBytesMax)};
  }
  const std::size_t bad = first_unclean(text);
  if (bad == text.size()) return std::nullopt;
  const Position place = TextPlaces(text).at(bad);
  if (text[bad] == '\0') {
    return Finding{codes::kEncoding, place, "a NUL byte; specs are plain text in UTF-8"};
  }
  return Finding{
      codes::kEncoding, place,
      fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8", byte_at(text, bad))};
}

bool is_clean_utf8(std::string_view text) {
  return first_unclean(text) == text.size();
}

}  // namespace boxwright::specs
