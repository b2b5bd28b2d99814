#include <gtest/gtest.h>

#include <cerrno>

#include "controller/engine/docker/api_version.h"
#include "controller/engine/docker/docker_engine.h"
#include "controller/engine/docker/errors.h"

namespace boxwright::docker {
namespace {

TEST(ParseApiVersion, AcceptsOnlyTwoNumbers) {
  EXPECT_EQ(parse_api_version("1.41"), (ApiVersion{1, 41}));
  for (const char* text : {"", "1", "1.", ".4", "1.4.1", "a.b", "1.-4", "-1.4", "1.4 "}) {
    EXPECT_FALSE(parse_api_version(text).has_value()) << text;
  }
  EXPECT_LT((ApiVersion{1, 9}), (ApiVersion{1, 41}));
}

Result<ApiVersion> agree(const char* oldest, const char* newest) {
  return negotiate({1, 41}, {1, 51}, oldest, newest);
}

TEST(Negotiate, TakesTheNewestThatBothSpeak) {
  EXPECT_EQ(agree("1.12", "1.41").value(), (ApiVersion{1, 41}));
  EXPECT_EQ(agree("1.24", "1.47").value(), (ApiVersion{1, 47}));
  EXPECT_EQ(agree("1.44", "1.53").value(), (ApiVersion{1, 51}));
  EXPECT_EQ(agree("1.51", "1.60").value(), (ApiVersion{1, 51}));
  EXPECT_EQ(agree("", "1.43").value(), (ApiVersion{1, 43}));
}

TEST(Negotiate, RefusesEnginesThatAreTooOldOrTooNew) {
  const auto old = agree("1.12", "1.40");
  ASSERT_FALSE(old.has_value());
  EXPECT_EQ(old.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(old.error().retry, RetryClass::Terminal);
  EXPECT_NE(old.error().message.find("1.40"), std::string::npos);
  const auto future = agree("1.52", "1.60");
  ASSERT_FALSE(future.has_value());
  EXPECT_NE(future.error().message.find("upgrade Boxwright"), std::string::npos);
  EXPECT_FALSE(agree("", "").has_value());
}

TEST(IsVersionRefusal, KnowsBothSentences) {
  EXPECT_TRUE(is_version_refusal(
      400, "client version 1.41 is too old. Minimum supported API version is 1.44"));
  EXPECT_TRUE(is_version_refusal(
      400, "client version 1.51 is too new. Maximum supported API version is 1.41"));
  EXPECT_FALSE(is_version_refusal(400, "invalid reference format"));
  EXPECT_FALSE(is_version_refusal(404, "client version 1.41 is too old"));
}

TEST(ConnectError, SaysWhatToDo) {
  EXPECT_EQ(connect_error("/s", EACCES, true).code, ErrorCode::Denied);
  EXPECT_EQ(connect_error("/s", EACCES, true).retry, RetryClass::Terminal);
  const Error absent = connect_error("/s", ENOENT, false);
  EXPECT_EQ(absent.code, ErrorCode::Unavailable);
  EXPECT_NE(absent.message.find("systemctl start docker"), std::string::npos);
  EXPECT_NE(connect_error("/s", ECONNREFUSED, false).message.find("is not a socket"),
            std::string::npos);
  EXPECT_NE(connect_error("/s", ECONNREFUSED, true).message.find("nothing listens"),
            std::string::npos);
  EXPECT_NE(connect_error("/s", EAGAIN, true).message.find("/s"), std::string::npos);
}

TEST(EngineWords, AreTheMessageOrTheRawBody) {
  EXPECT_EQ(engine_words(R"({"message":"No such container: x"})"), "No such container: x");
  EXPECT_EQ(engine_words("404 page not found\n"), "404 page not found");
  EXPECT_EQ(engine_words(R"({"message":7})"), R"({"message":7})");
  EXPECT_EQ(engine_words(""), "no reason given");
  EXPECT_EQ(engine_words("<html>\n\x1b[2J"), "<html>??[2J");
  EXPECT_EQ(engine_words(std::string(1'000, 'x')), std::string(1'000, 'x'));
  EXPECT_EQ(engine_words(std::string(1'001, 'x')), std::string(997, 'x') + "...");
}

TEST(ReplyError, ClassifiesByStatus) {
  const auto error = [](int status) {
    return reply_error("do it", status, R"({"message":"why"})");
  };
  EXPECT_EQ(error(400), (Error{ErrorCode::Refused, RetryClass::Terminal,
                               "do it: the Docker Engine answered 400: why"}));
  EXPECT_EQ(error(404).code, ErrorCode::NotFound);
  EXPECT_EQ(error(409).retry, RetryClass::Conflict);
  EXPECT_EQ(error(500).code, ErrorCode::Refused);
  EXPECT_EQ(error(500).retry, RetryClass::Transient);
  EXPECT_EQ(error(501).code, ErrorCode::Unsupported);
  EXPECT_EQ(error(503).code, ErrorCode::Unavailable);
}

TEST(Printable, KeepsTextAndReplacesTheRest) {
  EXPECT_EQ(printable("Grüße 漢字 🙂"), "Grüße 漢字 🙂");
  EXPECT_EQ(printable("a\tb\nc\x7f"), "a b?c?");
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m"),
            "?1m");
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "evil"),
            "?evil");
  EXPECT_EQ(printable("\xc0\xaf"), "??");
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");
}

TEST(DefaultEndpoint, PrefersTheEnvironment) {
  EXPECT_EQ(default_endpoint(nullptr), "unix:///var/run/docker.sock");
  EXPECT_EQ(default_endpoint(""), "unix:///var/run/docker.sock");
  EXPECT_EQ(default_endpoint("unix:///x"), "unix:///x");
}

TEST(ConnectDocker, RefusesOtherSchemes) {
  const SystemClock clock;
  for (const char* endpoint : {"tcp://127.0.0.1:2375", "unix://", "", "/var/run/docker.sock"}) {
    DockerOptions options;
    options.endpoint = endpoint;
    const auto engine = connect_docker(options, clock);
    ASSERT_FALSE(engine.has_value()) << endpoint;
    EXPECT_EQ(engine.error().code, ErrorCode::Unsupported);
  }
}

}  // namespace
}  // namespace boxwright::docker
