#pragma once
// What a scalar without quotes is to the YAML readers of this world: 1.2's core schema, and the 1.1
// that many still follow.

#include <string_view>

namespace boxwright::specs {

/// `true` or `false`: every reader agrees.
[[nodiscard]] bool is_true_or_false(std::string_view text);

/// A decimal number that every reader takes for the same number and writes back the same: `8080`,
/// `-1`, `1.5`.
[[nodiscard]] bool is_number(std::string_view text);

/// What some reader takes the text for while others keep it as text or read it otherwise: `on`,
/// `0o17`, `010`, `1:30`, `1e3`, `1_000`, `2026-11-26`. As words for a message; nullptr: nothing.
[[nodiscard]] const char* other_meaning(std::string_view text);

}  // namespace boxwright::specs
