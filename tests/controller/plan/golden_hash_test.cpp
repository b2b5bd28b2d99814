// Frozen vectors: what an earlier version hashed must hash the same for ever, or an upgrade
// replaces every box. A vector may be added; one that is there never changes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "controller/plan/hash.h"
#include "wanted_world.h"

namespace boxwright::plan {
namespace {

using Vectors = std::map<std::string, std::string>;

std::string golden_path(const std::string& file) {
  return BOXWRIGHT_GOLDEN_DIR "/" + file;
}

bool is_update() {
  const char* update = std::getenv("BOXWRIGHT_UPDATE_GOLDEN");
  return update != nullptr && std::string(update) == "1";
}

Vectors read_vectors(const std::string& file) {
  std::ifstream in(golden_path(file));
  Vectors vectors;
  std::string name;
  std::string value;
  while (in >> name >> value) {
    vectors[name] = value;
  }
  return vectors;
}

void write_vectors(const std::string& file, const Vectors& vectors) {
  std::ofstream out(golden_path(file));
  for (const auto& [name, value] : vectors) {
    out << name << ' ' << value << '\n';
  }
}

std::string hash_of(const World& world) {
  return world.wanted().spec_hash;
}

template <class Change>
std::string hash_with(const Change& change) {
  World world;
  change(world);
  return hash_of(world);
}

Vectors hash_vectors() {
  return {
      {"full", hash_of(World())},
      {"minimal", hash_with([](World& w) {
         w.spec = specs::BoxSpec{};
         w.spec.image = "a";
         w.settings = specs::SourceSettings{};
       })},
      {"no-volumes", hash_with([](World& w) { w.spec.volumes.clear(); })},
      {"no-domain", hash_with([](World& w) { w.settings.domain.clear(); })},
      {"command", hash_with([](World& w) { w.spec.command = {"sh", "-c", "a b", ""}; })},
      {"no-check", hash_with([](World& w) { w.spec.healthcheck.check = specs::NoCheck{}; })},
      {"shell-check",
       hash_with([](World& w) { w.spec.healthcheck.check = specs::ShellCheck{"test -e /x"}; })},
      {"command-check",
       hash_with([](World& w) { w.spec.healthcheck.check = specs::CommandCheck{{"/c", "d"}}; })},
      {"http-quote",
       hash_with([](World& w) { w.spec.healthcheck.check = specs::HttpCheck{81, "/it's?a=[1]"}; })},
      {"http-slow-timeout",
       hash_with([](World& w) { w.spec.healthcheck.timeout = Duration{3500}; })},
      {"env-hard", hash_with([](World& w) { w.spec.env = {{"A", "x\ny 1:z"}, {"B", ""}}; })},
      {"env-utf8", hash_with([](World& w) { w.spec.env = {{"NAME", "Z\xc3\xbcrich"}}; })},
      {"no-secrets", hash_with([](World& w) { w.spec.secrets.clear(); })},
      {"ports", hash_with([](World& w) {
         w.spec.publish = {{"127.0.0.1", 5353, 53, "udp"}, {"", 80, 8080, "tcp"}};
       })},
      {"other-network", hash_with([](World& w) { w.settings.network = "edge"; })},
      {"grace", hash_with([](World& w) { w.spec.stop_grace_period = Duration{61'000}; })},
  };
}

Vectors mac_vectors() {
  const auto mac = [](char key, const std::map<std::string, Secret>& values) {
    return secret_mac_v1(key_of(key), values);
  };
  return {
      {"one", mac('k', {{"A", Secret("1")}})},
      {"two", mac('k', {{"A", Secret("1")}, {"B", Secret("2")}})},
      {"other-key", mac('z', {{"A", Secret("1")}})},
      {"empty-value", mac('k', {{"A", Secret("")}})},
      {"lines", mac('k', {{"A", Secret("1\nsecret 1:B 1:2\n")}})},
      {"utf8", mac('k', {{"NAME", Secret("Z\xc3\xbcrich")}})},
      {"long", mac('k', {{"A", Secret(std::string(65'536, 'x'))}})},
  };
}

void check_against(const std::string& file, const Vectors& vectors) {
  if (is_update()) {
    write_vectors(file, vectors);
    GTEST_SKIP() << "wrote " << file;
  }
  EXPECT_EQ(read_vectors(file), vectors);
}

TEST(Golden, SpecHashV1NeverChanges) {
  check_against("spec_hash_v1.txt", hash_vectors());
}

TEST(Golden, SecretMacV1NeverChanges) {
  check_against("secret_mac_v1.txt", mac_vectors());
}

TEST(Golden, HashTextIsWhatItsHeaderSays) {
  World world;
  world.spec.healthcheck.check = specs::ShellCheck{"true"};
  world.spec.volumes = {{"data", {"/d", false}}};
  world.spec.command = {"serve"};
  const std::string expected =
      "boxwright container v1\n"
      "env 6:EDITOR 3:vim\n"
      "env 4:LANG 7:C.UTF-8\n"
      "health 9:CMD-SHELL 4:true\n"
      "health.interval 5:30000\n"
      "health.retries 1:3\n"
      "health.startPeriod 5:10000\n"
      "health.timeout 4:3000\n"
      "hostname 3:ada\n"
      "image 10:box-base:1\n"
      "init 4:true\n"
      "command 5:serve\n"
      "label 22:traefik.docker.network 14:traefik-public\n"
      "label 14:traefik.enable 4:true\n"
      "label 53:traefik.http.routers.box-0123456789abcdef.entrypoints 9:websecure\n"
      "label 46:traefik.http.routers.box-0123456789abcdef.rule 25:Host(`ada.boxes.example`)\n"
      "label 49:traefik.http.routers.box-0123456789abcdef.service 20:box-0123456789abcdef\n"
      "label 67:traefik.http.services.box-0123456789abcdef.loadbalancer.server.port 4:8080\n"
      "log 9:json-file\n"
      "log.option 8:max-file 1:3\n"
      "log.option 8:max-size 3:10m\n"
      "mount 12:box-ada-data 2:/d\n"
      "network 14:traefik-public\n"
      "publish 9:127.0.0.1 4:2222 2:22 3:tcp\n"
      "secret 8:PASSWORD\n"
      "secret 5:TOKEN\n"
      "stopTimeout 5:10000\n";
  const Wanted wanted = world.wanted();
  EXPECT_EQ(hash_text_v1(wanted.config, world.spec.secrets), expected);
  EXPECT_EQ(wanted.spec_hash, "v1:" + sha256_hex(expected));
}

}  // namespace
}  // namespace boxwright::plan
