#pragma once
// Text that can be read back in one way only: what is hashed and authenticated. Pure.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boxwright::plan {

/// Appends records of length-prefixed values: `name 3:abc 0:\n`.
class RecordText {
 public:
  /// `capacity`: bytes to set aside at once, so that growth leaves no copy of a secret behind.
  explicit RecordText(std::string_view heading, std::size_t capacity = 0);

  void add(std::string_view name, std::initializer_list<std::string_view> values);
  /// Nothing for an empty list.
  void add_list(std::string_view name, const std::vector<std::string>& values);
  /// Nothing for an empty text.
  void add_text(std::string_view name, std::string_view value);
  /// Nothing for zero.
  void add_number(std::string_view name, std::int64_t value);

  [[nodiscard]] const std::string& text() const& { return text_; }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void add_value(std::string_view value);
  std::string text_;
};

}  // namespace boxwright::plan
