// Boxwright beside the same calls made bare, on a private engine, in one run. Prints a table for a
// person and, with --json FILE, data. Ratios are what counts: times move with the machine.
//
//   engine_benchmark BOXWRIGHT [--boxes 30] [--idle-boxes 100] [--rounds 3] [--json FILE]

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "controller/engine/docker/docker_engine.h"
#include "tests/benchmark/bare_calls.h"

extern char** environ;

namespace {

namespace fs = std::filesystem;
using boxwright::test::Dockerd;
using Seconds = std::chrono::duration<double>;

struct Settings {
  std::string boxwright;
  int boxes = 30;
  int idle_boxes = 100;
  int rounds = 3;
  std::string json_file;
};

struct Row {
  std::string what;
  double ours = 0;
  double bare = 0;
  double limit = 0;
  std::string unit;
};

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

/// Waits without spinning; nothing here notifies, it is a bounded wait between two looks.
void pause_for(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

/// A folder of boxes, and a state folder.
class Bench {
 public:
  Bench(const Settings& settings, Dockerd& engine) : settings_(settings), engine_(engine) {
    std::string pattern = (fs::temp_directory_path() / "bw-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    root_ = pattern;
  }
  ~Bench() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void write_boxes(int count) const {
    fs::create_directories(root_ / "boxes");
    std::ofstream(root_ / "boxes" / "boxwright.yaml")
        << "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: bench}\n";
    for (int i = 0; i < count; ++i) {
      std::ofstream(root_ / "boxes" / fmt::format("b{:03}.yaml", i)) << fmt::format(
          "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {{name: b{:03}}}\nspec:\n"
          "  image: {}\n  resources: {{cpus: 0.5, memory: 64MiB, pids: 64}}\n"
          "  healthcheck: {{none: true}}\n  stopGracePeriod: 1s\n",
          i, boxwright::benchmark::kImage);
    }
  }

  pid_t start(std::vector<std::string> words) const {
    std::vector<std::string> all{settings_.boxwright, "--engine", engine_.endpoint(), "--state",
                                 (root_ / "state" / "state.db").string()};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (auto& word : all)
      argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int fd : {1, 2}) {
      posix_spawn_file_actions_addopen(&actions, fd, (root_ / "out.log").c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    pid_t pid = 0;
    const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + settings_.boxwright);
    return pid;
  }

  void run(const std::vector<std::string>& words) const {
    const pid_t pid = start(words);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      std::ifstream log(root_ / "out.log");
      std::cerr << log.rdbuf();
      throw std::runtime_error("boxwright " + words.front() + " failed");
    }
  }

  [[nodiscard]] std::string boxes() const { return (root_ / "boxes").string(); }
  void forget_state() const {
    std::error_code ignored;
    fs::remove_all(root_ / "state", ignored);
  }

 private:
  const Settings& settings_;
  Dockerd& engine_;
  fs::path root_;
};

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
  }
  return settings;
}

int measure(const Settings& settings) {
  Dockerd engine;
  boxwright::test::ImageRecipe recipe;
  recipe.command = {"sleep", "1000000"};
  engine.import_image(boxwright::benchmark::kImage, recipe);
  const Bench bench(settings, engine);
  std::vector<Row> rows;
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
  print(rows, settings.json_file);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto settings = read_settings(argc, argv);
  if (settings.boxwright.empty()) {
    std::cerr << "usage: engine_benchmark BOXWRIGHT [--boxes N] [--idle-boxes N] [--rounds N] "
                 "[--json FILE]\n";
    return 64;
  }
  try {
    return measure(settings);
  } catch (const std::exception& error) {
    std::cerr << "engine_benchmark: " << error.what() << "\n";
    return 1;
  }
}
