#pragma once
// All that is random in a play, from one seed.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace boxwright::chaos {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : bits_(seed) {}

  /// 0 to `count` - 1. The same on every machine, unlike the library's distributions.
  [[nodiscard]] std::size_t below(std::size_t count) { return bits_() % count; }
  [[nodiscard]] int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::size_t>(high - low + 1)));
  }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  [[nodiscard]] std::string bytes(std::size_t count) {
    std::string out(count, '\0');
    for (char& byte : out)
      byte = static_cast<char>(bits_());
    return out;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace boxwright::chaos
