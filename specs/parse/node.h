#pragma once
// The tree that YAML and JSON are both read into: what was written, and where.

#include <string>
#include <string_view>
#include <vector>

#include "specs/model/box_spec.h"
#include "specs/parse/codes.h"
#include "specs/source/snapshot.h"

namespace boxwright::specs {

enum class NodeKind { Null, Scalar, List, Map };

struct Entry;

/// One value. Maps keep their written order; a key occurs once (readers report a second one).
struct TreeNode {
  NodeKind kind = NodeKind::Null;
  std::string text;        ///< Of a scalar, escapes resolved.
  bool quoted = false;     ///< A quoted or block scalar is always a string.
  Position at;             ///< Of the value; for an empty value, of its key.
  bool inherited = false;  ///< Comes from a Defaults document; `at` is a place there.
  std::vector<TreeNode> items;
  std::vector<Entry> entries;

  /// The value under a key of a map; nullptr if there is none. Linear: maps of specs are small, and
  /// readers find duplicates by their own index.
  [[nodiscard]] const TreeNode* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Position key_at;
  TreeNode value;
  bool key_quoted = false;
};

/// Something wrong in one place, not yet said of a file.
struct Finding {
  Code code;
  Position at;
  std::string message;       ///< `what is wrong; what to write instead`.
  std::string pointer = {};  ///< JSON pointer into a row's spec; empty for its top.
  bool inherited = false;    ///< The place is in another document, which this one inherits.
  std::vector<RelatedPlace> related = {};
};

/// One document of a text: its tree, and what is wrong with it that does not stop reading.
struct Document {
  TreeNode root;
  std::vector<Finding> findings;  ///< Duplicate keys.
};

/// What a text holds, or the one thing that made it unreadable.
struct ReadText {
  std::vector<Document> documents;
  std::vector<Finding> fatal;  ///< Empty, or one; then `documents` must not be used.
};

/// Limits on one text, so that reading it is cheap whatever it holds.
inline constexpr std::size_t kTextBytesMax = std::size_t{1024} * 1024;
inline constexpr int kNestingMax = 32;

inline const TreeNode* TreeNode::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace boxwright::specs
