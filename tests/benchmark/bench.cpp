#include "tests/benchmark/bench.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>

#include "tests/benchmark/bare_calls.h"

extern char** environ;

namespace boxwright::benchmark {

namespace fs = std::filesystem;

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

void pause_for(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

Bench::Bench(const Settings& settings, test::Dockerd& engine)
    : settings_(settings), engine_(engine) {
  std::string pattern = (fs::temp_directory_path() / "bw-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  root_ = pattern;
}

Bench::~Bench() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void Bench::write_boxes(int count, const std::string& extra) const {
  fs::create_directories(root_ / "boxes");
  std::ofstream(root_ / "boxes" / "boxwright.yaml")
      << "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: bench}\n";
  for (int i = 0; i < count; ++i) {
    const auto name = fmt::format("b{:03}", i);
    const auto beside = root_ / "boxes" / ("." + name);
    std::ofstream(beside) << fmt::format(
                                 "apiVersion: boxwright.dev/v1\nkind: Box\n"
                                 "metadata: {{name: {}}}\nspec:\n  image: {}\n"
                                 "  resources: {{cpus: 0.5, memory: 64MiB, pids: 64}}\n"
                                 "  stopGracePeriod: 1s\n",
                                 name, kImage)
                          << extra;
    fs::rename(beside, root_ / "boxes" / (name + ".yaml"));
  }
}

pid_t Bench::start(std::vector<std::string> words) const {
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

void Bench::run(const std::vector<std::string>& words) const {
  const pid_t pid = start(words);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::ifstream log(root_ / "out.log");
    std::cerr << log.rdbuf();
    throw std::runtime_error("boxwright " + words.front() + " failed");
  }
}

void Bench::forget_state() const {
  std::error_code ignored;
  fs::remove_all(root_ / "state", ignored);
}

}  // namespace boxwright::benchmark
