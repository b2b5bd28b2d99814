#pragma once
// A shell in process, network and mount namespaces of its own, which runs commands for a test.

#include <sys/types.h>

#include <string>

namespace boxwright::test {

/// Process 1 in there is an init that reaps; it ends when the pipe to it closes, and with it the
/// kernel ends every other process in there. So nothing is left even if the test itself is killed.
class Namespaces {
 public:
  /// Throws std::runtime_error where namespaces are not permitted.
  Namespaces();
  ~Namespaces();
  Namespaces(const Namespaces&) = delete;
  Namespaces& operator=(const Namespaces&) = delete;

  /// Runs one line of shell in the long-lived shell (so `&` and variables last); gives its exit
  /// code. Its output is not seen: redirect it.
  int run(const std::string& line);

 private:
  std::string read_line();

  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string pending_;
};

}  // namespace boxwright::test
