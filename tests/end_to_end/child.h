#pragma once
// Programs run by a test: no shell, a limit of time, ended with their object.

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace boxwright::test {

/// A child process in a process group of its own, its output in files.
class Child {
 public:
  struct Settings {
    std::vector<std::string> words;
    std::filesystem::path out;
    std::filesystem::path err;
    std::vector<std::string> environment = {};  ///< `NAME=value`, beside what the test has.
  };

  /// Throws std::runtime_error if it cannot be started.
  explicit Child(const Settings& settings);
  /// SIGKILL, if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const;
  /// Waits for its end and gives its exit code, 128 + signal if one ended it; -1: it did not end in
  /// time and was killed.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(60));
  [[nodiscard]] bool runs();
  [[nodiscard]] int pid() const { return pid_; }

 private:
  int pid_ = -1;
  std::optional<int> code_;
};

/// Looks again and again, every 30 ms; true as soon as the condition holds, false after the limit.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(20));
/// The opposite proof: true if the condition holds at every look for all of that time.
[[nodiscard]] bool keeps(const std::function<bool()>& condition, std::chrono::milliseconds time);

[[nodiscard]] std::string read_text(const std::filesystem::path& file);

}  // namespace boxwright::test
