#pragma once
// Findings in one file or row, made into problems that people read.

#include <string>
#include <vector>

#include "specs/parse/node.h"
#include "specs/source/snapshot.h"

namespace boxwright::specs {

/// Makes a problem; control characters in the message are replaced, so that it stays one line.
[[nodiscard]] Problem make_problem(const Finding& finding, const std::string& file, BoxName box);

/// A finding in a row's spec: its place is the pointer, as in `desired_boxes/ada#/resources/cpus`.
[[nodiscard]] Problem make_row_problem(const Finding& finding, const std::string& row, BoxName box);

/// By file and place; equal ones once.
void sort_problems(std::vector<Problem>& problems);

}  // namespace boxwright::specs
