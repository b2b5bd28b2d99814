#include "specs/parse/report.h"

#include <algorithm>
#include <utility>

namespace boxwright::specs {
namespace {

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

/// Where a message goes over from what is wrong to what to write; npos if it does not. What stands
/// between back-ticks is somebody's text, and may hold anything.
std::size_t turning_point(const std::string& message) {
  bool quoted = false;
  for (std::size_t i = 0; i + 1 < message.size(); ++i) {
    if (message[i] == '`') quoted = !quoted;
    if (!quoted && message[i] == ';' && message[i + 1] == ' ') return i;
  }
  return std::string::npos;
}

}  // namespace

Problem make_problem(const Finding& finding, const std::string& file, BoxName box) {
  std::string message = on_one_line(finding.message);
  std::string hint;
  if (const std::size_t turn = turning_point(message); turn != std::string::npos) {
    hint = message.substr(turn + 2);
    message.resize(turn);
  }
  Problem problem{std::string(finding.code.id), on_one_line(file), finding.at,
                  std::move(message),           std::move(box),    std::move(hint)};
  problem.related = finding.related;
  for (RelatedPlace& place : problem.related) {
    if (place.file.empty()) place.file = problem.file;
  }
  return problem;
}

Problem make_row_problem(const Finding& finding, const std::string& row, BoxName box) {
  const std::string place = finding.pointer.empty() ? row : row + "#" + finding.pointer;
  Problem problem = make_problem(finding, place, std::move(box));
  problem.at = {};
  return problem;
}

void sort_problems(std::vector<Problem>& problems) {
  std::sort(problems.begin(), problems.end());
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
}

}  // namespace boxwright::specs
