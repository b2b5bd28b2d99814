#include "specs/parse/json_reader.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "specs/parse/text_places.h"
#include "specs/parse/tree_builder.h"

namespace boxwright::specs {
namespace {

/// nlohmann's SAX callbacks (their names are its contract). Its parser keeps its own stack, so deep
/// nesting costs it nothing until the builder refuses.
class Events final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override {
    builder_.null({});
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
    builder_.scalar(value, true, {});
    return true;
  }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override {
    builder_.begin(NodeKind::Map, {});
    return true;
  }
  bool key(string_t& value) override {
    builder_.key(value, true, {});
    return true;
  }
  bool end_object() override {
    builder_.end();
    return true;
  }
  bool start_array(std::size_t /*elements*/) override {
    builder_.begin(NodeKind::List, {});
    return true;
  }
  bool end_array() override {
    builder_.end();
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*problem*/) override {
    error_at_ = position;
    return false;
  }

  [[nodiscard]] std::size_t error_at() const { return error_at_; }
  [[nodiscard]] Document take() { return builder_.take(); }

 private:
  bool plain(std::string text) {
    builder_.scalar(std::move(text), false, {});
    return true;
  }

  TreeBuilder builder_;
  std::size_t error_at_ = 0;
};

}  // namespace

ReadText read_json(const std::string& text) {
  if (const auto bad = check_text(text)) return {{}, {{bad->code, {}, bad->message}}};
  Events events;
  bool parsed = false;
  try {
    parsed = nlohmann::json::sax_parse(text, &events);
  } catch (const Refusal& refusal) {
    return {{}, {refusal.finding()}};
  } catch (const nlohmann::json::exception&) {
    parsed = false;  // A number out of range comes this way; the answer is that of a syntax error.
  }
  ReadText read;
  if (parsed) {
    read.documents.push_back(events.take());
  } else {
    read.fatal.push_back(
        {codes::kSyntax, {}, fmt::format("not valid JSON (at character {})", events.error_at())});
  }
  return read;
}

}  // namespace boxwright::specs
