#include "specs/parse/comments.h"

#include <algorithm>
#include <set>

namespace boxwright::specs {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

/// Just past the closing quote; size() if it is not in this text.
std::size_t end_of_quoted(std::string_view text, std::size_t at, char quote) {
  for (std::size_t i = at; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size() + 1;
}

/// Reads a text line by line, knowing from the tree where scalars begin.
class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<Document>& documents) : rest_(text) {
    for (const Document& document : documents)
      collect(document.root);
  }

  Comments run() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      read_line(rest_.substr(0, end));
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++line_;
    }
    return std::move(found_);
  }

 private:
  void collect(const TreeNode& node) {
    if (node.kind == NodeKind::Scalar && node.quoted) quoted_.insert(node.at);
    for (const TreeNode& item : node.items)
      collect(item);
    for (const Entry& entry : node.entries) {
      quoted_.insert(entry.key_at);  // Counts only where a quote stands.
      collect(entry.value);
    }
  }

  void read_line(std::string_view line) {
    if (in_block_ && (is_blank(line) || indent_of(line) > block_indent_)) return;
    in_block_ = false;
    std::size_t at = 0;
    if (quote_ != '\0') {
      at = end_of_quoted(line, 0, quote_);
      if (at > line.size()) return;
      quote_ = '\0';
    } else if (is_blank(line)) {
      found_.comments.push_back({line_, {}, true, 1});
      return;
    } else if (line.starts_with("---")) {
      found_.separators.push_back(line_);
      at = 3;
    } else if (line.starts_with("...") || line.starts_with("%")) {
      found_.has_directives = true;
    }
    read_from(line, at);
  }

  void read_from(std::string_view line, std::size_t at) {
    int column = 1 + static_cast<int>(std::count_if(
                         line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), starts));
    for (; at < line.size(); ++at) {
      const char c = line[at];
      if (c == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) {
        const bool own = is_blank(line.substr(0, at));
        found_.comments.push_back({line_, std::string(trimmed(line.substr(at))), own, column});
        return;
      }
      if (quoted_.contains({line_, column})) {
        if (c == '"' || c == '\'') {
          const std::size_t end = end_of_quoted(line, at + 1, c);
          if (end > line.size()) {
            quote_ = c;
            return;
          }
          for (; at + 1 < end; ++at)
            column += starts(line[at]) ? 1 : 0;
        } else if (c == '|' || c == '>') {
          in_block_ = true;
          block_indent_ = parent_indent(line);
        }
      }
      column += starts(line[at]) ? 1 : 0;
    }
  }

  static bool starts(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

  static std::size_t indent_of(std::string_view line) { return line.find_first_not_of(' '); }

  /// The column of the key or item that a block scalar on this line belongs to.
  static std::size_t parent_indent(std::string_view line) {
    std::size_t at = std::min(line.find_first_not_of(' '), line.size());
    while (line.substr(at).starts_with("- ")) {
      const std::size_t next = line.find_first_not_of(' ', at + 1);
      const bool scalar = next == std::string_view::npos || line[next] == '|' || line[next] == '>';
      if (scalar) break;
      at = next;
    }
    return at;
  }

  std::string_view rest_;
  int line_ = 1;
  char quote_ = '\0';
  bool in_block_ = false;
  std::size_t block_indent_ = 0;
  std::set<Position> quoted_;
  Comments found_;
};

}  // namespace

Comments find_comments(std::string_view text, const std::vector<Document>& documents) {
  return Scanner(text, documents).run();
}

std::size_t end_of_flow(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const bool starts_token =
        i > 0 && std::string_view(" \t\n{}[],:").find(text[i - 1]) != std::string_view::npos;
    if ((text[i] == '"' || text[i] == '\'') && starts_token) {
      i = end_of_quoted(text, i + 1, text[i]) - 1;
    } else if (text[i] == '{' || text[i] == '[') {
      ++depth;
    } else if ((text[i] == '}' || text[i] == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

}  // namespace boxwright::specs
