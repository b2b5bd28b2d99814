#pragma once
// SIGINT, SIGTERM and SIGHUP as a stop token.

#include <stop_token>
#include <thread>

namespace boxwright::cli {

/// Asks to stop at the first of these signals; a second SIGINT ends the process at once (exit 130).
/// A SIGHUP that was ignored when the process began (nohup) stays ignored. SIGPIPE is ignored: a
/// reader that has gone shows as a failed write.
///
/// Make it before any thread: the signals are blocked, and threads inherit that. Owns one thread.
class SignalListener {
 public:
  /// Throws std::system_error when the kernel gives no descriptor.
  SignalListener();
  ~SignalListener();
  SignalListener(const SignalListener&) = delete;
  SignalListener& operator=(const SignalListener&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void listen();

  std::stop_source source_;
  int signals_ = -1;
  int ended_ = -1;
  std::thread thread_;
};

}  // namespace boxwright::cli
