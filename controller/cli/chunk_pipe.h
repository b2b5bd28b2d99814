#pragma once
// Bytes from one thread to another, with a bound on how many wait: one side of a copy is pushed at
// us, the other one pulls.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "specs/base/error.h"

namespace boxwright::cli {

/// One writer, one reader.
class ChunkPipe {
 public:
  /// Waits while too much is waiting. False: nobody reads any more.
  [[nodiscard]] bool push(std::string chunk);
  /// No more will come: an end, or why there is none.
  void end(const Status& how);
  /// Waits for the next bytes; empty: the end.
  [[nodiscard]] Result<std::string> pop();
  /// The reader wants no more.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<std::string> waiting_;
  std::optional<Status> ended_;
  bool closed_ = false;
};

}  // namespace boxwright::cli
