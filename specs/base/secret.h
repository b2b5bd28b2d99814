#pragma once
// A value that must never be printed. There is no formatter, no stream operator, no implicit
// string.

#include <string>
#include <utility>

namespace boxwright {

/// Holds a secret value. Memory is cleared on destruction. Copyable, since it travels with a step.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&);
  Secret(Secret&&) noexcept;
  Secret& operator=(const Secret&);
  Secret& operator=(Secret&&) noexcept;
  ~Secret();

  /// The value itself. Only the engine client (request bodies) and the MAC may call this.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  /// Compares in constant time for equal lengths.
  bool operator==(const Secret& other) const;

 private:
  void wipe() noexcept;
  std::string value_;
};

}  // namespace boxwright
