#include "specs/model/canonical.h"

#include <gtest/gtest.h>

namespace boxwright::specs {
namespace {

BoxSpec plain_spec() {
  BoxSpec spec;
  spec.image = "box-base:1";
  spec.subdomain = "ada";
  spec.volumes = default_volumes();
  return spec;
}

// Frozen: a changed text raises the generation of every box of every installation.
TEST(CanonicalJson, IsFrozen) {
  EXPECT_EQ(
      canonical_json(plain_spec()),
      R"({"command":[],"deletion":{"delay":"24h","volumes":"retain"},"env":{},)"
      R"("healthcheck":{"http":":8080/healthz","interval":"30s","retries":3,"startPeriod":"10s",)"
      R"("timeout":"3s"},"image":"box-base:1","power":"running","publish":[],"pull":"ifAbsent",)"
      R"("resources":{"cpus":"1.5","memory":"2GiB","pids":4096},"restart":"unless-stopped",)"
      R"("secrets":{},"stopGracePeriod":"10s","subdomain":"ada","suspend":false,)"
      R"("update":{"healthTimeout":"2m","image":"report","policy":"auto"},)"
      R"("volumes":{"cache":{"disposable":true,"path":"/home/coder/.cache"},)"
      R"("config":{"disposable":false,"path":"/home/coder/.config"},)"
      R"("inbox":{"disposable":false,"path":"/home/coder/.inbox"},)"
      R"("workspace":{"disposable":false,"path":"/home/coder/workspace"}}})");
}

TEST(CanonicalJson, ComesBackAsTheSameSpec) {
  BoxSpec spec = plain_spec();
  spec.pull = PullPolicy::Never;
  spec.command = {"sh", "-c", "echo \"hé\"\n"};
  spec.resources = {NanoCpus{1}, Bytes{7 * kMiB}, 1};
  spec.env = {{"A", ""}, {"B", "ü \t"}};
  spec.secrets = {{"P", {"p"}}};
  spec.volumes = {{"data", {"/data", true}}};
  spec.restart = RestartPolicy::OnFailure;
  spec.stop_grace_period = Duration{0};
  spec.power = Power::Stopped;
  spec.suspend = true;
  spec.update = {RolloutPolicy::Manual,
                 ImagePolicy::Follow,
                 Duration{1},
                 Duration{2},
                 {{0b0100101, 0, 1440, "Europe/Berlin"}, {0, 1, 1, "UTC"}}};
  spec.deletion = {VolumeDeletion::Delete, Duration{0}};
  spec.publish = {{"0.0.0.0", 1, 65535, "udp"}, {"127.0.0.1", 2, 3, "tcp"}};
  using Check = decltype(HealthCheck::check);
  for (const Check& check : {Check{HttpCheck{1, "/"}}, Check{ShellCheck{"x"}},
                             Check{CommandCheck{{"a", "b"}}}, Check{NoCheck{}}}) {
    spec.healthcheck = {check, Duration{1}, Duration{2}, 4, Duration{5}};
    EXPECT_EQ(spec_from_canonical_json(canonical_json(spec)), spec);
  }
}

TEST(CanonicalJson, TellsDifferentSpecsApart) {
  BoxSpec other = plain_spec();
  other.volumes.clear();
  EXPECT_NE(canonical_json(other), canonical_json(plain_spec()));
  other = plain_spec();
  other.publish = {{"127.0.0.1", 1, 1, "udp"}};
  EXPECT_NE(canonical_json(other), canonical_json(plain_spec()));
}

TEST(SpecFromCanonicalJson, FillsInWhatAnEarlierVersionDidNotWrite) {
  BoxSpec wanted = plain_spec();
  wanted.subdomain.clear();
  EXPECT_EQ(spec_from_canonical_json(R"({"image":"box-base:1"})"), wanted);
}

TEST(SpecFromCanonicalJson, CallsEverythingElseCorrupt) {
  for (const char* text :
       {"", "{", "[]", "null", "{}", R"({"image":1})", R"({"image":"x","pull":"sometimes"})",
        R"({"image":"x","pull":5})", R"({"image":"x","resources":{"memory":"2"}})",
        R"({"image":"x","publish":["1"]})", R"({"image":"x","publish":["127.0.0.1:x:1"]})",
        R"({"image":"x","publish":["127.0.0.1:0:1"]})",
        R"({"image":"x","healthcheck":{"http":"8080"}})", R"({"image":"x","volumes":{"a":{}}})",
        R"({"image":"x","env":[]})", R"({"image":"x","stopGracePeriod":10})"}) {
    const auto spec = spec_from_canonical_json(text);
    ASSERT_FALSE(spec.has_value()) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::Corrupt) << text;
  }
}

TEST(Describe, NamesTheHealthCheckOnOneLine) {
  EXPECT_EQ(describe(HealthCheck{}),
            "http :8080/healthz every 30s (timeout 3s, retries 3, start period 10s)");
  EXPECT_EQ(describe(HealthCheck{NoCheck{}}), "none");
}

TEST(PrintPort, AppendsUdpOnly) {
  EXPECT_EQ(to_string(PublishedPort{"127.0.0.1", 2222, 22, "tcp"}), "127.0.0.1:2222:22");
  EXPECT_EQ(to_string(PublishedPort{"127.0.0.1", 5353, 53, "udp"}), "127.0.0.1:5353:53/udp");
}

}  // namespace
}  // namespace boxwright::specs
