#pragma once
// "Did you mean": the nearest of the known words. No library that is at hand has it.

#include <string>
#include <string_view>
#include <vector>

namespace boxwright {

/// Edits (insert, drop, change one byte, swap two neighbours) from one word to the other.
[[nodiscard]] std::size_t edit_distance(const std::string& from, const std::string& to);

/// The nearest of `known`: within two edits, and no more than half of the word's letters. Empty:
/// none.
[[nodiscard]] std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace boxwright
