// The whole client against answers that no healthy engine gives, and against none.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "controller/engine/docker/docker_engine.h"
#include "state/ownership.h"
#include "tests/support/scripted_server.h"

namespace boxwright::docker {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using test::ScriptedReply;
using test::ScriptedRequest;
using test::ScriptedServer;

class DockerClient : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bw-client-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    DockerOptions options;
    options.endpoint = "unix://" + socket().string();
    options.deadlines.read = Duration{300};
    options.deadlines.pull_silence = Duration{1000};
    engine_ = connect_docker(options, clock_).value();
  }
  void TearDown() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  [[nodiscard]] fs::path socket() const { return folder_ / "engine.sock"; }
  engine::Engine& engine() { return *engine_; }
  ScriptedServer& server() { return *server_; }

  /// An engine of these versions; what is asked beyond its version goes to `answer`.
  void serve(const std::string& oldest, const std::string& newest,
             const ScriptedServer::Handler& answer) {
    server_ = std::make_unique<ScriptedServer>(
        socket(), [oldest, newest, answer](const ScriptedRequest& request) -> ScriptedReply {
          if (request.path == "/_ping") {
            return {.body = "OK", .headers = "Api-Version: " + newest + "\r\n"};
          }
          if (request.path == "/version") {
            return {.body = R"({"Version":"1","ApiVersion":")" + newest + R"(","MinAPIVersion":")" +
                            oldest + "\"}"};
          }
          return answer(request);
        });
  }
  void serve(const ScriptedServer::Handler& answer) { serve("1.12", "1.41", answer); }
  void serve(const ScriptedReply& always) {
    serve([always](const ScriptedRequest&) { return always; });
  }

  Result<engine::StepReply> perform(engine::StepKind kind,
                                    const engine::ProgressSink& progress = {}) {
    return engine().perform({std::move(kind), "test"}, progress, {});
  }
  Result<engine::StepReply> start() { return perform(engine::StartContainer{ContainerId{"c1"}}); }

  SystemClock clock_;
  fs::path folder_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<engine::Engine> engine_;
};

/// The result is an error of this code; evaluated once.
template <class T>
void expect_code(const Result<T>& result, ErrorCode expected) {
  if (result) {
    ADD_FAILURE() << "it succeeded";
    return;
  }
  EXPECT_EQ(to_string(result.error().code), to_string(expected)) << result.error().message;
}

TEST_F(DockerClient, SaysThatThereIsNoSocket) {
  const auto reply = start();
  expect_code(reply, ErrorCode::Unavailable);
  EXPECT_NE(reply.error().message.find("no such socket"), std::string::npos)
      << reply.error().message;
  EXPECT_TRUE(reply.error().message.starts_with("start container c1: ")) << reply.error().message;
}

TEST_F(DockerClient, SaysThatTheSocketIsAFile) {
  std::ofstream(socket()) << "no socket";
  const auto reply = start();
  expect_code(reply, ErrorCode::Unavailable);
  EXPECT_NE(reply.error().message.find("is not a socket"), std::string::npos)
      << reply.error().message;
}

TEST_F(DockerClient, PrefixesTheNegotiatedVersion) {
  serve("1.12", "1.41", [](const auto&) { return ScriptedReply{.status = 204}; });
  ASSERT_TRUE(start().has_value());
  EXPECT_EQ(server().requests().back().path, "/v1.41/containers/c1/start");
}

TEST_F(DockerClient, NeverSendsAVersionThatANewerEngineRefuses) {
  serve("1.44", "1.53", [](const auto&) { return ScriptedReply{.status = 204}; });
  ASSERT_TRUE(start().has_value());
  EXPECT_EQ(server().requests().back().path, "/v1.51/containers/c1/start");
}

TEST_F(DockerClient, NegotiatesOnceForManyCalls) {
  serve({.status = 204});
  ASSERT_TRUE(start().has_value());
  ASSERT_TRUE(start().has_value());
  EXPECT_EQ(server().requests().size(), 4U) << "the version's two, and two starts";
}

TEST_F(DockerClient, AsksForManyThingsOverOneConnection) {
  serve({.body = "{}"});
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(engine().facts({}).has_value());
  EXPECT_EQ(server().connections(), 1);
}

