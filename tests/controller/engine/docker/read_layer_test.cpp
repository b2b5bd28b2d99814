#include "controller/engine/docker/read_layer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {
namespace {

namespace fs = std::filesystem;
using engine::LayerChange;
using engine::LayerChangeKind;

TEST(ReadLayerChanges, TakesWhatTheEngineLists) {
  const auto read = read_layer_changes(R"([{"Path": "/home", "Kind": 0},
    {"Path": "/home/a", "Kind": 1}, {"Path": "/home/b", "Kind": 2}])");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, (std::vector<LayerChange>{{"/home", LayerChangeKind::Modified},
                                             {"/home/a", LayerChangeKind::Added},
                                             {"/home/b", LayerChangeKind::Deleted}}));
  EXPECT_TRUE(read_layer_changes("null").value().empty()) << "there are none";
  EXPECT_FALSE(read_layer_changes(R"([{"Path": "/a", "Kind": 3}])").has_value());
  EXPECT_FALSE(read_layer_changes(R"([{"Kind": 1}])").has_value());
  EXPECT_FALSE(read_layer_changes("no").has_value());
}

TEST(ReadLayerFacts, DoesWithoutAFolder) {
  const auto facts = read_layer_facts(
      R"({"SizeRw": 12, "GraphDriver": {"Name": "overlay2", "Data": {"UpperDir": "/l/diff"}}})");
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->size, Bytes{12});
  EXPECT_EQ(facts->folder, "/l/diff");
  EXPECT_EQ(read_layer_facts(R"({"GraphDriver": {"Name": "vfs", "Data": null}})")->folder, "");
  EXPECT_FALSE(read_layer_facts("[]").has_value());
}

class SizeBelow : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bw-layer-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "layer/home/coder");
    std::ofstream(folder_ / "layer/home/coder/file") << "12345";
    std::ofstream(folder_ / "outside") << "123";
    fs::create_symlink(folder_, folder_ / "layer/way-out");
    fs::create_symlink(folder_ / "outside", folder_ / "layer/link");
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::optional<Bytes> size(const std::string& path) const {
    return size_below((folder_ / "layer").string(), path);
  }

  fs::path folder_;
};

TEST_F(SizeBelow, IsThatOfAFile) {
  EXPECT_EQ(size("/home/coder/file"), Bytes{5});
  EXPECT_EQ(size("/home/coder"), Bytes{0});
  EXPECT_EQ(size("/home/coder/absent"), std::nullopt);
  EXPECT_EQ(size("/"), std::nullopt);
  EXPECT_EQ(size_below("/nowhere", "/home"), std::nullopt);
}

TEST_F(SizeBelow, FollowsNoWayOut) {
  EXPECT_EQ(size("/way-out/outside"), std::nullopt);
  EXPECT_EQ(size("/../outside"), std::nullopt);
  EXPECT_NE(size("/link"), Bytes{3}) << "the link's own length, not that of what it names";
}

}  // namespace
}  // namespace boxwright::docker
