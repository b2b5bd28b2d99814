#include <fmt/format.h>

#include <regex>

#include "tests/tidy/rules.h"

namespace boxwright::tidy {
namespace {

/// Something that production code does in one place only, or nowhere.
struct Ban {
  std::string name;
  std::string pattern;
  std::vector<std::string> allowed;
  std::vector<std::string> only = {""};  ///< Looked for below these paths; everywhere by default.
};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> kBans = {
      {"a clock of the machine",
       R"((system_clock|steady_clock)::now|\btime\s*\(\s*(nullptr|NULL|0)\s*\))",
       {"specs/base/clock.cpp"}},
      {"randomness of the machine",
       R"(\bs?rand\s*\(|random_device|mt19937|randombytes)",
       {"specs/base/clock.cpp"}},
      {"the environment", R"(\bgetenv\b|\benviron\b)", {"controller/cli/"}},
      {"sleeping", R"(\bsleep_for\b|\bsleep_until\b|\bu?sleep\s*\(|\bnanosleep\b)", {}},
      {"printing",
       R"(std::c(out|err|log)\b|\bprintf\s*\(|\bputs\s*\()",
       {"controller/cli/", "controller/main.cpp"}},
      {"a detached thread", R"(\bdetach\s*\(\s*\))", {}},
      {"a shell", R"(\bsystem\s*\(|\bpopen\s*\()", {}},
      // Their headers hold values that a plan is made of; the stores themselves are effects.
      {"a store",
       R"(\bStore\s*[&*]|\bDesiredDb\s*[&*]|\bopen_(store|desired_db)\b|\bEngine\s*[&*])",
       {},
       {"controller/plan/", "controller/routing/"}},
      {"ending the process", R"(\babort\s*\(|\b_?exit\s*\()", {"controller/cli/"}},
  };
  return kBans;
}

bool is_production(const std::string& path) {
  return starts_with_any(path, {"specs/", "state/", "controller/"}) &&
         (path.ends_with(".h") || path.ends_with(".cpp"));
}

}  // namespace

Findings banned_words(const std::vector<File>& files) {
  std::vector<std::regex> patterns;
  for (const Ban& ban : bans())
    patterns.emplace_back(ban.pattern);
  Findings found;
  for (const File& file : files) {
    if (!is_production(file.path)) continue;
    const std::vector<std::string> lines = code_lines_of(file.text);
    for (std::size_t line = 0; line < lines.size(); ++line) {
      for (std::size_t ban = 0; ban < patterns.size(); ++ban) {
        if (!starts_with_any(file.path, bans()[ban].only)) continue;
        if (starts_with_any(file.path, bans()[ban].allowed)) continue;
        if (std::regex_search(lines[line], patterns[ban])) {
          found.push_back({file.path, static_cast<int>(line) + 1,
                           fmt::format("{} does not belong here", bans()[ban].name)});
        }
      }
    }
  }
  return found;
}

Findings unfinished_words(const std::vector<File>& files) {
  // In pieces, so that this file does not find itself in other tools' searches.
  static const std::regex kWords(
      "\\b(TO"
      "DO|FIX"
      "ME|X"
      "XX|HA"
      "CK)\\b|not[ _]implemented|unimplemented|place"
      "holder",
      std::regex::icase);
  Findings found;
  for (const File& file : files) {
    if (!is_production(file.path)) continue;
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
      ++number;
      std::smatch match;
      if (std::regex_search(line, match, kWords)) {
        found.push_back({file.path, number, fmt::format("says '{}'", match.str())});
      }
    }
  }
  return found;
}

Findings machine_paths(const std::vector<File>& files) {
  // Folders that exist on some developer's machine; a box's /home/coder is the product's own.
  static const std::regex kPaths(
      "(^|[^A-Za-z0-9_.*-])/(work|root|farm|Users|home/(?!coder\\b)\\w+)/");
  Findings found;
  for (const File& file : files) {
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
      ++number;
      if (line.size() < 4000 && std::regex_search(line, kPaths)) {
        found.push_back({file.path, number, "holds a path of one machine"});
      }
    }
  }
  return found;
}

}  // namespace boxwright::tidy