TEST_F(DockerClient, RefusesAnEngineThatIsTooOld) {
  serve("1.12", "1.40", [](const auto&) { return ScriptedReply{.status = 204}; });
  expect_code(start(), ErrorCode::Unsupported);
}

TEST_F(DockerClient, NegotiatesAgainOnceWhenTheVersionIsRefused) {
  std::atomic<int> refused = 0;
  serve([&refused](const ScriptedRequest&) -> ScriptedReply {
    if (refused++ == 0) {
      return {
          .status = 400,
          .body =
              R"({"message":"client version 1.41 is too old. Minimum supported API version is 1.44"})"};
    }
    return {.status = 204};
  });
  EXPECT_TRUE(start().has_value());
  EXPECT_EQ(refused, 2);
}

TEST_F(DockerClient, GivesUpWhenTheVersionIsRefusedAgain) {
  serve({.status = 400, .body = R"({"message":"client version 1.41 is too new. Maximum ..."})"});
  expect_code(start(), ErrorCode::Unsupported);
  int calls = 0;
  for (const ScriptedRequest& request : server().requests())
    calls += request.path.ends_with("start") ? 1 : 0;
  EXPECT_EQ(calls, 2);
}

/// Archives in two pieces, as they are read from a file: what was handed out is gone.
engine::ArchiveChunks two_pieces() {
  return [left = std::make_shared<std::vector<std::string>>(
              std::vector<std::string>{"", "second", "first "})]() -> Result<std::string> {
    if (left->empty())
      return fail(ErrorCode::Internal, RetryClass::Terminal, "read beyond its end");
    auto piece = left->back();
    left->pop_back();
    return piece;
  };
}

TEST_F(DockerClient, NegotiatesBeforeItSendsAnArchive) {
  serve("1.12", "1.41", [](const auto&) { return ScriptedReply{.status = 204}; });
  ASSERT_TRUE(start().has_value());
  server_.reset();
  // Another engine is there meanwhile, and nobody has asked it anything yet.
  serve("1.44", "1.51", [](const ScriptedRequest& request) -> ScriptedReply {
    if (request.path.starts_with("/v1.41/"))
      return {.status = 400, .body = R"({"message":"client version 1.41 is too old"})"};
    return {.status = 200};
  });
  const auto sent = engine().write_archive(ContainerId{"c1"}, "/", two_pieces(), {});
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(server().requests().back().path.starts_with("/v1.51/"));
  EXPECT_EQ(server().requests().back().body, "first second");
}

