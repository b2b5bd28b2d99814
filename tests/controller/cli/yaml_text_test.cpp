#include "controller/cli/yaml_text.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace boxwright::cli {
namespace {

TEST(YamlText, WritesNestedMapsAndLists) {
  EXPECT_EQ(yaml_from_json(R"({"a": {"b": [1, {"c": "x", "d": null}, []]}, "e": {}})"),
            "a:\n  b:\n    - 1\n    - c: x\n      d: null\n    - []\ne: {}\n");
}

TEST(YamlText, WritesListsOfLists) {
  EXPECT_EQ(yaml_from_json("[[1, 2], [3]]"), "- - 1\n  - 2\n- - 3\n");
}

TEST(YamlText, QuotesWhatAnOlderReaderTakesForSomethingElse) {
  EXPECT_EQ(
      yaml_from_json(R"(["yes", "No", "null", "0123", "22:22", "a: b", "", "-x", "#c"])"),
      "- \"yes\"\n- \"No\"\n- \"null\"\n- \"0123\"\n- \"22:22\"\n- \"a: b\"\n- \"\"\n- \"-x\"\n"
      "- \"#c\"\n");
}

TEST(YamlText, LeavesPlainWordsBare) {
  EXPECT_EQ(yaml_from_json(R"(["box-base", "running", "a/b.c"])"),
            "- box-base\n- running\n- a/b.c\n");
}

TEST(YamlText, IsReadBackAsTheSameByAnotherProgram) {
  const auto text = yaml_from_json(R"({"tricky": "line\nbreak \" and \\ and \u0007", "n": 1.5})");
  const auto node = YAML::Load(text);
  EXPECT_EQ(node["tricky"].as<std::string>(), "line\nbreak \" and \\ and \a");
  EXPECT_EQ(node["n"].as<double>(), 1.5);
}

TEST(YamlText, WritesAScalarAlone) {
  EXPECT_EQ(yaml_from_json("\"x\""), "x\n");
}

TEST(YamlText, IsInertOnATerminal) {
  const auto text = yaml_from_json("{\"k\xc2\x9b\": \"\xc2\x9b\x7f\"}");
  EXPECT_EQ(text, "\"k\\u009b\": \"\\u009b\\u007f\"\n");
}

}  // namespace
}  // namespace boxwright::cli
