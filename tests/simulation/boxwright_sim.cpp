// boxwright_sim: plays seeded histories over the whole controller and judges every one of them.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>

#include "tests/simulation/history.h"
#include "tests/simulation/small_scope.h"

namespace {

using namespace boxwright;
using namespace boxwright::test;
using WallClock = std::chrono::steady_clock;

struct Options {
  std::uint64_t seed = 1;
  int steps = 200;
  double minutes = 0;
  int boxes = 4;
  bool trace = false;
  bool shrink = true;
  std::string plant;
  std::string replay;
  bool list_plants = false;
  std::string exhaustive;
  int faults = 2;
};

struct Sums {
  std::uint64_t histories = 0;
  std::uint64_t operations = 0;
  std::uint64_t turns = 0;
  std::uint64_t passes = 0;
  std::uint64_t calls = 0;
};

double seconds_since(WallClock::time_point from) {
  return std::chrono::duration<double>(WallClock::now() - from).count();
}

void tell_sums(const Sums& sums, double seconds) {
  const auto per_hour = [seconds](std::uint64_t count) {
    return static_cast<double>(count) / seconds * 3600.0 / 1e6;
  };
  fmt::print(
      "{} histories, {} operations, {} turns of the loop, {} passes, {} engine calls in "
      "{:.1f} s\n",
      sums.histories, sums.operations, sums.turns, sums.passes, sums.calls, seconds);
  fmt::print(
      "per hour, in millions: {:.2f} operations, {:.2f} turns, {:.2f} passes, {:.2f} engine "
      "calls\n",
      per_hour(sums.operations), per_hour(sums.turns), per_hour(sums.passes), per_hour(sums.calls));
}

/// Plays one history; false: it broke a promise, and that was told.
bool play_one(const HistoryInput& input, const Options& options, Sums& sums) {
  const auto result = play_history(input);
  ++sums.histories;
  sums.operations += result.operations_played;
  sums.turns += result.turns;
  sums.passes += result.passes;
  sums.calls += result.calls;
  if (options.trace) {
    for (const auto& line : result.trace)
      fmt::print("{}\n", line);
  }
  if (!result.breach) return true;
  const auto began = WallClock::now();
  const double most = options.shrink ? 120 : 0;
  fmt::print("{}", report_breach(input, result, [&] { return seconds_since(began) >= most; }));
  return false;
}

bool read_operations(const std::string& file, std::vector<Operation>& operations) {
  std::ifstream in(file);
  if (!in) return false;
  for (std::string line; std::getline(in, line);) {
    Operation operation;
    if (read_operation(line, operation)) operations.push_back(operation);
  }
  return true;
}

/// Goes through one scope, or all of them; each tells its number of states.
int search_scopes(const Options& options, const Plant* plant) {
  const auto began = WallClock::now();
  const auto is_time_up = [&] {
    return options.minutes > 0 && seconds_since(began) >= options.minutes * 60;
  };
  bool good = true;
  std::uint64_t states = 0;
  for (const auto& scope : all_scopes()) {
    if (options.exhaustive != "all" && options.exhaustive != scope.name) continue;
    const auto since = WallClock::now();
    const auto result = search({&scope, options.faults, plant}, is_time_up);
    states += result.states;
    fmt::print(
        "{:<15} {} {} states, {} runs, at most {} choices in one, {} engine calls, {:.1f} s\n",
        scope.name,
        result.breach        ? "BROKEN,"
        : result.is_complete ? "whole,"
                             : "CUT BY TIME,",
        result.states, result.runs, result.choices_most, result.calls, seconds_since(since));
    std::fflush(stdout);
    good = good && result.is_complete;
    if (!result.breach) continue;
    fmt::print("breaks {}: {}\n", result.breach->invariant, result.breach->what);
    for (const auto& line : result.path)
      fmt::print("  {}\n", line);
  }
  fmt::print("{} states in {:.1f} s, with up to {} faults\n", states, seconds_since(began),
             options.faults);
  return good ? 0 : 1;
}

int run(const Options& options) {
  HistoryInput input;
  input.seed = options.seed;
  input.boxes = options.boxes;
  input.keep_trace = options.trace;
  if (!options.plant.empty()) {
    input.plant = find_plant(options.plant);
    if (input.plant == nullptr) {
      fmt::print(stderr, "no planted bug is named {}; see --list-plants\n", options.plant);
      return 64;
    }
  }
  if (!options.exhaustive.empty()) {
    const bool is_known = options.exhaustive == "all" || find_scope(options.exhaustive) != nullptr;
    if (is_known) return search_scopes(options, input.plant);
    fmt::print(stderr, "no scope is named {}; see --list-scopes\n", options.exhaustive);
    return 64;
  }
  const auto began = WallClock::now();
  Sums sums;
  if (!options.replay.empty()) {
    if (!read_operations(options.replay, input.operations)) {
      fmt::print(stderr, "cannot read {}\n", options.replay);
      return 1;
    }
    return play_one(input, options, sums) ? 0 : 1;
  }
  bool good = true;
  do {
    input.operations = make_operations(input.seed, options.steps);
    good = play_one(input, options, sums);
    ++input.seed;
  } while (good && seconds_since(began) < options.minutes * 60);
  tell_sums(sums, seconds_since(began));
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Plays seeded histories over the whole controller and judges every one of them.");
  Options options;
  app.add_option("--seed", options.seed, "The first history's seed; the same seed, the same trace");
  app.add_option("--steps", options.steps, "Operations in one history")
      ->check(CLI::Range(0, 100'000));
  app.add_option("--minutes", options.minutes, "Go on with further seeds for so long");
  app.add_option("--boxes", options.boxes, "Boxes at the start; the last stands in the table")
      ->check(CLI::Range(1, 50));
  app.add_flag("--trace", options.trace, "Print every operation and every engine call");
  app.add_flag("!--no-shrink", options.shrink, "Do not look for the shortest history");
  app.add_option("--plant", options.plant, "Plant this bug");
  app.add_option("--replay", options.replay, "Play the operations in this file");
  app.add_option("--exhaustive", options.exhaustive,
                 "Go through every place for a fault and every order of the workers in this scope; "
                 "`all` takes each");
  app.add_option("--faults", options.faults, "At most so many in one run of --exhaustive")
      ->check(CLI::Range(0, 4));
  bool list_scopes = false;
  app.add_flag("--list-scopes", list_scopes, "List the scopes that can be gone through");
  app.add_flag("--list-plants", options.list_plants, "List the bugs that can be planted");
  CLI11_PARSE(app, argc, argv);
  if (list_scopes) {
    for (const auto& scope : all_scopes())
      fmt::print("{:<15} {}\n", scope.name, scope.what);
    return 0;
  }
  if (options.list_plants) {
    for (const auto& plant : all_plants())
      fmt::print("{:<28} {}\n", plant.name, plant.bug);
    return 0;
  }
  return run(options);
}
