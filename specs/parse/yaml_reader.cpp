#include "specs/parse/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "specs/parse/strict_text.h"
#include "specs/parse/text_places.h"
#include "specs/parse/tree_builder.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNoAnchors =
    "are not used in specs; put what several boxes share in a `kind: Defaults` document";

/// Whether the quoted scalar that starts at `at` has its closing quote. yaml-cpp 0.7 takes the end
/// of the text for one.
bool closes(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return true;
      ++i;
    }
  }
  return false;
}

/// Turns yaml-cpp's events into our tree. Marks count bytes from 0 (`pos`; measured on 0.7.0).
class Events final : public YAML::EventHandler {
 public:
  explicit Events(std::string_view text) : text_(text), places_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp begins a new document wherever one ended, as after `}` or a closing quote.
    if (!documents_.empty() && !text_.substr(offset(mark)).starts_with("---")) {
      throw Refusal({codes::kSyntax, place(mark),
                     "the value ended before this; write `---` on a line before a new document"});
    }
  }
  void OnDocumentEnd() override { documents_.push_back(builder_.take()); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (builder_.wants_key()) {
      throw Refusal({codes::kYamlFeature, place(mark),
                     "an empty key; write a name, in quotes if it "
                     "is meant to be the word null"});
    }
    builder_.null(place(mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refusal({codes::kYamlFeature, place(mark), fmt::format("aliases (`*`) {}", kNoAnchors)});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    const char first = character(mark);
    // yaml-cpp gives quoted and block scalars the tag `!`, plain ones `?`.
    if ((tag != "?" && tag != "!") || first == '!') refuse_tag(mark);
    if ((first == '"' || first == '\'') && tag == "!" && !closes(text_, offset(mark))) {
      throw Refusal(
          {codes::kSyntax, place(mark), fmt::format("this quote ({}) is never closed", first)});
    }
    note_scalar(mark, tag, value);
    if (!builder_.wants_key()) {
      builder_.scalar(value, tag == "!", place(mark));
      return;
    }
    if (value == "<<" && tag == "?") {
      throw Refusal(
          {codes::kYamlFeature, place(mark), fmt::format("merge keys (`<<`) {}", kNoAnchors)});
    }
    builder_.key(value, tag == "!", place(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    start(NodeKind::List, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    start(NodeKind::Map, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

  /// What is wrong with the alias at a mark, if there is one.
  [[nodiscard]] std::optional<Finding> alias_at(const YAML::Mark& mark) const {
    if (character(mark) != '*') return std::nullopt;
    return Finding{codes::kYamlFeature, place(mark), fmt::format("aliases (`*`) {}", kNoAnchors)};
  }

  /// What the parser let through though YAML forbids it.
  [[nodiscard]] std::optional<Finding> check() const {
    std::vector<TextToken> tokens = tokens_;
    for (TextToken& token : tokens)
      token.value = values_[static_cast<std::size_t>(&token - tokens.data())];
    return check_strictly(text_, places_, tokens);
  }

  [[nodiscard]] Position place(const YAML::Mark& mark) const { return places_.at(offset(mark)); }
  [[nodiscard]] std::vector<Document> take() { return std::move(documents_); }

 private:
  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    const std::size_t pos = mark.pos < 0 ? text_.size() : static_cast<std::size_t>(mark.pos);
    return std::min(pos, text_.size());
  }
  [[nodiscard]] char character(const YAML::Mark& mark) const {
    return offset(mark) < text_.size() ? text_[offset(mark)] : '\0';
  }

  void start(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    if ((!tag.empty() && tag != "?") || character(mark) == '!') refuse_tag(mark);
    if (builder_.wants_key()) {
      throw Refusal(
          {codes::kYamlFeature, place(mark), "a list or map as a key; keys are plain text"});
    }
    const char first = character(mark);
    const bool bracket = first == (kind == NodeKind::List ? '[' : '{');
    if (bracket) note(mark, TextToken::Kind::Bracket, false, {});
    const bool in_flow = bracket || (!open_.empty() && open_.back().in_flow);
    open_.push_back({in_flow, in_flow ? parent_column() : column(mark)});
    builder_.begin(kind, place(mark));
  }

  void end() {
    open_.pop_back();
    builder_.end();
  }

  /// A collection that has begun.
  struct Open {
    bool in_flow;
    int column;
  };

  [[nodiscard]] int parent_column() const { return open_.empty() ? -1 : open_.back().column; }
  [[nodiscard]] int column(const YAML::Mark& mark) const {
    const std::size_t at = offset(mark);
    const std::size_t line = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return static_cast<int>(at - (line == std::string_view::npos ? 0 : line + 1));
  }

  void note(const YAML::Mark& mark, TextToken::Kind kind, bool is_key, std::string value) {
    tokens_.push_back({offset(mark), kind, is_key, parent_column(), {}});
    values_.push_back(std::move(value));
  }

  void note_scalar(const YAML::Mark& mark, const std::string& tag, const std::string& value) {
    const bool is_key = builder_.wants_key() && !open_.back().in_flow;
    if (tag != "!") {
      note(mark, TextToken::Kind::Plain, is_key, value);
    } else {
      const char first = character(mark);
      const bool is_block = first == '|' || first == '>';
      note(mark, is_block ? TextToken::Kind::Block : TextToken::Kind::Quoted, is_key, {});
    }
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor == 0) return;
    throw Refusal({codes::kYamlFeature, place(mark), fmt::format("anchors (`&`) {}", kNoAnchors)});
  }

  [[noreturn]] void refuse_tag(const YAML::Mark& mark) const {
    throw Refusal({codes::kYamlFeature, place(mark),
                   "tags (`!`) are not used in specs; write the value in quotes to make it text"});
  }

  std::string_view text_;
  TextPlaces places_;
  TreeBuilder builder_;
  std::vector<Document> documents_;
  std::vector<Open> open_;
  std::vector<TextToken> tokens_;
  std::vector<std::string> values_;  ///< Of the tokens.
};

std::optional<Finding> parse_all(const std::string& text, Events& events) {
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) {
    }
  } catch (const Refusal& refusal) {
    return refusal.finding();
  } catch (const YAML::Exception& problem) {
    // An alias without its anchor is an alias all the same.
    if (auto alias = events.alias_at(problem.mark)) return alias;
    return Finding{codes::kSyntax, events.place(problem.mark),
                   fmt::format("not valid YAML ({}); look at the indentation, brackets and quotes "
                               "here and on the line above",
                               problem.msg)};
  }
  return events.check();
}

}  // namespace

ReadText read_yaml(const std::string& text) {
  const std::string body = text.starts_with(kByteOrderMark) ? text.substr(3) : text;
  // The size is that of the file; places do not count the mark, which nobody sees.
  const bool too_large = text.size() > kTextBytesMax;
  if (const auto bad = check_text(too_large ? text : body)) return {{}, {*bad}};
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
    return {
        {},
        {{codes::kEmptyFile, {1, 1}, "the file is empty; write a document or remove the file"}}};
  }
  Events events(body);
  if (const auto fatal = parse_all(body, events)) return {{}, {*fatal}};
  ReadText read;
  for (Document& document : events.take()) {
    if (document.root.kind != NodeKind::Null) read.documents.push_back(std::move(document));
  }
  return read;
}

}  // namespace boxwright::specs
