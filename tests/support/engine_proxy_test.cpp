// The proxy itself, in front of a server that says what it is told to.

#include "tests/support/engine_proxy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/raw_http.h"
#include "tests/support/scripted_server.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class Proxy : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bw-proxy-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    server_ = std::make_unique<ScriptedServer>(root_ / "engine.sock", [](const auto& request) {
      return ScriptedReply{.status = 200, .body = request.method + " " + request.body};
    });
    proxy_ = std::make_unique<EngineProxy>(root_ / "proxy.sock", root_ / "engine.sock");
  }
  void TearDown() override {
    proxy_.reset();
    server_.reset();
    fs::remove_all(root_);
  }
  RawReply send(const std::string& method, const std::string& path, const std::string& body = "") {
    return raw_http(root_ / "proxy.sock", method, path, body);
  }

  fs::path root_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<EngineProxy> proxy_;
};

TEST_F(Proxy, PassesAndWritesDownWhatPasses) {
  // Longer than what one side is let wait with.
  const std::string body(std::size_t{3} << 20U, 'x');
  EXPECT_EQ(send("POST", "/v1.41/containers/create?name=box-a%2Fb&x", body).body, "POST " + body);
  EXPECT_EQ(send("GET", "/_ping").status, 200);
  const auto seen = proxy_->requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].path, "/containers/create");
  EXPECT_EQ(seen[0].query.at("name"), "box-a/b");
  EXPECT_EQ(seen[0].query.count("x"), 1U);
  EXPECT_TRUE(seen[0].is_mutating());
  EXPECT_EQ(seen[1].path, "/_ping");
  EXPECT_FALSE(seen[1].is_mutating());
}

TEST_F(Proxy, RefusesWithoutTheEngineSeeingIt) {
  proxy_->judge_by([](const EngineRequest& request) {
    return request.is_mutating() ? Fate::Refuse : Fate::Pass;
  });
  EXPECT_EQ(send("POST", "/x", "{}").status, 403);
  EXPECT_EQ(send("GET", "/x").status, 200);
  EXPECT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(proxy_->refused().size(), 1U);
}

TEST_F(Proxy, ARequestThatVanishesIsNotSeenByTheEngine) {
  proxy_->judge_by([](const EngineRequest&) { return Fate::Vanish; });
  EXPECT_THROW(send("POST", "/x", "{}"), std::runtime_error);
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(Proxy, ALostReplyWasGivenByTheEngine) {
  proxy_->judge_by([](const EngineRequest&) { return Fate::LoseReply; });
  EXPECT_THROW(send("POST", "/x", "{}"), std::runtime_error);
  ASSERT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(server_->requests()[0].body, "{}");
}

TEST_F(Proxy, AnAbandonedRequestReachesTheEngineWhole) {
  proxy_->judge_by([](const EngineRequest&) { return Fate::Abandon; });
  const std::string body(std::size_t{3} << 20U, 'x');
  EXPECT_THROW(send("POST", "/x", body), std::runtime_error);
  // Told by the server's own thread, a moment later.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (server_->requests().empty() && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  ASSERT_EQ(server_->requests().size(), 1U);
  EXPECT_EQ(server_->requests()[0].body.size(), body.size());
}

TEST_F(Proxy, AnEngineThatIsAwayClosesTheConnectionAndTheNextOneIsServed) {
  server_.reset();
  EXPECT_THROW(send("GET", "/x"), std::runtime_error);
  server_ = std::make_unique<ScriptedServer>(root_ / "engine.sock",
                                             [](const auto&) { return ScriptedReply{}; });
  EXPECT_EQ(send("GET", "/x").status, 200);
}

TEST(RequestLine, IsTakenApartOrRefused) {
  const auto request = parse_request_line("DELETE /v1.44/containers/ab?force=1 HTTP/1.1");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/containers/ab");
  EXPECT_EQ(request->query.at("force"), "1");
  EXPECT_EQ(parse_request_line("GET /volumes HTTP/1.1")->path, "/volumes");
  EXPECT_FALSE(parse_request_line("GET /volumes"));
  EXPECT_FALSE(parse_request_line(""));
}

}  // namespace
}  // namespace boxwright::test
