#include "controller/plan/wanted.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/plan/hash.h"
#include "spec_mutations.h"
#include "state/ownership.h"
#include "wanted_world.h"

namespace boxwright::plan {
namespace {

TEST(WantedContainer, HasTheConstantsOfEveryContainer) {
  const Wanted wanted = World().wanted();
  EXPECT_EQ(wanted.config.hostname, "ada");
  EXPECT_TRUE(wanted.config.init);
  EXPECT_EQ(wanted.config.log_driver, "json-file");
  const std::map<std::string, std::string> options{{"max-size", "10m"}, {"max-file", "3"}};
  EXPECT_EQ(wanted.config.log_options, options);
  EXPECT_EQ(wanted.config.network, "traefik-public");
}

TEST(WantedContainer, MountsItsVolumesSortedByTarget) {
  const std::vector<state::Mount> expected{
      {VolumeName{"box-ada-cache"}, "/home/coder/.cache"},
      {VolumeName{"box-ada-config"}, "/home/coder/.config"},
      {VolumeName{"box-ada-inbox"}, "/home/coder/.inbox"},
      {VolumeName{"box-ada-workspace"}, "/home/coder/workspace"}};
  EXPECT_EQ(World().wanted().config.mounts, expected);
}

TEST(WantedContainer, SortsItsPublishedPorts) {
  World world;
  world.spec.publish = {
      {"127.0.0.1", 9, 9, "tcp"}, {"127.0.0.1", 2, 22, "udp"}, {"127.0.0.1", 2, 22, "tcp"}};
  const auto publish = world.wanted().config.publish;
  EXPECT_TRUE(std::ranges::is_sorted(publish));
  EXPECT_EQ(publish.size(), 3U);
}

TEST(WantedContainer, CarriesIdentityAndRoutingLabelsOnly) {
  const Wanted wanted = World().wanted();
  std::vector<std::string> keys;
  keys.reserve(wanted.config.labels.size());
  for (const auto& [key, value] : wanted.config.labels) {
    keys.push_back(key);
  }
  const std::vector<std::string> expected{
      "dev.boxwright.box",
      "dev.boxwright.installation",
      "dev.boxwright.renderer",
      "dev.boxwright.role",
      "dev.boxwright.secret-mac",
      "dev.boxwright.spec-hash",
      "dev.boxwright.uid",
      "traefik.docker.network",
      "traefik.enable",
      "traefik.http.routers.box-0123456789abcdef.entrypoints",
      "traefik.http.routers.box-0123456789abcdef.rule",
      "traefik.http.routers.box-0123456789abcdef.service",
      "traefik.http.services.box-0123456789abcdef.loadbalancer.server.port"};
  EXPECT_EQ(keys, expected);
  const state::OwnerLabels owner = state::read_owner(wanted.config.labels);
  EXPECT_EQ(owner.role, "box");
  EXPECT_EQ(owner.renderer, kRendererVersion);
  EXPECT_EQ(owner.spec_hash, wanted.spec_hash);
  EXPECT_EQ(owner.secret_mac, wanted.secret_mac);
}

TEST(WantedContainer, HasSwapOfTwiceTheMemory) {
  World world;
  world.spec.resources = {NanoCpus{5}, Bytes{3 * kGiB}, 77};
  const state::Limits expected{NanoCpus{5}, Bytes{3 * kGiB}, Bytes{6 * kGiB}, 77};
  EXPECT_EQ(world.wanted().config.limits, expected);
}

TEST(WantedContainer, RoundsTheGracePeriodUpToWholeSeconds) {
  World world;
  world.spec.stop_grace_period = Duration{1001};
  EXPECT_EQ(world.wanted().config.stop_timeout, Duration{2000});
}

TEST(WantedContainer, LacksAMissingSecretAndSaysSo) {
  World world;
  world.spec.env["TOKEN"] = "plain-stand-in";
  world.secrets.values.erase("TOKEN");
  const Wanted wanted = world.wanted();
  EXPECT_TRUE(wanted.secrets_missing);
  EXPECT_EQ(wanted.secret_mac, "");
  EXPECT_FALSE(wanted.config.env.contains("TOKEN"));
  EXPECT_TRUE(wanted.config.env.contains("PASSWORD"));
  EXPECT_FALSE(wanted.config.labels.contains("dev.boxwright.secret-mac"));
}

TEST(WantedContainer, HasTheSameHashWhetherSecretsResolveOrNot) {
  World world;
  const std::string before = world.wanted().spec_hash;
  world.secrets.values.clear();
  EXPECT_EQ(world.wanted().spec_hash, before);
}

TEST(WantedContainer, TakesAllSecretsAsMissingWithoutResolvedOnes) {
  World world;
  const Wanted wanted = wanted_container(
      {world.name, world.uid, world.installation, &world.spec, &world.settings, nullptr, nullptr});
  EXPECT_TRUE(wanted.secrets_missing);
  EXPECT_EQ(wanted.secret_mac, "");
}

TEST(WantedContainer, HasNoMacWithoutSecrets) {
  World world;
  world.spec.secrets.clear();
  const Wanted wanted = world.wanted();
  EXPECT_FALSE(wanted.secrets_missing);
  EXPECT_EQ(wanted.secret_mac, "");
  EXPECT_FALSE(wanted.config.env.contains("MORE"));  // a value that nobody asked for stays out
}

TEST(SpecHash, ChangesExactlyWithCreationTimeFields) {
  const std::string before = World().wanted().spec_hash;
  for (const Mutation& mutation : mutations()) {
    World world;
    mutation.change(world.spec);
    const bool changed = world.wanted().spec_hash != before;
    EXPECT_EQ(changed, mutation.kind == Kind::CreationTime) << mutation.field;
  }
}

TEST(SpecHash, TellsEveryMutationFromEveryOther) {
  std::map<std::string, std::string> seen;
  for (const Mutation& mutation : mutations()) {
    if (mutation.kind != Kind::CreationTime) continue;
    World world;
    mutation.change(world.spec);
    const Wanted wanted = world.wanted();
    const auto [at, fresh] =
        seen.emplace(wanted.spec_hash, hash_text_v1(wanted.config, world.spec.secrets));
    EXPECT_TRUE(fresh) << mutation.field << "\n" << at->second;
  }
}

TEST(SpecHash, FollowsTheSourcesRouteAndNetwork) {
  const std::string before = World().wanted().spec_hash;
  World domain;
  domain.settings.domain = "other.example";
  World network;
  network.settings.network = "edge";
  World entry;
  entry.settings.entry_point = "https";
  World off;
  off.settings.routing = specs::RoutingMode::None;
  for (const World* world : {&domain, &network, &entry, &off}) {
    EXPECT_NE(world->wanted().spec_hash, before);
  }
}

TEST(SpecHash, IgnoresSettingsOfTheSourceThatReachNoContainer) {
  World world;
  world.settings.prune_delay = Duration{1};
  world.settings.secrets_dir = "/elsewhere";
  EXPECT_EQ(world.wanted().spec_hash, World().wanted().spec_hash);
}

TEST(SpecHash, IgnoresInstallationSecretValueAndKey) {
  World world;
  world.installation = Installation{"other"};
  world.secrets.values["TOKEN"] = Secret("rotated");
  world.key = key_of('z');
  EXPECT_EQ(world.wanted().spec_hash, World().wanted().spec_hash);
  EXPECT_NE(world.wanted().secret_mac, World().wanted().secret_mac);
}

TEST(SpecHash, IsTheSameWithAnAttemptLabelAndOfAnInspectedContainer) {
  World world;
  const Wanted wanted = world.wanted();
  state::ContainerConfig config = wanted.config;
  config.labels["dev.boxwright.attempt"] = "a1";
  config.entrypoint = {"/entry"};
  std::ranges::reverse(config.mounts);
  EXPECT_EQ(spec_hash_v1(config, world.spec.secrets), wanted.spec_hash);
}

TEST(Metadata, ReachesNeitherContainerNorHash) {
  World world;
  specs::BoxDeclaration declared;
  declared.name = world.name;
  declared.spec = world.spec;
  declared.owner = kCanary;
  declared.labels = {{kCanary, kCanary}};
  declared.origin.file = kCanary;
  world.spec.secrets.clear();
  declared.spec.secrets.clear();
  const Wanted wanted = wanted_container({declared.name, world.uid, world.installation,
                                          &declared.spec, &world.settings, nullptr, nullptr});
  EXPECT_EQ(wanted.spec_hash, world.wanted().spec_hash);
  EXPECT_EQ(hash_text_v1(wanted.config, {}).find(kCanary), std::string::npos);
  for (const auto& [key, value] : wanted.config.labels) {
    EXPECT_EQ((key + value).find(kCanary), std::string::npos) << key;
  }
}

TEST(Secrets, AppearInNeitherHashTextNorLabels) {
  const World world;
  const Wanted wanted = world.wanted();
  ASSERT_EQ(wanted.config.env.at("PASSWORD"), Secret(kCanary));
  EXPECT_EQ(hash_text_v1(wanted.config, world.spec.secrets).find(kCanary), std::string::npos);
  EXPECT_EQ(wanted.secret_mac.find(kCanary), std::string::npos);
  for (const auto& [key, value] : wanted.config.labels) {
    EXPECT_EQ((key + value).find(kCanary), std::string::npos) << key;
  }
}

TEST(SecretMac, NamesVersionAndKey) {
  const MacKey key = key_of('k');
  const std::string mac = secret_mac_v1(key, {{"A", Secret("1")}});
  EXPECT_EQ(mac.substr(0, 12), "v1:" + key.id + ":");
  EXPECT_EQ(mac.size(), 12U + 64U);
  EXPECT_EQ(secret_mac_v1(key, {}), "");
}

TEST(SecretMac, TellsWhereAValueEnds) {
  const MacKey key = key_of('k');
  const auto mac = [&](const std::map<std::string, Secret>& values) {
    return secret_mac_v1(key, values);
  };
  EXPECT_NE(mac({{"A", Secret("1")}, {"B", Secret("2")}}),
            mac({{"A", Secret("1\nsecret 1:B 1:2")}}));
  EXPECT_NE(mac({{"AB", Secret("C")}}), mac({{"A", Secret("BC")}}));
  EXPECT_NE(mac({{"A", Secret("1")}}), mac({{"A", Secret("2")}}));
  EXPECT_NE(mac({{"A", Secret("1")}}), secret_mac_v1(key_of('z'), {{"A", Secret("1")}}));
}

}  // namespace
}  // namespace boxwright::plan
