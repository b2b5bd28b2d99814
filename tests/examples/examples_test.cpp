// Every folder in examples/ is read as a source, just as it would be by `boxwright apply`.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "specs/parse/documents.h"

namespace boxwright::specs {
namespace {

namespace fs = std::filesystem;

const fs::path kExamples = fs::path(BOXWRIGHT_SOURCE_DIR) / "examples";

struct Example {
  Marker marker;
  Documents documents;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string lines(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems)
    out += problem.to_line() + "\n";
  return out;
}

Example read_example(const std::string& name) {
  Example example;
  std::vector<SourceText> files;
  for (const auto& entry : fs::directory_iterator(kExamples / name)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".yaml") || file.starts_with('.')) continue;
    if (file != "boxwright.yaml") {
      files.push_back({file, read(entry.path())});
      continue;
    }
    auto marker = read_marker({file, read(entry.path())}, (kExamples / name).string());
    EXPECT_TRUE(marker.has_value()) << lines(marker.error());
    if (marker) example.marker = *marker;
  }
  example.documents = read_documents(files);
  return example;
}

std::vector<std::string> folders() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kExamples)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

const BoxDeclaration* find(const Example& example, const std::string& name) {
  for (const BoxDeclaration& box : example.documents.boxes) {
    if (box.name.str() == name) return &box;
  }
  return nullptr;
}

class EveryExample : public testing::TestWithParam<std::string> {};

TEST_P(EveryExample, IsAValidSourceNamedAfterItsFolder) {
  const Example example = read_example(GetParam());
  EXPECT_TRUE(example.documents.problems.empty()) << lines(example.documents.problems);
  EXPECT_FALSE(example.documents.boxes.empty());
  EXPECT_EQ(example.marker.name.str(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Folders, EveryExample, testing::ValuesIn(folders()),
                         [](const auto& param) {
                           std::string name = param.param;
                           for (char& letter : name)
                             letter = letter == '-' ? '_' : letter;
                           return name;
                         });

TEST(Examples, OneBoxIsDefaultsBeyondItsImage) {
  const Example example = read_example("one-box");
  ASSERT_EQ(example.documents.boxes.size(), 1U);
  BoxSpec plain;
  plain.image = "box-base:1";
  plain.subdomain = "ada";
  plain.volumes = default_volumes();
  EXPECT_EQ(example.documents.boxes.front().spec, plain);
}

TEST(Examples, ProductionWritesOutTheDefaults) {
  const Example example = read_example("production");
  const BoxDeclaration* ada = find(example, "ada");
  ASSERT_NE(ada, nullptr);
  BoxSpec expected;
  expected.image = "box-base:1";
  expected.subdomain = "ada";
  expected.volumes = default_volumes();
  expected.env = {{"EDITOR", "vim"}, {"TZ", "Europe/Vienna"}};
  expected.secrets = {{"PASSWORD", {"ada-password"}}};
  // Shown, since people look for it here; by default nothing waits.
  constexpr std::uint8_t kMondayToThursday = 0b000'1111;
  constexpr std::uint8_t kSaturday = 0b010'0000;
  expected.update.idle_deadline = std::chrono::hours(1);
  expected.update.windows = {{kMondayToThursday, 4 * 60, 6 * 60, "Europe/Vienna"},
                             {kSaturday, 22 * 60, 6 * 60, "Europe/Vienna"}};
  EXPECT_EQ(ada->spec, expected);
}

TEST(Examples, ProductionDropsADefaultVolumeByNull) {
  const Example example = read_example("production");
  const BoxDeclaration* farm = find(example, "build-farm");
  ASSERT_NE(farm, nullptr);
  EXPECT_EQ(farm->spec.volumes.count("inbox"), 0U);
  EXPECT_EQ(farm->spec.volumes.count("artifacts"), 1U);
}

TEST(Examples, TeamSharesDefaultsAndLetsEachBoxDiffer) {
  const Example example = read_example("team");
  ASSERT_EQ(example.documents.boxes.size(), 5U);
  const BoxDeclaration* student = find(example, "grace");
  const BoxDeclaration* lead = find(example, "margaret");
  ASSERT_NE(student, nullptr);
  ASSERT_NE(lead, nullptr);
  EXPECT_EQ(student->spec.env, (std::map<std::string, std::string>{
                                   {"EDITOR", "vim"}, {"TZ", "UTC"}, {"COURSE", "compilers"}}));
  EXPECT_EQ(student->spec.resources.memory, Bytes{2 * kGiB});
  EXPECT_EQ(student->spec.resources.cpus, NanoCpus{2'000'000'000});
  EXPECT_EQ(lead->spec.resources.memory, Bytes{8 * kGiB});
  EXPECT_EQ(lead->spec.volumes.size(), default_volumes().size() + 1);
}

TEST(Examples, QuickstartPublishesOnTheLoopbackAddressOnly) {
  const Example example = read_example("quickstart");
  ASSERT_EQ(example.documents.boxes.size(), 2U);
  EXPECT_TRUE(example.marker.settings.domain.empty());
  for (const BoxDeclaration& box : example.documents.boxes) {
    ASSERT_EQ(box.spec.publish.size(), 1U) << box.name.str();
    EXPECT_EQ(box.spec.publish.front().host_ip, "127.0.0.1");
    EXPECT_EQ(box.spec.image, "boxwright-quickstart:1");
  }
}

}  // namespace
}  // namespace boxwright::specs
