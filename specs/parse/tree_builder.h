#pragma once
// Puts a reader's events together into a tree; shared by the YAML and the JSON reader.

#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "specs/parse/node.h"

namespace boxwright::specs {

/// Stops a reader from inside its callback; caught by the function that started the reader.
class Refusal : public std::exception {
 public:
  explicit Refusal(Finding what) : finding_(std::move(what)) {}
  [[nodiscard]] const Finding& finding() const { return finding_; }
  [[nodiscard]] const char* what() const noexcept override { return "refused"; }

 private:
  Finding finding_;
};

/// One document at a time. Throws Refusal where a text must not be read on.
class TreeBuilder {
 public:
  void begin(NodeKind kind, Position at);
  void end();
  void scalar(std::string text, bool quoted, Position at);
  /// An empty value, or a written `null`. Its place is that of its key or list.
  void null(Position at);
  /// A key of the innermost map; the next value belongs to it.
  void key(std::string text, bool quoted, Position at);

  /// Whether the next scalar is a key (YAML does not tell).
  [[nodiscard]] bool wants_key() const;
  /// The document that was built since the last call.
  [[nodiscard]] Document take();

 private:
  struct Open {
    TreeNode node;
    std::string key;
    Position key_at;
    bool has_key = false;
    bool key_quoted = false;
    bool repeated = false;  ///< The key in hand occurred before in this map.
    std::map<std::string, Position> seen;
  };

  void put(TreeNode node);

  std::vector<Open> open_;
  Document document_;
};

}  // namespace boxwright::specs
