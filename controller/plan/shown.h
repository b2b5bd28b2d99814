#pragma once
// How values are shown in differences: one line, nothing that a terminal would obey, no secret.
// Pure.

#include <string>
#include <vector>

#include "controller/plan/compare.h"

namespace boxwright::plan {

/// The text itself where it is plain; `""` when empty; control characters as `\n` or `\x1b`.
[[nodiscard]] std::string shown(const std::string& text);
/// `[a, b]`.
[[nodiscard]] std::string shown(const std::vector<std::string>& words);
[[nodiscard]] std::string shown(const std::vector<specs::PublishedPort>& ports);
[[nodiscard]] std::string shown(bool value);

/// Collects differences and gives them sorted.
class Differences {
 public:
  /// Adds the field unless both texts are equal.
  void compare(const std::string& field, const std::string& from, const std::string& to);
  void add(const std::string& field, const std::string& from, const std::string& to);
  [[nodiscard]] bool has_field_under(const std::string& prefix) const;
  [[nodiscard]] bool empty() const { return found_.empty(); }

  /// Sorted by field. A side in which one of `secrets` occurs is hidden whole: a second line of
  /// defence, for a hand may have put a value anywhere (a command, a label, a health check).
  [[nodiscard]] std::vector<FieldDifference> sorted(const std::vector<Secret>& secrets) &&;

 private:
  std::vector<FieldDifference> found_;
};

}  // namespace boxwright::plan
