#include "tests/support/json_schema.h"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace boxwright::test {

namespace fs = std::filesystem;

::testing::AssertionResult fits_schema(const std::string& schema, const std::string& text,
                                       bool lines) {
  std::string pattern = (fs::temp_directory_path() / "bw-schema-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return ::testing::AssertionFailure() << "no folder";
  const fs::path folder = pattern;
  const auto file = folder / (lines ? "text.jsonl" : "text.json");
  std::ofstream(file) << text;
  const fs::path tree = BOXWRIGHT_TREE;
  const auto said = folder / "said";
  const auto command = fmt::format("python3 '{}' '{}' '{}' > '{}' 2>&1",
                                   (tree / "tests/support/validate_json.py").string(),
                                   (tree / schema).string(), file.string(), said.string());
  const bool fits = std::system(command.c_str()) == 0;
  std::ostringstream words;
  words << std::ifstream(said).rdbuf();
  fs::remove_all(folder);
  if (fits) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << words.str() << "\n" << text;
}

}  // namespace boxwright::test
