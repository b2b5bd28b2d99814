#pragma once
// A world in one number, up to the names that chance gives (IDs, UIDs, attempts): what the engine
// has, what is remembered and what is asked for.

#include <cstdint>
#include <string_view>

#include "tests/simulation/oracle.h"

namespace boxwright::test {

/// FNV-1a over words; words are told apart.
class Digest {
 public:
  void add(std::string_view word);
  void add(std::uint64_t number);
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037ULL;
};

/// Times count as ages, and where they are older than a minute as old. What one process keeps in
/// mind is not in it.
[[nodiscard]] std::uint64_t digest_of(World& world, const Ledger& ledger);

}  // namespace boxwright::test
