// Every case of the public YAML test suite through the reader: what is invalid is refused with a
// place in the text, what is valid is read as the suite reads it, or the difference has its reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "specs/parse/text_places.h"
#include "specs/parse/yaml_reader.h"

namespace boxwright::specs {
namespace {

/// Valid YAML that the reader refuses, and why that is left so. (Anchors, aliases, tags,
/// directives, merge keys and keys that are no text are refused by design: BW0112.)
const std::map<std::string, std::string> kRefused{
    {"652Z", "yaml-cpp reads `?` in brackets as the mark of an explicit key; refused, not misread"},
    {"HM87-1", "as 652Z"},
    {"JR7V", "as 652Z"},
    {"7Z25",
     "a document after `...` without `---`: refused, since yaml-cpp 0.7 cannot tell it from "
     "a value that ended early"},
    {"M7A3", "as 7Z25"},
    {"W4TN", "as 7Z25"},
    {"DK3J",
     "a block scalar as a whole document, not indented: yaml-cpp ends it early; a spec is a "
     "map"},
    {"FP8R", "as DK3J"},
    {"DK95-4", "a line of a tab alone: yaml-cpp refuses tabs where indentation could be"},
    {"AVM7", "an empty file is an error here (BW0129): it may be in the middle of being written"},
};

/// Valid YAML that is read otherwise than the suite says. None may differ in a document that is a
/// map of plain fields.
const std::map<std::string, std::string> kReadOtherwise{
    {"JEF9-2", "a block scalar whose last line is spaces without a line end: yaml-cpp drops it"},
    {"L24T-1", "as JEF9-2"},
    {"NAT4", "a quoted text of empty lines alone: yaml-cpp keeps no line end of it"},
    {"UKK6-2", "a `!` alone in the text: taken for nothing"},
};

nlohmann::json cases() {
  std::ifstream in(BOXWRIGHT_SOURCE_DIR "/tests/specs/yaml_test_suite/cases.json");
  return nlohmann::json::parse(in);
}

std::vector<Finding> findings_of(const ReadText& read) {
  std::vector<Finding> all = read.fatal;
  for (const Document& document : read.documents)
    all.insert(all.end(), document.findings.begin(), document.findings.end());
  return all;
}

/// The suite's own notation for a value in plain style or another.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      case '\b': out += "\\b"; break;
      default: out += c;
    }
  }
  return out;
}

void write_events(const TreeNode& node, std::string& out) {
  switch (node.kind) {
    case NodeKind::Null: out += "=NUL\n"; return;
    case NodeKind::Scalar: out += "=VAL " + escaped(node.text) + "\n"; return;
    case NodeKind::List:
      out += "+SEQ\n";
      for (const TreeNode& item : node.items)
        write_events(item, out);
      out += "-SEQ\n";
      return;
    case NodeKind::Map: break;
  }
  out += "+MAP\n";
  for (const Entry& entry : node.entries) {
    out += "=VAL " + escaped(entry.key) + "\n";
    write_events(entry.value, out);
  }
  out += "-MAP\n";
}

std::string events_of(const ReadText& read) {
  std::string out;
  for (const Document& document : read.documents)
    write_events(document.root, out);
  return out;
}

/// The suite's events without styles and documents. Documents of nothing are left out on both
/// sides, and so is `~` and `null`, which the suite leaves to the schema.
std::string expected_events(const std::string& tree) {
  std::string out;
  std::istringstream lines(tree);
  std::string line;
  std::string document;
  const std::string kNothing = "=NUL\n";
  while (std::getline(lines, line)) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.starts_with("+STR") || line.starts_with("-STR")) continue;
    if (line.starts_with("+DOC")) {
      document.clear();
    } else if (line.starts_with("-DOC")) {
      if (document != kNothing) out += document;
    } else if (line.starts_with("=VAL ")) {
      const std::string value = line.substr(6);
      const bool nothing = line[5] == ':' && (value.empty() || value == "null" || value == "~");
      document += nothing ? kNothing : "=VAL " + value + "\n";
    } else {
      document += line.substr(0, 4) + "\n";
    }
  }
  return out;
}

bool is_inside(Position at, const std::string& text) {
  const Position end = TextPlaces(text).at(text.size());
  return at >= Position{1, 1} && at <= end;
}

TEST(YamlTestSuite, IsAllThere) {
  EXPECT_EQ(cases().size(), 402U);
}

TEST(YamlTestSuite, InvalidTextIsRefusedWithAPlaceInIt) {
  int count = 0;
  for (const auto& one : cases()) {
    if (!one.value("fail", false)) continue;
    ++count;
    const std::string text = one.at("yaml");
    const auto findings = findings_of(read_yaml(text));
    ASSERT_FALSE(findings.empty()) << one.at("id") << ": " << one.at("name") << "\n" << text;
    EXPECT_TRUE(is_inside(findings[0].at, text)) << one.at("id");
  }
  EXPECT_EQ(count, 94);
}

TEST(YamlTestSuite, ValidTextIsReadAsTheSuiteReadsIt) {
  std::map<std::string, int> outcomes;
  for (const auto& one : cases()) {
    if (one.value("fail", false)) continue;
    const std::string id = one.at("id");
    const std::string text = one.at("yaml");
    const ReadText read = read_yaml(text);
    const auto findings = findings_of(read);
    if (findings.empty()) {
      ++outcomes["read"];
      const std::string expected = expected_events(one.at("tree"));
      EXPECT_EQ(events_of(read) == expected, !kReadOtherwise.contains(id))
          << id << ": " << one.at("name") << "\n"
          << text << "\n"
          << events_of(read) << "expected\n"
          << expected;
      EXPECT_FALSE(kRefused.contains(id)) << id << " is read now; strike it off the list";
    } else if (findings[0].code.id == codes::kYamlFeature.id) {
      ++outcomes["not used in specs"];
    } else {
      EXPECT_TRUE(kRefused.contains(id))
          << id << ": " << one.at("name") << ": " << findings[0].message << "\n"
          << text;
    }
  }
  EXPECT_EQ(outcomes["read"], 192);
  EXPECT_EQ(outcomes["not used in specs"], 106);
}

}  // namespace
}  // namespace boxwright::specs
