#pragma once
// A folder of boxes, a state folder, the binary over them, and rows of what was measured.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/dockerd.h"

namespace boxwright::benchmark {

struct Settings {
  std::string boxwright;
  int boxes = 30;
  int idle_boxes = 100;
  int rounds = 3;
  std::string json_file;
  std::string only;  ///< `replacement`: this part alone; empty: all.
};

struct Row {
  std::string what;
  double ours = 0;
  double bare = 0;
  double limit = 0;
  std::string unit;
};

[[nodiscard]] double seconds_of(const std::function<void()>& work);
[[nodiscard]] double median(std::vector<double> values);
/// Waits without spinning; nothing here notifies, it is a bounded wait between two looks.
void pause_for(std::chrono::milliseconds time);

/// The engine must outlive it.
class Bench {
 public:
  Bench(const Settings& settings, test::Dockerd& engine);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// `extra` are further lines below `spec:`.
  void write_boxes(int count, const std::string& extra = "  healthcheck: {none: true}\n") const;
  [[nodiscard]] pid_t start(std::vector<std::string> words) const;
  /// Throws std::runtime_error unless it ends with 0.
  void run(const std::vector<std::string>& words) const;
  [[nodiscard]] std::string boxes() const { return (root_ / "boxes").string(); }
  void forget_state() const;

 private:
  const Settings& settings_;
  test::Dockerd& engine_;
  std::filesystem::path root_;
};

}  // namespace boxwright::benchmark
