#include "specs/parse/excerpt.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "specs/parse/text_places.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSecrets = "secrets";
constexpr std::size_t kLineMax = 120;   ///< Characters of a line that are shown.
constexpr std::size_t kBeforeMax = 60;  ///< Of these, before the place, in a longer line.
constexpr std::string_view kStructure = " {}[],:\"'";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// A line as its characters, each printable.
using Characters = std::vector<std::string>;

std::string shown(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes[0] == '\t' || bytes[0] == '\r') return " ";
  // Controls, also those of the C1 range, and what is no UTF-8.
  const bool c1 = first == 0xC2 && bytes.size() == 2 && static_cast<unsigned char>(bytes[1]) < 0xA0;
  if (first < 0x20 || first == 0x7F || c1 || !is_clean_utf8(bytes)) return "?";
  return std::string(bytes);
}

Characters characters_of(std::string_view line) {
  Characters out;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at + 1;
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
      ++end;
    out.push_back(shown(line.substr(at, end - at)));
    at = end;
  }
  while (!out.empty() && out.back() == " ")
    out.pop_back();
  return out;
}

/// The characters' first bytes: enough for looking at structure.
std::string skeleton(const Characters& characters) {
  std::string out;
  for (const std::string& character : characters)
    out += character[0];
  return out;
}

bool is_flow_open(char c) {
  return c == '{' || c == '[';
}
bool is_flow_close(char c) {
  return c == '}' || c == ']';
}

/// How many flow brackets are open after a line, from `depth` before it. A bracket in the middle of
/// a plain word opens nothing; quotes and comments are passed over.
int flow_depth(std::string_view line, int depth) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char last = i == 0 ? ' ' : line[i - 1];
    if (quote != '\0') {
      if (quote == '"' && c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = '\0';
      }
      continue;
    }
    const bool starts = kStructure.find(last) != std::string_view::npos;
    if ((c == '"' || c == '\'') && starts) {
      quote = c;
    } else if (c == '#' && is_space(last)) {
      break;
    } else if (is_flow_open(c) && starts) {
      ++depth;
    } else if (is_flow_close(c) && depth > 0) {
      --depth;
    }
  }
  return depth;
}

std::size_t quoted_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size();
}

std::size_t flow_end(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\'') {
      i = quoted_end(text, i) - 1;
    } else if (is_flow_open(text[i])) {
      ++depth;
    } else if (is_flow_close(text[i]) && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t plain_end(std::string_view text, std::size_t at, bool in_flow) {
  std::size_t end = at;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    const bool last = end + 1 == text.size();
    if (c == ':' && end > at && (last || is_space(text[end + 1]))) break;
    if (c == '#' && end > at && is_space(text[end - 1])) break;
    if (in_flow && (c == ',' || is_flow_close(c))) break;
  }
  while (end > at && is_space(text[end - 1]))
    --end;
  return end;
}

/// Where the value or key that begins at a character ends, on its line.
std::size_t end_of_part(std::string_view text, std::size_t at, bool in_flow) {
  if (at >= text.size()) return at + 1;
  std::size_t end = at;
  switch (text[at]) {
    case '"':
    case '\'': end = quoted_end(text, at); break;
    case '{':
    case '[': end = flow_end(text, at); break;
    case '|':
    case '>':
    case '&':
    case '*':
    case '!': end = std::min(text.find_first_of(" ,]}", at), text.size()); break;
    default: end = plain_end(text, at, in_flow);
  }
  return std::max(end, at + 1);
}

/// Where `secrets:` ends in a line; npos if it is not there.
std::size_t after_secrets(std::string_view line) {
  for (std::size_t at = line.find(kSecrets); at != std::string_view::npos;
       at = line.find(kSecrets, at + 1)) {
    const bool starts = at == 0 || kStructure.find(line[at - 1]) != std::string_view::npos;
    std::size_t end = at + kSecrets.size();
    while (end < line.size() && (is_space(line[end]) || line[end] == '"' || line[end] == '\''))
      ++end;
    if (starts && end < line.size() && line[end] == ':') return end + 1;
  }
  return std::string_view::npos;
}

