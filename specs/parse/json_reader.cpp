#include "specs/parse/json_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "specs/parse/text_places.h"
#include "specs/parse/tree_builder.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// What stands between two tokens.
constexpr std::string_view kBetween = " \t\r\n,:";

/// A text's characters, and how far somebody has read: nlohmann tells its callbacks no place.
class Watched {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  /// `read`: where it is told how far the reader has come.
  Watched(std::string_view text, std::size_t at, std::size_t* read)
      : text_(text), at_(at), read_(read) {}
  reference operator*() const { return text_[at_]; }
  Watched& operator++() {
    *read_ = ++at_;
    return *this;
  }
  Watched operator++(int) {
    Watched before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Watched& other) const { return at_ == other.at_; }

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t* read_;
};

/// nlohmann's SAX callbacks (their names are its contract). Its parser keeps its own stack, so deep
/// nesting costs it nothing until the builder refuses.
class Events final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Events(std::string_view text) : text_(text), places_(text) {}

  bool null() override {
    builder_.null(token());
    return true;
  }
  bool boolean(bool value) override { return plain(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return plain(fmt::format("{}", value)); }
  bool number_unsigned(number_unsigned_t value) override { return plain(fmt::format("{}", value)); }
  // The text as written: `1.10` and `1e3` are judged by our own number rules.
  bool number_float(number_float_t /*value*/, const string_t& written) override {
    return plain(written);
  }
  bool string(string_t& value) override {
    builder_.scalar(value, true, token());
    return true;
  }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override {
    builder_.begin(NodeKind::Map, token());
    return true;
  }
  bool key(string_t& value) override {
    builder_.key(value, true, token());
    return true;
  }
  bool end_object() override { return end(); }
  bool start_array(std::size_t /*elements*/) override {
    builder_.begin(NodeKind::List, token());
    return true;
  }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*problem*/) override {
    error_at_ = position;
    return false;
  }

  [[nodiscard]] Finding syntax_error() const {
    // The parser has read to the end of what it did not expect; at the end of the text that is what
    // is missing there.
    std::size_t at = text_.find_first_not_of(kBetween, last_end_);
    if (at == std::string_view::npos) at = text_.find_last_not_of(" \t\r\n") + 1;
    return {codes::kSyntax, places_.at(at),
            fmt::format("not valid JSON (at character {})", error_at_)};
  }
  [[nodiscard]] Watched begin() { return {text_, 0, &read_}; }
  [[nodiscard]] Watched end_of_text() { return {text_, text_.size(), &read_}; }
  [[nodiscard]] Document take() { return builder_.take(); }

 private:
  bool plain(std::string text) {
    builder_.scalar(std::move(text), false, token());
    return true;
  }

  bool end() {
    static_cast<void>(token());
    builder_.end();
    return true;
  }

  /// Where the token begins that was just read: behind the last one. The character after a number
  /// is read with it; it stands between, or closes something, whose place nobody asks for.
  Position token() {
    const std::size_t at = text_.find_first_not_of(kBetween, last_end_);
    last_end_ = read_;
    return places_.at(at);
  }

  std::string_view text_;
  TextPlaces places_;
  TreeBuilder builder_;
  std::size_t read_ = 0;
  std::size_t last_end_ = 0;
  std::size_t error_at_ = 0;
};

}  // namespace

ReadText read_json(const std::string& text) {
  const std::string body =
      text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  if (const auto bad = check_text(text.size() > kTextBytesMax ? text : body)) return {{}, {*bad}};
  Events events(body);
  bool parsed = false;
  try {
    parsed = nlohmann::json::sax_parse(events.begin(), events.end_of_text(), &events);
  } catch (const Refusal& refusal) {
    return {{}, {refusal.finding()}};
  } catch (const nlohmann::json::exception&) {
    parsed = false;  // A number out of range comes this way; the answer is that of a syntax error.
  }
  ReadText read;
  if (parsed) {
    read.documents.push_back(events.take());
  } else {
    read.fatal.push_back(events.syntax_error());
  }
  return read;
}

}  // namespace boxwright::specs
