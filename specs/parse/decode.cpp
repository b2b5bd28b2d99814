#include "specs/parse/decode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "specs/base/nearest.h"
#include "specs/parse/plain_scalar.h"
#include "specs/parse/scalar.h"

namespace boxwright::specs {
namespace {

/// One path in three spellings.
struct Path {
  std::string table;
  std::string shown;
  std::string pointer;

  [[nodiscard]] Path child(std::string_view table_key, std::string_view key) const {
    return {table.empty() ? std::string(table_key) : fmt::format("{}.{}", table, table_key),
            shown.empty() ? std::string(key) : fmt::format("{}.{}", shown, key),
            fmt::format("{}/{}", pointer, escape(key))};
  }

 private:
  static std::string escape(std::string_view key) {
    std::string out;
    for (const char c : key) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
    return out;
  }
};

/// The innermost key that stands for a `*`.
struct Chosen {
  std::string key;
  Position at;
};

class Walker {
 public:
  Walker(std::span<const Field> fields, Required required, Draft& draft)
      : fields_(fields), required_(required), draft_(draft) {}

  void map(const TreeNode& node, const Path& path, const Chosen& chosen) {
    const Field* const any = find_field(fields_, join(path.table, "*"));
    for (const Entry& entry : node.entries) {
      const Field* const field =
          any != nullptr ? any : find_field(fields_, join(path.table, entry.key));
      if (field == nullptr) {
        report(codes::kUnknownField, entry.key_at, path.child(entry.key, entry.key),
               unknown(entry.key, path), entry.value.inherited);
        continue;
      }
      const Path child = path.child(any != nullptr ? "*" : std::string_view(entry.key), entry.key);
      if (any != nullptr && !entry.key_quoted) chosen_key(entry, child);
      note_place(child, entry.key_at, entry.value.inherited);
      value(*field, entry.value, child, any != nullptr ? Chosen{entry.key, entry.key_at} : chosen);
    }
    if (required_ == Required::Report) missing(node, path);
  }

  /// A key that a person chose is text like any other.
  void chosen_key(const Entry& entry, const Path& path) {
    const char* const meaning = other_meaning(entry.key);
    if (meaning == nullptr) return;
    report(codes::kUnquoted, entry.key_at, path,
           fmt::format("the key `{}` is taken for {} by other readers; write \"{}\"", entry.key,
                       meaning, entry.key),
           entry.value.inherited);
  }

  [[nodiscard]] WalkResult take() { return std::move(result_); }

 private:
  static std::string join(std::string_view prefix, std::string_view key) {
    return prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key);
  }

  /// Calls `use` with each row directly under a path.
  template <class Use>
  void each_child(std::string_view table, const Use& use) const {
    for (const Field& field : fields_) {
      std::string_view rest = field.path;
      if (!table.empty()) {
        if (!rest.starts_with(table) || rest.size() <= table.size() || rest[table.size()] != '.') {
          continue;
        }
        rest.remove_prefix(table.size() + 1);
      }
      if (rest.find('.') == std::string_view::npos) use(field, rest);
    }
  }

  [[nodiscard]] std::string unknown(const std::string& key, const Path& path) const {
    std::vector<std::string> known;
    each_child(path.table,
               [&known](const Field&, std::string_view name) { known.emplace_back(name); });
    const std::string place = path.shown.empty() ? "the document" : "`" + path.shown + "`";
    std::string hint = meant(key, path, known);
    if (hint.empty()) hint = fmt::format("its fields are {}", fmt::join(known, ", "));
    return fmt::format("`{}` is not a field of {}; {}", key, place, hint);
  }

  /// The field that somebody probably had in mind: a word much like it here, or the very word one
  /// level further in or out.
  [[nodiscard]] std::string meant(const std::string& key, const Path& path,
                                  const std::vector<std::string>& known) const {
    const std::string near = nearest(key, known);
    if (!near.empty()) return fmt::format("did you mean `{}`?", near);
    for (const Field& field : fields_) {
      const std::size_t dot = field.path.rfind('.');
      const bool same = dot != std::string_view::npos && field.path.substr(dot + 1) == key;
      if (!same || field.path.find('*') != std::string_view::npos) continue;
      const std::string_view inside = field.path.substr(0, dot);
      const std::string outside = path.table.substr(0, path.table.rfind('.'));
      const bool deeper = inside.starts_with(path.table) && !path.table.empty();
      if (deeper || inside == outside) return fmt::format("that is a field of `{}`", inside);
    }
    return {};
  }

  void missing(const TreeNode& node, const Path& path) {
    each_child(path.table, [this, &node, &path](const Field& field, std::string_view name) {
      if (!field.required || field.type == FieldType::Envelope || node.find(name) != nullptr)
        return;
      report(codes::kMissingField, node.at, path.child(name, name),
             fmt::format("`{}` is required", join(path.shown, name)), node.inherited);
    });
  }

