// The committed schema is the one that the tables make, and an outside validator agrees with the
// decoder on every example, good and bad, as far as a schema can say it.

#include "specs/parse/schema.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "committed.h"
#include "specs/parse/explanations.h"
#include "specs/parse/plain_scalar.h"
#include "specs/parse/yaml_reader.h"
#include "texts.h"
#include "wrong_texts.h"

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What no schema can say, and why.
const std::map<std::string, std::string> kBeyondASchema{
    {"BW0101", "it is no YAML"},
    {"BW0102", "about files"},
    {"BW0106", "a schema sees one value for a key"},
    {"BW0107", "about several documents"},
    {"BW0108", "an image or a volume's path may come from Defaults"},
    {"BW0110", "about bytes"},
    {"BW0111", "about the text"},
    {"BW0112", "a YAML reader has resolved it before a schema is asked"},
    {"BW0116", "about several documents"},
    {"BW0117", "the number within `5MiB` or `1h`"},
    {"BW0120", "about several boxes"},
    {"BW0122", "the same key in two maps"},
    {"BW0125", "compares two texts"},
    {"BW0128", "compares two texts"},
    {"BW0129", "about files"},
    {"BW0130", "a schema sees what its YAML reader made of it"},
};

/// Single cases of other codes that a schema takes all the same.
const std::map<std::string, std::string> kBeyondAlso{
    {"ImageUpperCase", "host and tag may have capitals, the repository between them not"},
    {"MemoryNotWhole", "0.3 of a byte"},
    {"NameIsReservedSubdomain", "a name is judged as a subdomain only where none is given"},
    {"SourceOutsideMarker", "about the file's name"},
    {"WindowZoneUnknown", "what zones there are, the machine knows"},
};

json instance_of(const TreeNode& node) {
  json out;
  switch (node.kind) {
    case NodeKind::Null: return nullptr;
    case NodeKind::List:
      out = json::array();
      for (const TreeNode& item : node.items)
        out.push_back(instance_of(item));
      return out;
    case NodeKind::Map:
      out = json::object();
      for (const Entry& entry : node.entries)
        out[entry.key] = instance_of(entry.value);
      return out;
    case NodeKind::Scalar: break;
  }
  if (!node.quoted && is_true_or_false(node.text)) return node.text == "true";
  if (!node.quoted && is_number(node.text)) return json::parse(node.text);
  return node.text;
}

/// Asks the validator about documents by their names.
class Validator {
 public:
  /// Every document of a text; nothing if it cannot be read.
  void add(const std::string& name, const std::string& text) {
    const ReadText read = read_yaml(text);
    for (std::size_t i = 0; i < read.documents.size(); ++i) {
      const json line{{"name", name}, {"instance", instance_of(read.documents[i].root)}};
      lines_ += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    }
  }

  /// The names of which some document is refused, and all names that were answered.
  struct Answers {
    std::set<std::string> refused;
    std::set<std::string> all;
  };

  Answers ask() const {
    const fs::path input = fs::path(testing::TempDir()) /
                           ("boxwright-schema-" + std::to_string(::getpid()) + ".jsonl");
    std::ofstream(input, std::ios::binary) << lines_;
    const std::string command = "/usr/bin/python3 " BOXWRIGHT_SOURCE_DIR
                                "/tests/specs/check_schema.py " BOXWRIGHT_SOURCE_DIR
                                "/docs/schema/boxwright.schema.json < '" +
                                input.string() + "'";
    Answers answers;
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return answers;
    char line[256];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
      const std::string text(line);
      const std::size_t tab = text.find('\t');
      answers.all.insert(text.substr(0, tab));
      if (text.substr(tab + 1) == "no\n") answers.refused.insert(text.substr(0, tab));
    }
    EXPECT_EQ(::pclose(pipe), 0);
    fs::remove(input);
    return answers;
  }

  static bool is_there() {
    return std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") == 0;
  }

 private:
  std::string lines_;
};

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    if (Validator::is_there()) return;
    if (std::getenv("CI") != nullptr) FAIL() << "python3-jsonschema is missing";
    GTEST_SKIP() << "python3-jsonschema is missing";
  }
};

std::string spec_or_document(std::string_view text) {
  return text.starts_with("apiVersion") || text.starts_with("kind")
             ? std::string(text)
             : box_text("ada", std::string(text));
}

/// Name and text of what is right.
std::map<std::string, std::string> good_texts() {
  std::map<std::string, std::string> texts;
  for (const Explanation& one : explanations()) {
    if (!one.right.empty()) texts[std::string(one.code.id)] = spec_or_document(one.right);
  }
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(BOXWRIGHT_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() == ".yaml") {
      texts[entry.path().string()] = read_file(entry.path());
    }
  }
  texts["AllForms"] =
      box_text("ada",
               "  command: [a, 1, true]\n  resources: {cpus: \"0.25\", memory: 1.5GiB, pids: 1}\n"
               "  env: {PORT: 8080, RATIO: 1.5, \"ON\": \"on\"}\n"
               "  volumes: {cache: null, data: /data, more: {path: /more, disposable: true}}\n"
               "  healthcheck: {command: [\"a\"], interval: 1h30m, timeout: 500ms}\n"
               "  publish: [\"0.0.0.0:65535:1/udp\", \"255.9.10.199:1:53/tcp\"]\n"
               "  restart: \"no\"\n  stopGracePeriod: 2000ms\n");
  texts["NoCheck"] = box_text("ada", "  healthcheck: {none: true}\n");
  return texts;
}

TEST(SchemaFile, IsWhatTheTablesMake) {
  expect_committed("docs/schema/boxwright.schema.json", json_schema());
}

TEST_F(Schema, TakesEverythingThatTheDecoderTakes) {
  Validator validator;
  for (const auto& [name, text] : good_texts())
    validator.add(name, text);
  const auto answers = validator.ask();
  for (const auto& [name, text] : good_texts()) {
    EXPECT_TRUE(answers.all.contains(name)) << name;
    EXPECT_FALSE(answers.refused.contains(name)) << name << "\n" << text;
  }
}

TEST_F(Schema, RefusesEveryWrongShapeThatTheDecoderRefuses) {
  std::map<std::string, std::string> texts;
  for (const auto& table : {wrong_values(), wrong_structures()}) {
    for (const WrongText& wrong : table)
      texts[std::string(wrong.name)] = box_text("ada", std::string(wrong.text));
  }
  for (const WrongText& wrong : wrong_documents())
    texts[std::string(wrong.name)] = std::string(wrong.text);
  Validator validator;
  for (const auto& [name, text] : texts)
    validator.add(name, text);
  const auto answers = validator.ask();
  int asked = 0;
  for (const auto& [name, text] : texts) {
    const Documents documents = read_documents({{"x.yaml", text}});
    const bool shape =
        std::any_of(documents.problems.begin(), documents.problems.end(),
                    [](const Problem& problem) { return !kBeyondASchema.contains(problem.code); });
    if (!shape || !answers.all.contains(name)) continue;
    ++asked;
    EXPECT_EQ(answers.refused.contains(name), !kBeyondAlso.contains(name))
        << name << "\n"
        << text << "\n"
        << lines_of(documents.problems);
  }
  EXPECT_GT(asked, 60);
}

}  // namespace
}  // namespace boxwright::specs
