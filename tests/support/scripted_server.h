#pragma once
// An HTTP server on a unix socket that answers what a test tells it to, malformed answers included.

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace boxwright::test {

struct ScriptedRequest {
  std::string method;
  std::string path;  ///< With version and query.
  std::string body;  ///< Put together where it came in chunks.
};

struct ScriptedReply {
  int status = 200;
  std::string body;
  std::string headers = {};  ///< Further ones, each ending in `\r\n`.
  bool cut = false;          ///< Promise more than `body`, then close the connection.
  bool silent = false;       ///< Never answer; the connection stays open until the server ends.
};

/// Serves each connection on a thread of its own, several requests on one connection. All threads
/// end with this object.
class ScriptedServer {
 public:
  using Handler = std::function<ScriptedReply(const ScriptedRequest&)>;

  /// Listens on `socket`. `handler` may be called from several threads.
  ScriptedServer(std::filesystem::path socket, Handler handler);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::vector<ScriptedRequest> requests() const;
  [[nodiscard]] int connections() const;
  /// Closes the listener and removes the socket; the connections that are open are served on.
  void stop_listening();

 private:
  void accept_all();
  void serve(int connection);

  std::filesystem::path socket_;
  Handler handler_;
  int listener_ = -1;
  mutable std::mutex mutex_;
  std::vector<ScriptedRequest> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace boxwright::test
