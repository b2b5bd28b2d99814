#include "specs/parse/report.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace boxwright::specs {
namespace {

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

}  // namespace

Problem make_problem(const Finding& finding, const std::string& file, BoxName box) {
  return {std::string(finding.code.id), on_one_line(file), finding.at, on_one_line(finding.message),
          std::move(box)};
}

Problem make_row_problem(const Finding& finding, const std::string& row, BoxName box) {
  const std::string place = finding.pointer.empty() ? row : row + "#" + finding.pointer;
  Problem problem = make_problem(finding, place, std::move(box));
  problem.at = {};
  return problem;
}

void sort_problems(std::vector<Problem>& problems) {
  const auto by_place = [](const Problem& p) {
    return std::tie(p.file, p.at, p.code, p.message, p.box);
  };
  std::sort(problems.begin(), problems.end(),
            [&by_place](const Problem& a, const Problem& b) { return by_place(a) < by_place(b); });
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
}

}  // namespace boxwright::specs
