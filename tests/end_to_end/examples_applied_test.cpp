// Every folder of examples is applied for real, found as wanted, and removed.

#include <fmt/core.h>

#include <regex>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class Example : public EndToEnd, public ::testing::WithParamInterface<std::string> {
 protected:
  /// A copy, with the secrets that the real folder does not have.
  void copy_example() {
    fs::remove_all(boxes());
    fs::copy(fs::path(BOXWRIGHT_EXAMPLES) / GetParam(), boxes(), fs::copy_options::recursive);
    const auto secrets = root() / "secrets";
    fs::create_directories(secrets);
    fs::permissions(secrets, fs::perms::owner_all);
    std::string marker = read_text(boxes() / "boxwright.yaml");
    if (const auto at = marker.find("secretsDir:"); at != std::string::npos) {
      const auto end = marker.find('\n', at);
      marker.replace(at, end - at, "secretsDir: " + secrets.string());
      write_file(boxes() / "boxwright.yaml", marker);
    }
    for (const char* name : {"ada-password", "margaret-password"})
      write_file(secrets / name, "a secret");
    for (const auto& entry : fs::directory_iterator(boxes())) {
      if (entry.path().extension() == ".yaml") fit_into_this_machine(entry.path());
    }
  }
  /// An engine refuses more CPUs than there are.
  void fit_into_this_machine(const fs::path& file) const {
    static const std::regex kCpus("cpus: [0-9.]+");
    write_file(file, std::regex_replace(read_text(file), kCpus, "cpus: 0.5"));
  }
  /// Everything that the examples name; `box-start` and the checks of those boxes are there.
  static void make_images() {
    const ImageRecipe recipe{
        .files = {{.path = "usr/local/bin/box-start",
                   .content = "#!/bin/sh\nexec httpd -f -p 8080 -h /www\n",
                   .mode = 0755},
                  // No server of this small image makes the socket that an example looks for.
                  {.path = "usr/bin/test", .content = "#!/bin/sh\nexit 0\n", .mode = 0755}}};
    for (const char* tag : {"box-base:1", "boxwright-quickstart:1"})
      engine().import_image(tag, recipe);
  }
};

TEST_P(Example, IsAppliedThenAsWantedThenRemoved) {
  copy_example();
  make_images();
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_FALSE(identities().empty());
  const auto planned = plan();
  EXPECT_EQ(planned.code, 0) << planned.out << planned.err;

  const auto volumes = volume_names().size();
  for (const auto& entry : fs::directory_iterator(boxes())) {
    if (entry.path().extension() == ".yaml" && entry.path().filename() != "boxwright.yaml") {
      fs::remove(entry.path());
    }
  }
  // All of them at once is what the guard is for: a person has to confirm that set.
  const auto held = apply();
  const auto at = held.err.find("confirm-prune ");
  ASSERT_NE(at, std::string::npos) << held.err;
  const auto source = held.err.substr(at + 14, held.err.find(' ', at + 14) - at - 14);
  const auto digest = held.err.substr(at + 14 + source.size() + 1, 4);
  EXPECT_EQ(run({"confirm-prune", source, digest}).code, 0);
  const auto removed = apply();
  EXPECT_EQ(removed.code, 0) << removed.err;
  EXPECT_TRUE(identities().empty());
  EXPECT_EQ(volume_names().size(), volumes);
}

std::vector<std::string> folders() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(BOXWRIGHT_EXAMPLES)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Folder, Example, ::testing::ValuesIn(folders()), [](const auto& one) {
  auto name = one.param;
  std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
  return name;
});

}  // namespace
}  // namespace boxwright::test
