#include "controller/cli/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

namespace boxwright::cli {
namespace {

/// The service manager's end.
class Listener {
 public:
  explicit Listener(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    bound_ = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] bool bound() const { return bound_; }
  [[nodiscard]] std::string receive() const {
    std::array<char, 256> buffer{};
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string{};
  }

 private:
  int fd_;
  bool bound_ = false;
};

TEST(Notify, SendsTheStateToASocketFile) {
  const auto path =
      std::filesystem::path(::testing::TempDir()) / ("notify-" + std::to_string(::getpid()));
  std::filesystem::remove(path);
  const Listener listener(path.string());
  ASSERT_TRUE(listener.bound());
  notify_service(path.string(), "READY=1");
  EXPECT_EQ(listener.receive(), "READY=1");
  std::filesystem::remove(path);
}

TEST(Notify, SendsToAnAbstractAddress) {
  const auto name = "@boxwright-notify-" + std::to_string(::getpid());
  const Listener listener(name);
  ASSERT_TRUE(listener.bound());
  notify_service(name, "WATCHDOG=1");
  EXPECT_EQ(listener.receive(), "WATCHDOG=1");
}

TEST(Notify, IsQuietWhereNobodyListens) {
  notify_service("", "READY=1");
  notify_service("/nonexistent/socket", "READY=1");
  notify_service(std::string(200, 'x'), "READY=1");
}

}  // namespace
}  // namespace boxwright::cli
