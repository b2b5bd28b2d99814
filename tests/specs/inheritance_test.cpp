// Defaults and Fleets.

#include <gtest/gtest.h>

#include "specs/parse/documents.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

/// Box `ada` with these lines, under Defaults with those.
BoxSpec inherited(const std::string& defaults, const std::string& lines) {
  const Documents documents =
      read_documents({{"ada.yaml", box_text("ada", lines)}, {"z.yaml", defaults_text(defaults)}});
  EXPECT_EQ(lines_of(documents.problems), "");
  EXPECT_EQ(documents.boxes.size(), 1U);
  return documents.boxes.empty() ? BoxSpec{} : documents.boxes[0].spec;
}

TEST(Defaults, MergeMapsByKey) {
  const BoxSpec spec = inherited("  env: {A: x, B: z9}\n  resources: {memory: 1GiB, pids: 9}\n",
                                 "  env: {B: z, C: w}\n  resources: {memory: 3GiB}\n");
  EXPECT_EQ(spec.env, (std::map<std::string, std::string>{{"A", "x"}, {"B", "z"}, {"C", "w"}}));
  EXPECT_EQ(spec.resources.memory, Bytes{3 * kGiB});
  EXPECT_EQ(spec.resources.pids, 9);
  EXPECT_EQ(spec.resources.cpus, NanoCpus{1'500'000'000});
}

TEST(Defaults, AreReplacedByScalarsAndLists) {
  const BoxSpec spec = inherited("  image: other:1\n  command: [a, b]\n  power: stopped\n",
                                 "  command: [c]\n  power: running\n");
  EXPECT_EQ(spec.image, "box-base:1");
  EXPECT_EQ(spec.command, (std::vector<std::string>{"c"}));
  EXPECT_EQ(spec.power, Power::Running);
}

TEST(Defaults, MergeVolumesOverTheFourAndUnderTheBox) {
  const BoxSpec spec = inherited(
      "  volumes: {workspace: /work, config: null, data: {path: /d, disposable: true}, more: /m}\n",
      "  volumes: {data: {path: /e}, more: null, inbox: null}\n");
  const std::map<std::string, VolumeSpec> volumes{{"workspace", {"/work", false}},
                                                  {"cache", {"/home/coder/.cache", true}},
                                                  {"data", {"/e", true}}};
  EXPECT_EQ(spec.volumes, volumes);
}

TEST(Defaults, CanBeTakenBackByNamingADroppedVolumeAgain) {
  const BoxSpec spec = inherited("  volumes: {inbox: null}\n", "  volumes: {inbox: /in}\n");
  EXPECT_EQ(spec.volumes.at("inbox"), (VolumeSpec{"/in", false}));
}

TEST(Defaults, GiveWayToTheBoxesOwnKindOfHealthCheck) {
  const BoxSpec spec = inherited("  healthcheck: {http: \":80/\", interval: 5s}\n",
                                 "  healthcheck: {shell: \"true\"}\n");
  EXPECT_EQ(std::get<ShellCheck>(spec.healthcheck.check), ShellCheck{"true"});
  EXPECT_EQ(spec.healthcheck.interval, Duration{5'000});
}

TEST(Defaults, MayGiveTheImage) {
  const Documents documents = read_documents(
      {{"a.yaml", "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: ada}\nspec: {}\n"},
       {"z.yaml", defaults_text("  image: box-base:2\n")}});
  EXPECT_EQ(lines_of(documents.problems), "");
  ASSERT_EQ(documents.boxes.size(), 1U);
  EXPECT_EQ(documents.boxes[0].spec.image, "box-base:2");
  EXPECT_EQ(documents.boxes[0].fields.at("spec.image"), (FieldPlace{{5, 3}, "z.yaml"}));
}

TEST(Defaults, AreNamedWhenWhatIsInheritedClashes) {
  const Documents documents = read_documents(
      {{"a.yaml", box_text("ada", "  secrets: {A: {from: a}}\n  volumes: {x: /d/x}\n")},
       {"z.yaml", defaults_text("  env: {A: x}\n  volumes: {z: /d}\n")}});
  EXPECT_EQ(
      lines_of(documents.problems),
      "ada|a.yaml:3:18: error[BW0125]: volumes `x` (/d/x) and `z` (/d) overlap; give each a path "
      "outside the other (inherited from the source's Defaults)\n"
      "ada|a.yaml:6:16: error[BW0122]: `A` stands in both env and secrets; keep one");
}

TEST(Defaults, OccurOnceInASource) {
  const Documents documents = read_documents({{"a.yaml", box_text("ada")},
                                              {"y.yaml", defaults_text("  env: {A: x}\n")},
                                              {"z.yaml", defaults_text("  env: {A: z9}\n")}});
  EXPECT_EQ(names_of(documents.boxes), "");
  EXPECT_EQ(lines_of(documents.problems),
            "|z.yaml:1:1: error[BW0116]: a source has one Defaults document, and the first is at "
            "y.yaml:1:1; put both into one");
}

TEST(Defaults, HoldBackEveryBoxWhileTheyAreWrong) {
  for (const char* defaults :
       {"  resources: {memory: 1}\n", "  env: {A: x, A: z9}\n", "  env: [", "  env: *x\n"}) {
    const Documents documents =
        read_documents({{"a.yaml", box_text("ada")}, {"z.yaml", defaults_text(defaults)}});
    EXPECT_EQ(names_of(documents.boxes), "") << defaults;
    ASSERT_EQ(documents.problems.size(), 1U) << defaults;
    EXPECT_EQ(documents.problems[0].file, "z.yaml");
  }
}

TEST(Defaults, HoldBackEveryBoxWhileAnUnreadableFileMayHoldThem) {
  const SourceText hidden{"z.yaml", {}, "cannot be read", true};
  EXPECT_EQ(names_of(read_documents({{"a.yaml", box_text("ada")}, hidden}).boxes), "");
  const SourceText other{"z.yaml", {}, "cannot be read", false};
  const Documents documents = read_documents({{"a.yaml", box_text("ada")}, other});
  EXPECT_EQ(names_of(documents.boxes), "ada");
  EXPECT_EQ(lines_of(documents.problems), "|z.yaml: error[BW0102]: cannot be read");
}

constexpr const char* kFleet = R"(apiVersion: boxwright.dev/v1
kind: Fleet
metadata: {name: course}
spec:
  names: [ben, anna]
  template:
    metadata: {owner: teacher, labels: {course: cpp}}
    spec:
      image: box-base:1
      resources: {memory: 1GiB}
)";

TEST(Fleet, MakesOneBoxForEachName) {
  const Documents documents = read_documents({{"f.yaml", kFleet}});
  EXPECT_EQ(lines_of(documents.problems), "");
  ASSERT_EQ(names_of(documents.boxes), "anna ben");
  const BoxDeclaration& anna = documents.boxes[0];
  EXPECT_EQ(anna.owner, "teacher");
  EXPECT_EQ(anna.labels.at("course"), "cpp");
  EXPECT_EQ(anna.spec.resources.memory, Bytes{kGiB});
  EXPECT_EQ(anna.spec.subdomain, "anna");
  EXPECT_EQ(documents.boxes[1].spec.subdomain, "ben");
}

TEST(Fleet, PlacesABoxAtItsNameAndItsFieldsInTheTemplate) {
  const Documents documents = read_documents({{"f.yaml", kFleet}});
  ASSERT_EQ(documents.boxes.size(), 2U);
  EXPECT_EQ(documents.boxes[0].origin, (Origin{"f.yaml", {5, 16}}));
  EXPECT_EQ(documents.boxes[1].origin, (Origin{"f.yaml", {5, 11}}));
  EXPECT_EQ(documents.boxes[0].fields.at("spec.resources.memory").at, (Position{10, 19}));
  EXPECT_EQ(documents.boxes[0].fields.at("metadata.owner").at, (Position{7, 16}));
}

TEST(Defaults, KeepThePlacesOfWhatIsInherited) {
  const Documents documents = read_documents(
      {{"ada.yaml", box_text("ada", "  resources: {cpus: 2}\n  env: {A: own}\n")},
       {"all/defaults.yaml",
        defaults_text("  resources: {cpus: 1, pids: 7}\n  env: {A: x, B: z}\n  pull: never\n")},
       {"f.yaml", kFleet}});
  const auto place = [&documents](std::size_t box, const char* field) {
    const Origin at =
        place_of_field(documents.boxes[box].fields, documents.boxes[box].origin, field);
    return fmt::format("{}:{}:{}", at.file, at.at.line, at.at.column);
  };
  ASSERT_EQ(names_of(documents.boxes), "ada anna ben") << lines_of(documents.problems);
  EXPECT_EQ(place(0, "spec.resources.cpus"), "ada.yaml:6:15");
  EXPECT_EQ(place(0, "spec.resources.pids"), "all/defaults.yaml:5:24");
  EXPECT_EQ(place(0, "spec.resources.memory"), "ada.yaml:6:3") << "nobody wrote it: the nearest";
  EXPECT_EQ(place(0, "spec.env.A"), "ada.yaml:7:9");
  EXPECT_EQ(place(0, "spec.env.B"), "all/defaults.yaml:6:15");
  EXPECT_EQ(place(0, "spec.pull"), "all/defaults.yaml:7:3");
  EXPECT_EQ(place(0, "spec.stopGracePeriod"), "ada.yaml:4:1");
  EXPECT_EQ(place(1, "spec.env.B"), "all/defaults.yaml:6:15") << "of a Fleet's box, too";
}

TEST(Fleet, InheritsDefaults) {
  const Documents documents = read_documents(
      {{"f.yaml", kFleet}, {"z.yaml", defaults_text("  env: {A: x}\n  resources: {pids: 7}\n")}});
  ASSERT_EQ(documents.boxes.size(), 2U);
  EXPECT_EQ(documents.boxes[0].spec.resources.pids, 7);
  EXPECT_EQ(documents.boxes[0].spec.resources.memory, Bytes{kGiB});
  EXPECT_EQ(documents.boxes[0].spec.env.at("A"), "x");
}

TEST(Fleet, ClaimsItsNamesAgainstBoxes) {
  const Documents documents = read_documents({{"f.yaml", kFleet}, {"g.yaml", box_text("anna")}});
  EXPECT_EQ(names_of(documents.boxes), "ben");
  EXPECT_EQ(
      lines_of(documents.problems),
      "anna|f.yaml:5:16: error[BW0107]: box `anna` is declared here and at g.yaml:3:18; keep one\n"
      "anna|g.yaml:3:18: error[BW0107]: box `anna` is declared here and at f.yaml:5:16; keep one");
}

TEST(Fleet, RefusesAHostPortThatAllItsBoxesWouldShare) {
  const Documents documents = read_documents(
      {{"f.yaml", std::string(kFleet) + "      publish: [\"127.0.0.1:2222:22\"]\n"}});
  EXPECT_EQ(names_of(documents.boxes), "");
  EXPECT_EQ(documents.problems.size(), 2U);
}

}  // namespace
}  // namespace boxwright::specs
