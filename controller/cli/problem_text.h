#pragma once
// What is wrong with specs, as rustc says it: place, line, mark, help. Pure.

#include <string>
#include <vector>

#include "specs/source/snapshot.h"

namespace boxwright::cli {

/// More problems than this are not shown, only counted.
inline constexpr std::size_t kProblemsShown = 100;

/// One problem:
///
///     error[BW0103]: `memroy` is not a field of `spec.resources`
///       --> boxes/ada.yaml:7:5
///        |
///      7 |     memroy: 2GiB
///        |     ^^^^^^
///        = help: did you mean `memory`?
[[nodiscard]] std::string problem_text(const specs::Problem& problem, bool colour);

/// All, with an empty line after each, as far as they are shown. Requires: sorted.
[[nodiscard]] std::string problems_text(const std::vector<specs::Problem>& problems, bool colour);

/// The same problems, their files named as a person can open them from where they stand: below
/// `folder`, which is shortened where it lies under `here`. Rows keep their names.
[[nodiscard]] std::vector<specs::Problem> seen_from(std::vector<specs::Problem> problems,
                                                    const std::string& folder,
                                                    const std::string& here);

/// Of a source that cannot be read because its marker is wrong: what is wrong in all its files.
[[nodiscard]] std::vector<specs::Problem> problems_of_folders(
    const std::vector<std::string>& folders);

}  // namespace boxwright::cli
