#include "tests/support/raw_http.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace boxwright::test {

namespace {

class Connection {
 public:
  explicit Connection(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (fd_ < 0 || path.size() >= sizeof(address.sun_path))
      throw std::runtime_error("socket: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    const timeval patience{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    // The socket interface wants a generic address.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd_, generic, sizeof address) != 0) {
      const int problem = errno;
      ::close(fd_);
      throw std::runtime_error("connect " + path + ": " + ::strerror(problem));
    }
  }
  ~Connection() { ::close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send_all(const std::string& data) const {
    std::size_t sent = 0;
    while (sent < data.size()) {
      const ssize_t n = ::send(fd_, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;  // The answer, if any, says why.
      sent += static_cast<std::size_t>(n);
    }
  }
  [[nodiscard]] std::string read_all() const {
    std::string data;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (n == 0) return data;
      if (n < 0) throw std::runtime_error(std::string("no answer: ") + ::strerror(errno));
      data.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_;
};

std::string unchunk(const std::string& body) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = body.find("\r\n", at);
    if (end == std::string::npos) throw std::runtime_error("cut answer");
    const std::size_t size = std::stoul(body.substr(at, end - at), nullptr, 16);
    if (size == 0) return out;
    if (end + 2 + size > body.size()) throw std::runtime_error("cut answer");
    out += body.substr(end + 2, size);
    at = end + 2 + size + 2;
  }
}

RawReply parse(const std::string& data) {
  const std::size_t head_end = data.find("\r\n\r\n");
  if (head_end == std::string::npos || data.size() < 12) throw std::runtime_error("no HTTP answer");
  RawReply reply;
  reply.status = std::stoi(data.substr(9, 3));
  std::size_t at = data.find("\r\n") + 2;
  while (at < head_end) {
    const std::size_t end = std::min(data.find("\r\n", at), head_end);
    const std::size_t colon = data.find(':', at);
    if (colon < end) {
      std::string name = data.substr(at, colon - at);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      reply.headers[name] = data.substr(std::min(colon + 2, end), end - std::min(colon + 2, end));
    }
    at = end + 2;
  }
  reply.body = data.substr(head_end + 4);
  if (reply.headers["transfer-encoding"] == "chunked") reply.body = unchunk(reply.body);
  return reply;
}

}  // namespace

RawReply raw_http(const std::filesystem::path& socket, const std::string& method,
                  const std::string& path, const std::string& body,
                  const std::string& content_type) {
  const Connection connection(socket.string());
  std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, path);
  if (!body.empty()) request += fmt::format("Content-Type: {}\r\n", content_type);
  request += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  connection.send_all(request + body);
  return parse(connection.read_all());
}

std::string url_escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace boxwright::test
