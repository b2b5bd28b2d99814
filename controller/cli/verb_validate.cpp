// validate: are the specs right? Needs no engine and no database.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include "controller/cli/exit_codes.h"
#include "controller/cli/plan_view.h"
#include "controller/cli/problem_text.h"
#include "controller/cli/session.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "controller/cli/yaml_text.h"
#include "specs/source/folder_source.h"
#include "specs/source/listing.h"

namespace boxwright::cli {

namespace {

namespace fs = std::filesystem;

constexpr Duration kTick{50};
constexpr Duration kSettleMax{10'000};

struct Checked {
  std::set<std::string> boxes;
  std::vector<specs::Problem> problems;
};

/// As a person can open it from where they stand.
void add(Checked& checked, const fs::path& folder, const specs::Snapshot& snapshot,
         const std::string& only_file) {
  for (const auto& box : snapshot.boxes) {
    if (only_file.empty() || box.origin.file == only_file) checked.boxes.insert(box.name.str());
  }
  std::error_code ignored;
  const auto here = fs::current_path(ignored).string();
  std::vector<specs::Problem> wanted;
  std::copy_if(
      snapshot.problems.begin(), snapshot.problems.end(), std::back_inserter(wanted),
      [&only_file](const auto& problem) { return only_file.empty() || problem.file == only_file; });
  for (auto& problem : seen_from(std::move(wanted), folder.string(), here))
    checked.problems.push_back(std::move(problem));
}

/// Nothing is done about what is read here, so a folder at rest is not watched for half a second
/// first: two looks that agree are enough, and one more after the reading.
Result<specs::Snapshot> read_settled(const fs::path& folder, const std::stop_token& stop) {
  const SystemClock clock;
  const auto source = specs::open_folder_source(folder);
  const auto began = clock.mono_now();
  for (auto told = began; clock.mono_now() - began < kSettleMax; told += specs::kSettleTime) {
    BW_TRY_ASSIGN(auto snapshot, source->poll(told));
    if (snapshot) return std::move(*snapshot);
    if (told > began && wait_a_little(stop, kTick)) {
      return fail(ErrorCode::Cancelled, RetryClass::Terminal, "interrupted");
    }
  }
  return fail(ErrorCode::Unavailable, RetryClass::Transient,
              "{} is being written all the time; try again when it is at rest", folder.string());
}

/// The source that a file belongs to: the nearest folder above it with a marker.
fs::path folder_of(const fs::path& file) {
  std::error_code error;
  const auto parent = fs::path{file}.parent_path();
  for (auto folder = fs::absolute(parent, error); !error; folder = folder.parent_path()) {
    if (fs::exists(folder / specs::kMarkerFile, error)) return folder;
    if (folder == folder.root_path()) break;
  }
  return parent.empty() ? fs::path{"."} : parent;
}

/// The source as it is at rest; where its marker is wrong, that and all else that is wrong.
Result<specs::Snapshot> read_or_problems(const fs::path& folder, Checked& checked,
                                         const std::stop_token& stop) {
  auto snapshot = read_settled(folder, stop);
  if (snapshot || snapshot.error().code != ErrorCode::InvalidSpec) return snapshot;
  auto found = problems_of_folders({folder.string()});
  if (found.empty()) return snapshot;
  std::move(found.begin(), found.end(), std::back_inserter(checked.problems));
  return specs::Snapshot{};
}

Status check(const fs::path& place, Checked& checked, const std::stop_token& stop) {
  std::error_code error;
  if (!fs::is_regular_file(place, error)) {
    BW_TRY_ASSIGN(const auto snapshot, read_or_problems(place, checked, stop));
    add(checked, place, snapshot, {});
    return {};
  }
  // Together with its source: the Defaults it inherits, and the names it must not share.
  const auto folder = folder_of(place);
  BW_TRY_ASSIGN(const auto snapshot, read_or_problems(folder, checked, stop));
  const auto inside = fs::absolute(place, error)
                          .lexically_normal()
                          .lexically_relative(fs::absolute(folder, error).lexically_normal());
  add(checked, folder, snapshot, inside.string());
  return {};
}

}  // namespace

int validate(const Options& options, const std::stop_token& stop) {
  if (options.folders.empty()) {
    put_err("boxwright validate: say what to check: `boxwright validate -f FOLDER`\n");
    return kUsage;
  }
  Checked checked;
  int code = kOk;
  for (const auto& place : options.folders) {
    if (auto done = check(place, checked, stop); !done) code = say_error(done.error());
  }
  std::sort(checked.problems.begin(), checked.problems.end());
  if (options.output == "json") {
    put_out(problems_json(checked.problems));
  } else if (options.output == "yaml") {
    put_out(yaml_from_json(problems_json(checked.problems)));
  } else {
    put_out(problems_text(checked.problems, wants_colour(options, STDOUT_FILENO)));
  }
  if (!checked.problems.empty() && options.output == "text") {
    put_err(fmt::format("`boxwright explain {}` tells more.\n", checked.problems.front().code));
  }
  put_err(fmt::format("{}, {}\n", count_of(checked.boxes.size(), "valid box", "valid boxes"),
                      count_of(checked.problems.size(), "problem", "problems")));
  if (code != kOk) return code;
  return checked.problems.empty() ? kOk : kInvalidSpec;
}

}  // namespace boxwright::cli
