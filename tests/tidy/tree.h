#pragma once
// The project's own files as values, so that a rule is a function from files to findings.

#include <string>
#include <vector>

namespace boxwright::tidy {

/// One text file of the tree.
struct File {
  std::string path;  ///< From the root of the repository, `specs/base/error.h`.
  std::string text;
};

/// Something that a rule forbids. Printed as `path:line: what`.
struct Finding {
  std::string path;
  int line = 0;  ///< 1-based; 0: the file as a whole.
  std::string what;
  bool operator==(const Finding&) const = default;
};

/// All text files of the checkout this test was built from, sorted by path; without build folders
/// and what starts with a dot (but `.ci`).
[[nodiscard]] std::vector<File> read_tree();
/// Whether the path exists in the checkout, as a file or folder.
[[nodiscard]] bool exists_in_tree(const std::string& path);

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
/// The same lines with the contents of comments and string literals blanked out.
[[nodiscard]] std::vector<std::string> code_lines_of(const std::string& text);

[[nodiscard]] bool starts_with_any(const std::string& path, const std::vector<std::string>& starts);
/// One line per finding.
[[nodiscard]] std::string describe(const std::vector<Finding>& findings);

}  // namespace boxwright::tidy
