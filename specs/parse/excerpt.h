#pragma once
// The lines that problems speak of, cut from the texts that were read.

#include <vector>

#include "specs/parse/documents.h"

namespace boxwright::specs {

/// Gives each problem whose file is among `files` its end and its line, and its related places
/// theirs. Lines below a `secrets:` key are masked, since somebody may have written a value there.
void add_excerpts(std::vector<Problem>& problems, const std::vector<SourceText>& files);

/// The same for a problem of a row: `at` is its place in the text of one of the row's columns.
void add_row_excerpt(Problem& problem, Position at, const std::string& column);

}  // namespace boxwright::specs
