#include "tests/tidy/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace boxwright::tidy {
namespace {

const std::filesystem::path kRoot{BOXWRIGHT_SOURCE_DIR};

bool is_looked_into(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  return name == ".ci" || (!name.starts_with('.') && !name.starts_with("build") &&
                           name != "node_modules" && name != "__pycache__");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Blanks one line; `in_comment` says whether a block comment goes on into the next.
class Blanker {
 public:
  std::string blank(const std::string& line) {
    std::string code;
    for (std::size_t at = 0; at < line.size();) {
      at = in_comment_ ? skip_comment(line, at) : take(line, at, code);
    }
    return code;
  }

 private:
  std::size_t skip_comment(const std::string& line, std::size_t at) {
    const std::size_t end = line.find("*/", at);
    if (end == std::string::npos) return line.size();
    in_comment_ = false;
    return end + 2;
  }

  std::size_t take(const std::string& line, std::size_t at, std::string& code) {
    if (line.compare(at, 2, "//") == 0) return line.size();
    if (line.compare(at, 2, "/*") == 0) {
      in_comment_ = true;
      return at + 2;
    }
    // An include's path is kept, and a digit separator opens no literal.
    const bool include = line.starts_with("#include");
    const char mark = line[at];
    const bool separator = mark == '\'' && at > 0 && std::isalnum(line[at - 1]) != 0;
    if (include || separator || (mark != '"' && mark != '\'')) {
      code += mark;
      return at + 1;
    }
    std::size_t end = at + 1;
    while (end < line.size() && line[end] != mark)
      end += line[end] == '\\' ? std::size_t{2} : std::size_t{1};
    code += mark;
    code += mark;
    return end + 1;
  }

  bool in_comment_ = false;
};

}  // namespace

std::vector<File> read_tree() {
  std::vector<File> files;
  std::filesystem::recursive_directory_iterator it(kRoot);
  for (const std::filesystem::recursive_directory_iterator end; it != end; ++it) {
    if (it->is_directory()) {
      if (!is_looked_into(it->path())) it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file() || it->is_symlink()) continue;
    std::string text = read(it->path());
    if (text.find('\0') != std::string::npos) continue;
    files.push_back({it->path().lexically_relative(kRoot).string(), std::move(text)});
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

bool exists_in_tree(const std::string& path) {
  return std::filesystem::exists(kRoot / path);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::vector<std::string> code_lines_of(const std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  Blanker blanker;
  for (std::string& line : lines)
    line = blanker.blank(line);
  return lines;
}

bool starts_with_any(const std::string& path, const std::vector<std::string>& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const std::string& start) { return path.starts_with(start); });
}

std::string describe(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += fmt::format("{}:{}: {}\n", finding.path, finding.line, finding.what);
  }
  return out;
}

}  // namespace boxwright::tidy
