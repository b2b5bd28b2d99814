#pragma once
// The house rules, each a pure function from the tree's files to what breaks it. The tables that
// say who may include or do what stand at the top of rules_includes.cpp and rules_words.cpp.

#include <vector>

#include "tests/tidy/tree.h"

namespace boxwright::tidy {

using Findings = std::vector<Finding>;

/// Dependencies point one way: specs <- state <- controller, and within them as the table says.
[[nodiscard]] Findings includes_against_the_arrows(const std::vector<File>& files);
/// A third-party library is included only by the folder that wraps it, and never by a header of
/// ours.
[[nodiscard]] Findings libraries_out_of_place(const std::vector<File>& files);
/// Pure folders have no files, threads, locks or streams.
[[nodiscard]] Findings effects_in_pure_code(const std::vector<File>& files);

/// Clocks, randomness, environment, sleeping, printing and detached threads outside their one
/// place.
[[nodiscard]] Findings banned_words(const std::vector<File>& files);
/// Words that say that something is not finished.
[[nodiscard]] Findings unfinished_words(const std::vector<File>& files);
/// Absolute paths that exist on one machine only, in any text file.
[[nodiscard]] Findings machine_paths(const std::vector<File>& files);

inline constexpr int kMaxLines = 500;
[[nodiscard]] Findings files_too_long(const std::vector<File>& files);
[[nodiscard]] Findings headers_without_pragma_once(const std::vector<File>& files);
/// File names that say nothing: utils, helpers, common, manager.
[[nodiscard]] Findings empty_names(const std::vector<File>& files);
/// Every .cpp is named in the CMakeLists.txt of its own or a higher folder.
[[nodiscard]] Findings sources_in_no_target(const std::vector<File>& files);

/// Relative links of Markdown files (`exists` is asked with paths from the root), and their anchors
/// within the same tree.
[[nodiscard]] Findings dead_links(const std::vector<File>& files,
                                  bool (*exists)(const std::string& path));

}  // namespace boxwright::tidy
