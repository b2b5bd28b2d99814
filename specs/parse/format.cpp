#include "specs/parse/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "specs/parse/comments.h"
#include "specs/parse/excerpt.h"
#include "specs/parse/field.h"
#include "specs/parse/report.h"
#include "specs/parse/yaml_reader.h"

namespace boxwright::specs {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kWidth = 100;

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

/// The text as written, asked by place.
class Written {
 public:
  explicit Written(std::string_view text) : lines_(split_lines(text)) {}

  /// From a place to the end of its line.
  [[nodiscard]] std::string_view from(Position at) const {
    const auto line = static_cast<std::size_t>(at.line) - 1;
    if (at.line < 1 || line >= lines_.size()) return {};
    std::size_t byte = 0;
    for (int column = 1; byte < lines_[line].size(); ++byte) {
      const bool starts = (static_cast<unsigned char>(lines_[line][byte]) & 0xC0U) != 0x80U;
      if (starts && column++ == at.column) break;
    }
    return lines_[line].substr(byte);
  }
  [[nodiscard]] char first(Position at) const {
    const std::string_view rest = from(at);
    return rest.empty() ? '\0' : rest[0];
  }
  /// Whether a collection begins with a bracket and ends on the same line.
  [[nodiscard]] bool is_on_one_line(const TreeNode& node) const {
    if (first(node.at) != '{' && first(node.at) != '[') return false;
    const std::string_view rest = from(node.at);
    const std::size_t end = end_of_flow(rest, 0);
    return end < rest.size() || rest.ends_with(node.kind == NodeKind::Map ? "}" : "]");
  }

 private:
  std::vector<std::string_view> lines_;
};

/// What stands beside a key or an item.
struct Trivia {
  std::vector<std::string> before;  ///< Comments, and "" for an empty line.
  std::string behind;
  int column = 0;  ///< Where `behind` was written: aligned comments stay so.
};

/// Something that begins a line in the canonical form.
struct Slot {
  const void* key;  ///< An Entry or an item.
  Position at;
  std::vector<const TreeNode*> blocks;  ///< The collections around it, outermost first.
};

using Order = std::vector<const Entry*>;

class Formatter {
 public:
  Formatter(const Written& written, const TreeNode& root) : written_(written), root_(root) {
    visit(root, {});
  }

  [[nodiscard]] int first_line() const { return root_.at.line; }

  void attach(const Comment& comment) {
    if (comment.own_line) {
      attach_own_line(comment);
      return;
    }
    // Behind the last thing that begins on the line.
    const auto next =
        std::upper_bound(slots_.begin(), slots_.end(), comment.line,
                         [](int line, const Slot& slot) { return line < slot.at.line; });
    if (next == slots_.begin() || std::prev(next)->at.line != comment.line) {
      attach_own_line(comment);
      return;
    }
    Trivia& trivia = trivia_[std::prev(next)->key];
    trivia.behind = comment.text;
    trivia.column = comment.column;
  }

