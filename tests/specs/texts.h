#pragma once
// Short ways to say a document.

#include <fmt/format.h>

#include <string>

#include "specs/parse/documents.h"

namespace boxwright::specs {

/// A whole Box document with the given lines under `spec:` (two spaces in), after its image.
inline std::string box_text(const std::string& name, const std::string& lines = {}) {
  return fmt::format(
      "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {{name: {}}}\nspec:\n"
      "  image: box-base:1\n{}",
      name, lines);
}

inline std::string defaults_text(const std::string& lines) {
  return "apiVersion: boxwright.dev/v1\nkind: Defaults\nmetadata: {name: default}\nspec:\n" + lines;
}

/// All problems, one a line, each with its box in front.
inline std::string lines_of(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) {
    out += out.empty() ? "" : "\n";
    out += problem.box.str() + "|" + problem.to_line();
  }
  return out;
}

inline std::string names_of(const std::vector<BoxDeclaration>& boxes) {
  std::string out;
  for (const BoxDeclaration& box : boxes)
    out += (out.empty() ? "" : " ") + box.name.str();
  return out;
}

}  // namespace boxwright::specs