TEST_F(DockerClient, SendsNoArchiveASecondTime) {
  serve([](const auto&) -> ScriptedReply {
    return {.status = 400, .body = R"({"message":"client version 1.41 is too new"})"};
  });
  const auto sent = engine().write_archive(ContainerId{"c1"}, "/", two_pieces(), {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::Unavailable) << sent.error().message;
  EXPECT_NE(sent.error().message.find("send them again"), std::string::npos)
      << sent.error().message;
  const auto requests = server().requests();
  EXPECT_EQ(std::count_if(requests.begin(), requests.end(),
                          [](const auto& request) { return request.method == "PUT"; }),
            1);
}

TEST_F(DockerClient, AsksForTheVersionAgainAfterTheEngineWasAway) {
  serve("1.12", "1.41", [](const auto&) { return ScriptedReply{.status = 204}; });
  ASSERT_TRUE(start().has_value());
  server_.reset();
  expect_code(start(), ErrorCode::Unavailable);
  serve("1.44", "1.50", [](const auto&) { return ScriptedReply{.status = 204}; });
  ASSERT_TRUE(start().has_value());
  EXPECT_EQ(server().requests().back().path, "/v1.50/containers/c1/start");
}

TEST_F(DockerClient, ChangesNothingOnAnEngineThatIsAboutToStop) {
  serve({.body = "{}"});
  ASSERT_TRUE(engine().facts({}).has_value());
  server().stop_listening();
  const auto read = engine().facts({});
  EXPECT_TRUE(read.has_value()) << "the kept connection still answers: " << read.error().message;
  const std::size_t asked = server().requests().size();
  const auto started = start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(server().requests().size(), asked);
}

TEST_F(DockerClient, TellsTheEnginesWordsOnEveryRefusal) {
  serve(
      {.status = 500, .body = R"({"message":"driver failed programming external connectivity"})"});
  const auto reply = start();
  expect_code(reply, ErrorCode::Refused);
  EXPECT_NE(reply.error().message.find("driver failed"), std::string::npos);
}

TEST_F(DockerClient, SurvivesAnErrorThatIsNotJson) {
  serve({.status = 502, .body = "<html>bad gateway</html>"});
  EXPECT_NE(start().error().message.find("bad gateway"), std::string::npos);
}

TEST_F(DockerClient, EndsByTheDeadlineWhenNothingAnswers) {
  serve({.silent = true});
  const auto begin = steady_clock::now();
  const auto reply = perform(engine::RenameContainer{ContainerId{"c1"}, "box-ada"});
  expect_code(reply, ErrorCode::DeadlineExceeded);
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_NE(reply.error().message.find("300ms"), std::string::npos) << reply.error().message;
}

TEST_F(DockerClient, EndsAtOnceWhenAskedToStop) {
  serve({.silent = true});
  std::stop_source source;
  std::jthread stopper([&] {
    while (server().requests().size() < 3)
      std::this_thread::yield();
    source.request_stop();
  });
  const auto begin = steady_clock::now();
  const auto reply =
      engine().perform({engine::StartContainer{ContainerId{"c1"}}, "test"}, {}, source.get_token());
  expect_code(reply, ErrorCode::Cancelled);
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST_F(DockerClient, NeverGivesAPartOfTheFleet) {
  serve([](const ScriptedRequest& request) -> ScriptedReply {
    if (request.path.ends_with("/info")) return {.body = R"({"DockerRootDir":"/nowhere/at/all"})"};
    if (request.path.find("/containers/json") != std::string::npos) {
      return {
          .body =
              R"([{"Id":"a1","Names":["/box-a"],"Labels":{"dev.boxwright.installation":"x"}}])"};
    }
    if (request.path.ends_with("/containers/a1/json")) return {.body = R"({"Id": "a1", "State": )"};
    return {.body = "[]"};
  });
  const auto fleet = engine().observe_fleet(Installation{"x"}, {});
  expect_code(fleet, ErrorCode::Unavailable);
  EXPECT_NE(fleet.error().message.find("inspect container box-a"), std::string::npos)
      << fleet.error().message;
}

TEST_F(DockerClient, LeavesOutAContainerThatVanishedAfterTheList) {
  serve([](const ScriptedRequest& request) -> ScriptedReply {
    if (request.path.ends_with("/info")) return {.body = R"({"DockerRootDir":"/nowhere/at/all"})"};
    if (request.path.find("/containers/json") != std::string::npos) {
      return {
          .body =
              R"([{"Id":"a1","Names":["/box-a"],"Labels":{"dev.boxwright.installation":"x"}}])"};
    }
    if (request.path.ends_with("/containers/a1/json")) {
      return {.status = 404, .body = R"({"message":"No such container: a1"})"};
    }
    return {.body =
                request.path.find("/volumes") != std::string::npos ? R"({"Volumes":null})" : "[]"};
  });
  const auto fleet = engine().observe_fleet(Installation{"x"}, {});
  ASSERT_TRUE(fleet.has_value()) << fleet.error().message;
  EXPECT_TRUE(fleet->containers.empty());
  EXPECT_EQ(fleet->disk_free_percent, std::nullopt);
}

TEST_F(DockerClient, FailsAPullThatFailsAfterTheHeaders) {
  serve({.body =
             "{\"status\":\"Pulling from x\",\"id\":\"1\"}\n"
             "{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}\n"});
  const auto reply = perform(engine::PullImage{"x:1"});
  expect_code(reply, ErrorCode::Refused);
  EXPECT_NE(reply.error().message.find("no space left"), std::string::npos);
}

TEST_F(DockerClient, FailsAPullThatIsCutOff) {
  serve({.body = "{\"status\":\"Pulling from x\",\"id\":\"1\"}\n{\"sta", .cut = true});
  expect_code(perform(engine::PullImage{"x:1"}), ErrorCode::Unavailable);
}

TEST_F(DockerClient, ShowsThePullsProgress) {
  serve({.body = R"({"status":"Downloading","progressDetail":{"current":1,"total":4},"id":"a"}
{"status":"Downloading","progressDetail":{"current":2,"total":4},"id":"b"}
{"status":"Download complete","progressDetail":{},"id":"a"}
{"status":"Pull complete","progressDetail":{},"id":"b"}
)"});
  std::vector<std::string> told;
  const auto reply = perform(engine::PullImage{"registry:5000/x/y"},
                             [&told](const std::string& text) { told.push_back(text); });
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(told, (std::vector<std::string>{"pulling 25 %", "pulling 37 %", "pulling 75 %",
                                            "pulling 100 %"}));
  EXPECT_NE(server().requests().back().path.find("fromImage=registry%3A5000%2Fx%2Fy&tag=latest"),
            std::string::npos);
}

TEST_F(DockerClient, KeepsTheWarningsOfCreateAndUpdate) {
  serve({.status = 201, .body = R"({"Id":"c9","Warnings":["limit discarded"]})"});
  const auto created = perform(engine::CreateContainer{"box-ada", {}, {}});
  ASSERT_TRUE(created.has_value()) << created.error().message;
  EXPECT_EQ(created->created.str(), "c9");
  EXPECT_EQ(created->warnings, std::vector<std::string>{"limit discarded"});
}

TEST_F(DockerClient, WaitsForARemovalThatIsUnderWay) {
  serve({.status = 409, .body = R"({"message":"removal of container c1 is already in progress"})"});
  const auto reply = perform(engine::RemoveContainer{ContainerId{"c1"}});
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().retry, RetryClass::Waiting);
}

TEST_F(DockerClient, NeverAsksForTheRemovalOfAnonymousVolumes) {
  serve({.status = 204});
  ASSERT_TRUE(perform(engine::RemoveContainer{ContainerId{"c1"}, true}).has_value());
  EXPECT_EQ(server().requests().back().path, "/v1.41/containers/c1?force=1");
  ASSERT_TRUE(perform(engine::RemoveContainer{ContainerId{"c1"}}).has_value());
  EXPECT_EQ(server().requests().back().path, "/v1.41/containers/c1");
}

TEST_F(DockerClient, TakesAVolumeOfAnotherBoxForAConflict) {
  serve(
      {.status = 201,
       .body =
           R"({"Name":"v","Labels":{"dev.boxwright.installation":"x","dev.boxwright.uid":"2"}})"});
  const auto theirs = perform(engine::CreateVolume{
      VolumeName{"v"}, {{state::kLabelInstallation, "x"}, {state::kLabelUid, "1"}}});
  expect_code(theirs, ErrorCode::Conflict);
  const auto ours = perform(engine::CreateVolume{
      VolumeName{"v"}, {{state::kLabelInstallation, "x"}, {state::kLabelUid, "2"}}});
  EXPECT_TRUE(ours.has_value());
}

TEST_F(DockerClient, NamesTheNetworkWhenAStartIsRefusedForIt) {
  serve({.status = 404, .body = R"({"message":"network 4f66 not found"})"});
  expect_code(start(), ErrorCode::Refused);
  server_.reset();
  serve({.status = 404, .body = R"({"message":"No such container: c1"})"});
  expect_code(start(), ErrorCode::NotFound);
}

TEST_F(DockerClient, EndsTheEventsWithTheStream) {
  serve({.body = R"({"Type":"image","Action":"untag","Actor":{"ID":"x"},"timeNano":1}
{"Type":"container","Action":"exec_die","Actor":{"ID":"c1","Attributes":{"dev.boxwright.box":"ada"}}}
)"});
  int opened = 0;
  std::vector<std::string> actions;
  const Status end = engine().follow_events(
      [&] { ++opened; }, [&](const auto& event) { actions.push_back(event.action); }, {});
  EXPECT_TRUE(end.has_value());
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(actions, std::vector<std::string>{"untag"});
}

TEST_F(DockerClient, FailsTheEventsOnRubbishAndOnRefusal) {
  serve({.body = "rubbish\n"});
  expect_code(engine().follow_events([] {}, [](const auto&) {}, {}), ErrorCode::Unavailable);
  server_.reset();
  serve({.status = 500, .body = R"({"message":"no"})"});
  int opened = 0;
  expect_code(engine().follow_events([&] { ++opened; }, [](const auto&) {}, {}),
              ErrorCode::Refused);
  EXPECT_EQ(opened, 0);
}

}  // namespace
}  // namespace boxwright::docker