bool is_variable(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Below `secrets` only variables' names and `from` are sure to be no secret.
void mask(Characters& characters, std::size_t from) {
  const std::string text = skeleton(characters);
  for (std::size_t at = from; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(kStructure, at);
    if (begin == std::string::npos) return;
    const std::size_t end = std::min(text.find_first_of(kStructure, begin), text.size());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    const std::size_t before =
        begin == 0 ? std::string::npos : text.find_last_not_of(" \"'", begin - 1);
    const bool first = before == std::string::npos || text[before] == '{' || text[before] == ',' ||
                       before + 1 == from;
    const bool is_key = first && end < text.size() && text.find_first_of(":\"'", end) == end;
    at = end;
    if (is_key && (is_variable(word) || word == "from")) continue;
    std::fill(characters.begin() + static_cast<std::ptrdiff_t>(begin),
              characters.begin() + static_cast<std::ptrdiff_t>(end), "*");
  }
}

/// One text, ready to be quoted from.
class Quotable {
 public:
  explicit Quotable(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
    measure();
  }

  /// The end's column of the part that begins at a place; 0: there is nothing.
  int quote(bool one_character, Position at, Excerpt& out) const {
    const auto line = static_cast<std::size_t>(at.line) - 1;
    if (at.line < 1 || line >= lines_.size() || at.column < 1) return 0;
    Characters characters = characters_of(lines_[line]);
    const std::string text = skeleton(characters);
    const auto from = static_cast<std::size_t>(at.column) - 1;
    if (from > text.size()) return 0;
    const bool in_flow = flow_depth(text.substr(0, from), depths_[line]) > 0;
    const std::size_t end = one_character ? from + 1 : end_of_part(text, from, in_flow);
    if (masked_from_[line] != std::string_view::npos) mask(characters, masked_from_[line]);
    if (characters.empty()) return static_cast<int>(end) + 1;
    fill(characters, from, end, out);
    return static_cast<int>(end) + 1;
  }

 private:
  /// One pass over all lines: open brackets, and what stands below `secrets`.
  void measure() {
    int depth = 0;
    int secrets_depth = -1;
    std::size_t secrets_column = std::string_view::npos;
    for (const std::string_view line : lines_) {
      depths_.push_back(depth);
      const std::size_t indent = line.find_first_not_of(" \t\r");
      const bool blank = indent == std::string_view::npos;
      const bool below = secrets_column != std::string_view::npos &&
                         (blank || indent > secrets_column || depth > secrets_depth);
      if (!below) secrets_column = std::string_view::npos;
      const std::size_t after = after_secrets(line);
      masked_from_.push_back(below ? 0 : after);
      if (!below && after != std::string_view::npos) {
        secrets_column = indent;
        secrets_depth = depth;
      }
      depth = flow_depth(line, depth);
    }
  }

  static void fill(const Characters& characters, std::size_t from, std::size_t end, Excerpt& out) {
    std::size_t begin = 0;
    if (characters.size() > kLineMax && from > kBeforeMax) begin = from - kBeforeMax;
    const std::size_t stop = std::min(characters.size(), begin + kLineMax);
    out.line = begin > 0 ? "..." : "";
    out.before = static_cast<int>(from - begin + out.line.size());
    for (std::size_t i = begin; i < stop; ++i)
      out.line += characters[i];
    if (stop < characters.size()) out.line += "...";
    out.length =
        static_cast<int>(std::max<std::size_t>(1, std::min(end, stop) - std::min(from, stop)));
  }

  std::vector<std::string_view> lines_;
  std::vector<int> depths_;
  std::vector<std::size_t> masked_from_;  ///< Where masking begins in each line; npos: nowhere.
};

/// Texts are taken apart only when somebody quotes from them.
class Library {
 public:
  explicit Library(const std::vector<SourceText>& files) {
    for (const SourceText& file : files)
      texts_.emplace(file.file, file.text);
  }

  const Quotable* find(const std::string& file) {
    const auto text = texts_.find(file);
    if (text == texts_.end() || text->second.empty()) return nullptr;
    return &open_.try_emplace(file, text->second).first->second;
  }

 private:
  std::map<std::string, std::string_view> texts_;
  std::map<std::string, Quotable> open_;
};

}  // namespace

void add_excerpts(std::vector<Problem>& problems, const std::vector<SourceText>& files) {
  Library library(files);
  for (Problem& problem : problems) {
    for (RelatedPlace& place : problem.related) {
      const Quotable* const text = library.find(place.file);
      if (text != nullptr) static_cast<void>(text->quote(false, place.at, place.excerpt));
    }
    const Quotable* const text = library.find(problem.file);
    if (text == nullptr || problem.at.line == 0) continue;
    const bool one_byte = problem.code == codes::kEncoding.id;
    const int end = text->quote(one_byte, problem.at, problem.excerpt);
    if (end > 0) problem.end = {problem.at.line, end};
  }
}

void add_row_excerpt(Problem& problem, Position at, const std::string& column) {
  const Quotable text(column);
  const bool one_byte = problem.code == codes::kEncoding.id;
  if (text.quote(one_byte, at, problem.excerpt) > 0) problem.excerpt.number = at.line;
  for (RelatedPlace& place : problem.related) {
    if (text.quote(false, place.at, place.excerpt) > 0) place.excerpt.number = place.at.line;
    place.at = {};
  }
}

}  // namespace boxwright::specs
