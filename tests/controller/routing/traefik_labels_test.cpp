#include "controller/routing/traefik_labels.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace boxwright::routing {
namespace {

using Labels = std::map<std::string, std::string>;

const BoxUid kUid{"0123456789abcdef"};

specs::SourceSettings settings() {
  specs::SourceSettings settings;
  settings.domain = "boxes.example";
  return settings;
}

TEST(TraefikLabels, AreExactlyOneRouterAndOneService) {
  const Labels expected{
      {"traefik.enable", "true"},
      {"traefik.docker.network", "traefik-public"},
      {"traefik.http.routers.box-0123456789abcdef.rule", "Host(`ada.boxes.example`)"},
      {"traefik.http.routers.box-0123456789abcdef.entrypoints", "websecure"},
      {"traefik.http.routers.box-0123456789abcdef.service", "box-0123456789abcdef"},
      {"traefik.http.services.box-0123456789abcdef.loadbalancer.server.port", "8080"},
  };
  EXPECT_EQ(traefik_labels(kUid, "ada", settings()), expected);
}

TEST(TraefikLabels, FollowTheSourcesNetworkAndEntryPoint) {
  specs::SourceSettings own = settings();
  own.network = "edge_net.1";
  own.entry_point = "https";
  const Labels labels = traefik_labels(kUid, "ada", own);
  EXPECT_EQ(labels.at("traefik.docker.network"), "edge_net.1");
  EXPECT_EQ(labels.at("traefik.http.routers.box-0123456789abcdef.entrypoints"), "https");
}

TEST(TraefikLabels, AreNoneWithoutADomainOrWithRoutingOff) {
  EXPECT_TRUE(traefik_labels(kUid, "ada", specs::SourceSettings{}).empty());
  specs::SourceSettings off = settings();
  off.routing = specs::RoutingMode::None;
  EXPECT_TRUE(traefik_labels(kUid, "ada", off).empty());
  EXPECT_EQ(box_url("ada", off), "");
}

class HostileSubdomain : public testing::TestWithParam<std::string> {};

TEST_P(HostileSubdomain, GetsNoRouteAndNoUrl) {
  EXPECT_TRUE(traefik_labels(kUid, GetParam(), settings()).empty());
  EXPECT_EQ(box_url(GetParam(), settings()), "");
}

INSTANTIATE_TEST_SUITE_P(All, HostileSubdomain,
                         testing::Values("", "*", "x`) || HostRegexp(`.*", "x`", "a.b", "ada.",
                                         ".ada", "Ada", "-ada", "ada-", "a_b", "a b", "ada\n",
                                         "{{env}}", "a,b", "a@internal",
                                         "\xc3\xa4"
                                         "da",
                                         std::string("a\0b", 3), std::string(64, 'a')));

class HostileDomain : public testing::TestWithParam<std::string> {};

TEST_P(HostileDomain, GetsNoRouteAndNoUrl) {
  specs::SourceSettings hostile = settings();
  hostile.domain = GetParam();
  EXPECT_TRUE(traefik_labels(kUid, "ada", hostile).empty());
  EXPECT_EQ(box_url("ada", hostile), "");
}

INSTANTIATE_TEST_SUITE_P(All, HostileDomain,
                         testing::Values("*.example", "boxes.example`) || PathPrefix(`/",
                                         "boxes..example", "boxes.example.", ".example",
                                         "Boxes.example", "boxes.example:443", "boxes/example",
                                         std::string(250, 'a'),
                                         "a." + std::string(60, 'b') + "." + std::string(60, 'c') +
                                             "." + std::string(60, 'd') + "." +
                                             std::string(63, 'e') + ".f"));

TEST(TraefikLabels, AcceptTheLongestNames) {
  EXPECT_EQ(traefik_labels(kUid, std::string(63, 'a'), settings()).size(), 6U);
  EXPECT_EQ(traefik_labels(kUid, "9", settings()).size(), 6U);
  EXPECT_EQ(traefik_labels(kUid, "a-b", settings()).size(), 6U);
}

TEST(TraefikLabels, AreNoneForAUidNetworkOrEntryPointThatCouldBreakOut) {
  for (const char* uid : {"", "a.b", "a@docker", "a[0]", "A", "a`b"}) {
    EXPECT_TRUE(traefik_labels(BoxUid{uid}, "ada", settings()).empty()) << uid;
  }
  for (const char* name : {"", "a,b", "a b", "-a", "a`", "a\nb", "{{a}}"}) {
    specs::SourceSettings network = settings();
    network.network = name;
    EXPECT_TRUE(traefik_labels(kUid, "ada", network).empty()) << name;
    specs::SourceSettings entry = settings();
    entry.entry_point = name;
    EXPECT_TRUE(traefik_labels(kUid, "ada", entry).empty()) << name;
  }
}

TEST(BoxUrl, NamesTheHostOfTheRule) {
  EXPECT_EQ(box_url("ada", settings()), "https://ada.boxes.example/");
}

TEST(InheritedRoutes, FindsTraefikLabelsOfAnImageInAnyCase) {
  const Labels image{{"Traefik.Enable", "true"},
                     {"traefik.http.routers.x.service", "api@internal"},
                     {"traefikx", "no"},
                     {"org.traefik.x", "no"},
                     {"traefik", "no"}};
  const std::vector<std::string> expected{"Traefik.Enable", "traefik.http.routers.x.service"};
  EXPECT_EQ(inherited_routes(image), expected);
}

}  // namespace
}  // namespace boxwright::routing
