#include <gtest/gtest.h>

#include "specs/parse/documents.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

constexpr const char* kHead =
    "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: main}\n";

tl::expected<Marker, std::vector<Problem>> read(const std::string& text) {
  return read_marker({"boxwright.yaml", text}, "/srv/boxes");
}

std::string refusal(const std::string& text) {
  const auto marker = read(text);
  return marker ? "" : lines_of(marker.error());
}

TEST(ReadMarker, FillsInEveryDefault) {
  const auto marker = read(kHead);
  ASSERT_TRUE(marker.has_value());
  EXPECT_EQ(marker->name, SourceName("main"));
  EXPECT_EQ(marker->settings, SourceSettings{});
  EXPECT_EQ(marker->settings.domain, "");
  EXPECT_EQ(marker->settings.routing, RoutingMode::Labels);
  EXPECT_EQ(marker->settings.network, "traefik-public");
  EXPECT_EQ(marker->settings.entry_point, "websecure");
  EXPECT_EQ(marker->settings.prune_delay, Duration{600'000});
  EXPECT_EQ(marker->settings.secrets_dir, "");
  EXPECT_EQ(marker->settings.rollout.max_concurrent, 1);
  EXPECT_EQ(marker->settings.rollout.max_failures, 0);
}

TEST(ReadMarker, ReadsEveryField) {
  const auto marker = read(std::string(kHead) +
                           "spec:\n  domain: boxes.example\n"
                           "  routing: {mode: none, network: edge, entryPoint: https}\n"
                           "  pruneDelay: 1h\n  secretsDir: ../secrets\n"
                           "  rollout: {maxConcurrent: 3, maxFailures: 2}\n");
  ASSERT_TRUE(marker.has_value());
  const SourceSettings wanted{"boxes.example",     RoutingMode::None, "edge", "https",
                              Duration{3'600'000}, "/srv/secrets",    {3, 2}};
  EXPECT_EQ(marker->settings, wanted);
}

TEST(ReadMarker, KeepsAnAbsoluteSecretsDir) {
  const auto marker = read(std::string(kHead) + "spec: {secretsDir: /etc/boxwright/secrets}\n");
  ASSERT_TRUE(marker.has_value());
  EXPECT_EQ(marker->settings.secrets_dir, "/etc/boxwright/secrets");
}

TEST(ReadMarker, RefusesOtherKindsAndNumbers) {
  EXPECT_EQ(
      refusal(box_text("ada")),
      "|boxwright.yaml:1:1: error[BW0115]: boxwright.yaml holds one `kind: Source` document; move "
      "this one into a file of its own");
  EXPECT_EQ(refusal(std::string(kHead) + "---\n" + kHead),
            "|boxwright.yaml:5:1: error[BW0115]: boxwright.yaml holds exactly one `kind: Source` "
            "document");
  EXPECT_EQ(refusal("# nothing\n"),
            "|boxwright.yaml:1:1: error[BW0115]: boxwright.yaml holds exactly one `kind: Source` "
            "document");
  EXPECT_EQ(
      refusal(""),
      "|boxwright.yaml:1:1: error[BW0129]: the file is empty; write a document or remove the file");
}

TEST(ReadMarker, TakesWhatIsKeptOfContainersThatGo) {
  const auto usual = read(kHead);
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->settings.layers.limit, Bytes{2 * kGiB});
  EXPECT_EQ(usual->settings.layers.keep, Duration{14LL * 24 * 3'600'000});
  const auto marker = read(std::string(kHead) + "spec: {layers: {limit: 500MiB, keep: 24h}}\n");
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->settings.layers.limit, Bytes{500 * kMiB});
  EXPECT_EQ(marker->settings.layers.keep, Duration{24 * 3'600'000});
}

TEST(ReadMarker, RefusesWrongSettingsWithTheirPlaces) {
  EXPECT_EQ(
      refusal(std::string(kHead) +
              "spec:\n  domain: Boxes.Example\n  routing: {mode: files}\n  pruneDelay: 10\n"
              "  secrets: x\n  secretsDir: \"\"\n"),
      "|boxwright.yaml:5:11: error[BW0109]: `spec.domain`: `Boxes.Example` is no domain; write it "
      "in "
      "lower case, like boxes.example\n"
      "|boxwright.yaml:6:19: error[BW0109]: `spec.routing.mode` must be one of labels or none, not "
      "`files`\n"
      "|boxwright.yaml:7:15: error[BW0105]: `spec.pruneDelay` is wrong: duration `10` has no unit; "
      "write 10s, 10m or 10h\n"
      "|boxwright.yaml:8:3: error[BW0103]: `secrets` is not a field of `spec`; its fields are "
      "domain, "
      "routing, pruneDelay, rollout, layers, secretsDir\n"
      "|boxwright.yaml:9:15: error[BW0109]: `spec.secretsDir`: write a folder, or leave secretsDir "
      "out");
}

TEST(ReadMarker, RefusesDomainsThatBreakOutOfARule) {
  for (const char* domain :
       {"a`b.example", "*.example", "boxes..example", ".example", "example.", "b x", "-a.b"}) {
    EXPECT_NE(refusal(std::string(kHead) + "spec: {domain: \"" + domain + "\"}\n"), "") << domain;
  }
  for (const char* domain : {"localhost", "boxes.example", "xn--bcher-kva.example", "10.example"}) {
    EXPECT_EQ(refusal(std::string(kHead) + "spec: {domain: \"" + domain + "\"}\n"), "") << domain;
  }
}

TEST(ReadMarker, KeepsTheNameOfTheTableSource) {
  EXPECT_EQ(refusal("apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: table}\n"),
            "|boxwright.yaml:3:18: error[BW0118]: `metadata.name`: `table` is the name of the "
            "SQLite source; "
            "choose another");
}

}  // namespace
}  // namespace boxwright::specs
