#include <gtest/gtest.h>

#include "specs/model/canonical.h"
#include "specs/parse/documents.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

/// The one box of a text, which must have no problem.
BoxDeclaration only_box(const std::string& text) {
  const Documents documents = read_documents({{"x.yaml", text}});
  EXPECT_EQ(lines_of(documents.problems), "");
  EXPECT_EQ(documents.boxes.size(), 1U);
  return documents.boxes.empty() ? BoxDeclaration{} : documents.boxes[0];
}

TEST(ReadBox, FillsInEveryDefault) {
  const BoxDeclaration box = only_box(box_text("ada"));
  EXPECT_EQ(box.name, BoxName("ada"));
  EXPECT_EQ(box.owner, "");
  EXPECT_TRUE(box.labels.empty());
  EXPECT_EQ(box.spec.image, "box-base:1");
  EXPECT_EQ(box.spec.pull, PullPolicy::IfAbsent);
  EXPECT_EQ(box.spec.subdomain, "ada");
  EXPECT_TRUE(box.spec.command.empty());
  EXPECT_EQ(box.spec.resources.cpus, NanoCpus{1'500'000'000});
  EXPECT_EQ(box.spec.resources.memory, Bytes{2 * kGiB});
  EXPECT_EQ(box.spec.resources.pids, 4096);
  EXPECT_TRUE(box.spec.env.empty());
  EXPECT_TRUE(box.spec.secrets.empty());
  const std::map<std::string, VolumeSpec> volumes{{"workspace", {"/home/coder/workspace", false}},
                                                  {"config", {"/home/coder/.config", false}},
                                                  {"cache", {"/home/coder/.cache", true}},
                                                  {"inbox", {"/home/coder/.inbox", false}}};
  EXPECT_EQ(box.spec.volumes, volumes);
  ASSERT_TRUE(std::holds_alternative<HttpCheck>(box.spec.healthcheck.check));
  EXPECT_EQ(std::get<HttpCheck>(box.spec.healthcheck.check), (HttpCheck{8080, "/healthz"}));
  EXPECT_EQ(box.spec.healthcheck.interval, Duration{30'000});
  EXPECT_EQ(box.spec.healthcheck.timeout, Duration{3'000});
  EXPECT_EQ(box.spec.healthcheck.retries, 3);
  EXPECT_EQ(box.spec.healthcheck.start_period, Duration{10'000});
  EXPECT_EQ(box.spec.restart, RestartPolicy::UnlessStopped);
  EXPECT_EQ(box.spec.stop_grace_period, Duration{10'000});
  EXPECT_EQ(box.spec.power, Power::Running);
  EXPECT_FALSE(box.spec.suspend);
  EXPECT_EQ(box.spec.update.policy, RolloutPolicy::Auto);
  EXPECT_EQ(box.spec.update.image, ImagePolicy::Report);
  EXPECT_EQ(box.spec.update.health_timeout, Duration{120'000});
  EXPECT_EQ(box.spec.deletion.volumes, VolumeDeletion::Retain);
  EXPECT_EQ(box.spec.deletion.delay, Duration{24LL * 3600 * 1000});
  EXPECT_TRUE(box.spec.publish.empty());
}

constexpr const char* kEverything = R"(apiVersion: boxwright.dev/v1
kind: Box
metadata:
  name: ada
  owner: ada@example.org
  labels: {team: compilers, floor: 3}
spec:
  image: registry.example:5000/team/box@sha256:abc
  pull: always
  subdomain: lovelace
  command: [sleep, 60]
  resources: {cpus: 0.25, memory: 1.5GiB, pids: 100}
  env: {EDITOR: vim, PORT: 8080, "ON": "yes", EMPTY: ""}
  secrets:
    PASSWORD: {from: ada-password}
  volumes:
    workspace: /work
    cache: {disposable: false}
    inbox: null
    data: {path: /data, disposable: true}
  healthcheck: {command: [curl, "-f", localhost], interval: 1m, timeout: 500ms, retries: 5, startPeriod: 0s}
  restart: "no"
  stopGracePeriod: 1m30s
  power: stopped
  suspend: true
  update:
    {policy: onStop, image: follow, healthTimeout: 5m, idleDeadline: 2h, windows: [{days: [sun, mon], from: "22:00", to: "24:00", zone: Europe/Berlin}, {from: "01:00", to: "02:30"}]}
  deletion: {volumes: delete, delay: 1h}
  publish: ["127.0.0.1:2222:22", "10.0.0.1:5353:53/udp"]
)";

BoxSpec everything() {
  BoxSpec spec;
  spec.image = "registry.example:5000/team/box@sha256:abc";
  spec.pull = PullPolicy::Always;
  spec.subdomain = "lovelace";
  spec.command = {"sleep", "60"};
  spec.resources = {NanoCpus{250'000'000}, Bytes{1536 * kMiB}, 100};
  spec.env = {{"EDITOR", "vim"}, {"PORT", "8080"}, {"ON", "yes"}, {"EMPTY", ""}};
  spec.secrets = {{"PASSWORD", {"ada-password"}}};
  spec.volumes = {{"workspace", {"/work", false}},
                  {"config", {"/home/coder/.config", false}},
                  {"cache", {"/home/coder/.cache", false}},
                  {"data", {"/data", true}}};
  spec.healthcheck = {CommandCheck{{"curl", "-f", "localhost"}}, Duration{60'000}, Duration{500}, 5,
                      Duration{0}};
  spec.restart = RestartPolicy::No;
  spec.stop_grace_period = Duration{90'000};
  spec.power = Power::Stopped;
  spec.suspend = true;
  spec.update = {RolloutPolicy::OnStop,
                 ImagePolicy::Follow,
                 Duration{300'000},
                 Duration{7'200'000},
                 {{0b1000001, 22 * 60, 24 * 60, "Europe/Berlin"}, {0, 60, 150, "UTC"}}};
  spec.deletion = {VolumeDeletion::Delete, Duration{3'600'000}};
  spec.publish = {{"127.0.0.1", 2222, 22, "tcp"}, {"10.0.0.1", 5353, 53, "udp"}};
  return spec;
}

TEST(ReadBox, ReadsEveryField) {
  const BoxDeclaration box = only_box(kEverything);
  EXPECT_EQ(box.spec, everything());
  EXPECT_EQ(box.owner, "ada@example.org");
  EXPECT_EQ(box.labels,
            (std::map<std::string, std::string>{{"team", "compilers"}, {"floor", "3"}}));
}

TEST(ReadBox, KeepsThePlaceOfEveryWrittenField) {
  const BoxDeclaration box = only_box(kEverything);
  EXPECT_EQ(box.origin, (Origin{"x.yaml", {4, 9}}));
  EXPECT_EQ(box.fields.at("metadata.owner").at, (Position{5, 3}));
  EXPECT_EQ(box.fields.at("metadata.labels.team").at, (Position{6, 12}));
  EXPECT_EQ(box.fields.at("spec").at, (Position{7, 1}));
  EXPECT_EQ(box.fields.at("spec.resources").at, (Position{12, 3}));
  EXPECT_EQ(box.fields.at("spec.resources.memory").at, (Position{12, 27}));
  EXPECT_EQ(box.fields.at("spec.secrets.PASSWORD.from").at, (Position{15, 16}));
  EXPECT_EQ(box.fields.at("spec.volumes.inbox").at, (Position{19, 5}));
  EXPECT_EQ(box.fields.at("spec.publish.1").at, (Position{29, 34}));
  EXPECT_FALSE(only_box(box_text("ada")).fields.contains("spec.resources.memory"));
}

TEST(ReadBox, ReadsEachKindOfHealthCheck) {
  const auto check = [](const std::string& text) {
    return only_box(box_text("ada", "  healthcheck: {" + text + "}\n")).spec.healthcheck.check;
  };
  EXPECT_EQ(std::get<HttpCheck>(check("http: \":80/a?b=c\"")), (HttpCheck{80, "/a?b=c"}));
  EXPECT_EQ(std::get<ShellCheck>(check("shell: test -f /ok")), (ShellCheck{"test -f /ok"}));
  EXPECT_EQ(std::get<CommandCheck>(check("command: [a, b]")), (CommandCheck{{"a", "b"}}));
  EXPECT_TRUE(std::holds_alternative<NoCheck>(check("none: true")));
  EXPECT_EQ(std::get<HttpCheck>(check("interval: 5s")), HttpCheck{});
}

TEST(ReadBox, TakesAnImageReferenceAsWritten) {
  for (const std::string image : {"box-base", "box-base:1", "a/b:V1", "ghcr.io/team/box",
                                  "LOCAL:5000/x", "localhost/x@sha256:ABC"}) {
    const std::string text =
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada}\nspec: {image: \"" + image +
        "\"}\n";
    EXPECT_EQ(only_box(text).spec.image, image);
  }
}

TEST(ReadDocuments, AcceptsAByteOrderMarkAndCarriageReturns) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : box_text("ada", "  power: stopped\n")) {
    if (c == '\n') text += '\r';
    text += c;
  }
  const BoxDeclaration box = only_box(text);
  EXPECT_EQ(box.spec.power, Power::Stopped);
  EXPECT_EQ(box.fields.at("spec.power").at, (Position{6, 3}));
}

TEST(ReadDocuments, ReadsSeveralDocumentsOfAFileAndSortsTheBoxes) {
  const Documents documents = read_documents(
      {{"b.yaml", "---\n" + box_text("zoe") + "---\n# nothing here\n---\n" + box_text("ben")},
       {"a.yaml", box_text("mia")}});
  EXPECT_EQ(lines_of(documents.problems), "");
  EXPECT_EQ(names_of(documents.boxes), "ben mia zoe");
}

TEST(ReadDocuments, TakesAFileOfCommentsForNoBox) {
  const Documents documents = read_documents({{"a.yaml", "# all boxes are gone\n"}});
  EXPECT_TRUE(documents.boxes.empty());
  EXPECT_TRUE(documents.problems.empty());
}

TEST(ReadDocuments, LeavesOutANameWithTwoClaims) {
  const Documents documents = read_documents(
      {{"a.yaml", box_text("ada")}, {"b.yaml", box_text("ada") + "---\n" + box_text("ben")}});
  EXPECT_EQ(names_of(documents.boxes), "ben");
  EXPECT_EQ(
      lines_of(documents.problems),
      "ada|a.yaml:3:18: error[BW0107]: box `ada` is declared here and at b.yaml:3:18; keep one\n"
      "ada|b.yaml:3:18: error[BW0107]: box `ada` is declared here and at a.yaml:3:18; keep one");
}

TEST(ReadDocuments, CountsTheClaimOfABrokenDocument) {
  const Documents documents =
      read_documents({{"a.yaml", box_text("ada")}, {"b.yaml", box_text("ada", "  powr: x\n")}});
  EXPECT_EQ(names_of(documents.boxes), "");
  EXPECT_EQ(documents.problems.size(), 3U);
}

TEST(ReadDocuments, RefusesOneSubdomainForTwoBoxes) {
  const Documents documents = read_documents(
      {{"a.yaml", box_text("ada")}, {"b.yaml", box_text("ben", "  subdomain: ada\n")}});
  EXPECT_EQ(names_of(documents.boxes), "");
  EXPECT_EQ(lines_of(documents.problems),
            "ada|a.yaml:3:18: error[BW0120]: subdomain `ada` is also wanted by box `ben` "
            "(b.yaml:3:18); give one of them another\n"
            "ben|b.yaml:6:3: error[BW0120]: subdomain `ada` is also wanted by box `ada` "
            "(a.yaml:3:18); give one of them another");
}

TEST(ReadDocuments, RefusesOneHostPortForTwoBoxes) {
  const auto with_port = [](const std::string& name, const std::string& port) {
    return box_text(name, "  publish: [\"" + port + "\"]\n");
  };
  const Documents documents =
      read_documents({{"a.yaml", with_port("ada", "127.0.0.1:2222:22")},
                      {"b.yaml", with_port("ben", "0.0.0.0:2222:22")},
                      {"c.yaml", with_port("cleo", "127.0.0.1:2222:22/udp")},
                      {"d.yaml", with_port("dora", "127.0.0.1:2223:22")}});
  EXPECT_EQ(names_of(documents.boxes), "cleo dora");
  EXPECT_EQ(lines_of(documents.problems),
            "ada|a.yaml:6:3: error[BW0128]: host port 2222/tcp is also published by box `ben` "
            "(b.yaml:3:18); choose another\n"
            "ben|b.yaml:6:3: error[BW0128]: host port 2222/tcp is also published by box `ada` "
            "(a.yaml:3:18); choose another");
}

TEST(IsValidBoxName, TakesDnsLabelsOnly) {
  for (const char* good : {"a", "a1", "1a", "a-b", "ab-c--d"})
    EXPECT_TRUE(is_valid_box_name(good)) << good;
  EXPECT_TRUE(is_valid_box_name(std::string(40, 'a')));
  for (const char* bad : {"", "-a", "a-", "A", "a.b", "a_b", "xn--a", "ä", "a b", "a\n"}) {
    EXPECT_FALSE(is_valid_box_name(bad)) << bad;
  }
  EXPECT_FALSE(is_valid_box_name(std::string(41, 'a')));
}

}  // namespace
}  // namespace boxwright::specs
