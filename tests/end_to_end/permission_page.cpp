#include "tests/end_to_end/permission_page.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace boxwright::test {

namespace {

std::string trimmed(std::string text) {
  const auto from = text.find_first_not_of(" `");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" `") - from + 1);
}

/// The cells of a table's line.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');)
    cells.push_back(trimmed(cell));
  return cells;
}

/// `/containers/{id}/json` as an expression.
std::string expression_of(const std::string& path) {
  static const std::array<std::pair<const char*, const char*>, 4> kWords = {
      {{"{id}", "[0-9a-f]{64}"},
       {"{exec}", "[0-9a-f]{64}"},
       {"{name}", "[a-zA-Z0-9][a-zA-Z0-9_.-]+"},
       {"{reference}", ".+"}}};
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const auto* const word = std::find_if(kWords.begin(), kWords.end(), [&](const auto& one) {
      return path.compare(at, std::string(one.first).size(), one.first) == 0;
    });
    if (word != kWords.end()) {
      out += word->second;
      at += std::string(word->first).size();
    } else if (path[at] == '{') {
      throw std::runtime_error("unknown word in " + path);
    } else {
      out += path[at++];
    }
  }
  return out;
}

/// What stands between two marks.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) return {};
  const auto end = text.rfind(to);
  return text.substr(begin + from.size(), end - begin - from.size());
}

}  // namespace

bool PermissionPage::Row::fits(const EngineRequest& request) const {
  if (request.method != method || !std::regex_match(request.path, pattern_)) return false;
  return std::all_of(request.query.begin(), request.query.end(),
                     [this](const auto& part) { return query.contains(part.first); });
}

PermissionPage::PermissionPage(const std::string& markdown) {
  std::stringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| ") && line.find("`/") != std::string::npos) read_row(line);
    if (line.find("http-request allow if METH_") != std::string::npos) read_allowed(line);
  }
  if (rows_.empty() || allowed_.empty()) throw std::runtime_error("no table, or no allow-list");
}

void PermissionPage::read_row(const std::string& line) {
  const auto cells = cells_of(line);
  if (cells.size() < 5) throw std::runtime_error("not five cells: " + line);
  Row row;
  row.method = cells[0];
  row.path = cells[1];
  row.when = cells[3];
  std::stringstream names(cells[2]);
  for (std::string name; std::getline(names, name, ',');) {
    if (trimmed(name) != "-") row.query.insert(trimmed(name));
  }
  row.pattern_ = std::regex(expression_of(row.path));
  rows_.push_back(std::move(row));
}

void PermissionPage::read_allowed(const std::string& line) {
  const auto method = between(line, "METH_", " { path_reg");
  const auto expression = between(line, "path_reg ", " }");
  if (method.empty() || expression.empty()) throw std::runtime_error("cannot read: " + line);
  allowed_.push_back({method, std::regex(expression)});
}

const PermissionPage::Row* PermissionPage::row_of(const EngineRequest& request) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const auto& row) { return row.fits(request); });
  return found == rows_.end() ? nullptr : &*found;
}

bool PermissionPage::is_allowed(const EngineRequest& request) const {
  const std::string path = request.target.substr(0, request.target.find('?'));
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const auto& one) {
    return one.method == request.method && std::regex_search(path, one.pattern);
  });
}

}  // namespace boxwright::test
