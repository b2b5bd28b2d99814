#include "tests/support/namespaces.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace boxwright::test {

namespace {

constexpr const char* kServe =
    "ip link set lo up && echo ready && while IFS= read -r line; do eval \"$line\"; echo $?; done";

}  // namespace

Namespaces::Namespaces() {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe for the namespaces");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::array<const char*, 15> argv = {"unshare", "--net",        "--mount",      "--pid",
                                      "--fork",  "--kill-child", "--mount-proc", "--propagation",
                                      "private", "docker-init",  "--",           "sh",
                                      "-c",      kServe,         nullptr};
  // posix_spawn promises not to write through argv.
  const int problem = ::posix_spawnp(&pid_, argv[0], &actions, nullptr,
                                     const_cast<char* const*>(argv.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  to_ = in[1];
  from_ = out[0];
  if (problem != 0 || read_line() != "ready")
    throw std::runtime_error("no namespaces permitted here");
}

Namespaces::~Namespaces() {
  ::close(to_);
  ::close(from_);
  // The shell reads the end of its input and ends, process 1 with it; the kernel ends all others
  // before that is told to the parent.
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

int Namespaces::run(const std::string& line) {
  const std::string message = line + "\n";
  if (::write(to_, message.data(), message.size()) != static_cast<ssize_t>(message.size())) {
    throw std::runtime_error("the namespaces' shell is gone");
  }
  return std::stoi(read_line());
}

std::string Namespaces::read_line() {
  for (;;) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      const std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    std::array<char, 256> buffer{};
    const ssize_t n = ::read(from_, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw std::runtime_error("the namespaces' shell ended");
    pending_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace boxwright::test
