#include "controller/cli/problem_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "controller/cli/terminal.h"
#include "specs/source/folder_source.h"

namespace boxwright::cli {

namespace {

namespace fs = std::filesystem;

std::string place_text(const std::string& file, specs::Position at) {
  if (at.line == 0) return printable(file);
  return fmt::format("{}:{}:{}", printable(file), at.line, at.column);
}

/// Of a row's column, whose place has no line, the excerpt knows it.
int number_of(specs::Position at, const specs::Excerpt& excerpt) {
  return excerpt.number > 0 ? excerpt.number : at.line;
}

/// How wide the numbers of all lines are that are shown.
std::size_t gutter_of(const specs::Problem& problem) {
  int largest = number_of(problem.at, problem.excerpt);
  for (const auto& place : problem.related)
    largest = std::max(largest, number_of(place.at, place.excerpt));
  return fmt::format("{}", largest).size();
}

/// One place with its line and the mark under it.
struct Marked {
  const char* arrow;
  std::string place;
  int line;
  const specs::Excerpt& excerpt;
  char mark;
  std::string label;
};

std::string marked_text(const Marked& marked, std::size_t gutter, Colour tint, bool colour) {
  std::string text = fmt::format("{:>{}}{} {}\n", "", gutter + 1, marked.arrow, marked.place);
  if (marked.excerpt.length == 0) return text;
  const auto before = static_cast<std::size_t>(marked.excerpt.before);
  const auto length = static_cast<std::size_t>(marked.excerpt.length);
  std::string under(length, marked.mark);
  if (!marked.label.empty()) under += " " + marked.label;
  text += fmt::format(" {:>{}} |\n", "", gutter);
  text += fmt::format(" {:>{}} | {}\n", marked.line, gutter, printable(marked.excerpt.line));
  text += fmt::format(" {:>{}} | {}{}\n", "", gutter, std::string(before, ' '),
                      coloured(under, tint, colour));
  return text;
}

}  // namespace

std::string problem_text(const specs::Problem& problem, bool colour) {
  const auto gutter = gutter_of(problem);
  std::string text = coloured(fmt::format("error[{}]", problem.code), Colour::Red, colour) +
                     fmt::format(": {}\n", printable(problem.message));
  text += marked_text({"-->",
                       place_text(problem.file, problem.at),
                       number_of(problem.at, problem.excerpt),
                       problem.excerpt,
                       '^',
                       {}},
                      gutter, Colour::Red, colour);
  for (const auto& place : problem.related) {
    text += marked_text({":::", place_text(place.file, place.at),
                         number_of(place.at, place.excerpt), place.excerpt, '-', place.label},
                        gutter, Colour::Yellow, colour);
  }
  if (!problem.hint.empty()) {
    text += fmt::format(" {:>{}} = {}: {}\n", "", gutter, coloured("help", Colour::Green, colour),
                        printable(problem.hint));
  }
  return text;
}

std::string problems_text(const std::vector<specs::Problem>& problems, bool colour) {
  std::string text;
  const auto shown = std::min(problems.size(), kProblemsShown);
  for (std::size_t i = 0; i < shown; ++i)
    text += problem_text(problems[i], colour) + "\n";
  if (shown < problems.size()) {
    text += fmt::format("... and {} more that are not shown\n\n",
                        count_of(problems.size() - shown, "problem", "problems"));
  }
  return text;
}

std::vector<specs::Problem> seen_from(std::vector<specs::Problem> problems,
                                      const std::string& folder, const std::string& here) {
  const auto name = [&folder, &here](const std::string& file) {
    const auto whole = (fs::path{folder} / file).lexically_normal();
    if (!whole.is_absolute() || here.empty()) return whole.string();
    const auto below = whole.lexically_relative(here);
    const bool is_below = !below.empty() && *below.begin() != "..";
    return is_below ? below.string() : whole.string();
  };
  for (auto& problem : problems) {
    if (problem.file.starts_with("desired_boxes/")) continue;
    problem.file = name(problem.file);
    for (auto& place : problem.related)
      place.file = name(place.file);
  }
  return problems;
}

std::vector<specs::Problem> problems_of_folders(const std::vector<std::string>& folders) {
  std::error_code ignored;
  const auto here = fs::current_path(ignored).string();
  std::vector<specs::Problem> all;
  for (const auto& folder : folders) {
    auto found = seen_from(specs::read_problems(folder), folder, here);
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace boxwright::cli
