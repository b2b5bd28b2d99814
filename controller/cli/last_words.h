#pragma once
// The last log lines of a box that failed, without the secrets that the box was given.

#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// Thread-safe.
class LastWords {
 public:
  explicit LastWords(Session& session) : session_(session) {}

  /// Of a container that is about to be removed, its secrets hidden.
  void keep(const BoxName& box, const std::vector<std::string>& log);
  /// What was kept, or what the container that is there now says; empty: nothing.
  [[nodiscard]] std::vector<std::string> of(const state::BoxStatus& status,
                                            const std::stop_token& stop);

 private:
  Session& session_;
  std::mutex mutex_;
  std::map<BoxName, std::vector<std::string>> kept_;
};

}  // namespace boxwright::cli
