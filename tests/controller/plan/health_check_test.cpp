#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "controller/plan/wanted.h"

namespace boxwright::plan {
namespace {

/// Answers one GET at a time on a free port of 127.0.0.1 until it goes out of scope.
class OneLineServer {
 public:
  /// 200 for `path`, 503 for every other.
  explicit OneLineServer(std::string path) : path_(std::move(path)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0) std::abort();
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  OneLineServer(const OneLineServer&) = delete;
  OneLineServer& operator=(const OneLineServer&) = delete;
  ~OneLineServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve() const {
    for (;;) {
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      std::string request;
      char byte = 0;
      while (!request.ends_with("\r\n\r\n") && ::read(peer, &byte, 1) == 1) {
        request += byte;
      }
      const bool known = request.starts_with("GET " + path_ + " ");
      const std::string reply = std::string("HTTP/1.0 ") + (known ? "200 OK" : "503 No") +
                                "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
      static_cast<void>(::send(peer, reply.data(), reply.size(), MSG_NOSIGNAL));
      ::close(peer);
    }
  }

  std::string path_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

state::EngineHealthCheck http(std::uint16_t port, const std::string& path) {
  specs::HealthCheck check;
  check.check = specs::HttpCheck{port, path};
  return engine_health_check(check);
}

/// A folder that holds busybox under the names given, and curl where asked for.
class HttpCheckInShell : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kBusybox)) GTEST_SKIP() << "no busybox on this machine";
    bin_ = std::filesystem::path(testing::TempDir()) /
           ("health_" + std::to_string(::getpid()) + "_" +
            testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(bin_);
  }
  void TearDown() override { std::filesystem::remove_all(bin_); }

  void offer(const std::string& name, const std::string& target = kBusybox) {
    std::filesystem::create_symlink(target, bin_ / name);
  }
  /// Exit code of the check in `busybox sh`, which has nothing else in its PATH.
  [[nodiscard]] int run(const state::EngineHealthCheck& check) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("PATH", bin_.c_str(), 1);
      ::setenv("http_proxy", "http://127.0.0.1:1", 1);  // a box behind a proxy
      ::execl(kBusybox, "sh", "-c", check.test.at(1).c_str(), nullptr);
      ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  static constexpr const char* kBusybox = "/bin/busybox";
  std::filesystem::path bin_;
};

TEST_F(HttpCheckInShell, PassesWithWgetOnly) {
  const OneLineServer server("/healthz");
  offer("wget");
  EXPECT_EQ(run(http(server.port(), "/healthz")), 0);
  EXPECT_EQ(run(http(server.port(), "/other")), 1);
}

TEST_F(HttpCheckInShell, PassesWithWgetAndTimeout) {
  const OneLineServer server("/healthz");
  offer("wget");
  offer("timeout");
  offer("true");
  EXPECT_EQ(run(http(server.port(), "/healthz")), 0);
  EXPECT_EQ(run(http(server.port(), "/other")), 1);
}

TEST_F(HttpCheckInShell, PassesWithCurl) {
  if (!std::filesystem::exists("/usr/bin/curl")) GTEST_SKIP() << "no curl on this machine";
  const OneLineServer server("/healthz");
  offer("curl", "/usr/bin/curl");
  EXPECT_EQ(run(http(server.port(), "/healthz")), 0);
  EXPECT_EQ(run(http(server.port(), "/other")), 1);
}

TEST_F(HttpCheckInShell, FailsWithOneWhenNothingListens) {
  std::uint16_t port = 0;
  {
    port = OneLineServer("/").port();
  }
  offer("wget");
  EXPECT_EQ(run(http(port, "/")), 1);
}

TEST_F(HttpCheckInShell, RunsNothingThatAPathHolds) {
  const std::string marker = (bin_ / "marker").string();
  offer("wget");
  offer("touch");
  std::uint16_t port = 0;
  {
    port = OneLineServer("/").port();
  }
  for (const std::string& path :
       {"/'; touch " + marker + "; '", "/$(touch " + marker + ")", "/`touch " + marker + "`",
        "/\"; touch " + marker + "; \"", "/\ntouch " + marker + "\n"}) {
    EXPECT_EQ(run(http(port, path)), 1) << path;
    EXPECT_FALSE(std::filesystem::exists(marker)) << path;
  }
}

TEST_F(HttpCheckInShell, SendsQuotesAndBracketsAsTheyAre) {
  if (!std::filesystem::exists("/usr/bin/curl")) GTEST_SKIP() << "no curl on this machine";
  const OneLineServer server("/it's?a=[1]&b={2}");
  offer("curl", "/usr/bin/curl");
  EXPECT_EQ(run(http(server.port(), "/it's?a=[1]&b={2}")), 0);
}

TEST(EngineHealthCheck, CannotBeSentToAnotherHostByItsPath) {
  const std::string text = http(80, "@evil.example/").test.at(1);
  EXPECT_NE(text.find("'http://127.0.0.1:80/@evil.example/'"), std::string::npos) << text;
}

TEST(EngineHealthCheck, CarriesTheTimesOfTheSpec) {
  specs::HealthCheck check;
  check.interval = Duration{1};
  check.timeout = Duration{2};
  check.start_period = Duration{3};
  check.retries = 4;
  check.check = specs::ShellCheck{"true"};
  const state::EngineHealthCheck expected{
      {"CMD-SHELL", "true"}, Duration{1}, Duration{2}, Duration{3}, 4};
  EXPECT_EQ(engine_health_check(check), expected);
  check.check = specs::CommandCheck{{"/a", "b c"}};
  const std::vector<std::string> command{"CMD", "/a", "b c"};
  EXPECT_EQ(engine_health_check(check).test, command);
}

TEST(EngineHealthCheck, CarriesNoTimesForNone) {
  specs::HealthCheck check;
  check.check = specs::NoCheck{};
  const state::EngineHealthCheck expected{{"NONE"}, Duration{0}, Duration{0}, Duration{0}, 0};
  EXPECT_EQ(engine_health_check(check), expected);
}

TEST(EngineHealthCheck, LimitsTheClientToWholeSecondsUp) {
  specs::HealthCheck check;
  check.timeout = Duration{2500};
  EXPECT_NE(engine_health_check(check).test.at(1).find("curl -q -gfsS -m 3 "), std::string::npos);
  check.timeout = Duration{1};
  EXPECT_NE(engine_health_check(check).test.at(1).find("curl -q -gfsS -m 1 "), std::string::npos);
}

}  // namespace
}  // namespace boxwright::plan
