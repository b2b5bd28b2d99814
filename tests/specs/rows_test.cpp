#include <gtest/gtest.h>

#include "specs/model/canonical.h"
#include "specs/parse/documents.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

std::string problems_of(const Row& row) {
  const Documents documents = read_rows({row});
  EXPECT_EQ(names_of(documents.boxes), "");
  return lines_of(documents.problems);
}

TEST(ReadRows, ReadsTheSameSpecAsYaml) {
  const std::string spec =
      R"({"image":"box-base:1","resources":{"cpus":0.5,"memory":"1GiB","pids":10},"suspend":true,)"
      R"("env":{"PORT":8080,"A":"b"},"volumes":{"inbox":null,"data":"/data"},"publish":["127.0.0.1:2222:22"]})";
  const Documents rows = read_rows({{"ada", "me", R"({"team":"x"})", spec}});
  const Documents yaml = read_documents(
      {{"x.yaml", box_text("ada",
                           "  resources: {cpus: 0.5, memory: 1GiB, pids: 10}\n  suspend: true\n"
                           "  env: {PORT: 8080, A: b}\n  volumes: {inbox: null, data: /data}\n"
                           "  publish: [\"127.0.0.1:2222:22\"]\n")}});
  ASSERT_EQ(lines_of(rows.problems), "");
  ASSERT_EQ(rows.boxes.size(), 1U);
  ASSERT_EQ(yaml.boxes.size(), 1U);
  EXPECT_EQ(rows.boxes[0].spec, yaml.boxes[0].spec);
  EXPECT_EQ(rows.boxes[0].owner, "me");
  EXPECT_EQ(rows.boxes[0].labels.at("team"), "x");
  EXPECT_EQ(rows.boxes[0].origin, (Origin{"desired_boxes/ada", {}}));
  EXPECT_EQ(rows.boxes[0].fields.at("spec.resources.cpus").at, Position{});
}

TEST(ReadRows, ReadsWhatCanonicalJsonWrote) {
  const Documents rows = read_rows({{"ada", "", "", R"({"image":"box-base:1"})"}});
  ASSERT_EQ(rows.boxes.size(), 1U);
  const Documents again = read_rows({{"ada", "", "", canonical_json(rows.boxes[0].spec)}});
  EXPECT_EQ(lines_of(again.problems), "");
  ASSERT_EQ(again.boxes.size(), 1U);
  EXPECT_EQ(again.boxes[0].spec, rows.boxes[0].spec);
}

TEST(ReadRows, PointsIntoTheSpec) {
  EXPECT_EQ(problems_of({"ada", "", "", R"({"image":"x","resources":{"cpus":"many"}})"}),
            "ada|desired_boxes/ada#/resources/cpus: error[BW0104]: `spec.resources.cpus` is wrong: "
            "`many` "
            "is not a number of CPUs; write a decimal, such as 1.5 or 0.25");
  EXPECT_EQ(problems_of({"ada", "", "", R"({"image":"x","publish":["127.0.0.1:22:22",5]})"}),
            "ada|desired_boxes/ada#/publish/1: error[BW0130]: `spec.publish.1` must be text, but "
            "`5` is a "
            "number; write \"5\"");
  EXPECT_EQ(problems_of({"ada", "", "", R"({"image":"x","a/b~c":1})"}).substr(0, 42),
            "ada|desired_boxes/ada#/a~1b~0c: error[BW01");
}

/// Line number, line and mark of each problem of a row, and of related places.
std::string shown_of(const std::string& labels, const std::string& spec) {
  std::string out;
  const auto add = [&out](const Excerpt& excerpt, char mark) {
    out += std::to_string(excerpt.number) + "|" + excerpt.line + "\n";
    out += "  " + std::string(static_cast<std::size_t>(excerpt.before), ' ') +
           std::string(static_cast<std::size_t>(excerpt.length), mark) + "\n";
  };
  for (const Problem& problem : read_rows({{"ada", "", labels, spec}}).problems) {
    EXPECT_EQ(problem.at, Position{}) << "a row has no place of its own";
    add(problem.excerpt, '^');
    for (const RelatedPlace& place : problem.related)
      add(place.excerpt, '-');
  }
  return out;
}

