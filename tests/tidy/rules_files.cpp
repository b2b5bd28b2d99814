#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "tests/tidy/rules.h"

namespace boxwright::tidy {
namespace {

bool is_cpp_or_header(const std::string& path) {
  return path.ends_with(".h") || path.ends_with(".cpp");
}

// How a heading is written in a link: lower case, hyphens for spaces, punctuation gone.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char letter : heading) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0 || letter == '-' || letter == '_') {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (letter == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::set<std::string> anchors_of(const std::string& markdown) {
  static const std::regex kHeading(R"(^#+ +(.*)$)");
  std::set<std::string> anchors;
  for (const std::string& line : lines_of(markdown)) {
    std::smatch match;
    if (std::regex_match(line, match, kHeading)) anchors.insert(anchor_of(match[1].str()));
  }
  return anchors;
}

// A link's path as seen from the root; `here` is the file that holds the link.
std::string resolve(const std::string& here, const std::string& link) {
  if (link.empty()) return here;
  const auto path = (std::filesystem::path(here).parent_path() / link).lexically_normal();
  std::string text = path.string();
  while (text.ends_with('/'))
    text.pop_back();
  return text;
}

bool is_elsewhere(const std::string& link) {
  return link.find("://") != std::string::npos || link.starts_with("mailto:");
}

// Whether the list names the file: the text around it is no part of a longer file name.
bool holds_word(const std::string& text, const std::string& word) {
  const std::string ends = " \t\n()\"/";
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t after = at + word.size();
    const bool starts = at == 0 || ends.find(text[at - 1]) != std::string::npos;
    if (starts && (after == text.size() || ends.find(text[after]) != std::string::npos))
      return true;
  }
  return false;
}

}  // namespace

Findings files_too_long(const std::vector<File>& files) {
  Findings found;
  for (const File& file : files) {
    if (!is_cpp_or_header(file.path) && !file.path.ends_with(".sh")) continue;
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    if (lines > kMaxLines) {
      found.push_back({file.path, 0, fmt::format("{} lines, {} at most", lines, kMaxLines)});
    }
  }
  return found;
}

Findings headers_without_pragma_once(const std::vector<File>& files) {
  Findings found;
  for (const File& file : files) {
    if (file.path.ends_with(".h") && !file.text.starts_with("#pragma once\n")) {
      found.push_back({file.path, 1, "the first line is not #pragma once"});
    }
  }
  return found;
}

Findings empty_names(const std::vector<File>& files) {
  static const std::regex kEmpty(R"((^|[/_])(utils?|helpers?|common|managers?|misc)([/_.]|$))");
  Findings found;
  for (const File& file : files) {
    if (is_cpp_or_header(file.path) && std::regex_search(file.path, kEmpty)) {
      found.push_back({file.path, 0, "the name does not say what is in it"});
    }
  }
  return found;
}

Findings sources_in_no_target(const std::vector<File>& files) {
  std::map<std::string, std::string> lists;
  for (const File& file : files) {
    const std::filesystem::path path(file.path);
    if (path.filename() == "CMakeLists.txt") lists[path.parent_path().string()] = file.text;
  }
  const auto is_listed = [&](const std::string& file) {
    const std::filesystem::path path(file);
    for (auto folder = path.parent_path();; folder = folder.parent_path()) {
      const auto list = lists.find(folder.string());
      const std::string name = path.lexically_relative(folder.empty() ? "." : folder).string();
      if (list != lists.end() && holds_word(list->second, name)) return true;
      if (folder.empty()) return false;
    }
  };
  Findings found;
  for (const File& file : files) {
    if (file.path.ends_with(".cpp") && !is_listed(file.path)) {
      found.push_back({file.path, 0, "no CMakeLists.txt names it"});
    }
  }
  return found;
}

Findings dead_links(const std::vector<File>& files, bool (*exists)(const std::string& path)) {
  static const std::regex kLink(R"(\]\(([^)#\s]*)(?:#([^)\s]*))?\))");
  std::map<std::string, std::set<std::string>> anchors;
  for (const File& file : files) {
    if (file.path.ends_with(".md")) anchors[file.path] = anchors_of(file.text);
  }
  Findings found;
  for (const File& file : files) {
    if (!file.path.ends_with(".md")) continue;
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
      ++number;
      for (std::sregex_iterator it(line.begin(), line.end(), kLink), end; it != end; ++it) {
        const std::string link = (*it)[1].str();
        const std::string anchor = (*it)[2].str();
        if (is_elsewhere(link)) continue;
        const std::string target = resolve(file.path, link);
        if (!exists(target)) {
          found.push_back(
              {file.path, number, fmt::format("links to {}, which is not there", link)});
        } else if (!anchor.empty() && anchors.count(target) != 0 &&
                   anchors.at(target).count(anchor) == 0) {
          found.push_back({file.path, number, fmt::format("no heading #{} in {}", anchor, target)});
        }
      }
    }
  }
  return found;
}

}  // namespace boxwright::tidy
