#include "tests/support/engine_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace boxwright::test {

namespace {

constexpr std::size_t kLongestHead = std::size_t{64} << 10U;
/// More is not read from one side before the other has taken some.
constexpr std::size_t kMostWaiting = std::size_t{1} << 20U;

sockaddr_un address_of(const std::filesystem::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// A descriptor that is closed with its object.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void take(int fd) {
    close();
    fd_ = fd;
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// Reads what there is; false at the end of the connection.
bool read_into(const Socket& socket, std::string& buffer) {
  std::array<char, 65536> bytes{};
  const ssize_t n = ::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (n > 0) buffer.append(bytes.data(), static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && errno == EAGAIN);
}

/// Writes what is taken; false if nobody is there any more.
bool write_from(const Socket& socket, std::string& buffer) {
  const ssize_t n = ::send(socket.get(), buffer.data(), buffer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0) buffer.erase(0, static_cast<std::size_t>(n));
  return n >= 0 || errno == EAGAIN;
}

/// The head of a request (with its empty line) that asks for the connection to end with the answer.
std::string closing_head(const std::string& head) {
  std::string out;
  std::size_t from = 0;
  while (from < head.size()) {
    const std::size_t end = head.find("\r\n", from);
    const std::string line = head.substr(from, end - from);
    std::string name = line.substr(0, line.find(':'));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (line.empty()) out += "Connection: close\r\n";
    if (name != "connection") out += line + "\r\n";
    from = end + 2;
  }
  return out;
}

/// How long the body of a request is, by its head.
std::size_t body_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string name = "\r\ncontent-length:";
  const auto at = head.find(name);
  return at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + name.size(), nullptr, 10);
}

constexpr const char* kRefusal =
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\n"
    "Content-Length: 48\r\n\r\n{\"message\":\"refused by the proxy's allow-list\"}\n";

}  // namespace

/// One client's connection and what belongs to it.
class EngineProxy::Session {
 public:
  Session(EngineProxy& proxy, int client) : proxy_(proxy), client_(client) {}

  [[nodiscard]] bool is_over() const { return over_; }
  void wait_for(std::vector<pollfd>& polled) const;
  /// Takes one step in every direction that is ready.
  void advance();

 private:
  void read_client();
  void read_engine();
  void take_head();
  void forward(const std::string& head, std::string rest);
  [[nodiscard]] bool reads_client() const {
    return client_.is_open() && to_engine_.size() < kMostWaiting;
  }

  EngineProxy& proxy_;
  Socket client_;
  Socket engine_;
  std::string head_;  ///< Until the request is known.
  std::string to_engine_;
  std::size_t owed_ = 0;  ///< Of the request's body, not read yet.
  std::string to_client_;
  Fate fate_ = Fate::Pass;
  bool known_ = false;
  bool engine_ended_ = false;
  bool over_ = false;
};

void EngineProxy::Session::wait_for(std::vector<pollfd>& polled) const {
  const auto flags = [](bool in, bool out) {
    return static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0));
  };
  if (client_.is_open()) {
    polled.push_back({client_.get(), flags(reads_client(), !to_client_.empty()), 0});
  }
  if (engine_.is_open() && !engine_ended_) {
    polled.push_back(
        {engine_.get(), flags(to_client_.size() < kMostWaiting, !to_engine_.empty()), 0});
  }
}

void EngineProxy::Session::advance() {
  if (reads_client()) read_client();
  if (over_) return;
  if (engine_.is_open() && !to_engine_.empty() && !write_from(engine_, to_engine_)) {
    to_engine_.clear();
  }
  if (fate_ == Fate::Abandon && known_ && to_engine_.empty() && owed_ == 0) {
    over_ = true;
    return;
  }
  if (engine_.is_open() && !engine_ended_ && to_client_.size() < kMostWaiting) read_engine();
  if (client_.is_open() && !to_client_.empty() && !write_from(client_, to_client_)) over_ = true;
  const bool answered = fate_ == Fate::Refuse || engine_ended_;
  if (known_ && answered && to_client_.empty()) over_ = true;
}

void EngineProxy::Session::read_client() {
  std::string bytes;
  if (!read_into(client_, bytes)) {
    // Its client is gone: the engine is to notice, unless it is to do all of this one.
    client_.close();
    if (fate_ != Fate::LoseReply) over_ = true;
    return;
  }
  if (known_) {
    owed_ -= std::min(owed_, bytes.size());
    to_engine_ += bytes;
    return;
  }
  head_ += bytes;
  take_head();
}

void EngineProxy::Session::read_engine() {
  std::string bytes;
  if (!read_into(engine_, bytes)) engine_ended_ = true;
  if (fate_ == Fate::Pass) to_client_ += bytes;
}

void EngineProxy::Session::take_head() {
  const std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) {
    over_ = head_.size() > kLongestHead;
    return;
  }
  const auto request = parse_request_line(head_.substr(0, head_.find("\r\n")));
  if (!request) {
    over_ = true;
    return;
  }
  fate_ = proxy_.judge(*request);
  known_ = true;
  if (fate_ == Fate::Vanish) {
    over_ = true;
  } else if (fate_ == Fate::Refuse) {
    to_client_ = kRefusal;
  } else {
    forward(closing_head(head_.substr(0, end + 4)), head_.substr(end + 4));
  }
}

void EngineProxy::Session::forward(const std::string& head, std::string rest) {
  engine_.take(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(proxy_.engine_);
  // The socket interface wants a generic address.
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(engine_.get(), generic, sizeof address) != 0) {
    over_ = true;
    return;
  }
  const auto length = body_length(head);
  owed_ = length - std::min(length, rest.size());
  to_engine_ = head + std::move(rest);
}

EngineProxy::EngineProxy(std::filesystem::path socket, std::filesystem::path engine, Judge judge)
    : socket_(std::move(socket)),
      engine_(std::move(engine)),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      judge_(std::move(judge)) {
  const sockaddr_un address = address_of(socket_);
  // The socket interface wants a generic address.
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener_, generic, sizeof address) != 0 || ::listen(listener_, 128) != 0 ||
      ::pipe2(wake_.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot listen on " + socket_.string());
  }
  thread_ = std::thread([this] { run(); });
}

EngineProxy::~EngineProxy() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);
}

void EngineProxy::run() {
  std::vector<std::unique_ptr<Session>> sessions;
  for (;;) {
    std::vector<pollfd> polled = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& session : sessions)
      session->wait_for(polled);
    ::poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) return;
    if (polled[1].revents != 0) take_new(sessions);
    for (const auto& session : sessions)
      session->advance();
    std::erase_if(sessions, [](const auto& session) { return session->is_over(); });
  }
}

void EngineProxy::take_new(std::vector<std::unique_ptr<Session>>& sessions) {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    sessions.push_back(std::make_unique<Session>(*this, client));
  }
}

Fate EngineProxy::judge(const EngineRequest& request) {
  Judge asked;
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    asked = judge_;
  }
  const Fate fate = asked ? asked(request) : Fate::Pass;
  if (fate == Fate::Refuse) {
    const std::scoped_lock lock(mutex_);
    refused_.push_back(request);
  }
  return fate;
}

std::vector<EngineRequest> EngineProxy::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::vector<EngineRequest> EngineProxy::refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

void EngineProxy::forget_requests() {
  const std::scoped_lock lock(mutex_);
  requests_.clear();
  refused_.clear();
}

void EngineProxy::judge_by(Judge judge) {
  const std::scoped_lock lock(mutex_);
  judge_ = std::move(judge);
}

}  // namespace boxwright::test