  [[nodiscard]] std::string run() {
    fields_ = box_fields();
    const TreeNode* const kind = root_.find("kind");
    for (const DocumentKind& one : document_kinds()) {
      if (kind != nullptr && kind->text == one.name) fields_ = one.fields;
    }
    bool leading = true;
    for (const std::string& text : head_) {
      leading = leading && text.empty();
      if (!leading) line(0, text);
    }
    write_map(root_, 0, "", false);
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_block(const TreeNode& node) const {
    const bool empty = node.items.empty() && node.entries.empty();
    const bool collection = node.kind == NodeKind::Map || node.kind == NodeKind::List;
    if (!collection || empty) return false;
    return &node == &root_ || !written_.is_on_one_line(node) || flow_text(node).size() > kWidth;
  }

  void visit(const TreeNode& node, std::vector<const TreeNode*> blocks) {
    if (!is_block(node)) return;
    blocks.push_back(&node);
    for (const TreeNode& item : node.items) {
      slots_.push_back({&item, item.at, blocks});
      visit(item, blocks);
    }
    for (const Entry& entry : node.entries) {
      slots_.push_back({&entry, entry.key_at, blocks});
      visit(entry.value, blocks);
    }
  }

  void attach_own_line(const Comment& comment) {
    const auto next = std::find_if(slots_.begin(), slots_.end(), [&comment](const Slot& slot) {
      return slot.at.line > comment.line;
    });
    const int next_column = next == slots_.end() ? 1 : next->at.column;
    if (next != slots_.begin() && !comment.text.empty() &&
        (next == slots_.end() || comment.column > next_column)) {
      // Deeper than what follows: it ends a collection before it.
      const auto& blocks = std::prev(next)->blocks;
      const auto owner = std::find_if(blocks.rbegin(), blocks.rend(), [&](const TreeNode* block) {
        return block == blocks.front() || column_of(*block) <= comment.column;
      });
      auto& lines = after_[*owner];
      auto& pending = next == slots_.end() ? last_ : trivia_[next->key].before;
      // An empty line before it goes with it.
      if (!pending.empty() && pending.back().empty()) {
        pending.pop_back();
        lines.emplace_back();
      }
      lines.push_back(comment.text);
      return;
    }
    // What stands above everything stays there, whichever field comes first.
    auto& lines = next == slots_.end()     ? last_
                  : next == slots_.begin() ? head_
                                           : trivia_[next->key].before;
    if (comment.text.empty() && !lines.empty() && lines.back().empty()) return;
    lines.push_back(comment.text);
  }

  [[nodiscard]] int column_of(const TreeNode& block) const {
    if (!block.entries.empty()) return block.entries.front().key_at.column;
    // A list's lines begin with their hyphens, where it has such.
    return written_.first(block.at) == '-' ? block.at.column : block.items.front().at.column;
  }

  void line(std::size_t indent, const std::string& text) {
    if (!text.empty()) out_ += std::string(indent, ' ') + text;
    out_ += "\n";
  }

  void write_before(const void* key, std::size_t indent, bool is_first) {
    const auto found = trivia_.find(key);
    if (found == trivia_.end()) return;
    bool leading = is_first;
    for (const std::string& text : found->second.before) {
      if (text.empty() && leading) continue;
      leading = false;
      line(indent, text);
    }
  }

  void write_after(const TreeNode& node, std::size_t indent) {
    const auto found = after_.find(&node);
    if (found == after_.end()) return;
    for (const std::string& text : found->second)
      line(indent, text);
  }

  [[nodiscard]] bool has_behind(const void* key) const {
    const auto found = trivia_.find(key);
    return found != trivia_.end() && !found->second.behind.empty();
  }

  void end_line(const void* key) {
    if (has_behind(key)) {
      const Trivia& trivia = trivia_.at(key);
      const std::size_t begin = out_.rfind('\n') + 1;  // 0 where there is none.
      const auto length =
          std::count_if(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(),
                        [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      out_.append(static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, trivia.column - 1 - length)),
                  ' ');
      out_ += trivia.behind;
    }
    out_ += "\n";
  }

  /// `in_item`: the first line has its `- ` already.
  void write_map(const TreeNode& node, std::size_t indent, const std::string& table, bool in_item) {
    bool first = true;
    for (const Entry* const entry : ordered(node, table)) {
      if (!(first && in_item)) {
        write_before(entry, indent, first && out_.empty());
        out_ += std::string(indent, ' ');
      }
      first = false;
      out_ += key_text(*entry) + ":";
      write_value(entry->value, entry, indent, child(table, entry->key));
    }
    write_after(node, indent);
  }

  void write_list(const TreeNode& node, std::size_t indent, const std::string& table) {
    for (const TreeNode& item : node.items) {
      write_before(&item, indent, false);
      out_ += std::string(indent, ' ') + "-";
      if (item.kind == NodeKind::Map && is_block(item) && !has_behind(&item) &&
          first_is_bare(item, child(table, "*"))) {
        out_ += " ";
        write_map(item, indent + 2, child(table, "*"), true);
      } else {
        write_value(item, &item, indent, child(table, "*"));
      }
    }
    write_after(node, indent);
  }

  /// Whether a map's first line can stand behind `- `: no comment comes before it.
  [[nodiscard]] bool first_is_bare(const TreeNode& node, const std::string& table) const {
    const auto found = trivia_.find(ordered(node, table).front());
    return found == trivia_.end() || found->second.before.empty();
  }

  void write_value(const TreeNode& value, const void* key, std::size_t indent,
                   const std::string& table) {
    if (is_block(value)) {
      end_line(key);
      const std::string inside = is_elsewhere(table) ? "spec" : table;
      const auto before = fields_;
      if (is_elsewhere(table)) fields_ = box_fields();
      if (value.kind == NodeKind::Map) {
        write_map(value, indent + 2, inside, false);
      } else {
        write_list(value, indent + 2, table);
      }
      fields_ = before;
      return;
    }
    const char mark = written_.first(value.at);
    if (value.kind == NodeKind::Scalar && value.quoted && (mark == '|' || mark == '>')) {
      write_literal(value.text, key, indent + 2);
      return;
    }
    out_ += " " + flow_text(value);
    end_line(key);
  }

  void write_literal(const std::string& text, const void* key, std::size_t indent) {
    const std::size_t last = text.find_last_not_of('\n');
    const std::size_t ends = text.size() - (last == std::string::npos ? 0 : last + 1);
    const bool plain = last != std::string::npos && text[0] != ' ' && text[0] != '\n' &&
                       text.find('\t') == std::string::npos;
    if (!plain) {
      out_ += " " + quoted(text);
      end_line(key);
      return;
    }
    out_ += std::string(" |") + (ends == 0 ? "-" : ends > 1 ? "+" : "");
    end_line(key);
    for (const std::string_view one : split_lines(std::string_view(text).substr(0, last + 1)))
      line(indent, std::string(one));
    for (std::size_t i = 1; i < ends; ++i)
      out_ += "\n";
  }

  static std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  [[nodiscard]] std::string key_text(const Entry& entry) const {
    const char mark = written_.first(entry.key_at);
    return mark == '"' || mark == '\'' ? quoted(entry.key) : entry.key;
  }

  [[nodiscard]] std::string flow_text(const TreeNode& node) const {
    std::string text;
    switch (node.kind) {
      case NodeKind::Null: return "null";
      case NodeKind::Scalar: return node.quoted ? quoted(node.text) : node.text;
      case NodeKind::List:
        for (const TreeNode& item : node.items)
          text += (text.empty() ? "" : ", ") + flow_text(item);
        return "[" + text + "]";
      case NodeKind::Map: break;
    }
    for (const Entry& entry : node.entries) {
      text += text.empty() ? "" : ", ";
      text += key_text(entry) + ": " + flow_text(entry.value);
    }
    return "{" + text + "}";
  }

  static std::string child(const std::string& table, const std::string& key) {
    return table.empty() ? key : table + "." + key;
  }

  [[nodiscard]] bool is_elsewhere(const std::string& table) const {
    const Field* const field = find_field(fields_, table);
    return field != nullptr && field->type == FieldType::Elsewhere;
  }

  /// Fields as the reference has them; what a person chose, and what it does not know, as written.
  [[nodiscard]] Order ordered(const TreeNode& node, const std::string& table) const {
    std::multimap<std::ptrdiff_t, const Entry*> by_rank;  // Equal ones keep the written order.
    for (const Entry& entry : node.entries) {
      const Field* const field = find_field(fields_, child(table, entry.key));
      by_rank.emplace(
          field == nullptr ? static_cast<std::ptrdiff_t>(fields_.size()) : field - fields_.data(),
          &entry);
    }
    Order order;
    for (const auto& [rank, entry] : by_rank)
      order.push_back(entry);
    return order;
  }

 public:
  /// What stands behind everything.
  [[nodiscard]] const std::vector<std::string>& last() const { return last_; }

 private:
  const Written& written_;
  const TreeNode& root_;
  std::span<const Field> fields_;
  std::vector<Slot> slots_;
  std::map<const void*, Trivia> trivia_;
  std::map<const TreeNode*, std::vector<std::string>> after_;
  std::vector<std::string> head_;
  std::vector<std::string> last_;
  std::string out_;
};

bool same_value(const TreeNode& a, const TreeNode& b) {
  if (a.kind != b.kind || a.text != b.text || a.quoted != b.quoted ||
      a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_value(a.items[i], b.items[i])) return false;
  }
  return std::all_of(a.entries.begin(), a.entries.end(), [&b](const Entry& entry) {
    const TreeNode* const other = b.find(entry.key);
    return other != nullptr && same_value(entry.value, *other);
  });
}

std::vector<std::string> sorted_comments(const Comments& found) {
  std::vector<std::string> texts;
  for (const Comment& comment : found.comments) {
    if (!comment.text.empty()) texts.push_back(comment.text);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

/// Whether the new text says what the old one says.
bool is_faithful(const std::vector<Document>& documents, const Comments& comments,
                 const std::string& text) {
  const ReadText again = read_yaml(text);
  if (!again.fatal.empty() || again.documents.size() != documents.size()) return false;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (!again.documents[i].findings.empty()) return false;
    if (!same_value(documents[i].root, again.documents[i].root)) return false;
  }
  return sorted_comments(find_comments(text, again.documents)) == sorted_comments(comments);
}

/// Which document a line belongs to: comments before a `---` end the document above it, but for
/// those at the very top.
std::size_t document_at(int line, const std::vector<Formatter>& documents,
                        const std::vector<int>& separators) {
  std::size_t index = 0;
  for (std::size_t i = 1; i < documents.size(); ++i) {
    const auto separator = std::find_if(separators.rbegin(), separators.rend(),
                                        [&](int one) { return one <= documents[i].first_line(); });
    if (separator != separators.rend() && line >= *separator) index = i;
  }
  return index;
}

std::string write_all(std::vector<Formatter>& documents) {
  std::string text;
  for (Formatter& document : documents) {
    if (!text.empty()) text += "---\n";
    text += document.run();
    std::vector<std::string> last = document.last();
    while (!last.empty() && last.back().empty())
      last.pop_back();
    for (const std::string& line : last)
      text += line + "\n";
  }
  return text;
}

}  // namespace

Formatted format_text(const SourceText& file) {
  Formatted formatted;
  ReadText read = read_yaml(file.text);
  std::vector<Finding> findings = read.fatal;
  for (const Document& document : read.documents)
    findings.insert(findings.end(), document.findings.begin(), document.findings.end());
  for (const Finding& finding : findings)
    formatted.problems.push_back(make_problem(finding, file.file, {}));
  add_excerpts(formatted.problems, {file});
  if (!findings.empty()) return formatted;

  std::string_view body = file.text;
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const Comments comments = find_comments(body, read.documents);
  const bool maps = std::all_of(read.documents.begin(), read.documents.end(), [](const auto& one) {
    return one.root.kind == NodeKind::Map && !one.root.entries.empty();
  });
  if (!maps || read.documents.empty() || comments.has_directives) {
    formatted.cannot =
        "only documents that are maps, without `%` and `...` lines, have a canonical form";
    return formatted;
  }
  const Written written(body);
  std::vector<Formatter> documents;
  documents.reserve(read.documents.size());
  for (const Document& document : read.documents)
    documents.emplace_back(written, document.root);
  for (const Comment& comment : comments.comments)
    documents[document_at(comment.line, documents, comments.separators)].attach(comment);
  std::string text = write_all(documents);
  if (is_faithful(read.documents, comments, text)) {
    formatted.text = std::move(text);
  } else {
    formatted.cannot =
        "a comment or a text in it stands where the canonical form has no place for it";
  }
  return formatted;
}

}  // namespace boxwright::specs
