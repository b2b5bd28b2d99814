#include "tests/support/scripted_server.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace boxwright::test {

namespace {

/// Reads more into `buffer`; false at the end of the connection.
bool receive(int connection, std::string& buffer) {
  std::array<char, 16384> bytes{};
  const ssize_t n = ::recv(connection, bytes.data(), bytes.size(), 0);
  if (n > 0) buffer.append(bytes.data(), static_cast<std::size_t>(n));
  return n > 0;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::size_t content_length(const std::string& head) {
  const std::string name = "content-length:";
  const std::size_t at = head.find(name);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

/// A body in chunks, which begins at `at`: taken out of the buffer. False at the connection's end.
bool take_chunks(int connection, std::string& buffer, std::size_t at, std::string& body) {
  while (true) {
    std::size_t line = 0;
    while ((line = buffer.find("\r\n", at)) == std::string::npos) {
      if (!receive(connection, buffer)) return false;
    }
    const std::size_t length = std::stoul(buffer.substr(at, line - at), nullptr, 16);
    while (buffer.size() < line + 2 + length + 2) {
      if (!receive(connection, buffer)) return false;
    }
    body += buffer.substr(line + 2, length);
    buffer.erase(at, line + 2 + length + 2 - at);
    if (length == 0) return true;
  }
}

/// The next request on the connection; false at its end.
bool read_request(int connection, std::string& buffer, ScriptedRequest& out, bool& last) {
  std::size_t head = std::string::npos;
  while ((head = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(connection, buffer)) return false;
  }
  const std::string fields = lower(buffer.substr(0, head));
  const std::size_t length = content_length(fields);
  last = fields.find("connection: close") != std::string::npos;
  out.body.clear();
  if (fields.find("transfer-encoding: chunked") != std::string::npos &&
      !take_chunks(connection, buffer, head + 4, out.body)) {
    return false;
  }
  while (buffer.size() < head + 4 + length) {
    if (!receive(connection, buffer)) return false;
  }
  const std::size_t first = buffer.find(' ');
  const std::size_t second = buffer.find(' ', first + 1);
  out.method = buffer.substr(0, first);
  out.path = buffer.substr(first + 1, second - first - 1);
  out.body += buffer.substr(head + 4, length);
  buffer.erase(0, head + 4 + length);
  return true;
}

}  // namespace

ScriptedServer::ScriptedServer(std::filesystem::path socket, Handler handler)
    : socket_(std::move(socket)),
      handler_(std::move(handler)),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_.string();
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  // The socket interface wants a generic address.
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener_, generic, sizeof address) != 0 || ::listen(listener_, 64) != 0) {
    throw std::runtime_error("cannot listen on " + path);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int connection : open_)
      ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : threads_)
    thread.join();
  for (const int connection : open_)
    ::close(connection);
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);
}

std::vector<ScriptedRequest> ScriptedServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

int ScriptedServer::connections() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(open_.size());
}

void ScriptedServer::stop_listening() {
  ::shutdown(listener_, SHUT_RDWR);
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::scoped_lock lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void ScriptedServer::serve(int connection) {
  std::string buffer;
  ScriptedRequest request;
  bool last = false;
  while (!last && read_request(connection, buffer, request, last)) {
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
    }
    const ScriptedReply reply = handler_(request);
    if (reply.silent) {
      while (receive(connection, buffer))
        buffer.clear();
      return;
    }
    std::string message = fmt::format("HTTP/1.1 {} Told\r\n{}", reply.status, reply.headers);
    const bool bodiless = reply.status == 204 || reply.status == 304;
    if (!bodiless) {
      message += fmt::format("Content-Length: {}\r\n", reply.body.size() + (reply.cut ? 1000 : 0));
    }
    message += "\r\n" + reply.body;
    ::send(connection, message.data(), message.size(), MSG_NOSIGNAL);
    if (reply.cut || last) {
      ::shutdown(connection, SHUT_RDWR);
      return;
    }
  }
}

}  // namespace boxwright::test