TEST(ReadRows, ShowTheOffendingPartOfTheirColumn) {
  EXPECT_EQ(shown_of("", R"({"image":"x","resources":{"memroy":"2GiB","pids":7}})"),
            "1|{\"image\":\"x\",\"resources\":{\"memroy\":\"2GiB\",\"pids\":7}}\n"
            "                            ^^^^^^^^\n");
  EXPECT_EQ(shown_of("", "{\n  \"image\": \"x\",\n  \"resources\": {\"pids\": 0}\n}\n"),
            "3|  \"resources\": {\"pids\": 0}\n"
            "                          ^\n");
  EXPECT_EQ(shown_of("", "{\"image\": \"x\",\n \"image\": \"y\"}"),
            "2| \"image\": \"y\"}\n   ^^^^^^^\n1|{\"image\": \"x\",\n   -------\n");
  EXPECT_EQ(shown_of("", R"({"image": "x", "publish": ["127.0.0.1:22:22", 5 ]})"),
            "1|{\"image\": \"x\", \"publish\": [\"127.0.0.1:22:22\", 5 ]}\n"
            "                                                ^\n");
  EXPECT_EQ(shown_of(R"({"a": [1]})", R"({"image": "x"})"), "1|{\"a\": [1]}\n        ^^^\n");
  EXPECT_EQ(shown_of("", "{\"image\" \"x\"}"), "1|{\"image\" \"x\"}\n           ^^^\n");
  EXPECT_EQ(shown_of("", "{\"image\": "), "1|{\"image\":\n           ^\n");
  EXPECT_EQ(shown_of("", "\xEF\xBB\xBF{\"imag\": 1}").substr(0, 13), "1|{\"imag\": 1}");
}

TEST(ReadRows, NeverShowWhatStandsBelowSecrets) {
  const std::string shown = shown_of("", R"({"image": "x", "secrets": {"TOKEN": "hunter2"}})");
  EXPECT_NE(shown.find("*******"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
}

TEST(ReadRows, RefusesWhatIsNoJsonObject) {
  EXPECT_EQ(problems_of({"ada", "", "", ""}),
            "ada|desired_boxes/ada: error[BW0101]: column spec: not valid JSON (at character 1)");
  EXPECT_EQ(problems_of({"ada", "", "", "{\"image\":"}),
            "ada|desired_boxes/ada: error[BW0101]: column spec: not valid JSON (at character 10)");
  EXPECT_EQ(problems_of({"ada", "", "", "[]"}),
            "ada|desired_boxes/ada: error[BW0104]: column spec: must be a JSON object");
  EXPECT_EQ(problems_of({"ada", "", "", "null"}),
            "ada|desired_boxes/ada: error[BW0104]: column spec: must be a JSON object");
}

TEST(ReadRows, RefusesDuplicateKeysAndDepth) {
  EXPECT_EQ(
      problems_of({"ada", "", "", R"({"image":"x","image":"y"})"}),
      "ada|desired_boxes/ada: error[BW0106]: column spec: key `image` is written twice in one map, "
      "first at 1:2; keep one");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(problems_of({"ada", "", "", deep}),
            "ada|desired_boxes/ada: error[BW0111]: column spec: nested more than 32 deep; a spec "
            "needs no "
            "more than 6");
}

TEST(ReadRows, JudgesNameOwnerAndLabels) {
  EXPECT_EQ(problems_of({"Ada", "", "", R"({"image":"x"})"}).substr(0, 70),
            "Ada|desired_boxes/Ada: error[BW0118]: column name: `Ada` cannot be a n");
  EXPECT_EQ(problems_of({"ada", "a\nb", "", R"({"image":"x"})"}),
            "ada|desired_boxes/ada: error[BW0109]: column owner: this text must be one line of at "
            "most 256 "
            "bytes");
  EXPECT_EQ(problems_of({"ada", "", R"({"a":[1]})", R"({"image":"x"})"}),
            "ada|desired_boxes/ada: error[BW0104]: `labels.a` must be text, not a list");
  EXPECT_EQ(problems_of({"ada", "", "[]", R"({"image":"x"})"}),
            "ada|desired_boxes/ada: error[BW0104]: column labels: must be a JSON object");
}

TEST(ReadRows, LetsOtherRowsGoOn) {
  const Documents documents = read_rows({{"ben", "", "", R"({"image":"x"})"},
                                         {"ada", "", "", "{"},
                                         {"cleo", "", "", R"({"image":"x"})"}});
  EXPECT_EQ(names_of(documents.boxes), "ben cleo");
  EXPECT_EQ(documents.problems.size(), 1U);
}

TEST(ReadRows, RefusesOneSubdomainForTwoRows) {
  const Documents documents = read_rows(
      {{"ada", "", "", R"({"image":"x"})"}, {"ben", "", "", R"({"image":"x","subdomain":"ada"})"}});
  EXPECT_EQ(names_of(documents.boxes), "");
  EXPECT_EQ(
      lines_of(documents.problems).substr(0, 100),
      "ada|desired_boxes/ada: error[BW0120]: subdomain `ada` is also wanted by box `ben` (desired_b"
      "oxes/ben");
}

}  // namespace
}  // namespace boxwright::specs
