// Boxwright beside the same calls made bare, on a private engine, in one run. Prints a table for a
// person and, with --json FILE, data. Ratios are what counts: times move with the machine.
//
//   engine_benchmark BOXWRIGHT [--boxes 30] [--idle-boxes 100] [--rounds 3] [--json FILE]
//   [--only replacement]

#include <fmt/core.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "controller/engine/docker/docker_engine.h"
#include "tests/benchmark/bare_calls.h"
#include "tests/benchmark/bench.h"
#include "tests/benchmark/replacement.h"

namespace {

using boxwright::benchmark::Bench;
using boxwright::benchmark::median;
using boxwright::benchmark::pause_for;
using boxwright::benchmark::Row;
using boxwright::benchmark::seconds_of;
using boxwright::benchmark::Settings;
using boxwright::test::Dockerd;

std::string started_at(Dockerd& engine, const std::string& name) {
  const auto reply = engine.call("GET", "/containers/" + name + "/json");
  if (reply.status != 200) return {};
  const auto state = nlohmann::json::parse(reply.body).at("State");
  return state.at("Running").get<bool>() ? state.at("StartedAt").get<std::string>() : std::string{};
}

void measure_bring_up(const Settings& settings, Dockerd& engine, const Bench& bench,
                      std::vector<Row>& rows) {
  int best = 1;
  double best_time = 1e9;
  for (const int at_a_time : {2, 4, 8}) {
    engine.clear();
    const auto took =
        seconds_of([&] { boxwright::benchmark::bare_bring_up(engine, settings.boxes, at_a_time); });
    if (took < best_time) {
      best_time = took;
      best = at_a_time;
    }
  }
  std::vector<double> bare;
  std::vector<double> whole;
  for (int round = 0; round < settings.rounds; ++round) {
    engine.clear();
    bare.push_back(
        seconds_of([&] { boxwright::benchmark::bare_bring_up(engine, settings.boxes, best); }));
    engine.clear();
    bench.forget_state();
    whole.push_back(seconds_of([&] { bench.run({"apply", "-f", bench.boxes(), "--yes"}); }));
  }
  rows.push_back({fmt::format("bring-up of {} boxes, whole command (bare: {} at a time)",
                              settings.boxes, best),
                  median(whole), median(bare), 1.10, "s"});
}

/// What every relist does: everything is listed and inspected, nothing is changed.
void measure_check(const Settings& settings, Dockerd& engine, const Bench& bench,
                   std::vector<Row>& rows) {
  const boxwright::SystemClock clock;
  boxwright::docker::DockerOptions options;
  options.endpoint = engine.endpoint();
  auto connected = boxwright::docker::connect_docker(options, clock);
  if (!connected) throw std::runtime_error(connected.error().message);
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> whole;
  for (int round = 0; round < settings.rounds * 3; ++round) {
    bare.push_back(seconds_of([&] { boxwright::benchmark::bare_check(engine); }));
    ours.push_back(seconds_of([&] {
      const auto seen = (*connected)->observe_fleet(boxwright::Installation{"default"}, {});
      if (!seen || seen->containers.size() < static_cast<std::size_t>(settings.idle_boxes)) {
        throw std::runtime_error("the relist did not see every box");
      }
    }));
  }
  for (int round = 0; round < settings.rounds; ++round) {
    whole.push_back(seconds_of([&] { bench.run({"plan", "-f", bench.boxes()}); }));
  }
  rows.push_back({fmt::format("relist of {} unchanged boxes", settings.idle_boxes), median(ours),
                  median(bare), 2.0, "s"});
  rows.push_back({fmt::format("plan of {} unchanged boxes, whole command", settings.idle_boxes),
                  median(whole), median(bare), 0, "s"});
}

void measure_repair(const Settings& settings, Dockerd& engine, std::vector<Row>& rows) {
  std::vector<double> ours;
  std::vector<double> bare;
  for (int round = 0; round < settings.rounds; ++round) {
    const std::string name = fmt::format("box-b{:03}", round);
    engine.must("DELETE", "/containers/" + name + "?force=1");
    ours.push_back(seconds_of([&] {
      for (int look = 0; look < 2000 && started_at(engine, name).empty(); ++look) {
        pause_for(std::chrono::milliseconds(10));
      }
    }));
    const std::string other = fmt::format("bare{}", round);
    bare.push_back(seconds_of([&] { boxwright::benchmark::bare_create_and_start(engine, other); }));
    engine.must("DELETE", "/containers/box-" + other + "?force=1");
  }
  rows.push_back(
      {"repair of one removed container, from the removal", median(ours), median(bare), 1.3, "s"});
}

struct Usage {
  double cpu_seconds = 0;
  double resident_mib = 0;
};

Usage usage_of(pid_t pid) {
  Usage usage;
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") {
      double kib = 0;
      status >> kib;
      usage.resident_mib = kib / 1024;
    }
  }
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
  const double ticks = std::stod(values.at(11)) + std::stod(values.at(12));
  usage.cpu_seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return usage;
}

