#include "specs/parse/strict_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace boxwright::specs {
namespace {

using Kind = TextToken::Kind;

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Checker {
 public:
  Checker(std::string_view text, const TextPlaces& places, const std::vector<TextToken>& tokens)
      : text_(text), places_(places), tokens_(tokens) {}

  std::optional<Finding> run() {
    while (at_ < text_.size() && !found_) {
      const bool line_start = at_ == 0 || text_[at_ - 1] == '\n';
      if (line_start && !flows_.empty()) check_indent(flows_.front(), true);
      if (found_) break;
      if (next_ < tokens_.size() && tokens_[next_].offset <= at_) {
        take(tokens_[next_++]);
      } else {
        between(text_[at_]);
      }
    }
    return std::move(found_);
  }

 private:
  void refuse(std::size_t at, std::string message) {
    if (!found_) found_ = Finding{codes::kSyntax, places_.at(at), std::move(message)};
  }

  /// One character that belongs to no scalar.
  void between(char c) {
    const bool line_start = at_ == 0 || text_[at_ - 1] == '\n';
    if (line_start && c == '%') {
      found_ = Finding{codes::kYamlFeature, places_.at(at_),
                       "directives (`%`) are not used in specs; leave the line out"};
      return;
    }
    if (c == '#') {
      if (at_ > 0 && !is_white(text_[at_ - 1])) {
        refuse(at_, "a comment without a space before it; write a space before the `#`");
      }
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    }
    if (c == ',' && (last_ == ',' || last_ == '[' || last_ == '{')) {
      refuse(at_, "a comma with nothing before it; leave it out");
    }
    if ((c == ']' || c == '}') && !flows_.empty()) flows_.pop_back();
    if (!is_white(c)) last_ = c;
    ++at_;
  }

  void take(const TextToken& token) {
    const std::size_t begin = at_;
    if (token.kind == Kind::Bracket) {
      flows_.push_back(flows_.empty() ? token.parent_column : flows_.front());
      last_ = text_[at_];
      ++at_;
      return;
    }
    const bool explicit_key = last_ == '?';
    last_ = 'a';
    switch (token.kind) {
      case Kind::Quoted: pass_quoted(token); break;
      case Kind::Block: pass_block(); break;
      default: pass_plain(token);
    }
    if (token.is_key && !explicit_key && !found_) check_colon(begin);
  }

  /// The parser folds white space in a plain scalar; all else stands in the text as in the value.
  void pass_plain(const TextToken& token) {
    if (token.value == "-") {
      refuse(at_, "a `-` alone is no value here; write it in quotes");
      return;
    }
    for (std::size_t i = 0; i < token.value.size() && at_ < text_.size();) {
      if (!is_white(token.value[i])) {
        ++i;
        ++at_;
        continue;
      }
      while (i < token.value.size() && is_white(token.value[i]))
        ++i;
      while (at_ < text_.size() && is_white(text_[at_])) {
        if (text_[at_++] == '\n' && !flows_.empty()) check_indent(flows_.front(), true);
      }
    }
  }

  void pass_quoted(const TextToken& token) {
    const char quote = text_[at_++];
    while (at_ < text_.size() && !found_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++at_;
        check_indent(token.parent_column, false);
        continue;
      }
      if (quote == '"' && c == '\\') {
        check_escape();
        at_ += 2;
      } else if (c == quote) {
        ++at_;
        if (quote == '"' || at_ >= text_.size() || text_[at_] != '\'') break;
        ++at_;
      } else {
        ++at_;
      }
    }
  }

  void check_escape() {
    constexpr std::string_view kEscapes = "0abt\tnvfre \"/\\N_LPxuU\n\r";
    if (at_ + 1 < text_.size() && kEscapes.find(text_[at_ + 1]) == std::string_view::npos) {
      refuse(at_, "an escape that YAML does not have; write `\\\\` for a backslash");
    }
  }

  /// The lines of a `|` or `>` scalar. Its header has been seen by the parser; a comment in it is
  /// ours to check.
  void pass_block() {
    const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
    const std::size_t comment = text_.find('#', at_);
    if (comment < line_end && !is_white(text_[comment - 1])) {
      refuse(comment, "a comment without a space before it; write a space before the `#`");
      return;
    }
    const bool states_indent =
        text_.substr(at_, line_end - at_).find_first_of("123456789") != std::string_view::npos;
    at_ = std::min(line_end + 1, text_.size());
    check_leading_lines(states_indent);
    // Up to the next scalar there is nothing else than this one's lines and what is between.
    const std::size_t next = next_ < tokens_.size() ? tokens_[next_].offset : text_.size();
    std::size_t line = text_.rfind('\n', next == 0 ? 0 : next - 1);
    if (next >= text_.size()) {
      at_ = text_.size();
    } else {
      line = line == std::string_view::npos ? 0 : line + 1;
      at_ = std::max(at_, line);
    }
  }

  void check_leading_lines(bool states_indent) {
    std::size_t longest = 0;
    std::size_t longest_at = at_;
    for (std::size_t line = at_; line < text_.size() && !states_indent;) {
      const std::size_t end = std::min(text_.find('\n', line), text_.size());
      const std::size_t first = std::min(text_.find_first_not_of(' ', line), text_.size());
      if (first < end && text_[first] != '\r') {
        if (longest > first - line) {
          refuse(longest_at, "an empty line with more spaces than the text below it; empty it");
        }
        return;
      }
      if (first - line > longest && first <= end) {
        longest = first - line;
        longest_at = line;
      }
      line = end + 1;
    }
  }

  /// At the start of a line inside brackets or quotes: it is indented more than what it belongs to.
  void check_indent(int parent_column, bool is_flow) {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::size_t first = std::min(text_.find_first_not_of(' ', at_), text_.size());
    const std::size_t visible = text_.find_first_not_of(" \t\r", at_);
    if (visible == std::string_view::npos || visible >= end) return;
    // Everybody writes the closing bracket below the key; nothing can be misread there.
    const bool closes = is_flow && (text_[visible] == ']' || text_[visible] == '}');
    if (closes || static_cast<int>(first - at_) > parent_column) return;
    refuse(visible,
           text_[first] == '\t'
               ? "a tab as indentation; write spaces"
               : "this line belongs to a value above; indent it more than the value's key");
  }

  void check_colon(std::size_t begin) {
    std::size_t after = at_;
    while (after < text_.size() && (text_[after] == ' ' || text_[after] == '\t'))
      ++after;
    if (after < text_.size() && text_[after] == ':') return;
    refuse(begin,
           "there is no `:` behind this; write `KEY: VALUE`, or indent the line if it belongs "
           "to the value above");
  }

  std::string_view text_;
  const TextPlaces& places_;
  const std::vector<TextToken>& tokens_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  char last_ = '\n';        ///< The last visible character between scalars; `a` for a scalar.
  std::vector<int> flows_;  ///< For each open bracket the column that its lines must pass.
  std::optional<Finding> found_;
};

}  // namespace

std::optional<Finding> check_strictly(std::string_view text, const TextPlaces& places,
                                      const std::vector<TextToken>& tokens) {
  return Checker(text, places, tokens).run();
}

}  // namespace boxwright::specs
