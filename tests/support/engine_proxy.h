#pragma once
// A unix socket in front of an engine's: writes down every request that passes, and may refuse one,
// keep it from the engine, or lose its answer.

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace boxwright::test {

/// The first line of a request, taken apart.
struct EngineRequest {
  std::string method;
  std::string path;  ///< Without version and query, as it was escaped: `/containers/ab12/json`.
  std::map<std::string, std::string> query;  ///< Unescaped.
  std::string target;                        ///< As it was sent.

  /// Whatever does neither read nor ask: every method but GET and HEAD.
  [[nodiscard]] bool is_mutating() const { return method != "GET" && method != "HEAD"; }
};

/// nullopt: it is no request line. `line` is without its end.
[[nodiscard]] std::optional<EngineRequest> parse_request_line(const std::string& line);

/// What becomes of a request.
enum class Fate {
  Pass,
  Refuse,     ///< 403, as a proxy with an allow-list answers. The engine never sees it.
  Vanish,     ///< The client's connection is closed. The engine never sees it.
  Abandon,    ///< The engine gets it, and finds its client gone at once.
  LoseReply,  ///< The engine does it all; the client's connection is closed in place of an answer.
};

/// Works on one thread of its own, which ends with this object. Every request has a connection of
/// its own to the engine, so that its answer ends with that; streams pass in both directions as
/// they come. A client that leaves is seen by the engine as leaving.
class EngineProxy {
 public:
  /// Asked for every request, on the proxy's thread, before anything reaches the engine. What it
  /// does there (a kill) is done by then.
  using Judge = std::function<Fate(const EngineRequest&)>;

  /// Throws std::runtime_error if it cannot listen on `socket`.
  EngineProxy(std::filesystem::path socket, std::filesystem::path engine, Judge judge = {});
  ~EngineProxy();
  EngineProxy(const EngineProxy&) = delete;
  EngineProxy& operator=(const EngineProxy&) = delete;

  /// `unix:///tmp/.../proxy.sock`.
  [[nodiscard]] std::string endpoint() const { return "unix://" + socket_.string(); }
  [[nodiscard]] std::vector<EngineRequest> requests() const;
  /// Those that were refused.
  [[nodiscard]] std::vector<EngineRequest> refused() const;
  void forget_requests();
  void judge_by(Judge judge);

 private:
  class Session;

  void run();
  void take_new(std::vector<std::unique_ptr<Session>>& sessions);
  Fate judge(const EngineRequest& request);

  std::filesystem::path socket_;
  std::filesystem::path engine_;
  int listener_ = -1;
  std::array<int, 2> wake_ = {-1, -1};
  mutable std::mutex mutex_;
  Judge judge_;
  std::vector<EngineRequest> requests_;
  std::vector<EngineRequest> refused_;
  std::thread thread_;
};

}  // namespace boxwright::test
