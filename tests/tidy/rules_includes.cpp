#include <fmt/format.h>

#include <optional>

#include "tests/tidy/rules.h"

namespace boxwright::tidy {
namespace {

/// What the files below `folder` may include of ours. The first row that fits a path counts.
struct Layer {
  std::string folder;
  std::vector<std::string> may;
  std::vector<std::string> must_not;
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> kLayers = {
      {"specs/base/", {"specs/base/"}, {}},
      {"specs/model/", {"specs/base/", "specs/model/"}, {}},
      {"specs/", {"specs/"}, {}},
      {"state/", {"specs/", "state/"}, {}},
      {"controller/routing/",
       {"specs/base/", "specs/model/", "specs/source/snapshot.h", "controller/routing/"},
       {}},
      // The planner takes values; that it touches no store is a matter of words.
      {"controller/plan/",
       {"specs/base/", "specs/model/", "specs/source/snapshot.h", "state/", "controller/routing/",
        "controller/plan/"},
       {}},
      {"controller/engine/docker/",
       {"specs/", "state/", "controller/plan/", "controller/routing/", "controller/engine/"},
       {}},
      {"controller/engine/",
       {"specs/", "state/", "controller/plan/", "controller/routing/", "controller/engine/"},
       {"controller/engine/docker/"}},
      {"controller/layers/",
       {"specs/base/", "state/", "controller/engine/", "controller/layers/"},
       {"controller/engine/docker/"}},
      // The loop knows the seam, never what lies behind it.
      {"controller/reconcile/",
       {"specs/", "state/", "controller/plan/", "controller/routing/", "controller/engine/",
        "controller/layers/", "controller/reconcile/"},
       {"controller/engine/docker/"}},
      {"controller/", {"specs/", "state/", "controller/"}, {}},
  };
  return kLayers;
}

/// A library and the only folders whose .cpp files may include it.
struct Library {
  std::string start;  ///< Of the include path.
  std::vector<std::string> folders;
  bool in_headers = false;
};

const std::vector<Library>& libraries() {
  static const std::vector<Library> kLibraries = {
      {"fmt/", {"specs/", "state/", "controller/"}, true},
      {"tl/", {"specs/", "state/", "controller/"}, true},
      // Pure folders may write canonical JSON.
      {"nlohmann/",
       {"specs/model/", "specs/parse/", "state/", "controller/plan/", "controller/engine/docker/",
        "controller/layers/", "controller/cli/",
        // What the servers in a box answer.
        "controller/reconcile/activity"}},
      {"archive", {"controller/layers/", "controller/cli/"}},
      {"yaml-cpp/", {"specs/parse/", "controller/cli/"}},
      {"SQLiteCpp/", {"state/"}},
      {"sqlite3.h", {"state/"}},
      {"sodium", {"specs/base/"}},
      {"date/", {"specs/base/"}},
      {"curl/", {"controller/engine/docker/"}},
      {"spdlog/", {"controller/reconcile/", "controller/cli/"}},
      {"CLI/", {"controller/cli/"}},
      {"gtest", {}},
      {"gmock", {}},
      {"rapidcheck", {}},
  };
  return kLibraries;
}

/// Headers private to one folder that may show the type of the library the folder wraps.
const std::vector<std::string>& private_headers() {
  static const std::vector<std::string> kHeaders = {"state/sqlite_file.h",
                                                    "controller/engine/docker/json_access.h"};
  return kHeaders;
}

const std::vector<std::string>& pure_folders() {
  static const std::vector<std::string> kFolders = {"controller/plan/", "controller/routing/",
                                                    "specs/model/"};
  return kFolders;
}

struct Include {
  std::string path;
  bool quoted = false;
};

std::optional<Include> include_of(const std::string& line) {
  if (!line.starts_with("#include")) return std::nullopt;
  const std::size_t open = line.find_first_of("\"<");
  if (open == std::string::npos) return std::nullopt;
  const std::size_t close = line.find_first_of("\">", open + 1);
  return Include{line.substr(open + 1, close - open - 1), line[open] == '"'};
}

bool is_source(const std::string& path) {
  return path.ends_with(".h") || path.ends_with(".cpp");
}

// Calls see(file, line number, include) for each include of production code.
template <class See>
void for_each_include(const std::vector<File>& files, See see) {
  for (const File& file : files) {
    if (!is_source(file.path) || file.path.starts_with("tests/")) continue;
    int number = 0;
    for (const std::string& line : lines_of(file.text)) {
      ++number;
      if (const auto include = include_of(line)) see(file, number, *include);
    }
  }
}

}  // namespace

Findings includes_against_the_arrows(const std::vector<File>& files) {
  Findings found;
  for_each_include(files, [&](const File& file, int line, const Include& include) {
    if (!include.quoted) return;
    for (const Layer& layer : layers()) {
      if (!file.path.starts_with(layer.folder)) continue;
      if (!starts_with_any(include.path, layer.may) ||
          starts_with_any(include.path, layer.must_not)) {
        found.push_back(
            {file.path, line, fmt::format("{} must not include {}", layer.folder, include.path)});
      }
      return;
    }
  });
  return found;
}

Findings libraries_out_of_place(const std::vector<File>& files) {
  Findings found;
  for_each_include(files, [&](const File& file, int line, const Include& include) {
    if (include.quoted) return;
    for (const Library& library : libraries()) {
      if (!include.path.starts_with(library.start)) continue;
      const bool header = file.path.ends_with(".h") && !library.in_headers &&
                          !starts_with_any(file.path, private_headers());
      if (header || !starts_with_any(file.path, library.folders)) {
        found.push_back({file.path, line, fmt::format("<{}> is out of place here", include.path)});
      }
      return;
    }
    // A path with a slash is a library's (or the system's own sys/ and netinet/).
    const bool system = starts_with_any(include.path, {"sys/", "netinet/", "arpa/", "linux/"});
    if (include.path.find('/') != std::string::npos && !system) {
      found.push_back(
          {file.path, line,
           fmt::format("<{}> is a library that the table does not name", include.path)});
    }
  });
  return found;
}

Findings effects_in_pure_code(const std::vector<File>& files) {
  static const std::vector<std::string> kEffects = {
      "filesystem", "fstream", "iostream", "thread",   "mutex",   "condition_variable",
      "future",     "random",  "sys/",     "unistd.h", "fcntl.h", "shared_mutex"};
  Findings found;
  for_each_include(files, [&](const File& file, int line, const Include& include) {
    if (include.quoted || !starts_with_any(file.path, pure_folders())) return;
    if (starts_with_any(include.path, kEffects)) {
      found.push_back({file.path, line, fmt::format("pure code includes <{}>", include.path)});
    }
  });
  return found;
}

}  // namespace boxwright::tidy