  void value(const Field& field, const TreeNode& node, const Path& path, const Chosen& chosen) {
    if (field.type == FieldType::Envelope) return;
    if (node.kind == NodeKind::Null && field.type != FieldType::Volume) {
      report(codes::kEmptyValue, node.at, path,
             fmt::format("`{}` has no value; it wants {}, or leave it out", path.shown,
                         expectation(field)),
             node.inherited);
      return;
    }
    switch (field.type) {
      case FieldType::Object:
      case FieldType::Map:
        if (!is_kind(NodeKind::Map, field, node, path)) return;
        // An item of a list begins before its fields.
        set(field, {chosen.key, {}, 0}, node, path, chosen);
        map(node, path, chosen);
        return;
      case FieldType::Elsewhere:
        static_cast<void>(is_kind(NodeKind::Map, field, node, path));
        return;
      case FieldType::List:
        if (is_kind(NodeKind::List, field, node, path)) list(field, node, path, chosen);
        return;
      case FieldType::Volume: volume(field, node, path, chosen); return;
      default:
        if (is_kind(NodeKind::Scalar, field, node, path)) scalar(field, node, path, chosen);
    }
  }

  void list(const Field& field, const TreeNode& node, const Path& path, const Chosen& chosen) {
    if (std::cmp_less(node.items.size(), field.min)) {
      report(codes::kOutOfRange, node.at, path, fmt::format("`{}` is empty", path.shown),
             node.inherited);
    }
    const Field* const item_field = find_field(fields_, join(path.table, "*"));
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Path child = path.child("*", std::to_string(i));
      note_place(child, node.items[i].at, node.items[i].inherited);
      value(*item_field, node.items[i], child, chosen);
    }
  }

  void volume(const Field& field, const TreeNode& node, const Path& path, const Chosen& chosen) {
    if (node.kind == NodeKind::List) {
      report(codes::kWrongType, node.at, path,
             fmt::format("`{}` must be {}, not a list", path.shown, expectation(field)),
             node.inherited);
    } else if (node.kind == NodeKind::Scalar) {
      scalar(field, node, path, chosen);
    } else {
      const bool is_map = node.kind == NodeKind::Map;
      set(field, {chosen.key, {}, is_map ? kGivenObject : kGivenNull}, node, path, chosen);
      if (is_map) map(node, path, chosen);
    }
  }

  void scalar(const Field& field, const TreeNode& node, const Path& path, const Chosen& chosen) {
    ScalarValue value = read_scalar(field, node);
    if (value.complaint) {
      report(value.complaint->code, node.at, path,
             fmt::format("`{}` {}", path.shown, value.complaint->message), node.inherited);
      return;
    }
    set(field, {chosen.key, node.text, value.number}, node, path, chosen);
  }

  void set(const Field& field, const Given& given, const TreeNode& node, const Path& path,
           const Chosen& chosen) {
    if (field.set == nullptr) return;
    const Verdict complaint = field.set(draft_, given);
    if (!complaint) return;
    const bool about_key = complaint->about_key && chosen.at.line != 0;
    report(complaint->code, about_key ? chosen.at : node.at, path,
           fmt::format("`{}`: {}", path.shown, complaint->message), node.inherited);
  }

  void note_place(const Path& path, Position at, bool inherited) {
    (inherited ? result_.inherited : result_.places).emplace(path.shown, at);
  }

  bool is_kind(NodeKind wanted, const Field& field, const TreeNode& node, const Path& path) {
    if (node.kind == wanted) return true;
    report(codes::kWrongType, node.at, path,
           fmt::format("`{}` must be {}, not {}{}", path.shown, expectation(field),
                       kind_in_words(node), fields_hint(field, path)),
           node.inherited);
    return false;
  }

  /// Of a part with fields of its own: what they are.
  [[nodiscard]] std::string fields_hint(const Field& field, const Path& path) const {
    if (field.type != FieldType::Object) return {};
    std::vector<std::string> known;
    each_child(path.table,
               [&known](const Field&, std::string_view name) { known.emplace_back(name); });
    if (known.size() == 1) return fmt::format("; write it as {{{}: ...}}", known.front());
    return fmt::format("; its fields are {}", fmt::join(known, ", "));
  }

  void report(const Code& code, Position at, const Path& path, std::string message,
              bool inherited) {
    result_.findings.push_back({code, at, std::move(message), path.pointer, inherited});
  }

  std::span<const Field> fields_;
  Required required_;
  Draft& draft_;
  WalkResult result_;
};

}  // namespace

WalkResult walk(std::span<const Field> fields, const TreeNode& node, const WalkFrom& from,
                Required required, Draft& draft) {
  Walker walker(fields, required, draft);
  walker.map(node, {std::string(from.table), std::string(from.shown), std::string(from.pointer)},
             {});
  return walker.take();
}

}  // namespace boxwright::specs
