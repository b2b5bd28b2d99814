#pragma once
// The table of wrong specs: what is written, and what is said about it.

#include <ostream>
#include <span>
#include <string_view>

namespace boxwright::specs {

struct WrongText {
  std::string_view name;      ///< For the test's name.
  std::string_view text;      ///< Of a spec's further fields from line 6 on, or a whole document.
  std::string_view expected;  ///< One line for each problem: `box|file:line:column: error[..]: ..`.
};

/// GoogleTest prints a case by its name.
inline void PrintTo(const WrongText& wrong, std::ostream* out) {
  *out << wrong.name;
}

/// Lines under `spec:` of a Box `ada` whose image is set; they begin at line 6.
[[nodiscard]] std::span<const WrongText> wrong_values();
[[nodiscard]] std::span<const WrongText> wrong_structures();
/// Whole documents.
[[nodiscard]] std::span<const WrongText> wrong_documents();

}  // namespace boxwright::specs
