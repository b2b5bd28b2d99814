#include "controller/plan/compare.h"

#include <gtest/gtest.h>

#include <functional>

#include "spec_mutations.h"
#include "wanted_world.h"

namespace boxwright::plan {
namespace {

using Found = std::vector<FieldDifference>;

/// A wanted box, and a container of it that a test may tamper with.
struct Seen {
  World world;
  Wanted wanted = world.wanted();
  std::optional<state::ImageConfig> image = image_of_box();
  state::ContainerConfig observed = as_inspected(wanted, *image);
  std::map<std::string, std::string> known_plain;

  [[nodiscard]] Found compare() const {
    return compare_containers(observed, image, wanted, world.spec.secrets, known_plain);
  }
};

TEST(CompareContainers, FindsNothingInWhatTheEngineShowsOfTheWanted) {
  EXPECT_EQ(Seen().compare(), Found{});
  Seen gone;
  gone.image.reset();
  EXPECT_EQ(gone.compare(), Found{});
}

struct Tampering {
  std::string field;
  std::string from;
  std::string to;
  std::function<void(Seen&)> by_hand;
};

class ByHand : public testing::TestWithParam<Tampering> {};

TEST_P(ByHand, IsFoundAndNothingElse) {
  Seen seen;
  GetParam().by_hand(seen);
  const Found expected{{GetParam().field, GetParam().from, GetParam().to}};
  EXPECT_EQ(seen.compare(), expected);
}

const char* const kRule = "traefik.http.routers.box-0123456789abcdef.rule";
const char* const kHealth = "[CMD-SHELL, true] every 30s (timeout 3s, retries 3, start period 10s)";

INSTANTIATE_TEST_SUITE_P(
    Fields, ByHand,
    testing::Values(
        Tampering{"spec.image", "other", "box-base:1", [](Seen& s) { s.observed.image = "other"; }},
        Tampering{"spec.command", "[a, b\\n]", "[serve]",
                  [](Seen& s) { s.observed.command = {"a", "b\n"}; }},
        Tampering{"container.entrypoint", "(none)", "[/entry]",
                  [](Seen& s) { s.observed.entrypoint.clear(); }},
        Tampering{"container.hostname", "x", "ada", [](Seen& s) { s.observed.hostname = "x"; }},
        Tampering{"container.init", "false", "true", [](Seen& s) { s.observed.init = false; }},
        Tampering{"container.log", "none", "json-file",
                  [](Seen& s) { s.observed.log_driver = "none"; }},
        Tampering{"container.log.max-size", "9g", "10m",
                  [](Seen& s) { s.observed.log_options["max-size"] = "9g"; }},
        Tampering{"container.log.max-file", "(none)", "3",
                  [](Seen& s) { s.observed.log_options.erase("max-file"); }},
        Tampering{"spec.stopGracePeriod", "1s", "10s",
                  [](Seen& s) { s.observed.stop_timeout = Duration{1000}; }},
        Tampering{"network", "bridge", "traefik-public",
                  [](Seen& s) { s.observed.network = "default"; }},
        Tampering{"spec.publish", "(none)", "[127.0.0.1:2222:22]",
                  [](Seen& s) { s.observed.publish.clear(); }},
        Tampering{"spec.env.EDITOR", "(hidden)", "vim",
                  [](Seen& s) { s.observed.env["EDITOR"] = Secret("emacs"); }},
        Tampering{"spec.env.EDITOR", "emacs", "vim",
                  [](Seen& s) {
                    s.observed.env["EDITOR"] = Secret("emacs");
                    s.known_plain = {{"EDITOR", "emacs"}};
                  }},
        Tampering{"spec.env.EDITOR", "nano", "vim",
                  [](Seen& s) { s.observed.env["EDITOR"] = Secret("nano"); }},
        Tampering{"spec.env.EDITOR", "(none)", "vim",
                  [](Seen& s) { s.observed.env.erase("EDITOR"); }},
        Tampering{"spec.env.ADDED", "(hidden)", "(none)",
                  [](Seen& s) { s.observed.env["ADDED"] = Secret("x"); }},
        Tampering{"spec.env.PATH", "(hidden)", "(none)",
                  [](Seen& s) { s.observed.env["PATH"] = Secret("/evil"); }},
        Tampering{"spec.secrets.TOKEN", "(hidden)", "(hidden)",
                  [](Seen& s) { s.observed.env["TOKEN"] = Secret(kOldCanary); }},
        Tampering{"spec.secrets.TOKEN", "(none)", "(hidden)",
                  [](Seen& s) { s.observed.env.erase("TOKEN"); }},
        Tampering{"spec.secrets", "(hidden)", "(hidden)",
                  [](Seen& s) {
                    s.observed.labels["dev.boxwright.secret-mac"] = s.wanted.secret_mac + "0";
                  }},
        Tampering{"spec.secrets", "(hidden)", "(hidden)",
                  [](Seen& s) { s.observed.labels.erase("dev.boxwright.secret-mac"); }},
        Tampering{"spec.volumes.cache", "box-ada-cache at /old",
                  "box-ada-cache at /home/coder/.cache",
                  [](Seen& s) { s.observed.mounts[0].target = "/old"; }},
        Tampering{"spec.volumes.cache", "other at /home/coder/.cache",
                  "box-ada-cache at /home/coder/.cache",
                  [](Seen& s) { s.observed.mounts[0].volume = VolumeName{"other"}; }},
        Tampering{"spec.volumes.cache", "(none)", "box-ada-cache at /home/coder/.cache",
                  [](Seen& s) { s.observed.mounts.erase(s.observed.mounts.begin()); }},
        Tampering{
            "spec.volumes.cache", "box-ada-cache at /twice", "(none)",
            [](Seen& s) { s.observed.mounts.push_back({VolumeName{"box-ada-cache"}, "/twice"}); }},
        Tampering{"container.mounts./etc", "/etc at /etc", "(none)",
                  [](Seen& s) { s.observed.mounts.push_back({VolumeName{"/etc"}, "/etc"}); }},
        Tampering{"container.labels.dev.boxwright.role", "x", "box",
                  [](Seen& s) { s.observed.labels["dev.boxwright.role"] = "x"; }},
        Tampering{"container.labels.dev.boxwright.role", "(none)", "box",
                  [](Seen& s) { s.observed.labels.erase("dev.boxwright.role"); }},
        Tampering{"container.labels.dev.boxwright.more", "(hidden)", "(none)",
                  [](Seen& s) { s.observed.labels["dev.boxwright.more"] = "x"; }},
        Tampering{"routing", std::string(kRule) + "=Host(`b`)",
                  std::string(kRule) + "=Host(`ada.boxes.example`)",
                  [](Seen& s) { s.observed.labels[kRule] = "Host(`b`)"; }},
        Tampering{"routing", "(none)", "traefik.enable=true",
                  [](Seen& s) { s.observed.labels.erase("traefik.enable"); }},
        Tampering{"routing", "Traefik.tcp.x=(hidden)", "(none)",
                  [](Seen& s) { s.observed.labels["Traefik.tcp.x"] = "y"; }}));

TEST(CompareContainers, ReportsAWrongHashLabelOnlyByItself) {
  Seen alone;
  alone.observed.labels["dev.boxwright.spec-hash"] = "v1:0";
  const Found expected{
      {"container.labels.dev.boxwright.spec-hash", "v1:0", alone.wanted.spec_hash}};
  EXPECT_EQ(alone.compare(), expected);
  alone.observed.hostname = "x";
  const Found explained{{"container.hostname", "x", "ada"}};
  EXPECT_EQ(alone.compare(), explained);
}

TEST(CompareContainers, IgnoresLabelsThatAreNobodysBusiness) {
  Seen seen;
  seen.observed.labels["com.example.note"] = "x";
  EXPECT_EQ(seen.compare(), Found{});
}

TEST(CompareContainers, IgnoresLimitsAndRestartPolicy) {
  Seen seen;
  seen.observed.limits = {};
  seen.observed.restart = specs::RestartPolicy::Always;
  EXPECT_EQ(seen.compare(), Found{});
}

TEST(CompareContainers, AcceptsLabelsThatTheImageBrings) {
  Seen seen;
  seen.image->labels["traefik.http.x"] = "y";
  seen.image->labels["dev.boxwright.volume"] = "cache";
  seen.observed.labels["traefik.http.x"] = "y";
  seen.observed.labels["dev.boxwright.volume"] = "cache";
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.labels["traefik.http.x"] = "by hand";
  EXPECT_EQ(seen.compare().size(), 1U);
}

TEST(CompareContainers, AcceptsAnInheritedMacOfABoxWithoutSecrets) {
  Seen seen;
  seen.world.spec.secrets.clear();
  seen.wanted = seen.world.wanted();
  seen.image->labels["dev.boxwright.secret-mac"] = "v1:00000000:11";
  seen.observed = as_inspected(seen.wanted, *seen.image);
  EXPECT_EQ(seen.compare(), Found{});
  seen.image->labels.clear();
  EXPECT_EQ(seen.compare().size(), 1U);
}

TEST(CompareContainers, AcceptsExtrasWhenTheImageIsGone) {
  Seen seen;
  seen.image.reset();
  seen.observed.env["ADDED"] = Secret("x");
  seen.observed.labels["traefik.x"] = "y";
  seen.observed.labels["dev.boxwright.more"] = "x";
  seen.observed.command = {"anything"};
  seen.observed.entrypoint = {"anything"};
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.env["EDITOR"] = Secret("emacs");
  EXPECT_EQ(seen.compare().size(), 1U);
}

TEST(CompareContainers, DoesNotCompareTheValuesOfMissingSecrets) {
  Seen seen;
  seen.world.secrets.values.clear();
  seen.wanted = seen.world.wanted();
  EXPECT_EQ(seen.compare(), Found{});
}

TEST(CompareContainers, ComparesValuesWhenAnotherKeyMadeTheMac) {
  Seen seen;
  seen.world.key = key_of('z');
  seen.wanted = seen.world.wanted();
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.env["TOKEN"] = Secret(kOldCanary);
  const Found expected{{"spec.secrets.TOKEN", "(hidden)", "(hidden)"}};
  EXPECT_EQ(seen.compare(), expected);
}

TEST(CompareContainers, WantsTheSpecsCommandWhereItHasOne) {
  Seen seen;
  seen.world.spec.command = {"mine"};
  seen.wanted = seen.world.wanted();
  seen.observed = as_inspected(seen.wanted, *seen.image);
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.command = {"serve"};
  const Found expected{{"spec.command", "[serve]", "[mine]"}};
  EXPECT_EQ(seen.compare(), expected);
}

TEST(CompareContainers, FillsZeroHealthFieldsFromTheImage) {
  Seen seen;
  seen.world.spec.healthcheck.start_period = Duration{0};
  seen.wanted = seen.world.wanted();
  seen.observed = as_inspected(seen.wanted, *seen.image);
  seen.observed.healthcheck.start_period = Duration{9000};
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.healthcheck.start_period = Duration{1000};
  EXPECT_EQ(seen.compare().size(), 1U);
}

TEST(CompareContainers, TakesNoneAndNoCheckAsOne) {
  Seen seen;
  seen.world.spec.healthcheck.check = specs::NoCheck{};
  seen.wanted = seen.world.wanted();
  seen.observed = as_inspected(seen.wanted, *seen.image);
  seen.observed.healthcheck = {{"NONE"}, Duration{7000}, Duration{8000}, Duration{9000}, 9};
  EXPECT_EQ(seen.compare(), Found{});
  seen.observed.healthcheck.test = {"CMD-SHELL", "true"};
  ASSERT_EQ(seen.compare().size(), 1U);
  EXPECT_EQ(seen.compare()[0].to, "none");
}

TEST(CompareContainers, ShowsAHealthCheckInOneLine) {
  Seen seen;
  seen.observed.healthcheck.test = {"CMD-SHELL", "true"};
  ASSERT_EQ(seen.compare().size(), 1U);
  EXPECT_EQ(seen.compare()[0].field, "spec.healthcheck");
  EXPECT_EQ(seen.compare()[0].from, kHealth);
}

TEST(CompareContainers, NeverShowsASecretWhereverAHandPutIt) {
  Seen seen;
  seen.observed.env["PASSWORD"] = Secret(kOldCanary);
  const std::string both = std::string(kCanary) + kOldCanary;
  seen.observed.env["COPY"] = Secret(both);
  seen.observed.env["EDITOR"] = Secret(both);
  seen.observed.image = both;
  seen.observed.command = {both};
  seen.observed.entrypoint = {both};
  seen.observed.hostname = both;
  seen.observed.healthcheck.test = {"CMD", both};
  seen.observed.labels["dev.boxwright.role"] = both;
  seen.observed.labels["dev.boxwright.x"] = both;
  seen.observed.labels[kRule] = both;
  seen.observed.labels["traefik.x"] = both;
  seen.observed.log_driver = kOldCanary;
  seen.observed.network = kCanary;
  seen.observed.mounts[0].volume = VolumeName{both};
  seen.known_plain = {{"PASSWORD", kOldCanary}};
  const Found found = seen.compare();
  EXPECT_GE(found.size(), 13U);
  for (const FieldDifference& one : found) {
    for (const char* canary : {kCanary, kOldCanary}) {
      EXPECT_EQ((one.from + one.to).find(canary), std::string::npos) << one.field;
    }
  }
}

TEST(CompareContainers, SeesEveryCreationTimeChangeOfASpecAndNoOther) {
  for (const Mutation& mutation : mutations()) {
    Seen seen;
    mutation.change(seen.world.spec);
    seen.wanted = seen.world.wanted();
    EXPECT_EQ(!seen.compare().empty(), mutation.kind == Kind::CreationTime) << mutation.field;
  }
}

}  // namespace
}  // namespace boxwright::plan