void measure_idle(pid_t controller, std::vector<Row>& rows) {
  constexpr int kSeconds = 90;
  const auto before = usage_of(controller);
  pause_for(std::chrono::seconds(kSeconds));
  const auto after = usage_of(controller);
  rows.push_back({"idle CPU over 90 s, percent of a core",
                  (after.cpu_seconds - before.cpu_seconds) * 100 / kSeconds, 0, 0.5, "%"});
  rows.push_back({"resident memory", after.resident_mib, 0, 20, "MiB"});
}

void print(const std::vector<Row>& rows, const std::string& json_file) {
  nlohmann::json list = nlohmann::json::array();
  fmt::print("{:<66} {:>9} {:>9} {:>7} {:>7}  {}\n", "what", "ours", "bare", "ratio", "limit",
             "met");
  for (const auto& row : rows) {
    const bool relative = row.bare > 0;
    const double judged = relative ? row.ours / row.bare : row.ours;
    const bool met = row.limit == 0 || judged <= row.limit;
    fmt::print("{:<66} {:>7.2f}{:<2} {:>8.2f} {:>7.2f} {:>7.2f}  {}\n", row.what, row.ours,
               row.unit, row.bare, relative ? judged : 0.0, row.limit,
               row.limit == 0 ? "-" : (met ? "yes" : "no"));
    list.push_back({{"what", row.what},
                    {"ours", row.ours},
                    {"bare", row.bare},
                    {"unit", row.unit},
                    {"limit", row.limit},
                    {"met", met}});
  }
  if (!json_file.empty())
    std::ofstream(json_file) << nlohmann::json({{"rows", list}}).dump(2) << "\n";
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  settings.boxwright = argc > 1 ? argv[1] : "";
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    if (flag == "--boxes") settings.boxes = std::atoi(argv[i + 1]);
    if (flag == "--idle-boxes") settings.idle_boxes = std::atoi(argv[i + 1]);
    if (flag == "--rounds") settings.rounds = std::atoi(argv[i + 1]);
    if (flag == "--json") settings.json_file = argv[i + 1];
    if (flag == "--only") settings.only = argv[i + 1];
  }
  return settings;
}

void measure_the_rest(const Settings& settings, Dockerd& engine, const Bench& bench,
                      std::vector<Row>& rows) {
  bench.write_boxes(settings.boxes);
  measure_bring_up(settings, engine, bench, rows);

  bench.write_boxes(settings.idle_boxes);
  bench.run({"apply", "-f", bench.boxes(), "--yes"});
  measure_check(settings, engine, bench, rows);
  const pid_t controller = bench.start({"run", bench.boxes()});
  pause_for(std::chrono::seconds(5));
  measure_repair(settings, engine, rows);
  measure_idle(controller, rows);
  ::kill(controller, SIGTERM);
  ::waitpid(controller, nullptr, 0);
}

int measure(const Settings& settings) {
  Dockerd engine;
  boxwright::test::ImageRecipe recipe;
  recipe.command = {"sleep", "1000000"};
  engine.import_image(boxwright::benchmark::kImage, recipe);
  const Bench bench(settings, engine);
  std::vector<Row> rows;
  boxwright::benchmark::measure_downtime(settings, engine, bench, rows);
  boxwright::benchmark::measure_rolling_change(settings, engine, bench, rows);
  if (settings.only.empty()) measure_the_rest(settings, engine, bench, rows);
  print(rows, settings.json_file);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto settings = read_settings(argc, argv);
  const bool is_known = settings.only.empty() || settings.only == "replacement";
  if (settings.boxwright.empty() || !is_known) {
    std::cerr << "usage: engine_benchmark BOXWRIGHT [--boxes N] [--idle-boxes N] [--rounds N] "
                 "[--json FILE] [--only replacement]\n";
    return 64;
  }
  try {
    return measure(settings);
  } catch (const std::exception& error) {
    std::cerr << "engine_benchmark: " << error.what() << "\n";
    return 1;
  }
}
