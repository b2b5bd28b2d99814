#include "controller/cli/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "controller/cli/exit_codes.h"

namespace boxwright::cli {

SignalListener::SignalListener() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  struct sigaction hangup{};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&wanted, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = ::signalfd(-1, &wanted, SFD_CLOEXEC);
  ended_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || ended_ < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot listen for signals");
  }
  thread_ = std::thread([this] { listen(); });
}

SignalListener::~SignalListener() {
  const std::uint64_t one = 1;
  // An eventfd with a small count cannot refuse.
  (void)!::write(ended_, &one, sizeof(one));
  thread_.join();
  ::close(signals_);
  ::close(ended_);
}

void SignalListener::listen() {
  while (true) {
    std::array<pollfd, 2> fds{{{signals_, POLLIN, 0}, {ended_, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    if (fds[1].revents != 0) return;
    if (fds[0].revents == 0) continue;
    signalfd_siginfo got{};
    if (::read(signals_, &got, sizeof(got)) != static_cast<ssize_t>(sizeof(got))) continue;
    if (got.ssi_signo == SIGINT && source_.stop_requested()) ::_exit(kInterrupted);
    source_.request_stop();
  }
}

}  // namespace boxwright::cli
