// What people made outside the volumes survives the container, and comes back.

#include <fmt/core.h>
#include <sys/mount.h>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;

class SavedLayers : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    write_marker();
    write_box("ada");
    const auto applied = apply();
    ASSERT_EQ(applied.code, 0) << applied.err;
  }
  void TearDown() override {
    ::umount2(layers().c_str(), MNT_DETACH);
    EndToEnd::TearDown();
  }
  [[nodiscard]] fs::path layers() const { return state_file().parent_path() / "layers"; }
  static void in_box(const std::string& script) { exec("box-ada", {"sh", "-c", script}); }
  static std::string told(const std::string& script) {
    auto text = exec("box-ada", {"sh", "-c", script});
    std::erase(text, '\r');  // It is told through a terminal.
    return text;
  }
  void change_image() const {
    engine().must("POST", "/images/bb:1/tag?repo=bb&tag=2");
    write_box("ada", "  image: bb:2\n");
  }
  [[nodiscard]] nlohmann::json saved() const {
    return nlohmann::json::parse(run({"layer", "list", "ada", "-o", "json"}).out).at("items");
  }
};

TEST_F(SavedLayers, AFileOutsideTheVolumesSurvivesAnImageChangeAndComesBack) {
  in_box(
      "cd /home/coder; echo precious > notes.txt; chmod 600 notes.txt; chown 1000:1000 notes.txt;"
      "echo dot > .dotfile; mkdir -p '.config-x/odd name';"
      "echo odd > \".config-x/odd name/\xc3\xa9 $(printf '\\351')\";"
      "ln -s notes.txt link; ln notes.txt hard; echo kept > workspace/on-volume");
  const auto before = id("box-ada");
  change_image();
  const auto applied = apply();
  ASSERT_EQ(applied.code, 0) << applied.err;
  ASSERT_NE(id("box-ada"), before);
  EXPECT_FALSE(exists(before)) << "the old container is gone";
  EXPECT_EQ(told("cat /home/coder/notes.txt 2>/dev/null || echo gone"), "gone\n");
  EXPECT_EQ(told("cat /home/coder/workspace/on-volume"), "kept\n");

  const auto list = saved();
  ASSERT_EQ(list.size(), 1U) << list.dump(2);
  EXPECT_EQ(list.at(0).at("container"), before);
  EXPECT_EQ(list.at(0).at("image"), "bb:1");
  EXPECT_TRUE(list.at(0).at("leftOut").empty()) << list.dump(2);
  const auto shown = run({"layer", "show", "ada"});
  EXPECT_NE(shown.out.find("/home/coder/.dotfile"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find("on-volume"), std::string::npos) << shown.out;
  const auto name = list.at(0).at("name").get<std::string>();
  const auto file = layers() / list.at(0).at("uid").get<std::string>() / (name + ".tar.zst");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);

  EXPECT_EQ(run({"layer", "restore", "ada"}).code, 64) << "there is nobody to ask";
  const auto restored = run({"layer", "restore", "ada", "--yes"});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_EQ(told("cat /home/coder/notes.txt"), "precious\n");
  EXPECT_EQ(told("stat -c '%a %u:%g' /home/coder/notes.txt"), "600 1000:1000\n");
  EXPECT_EQ(told("cat /home/coder/.dotfile"), "dot\n");
  EXPECT_EQ(told("cat '/home/coder/.config-x/odd name/'*"), "odd\n");
  EXPECT_EQ(told("readlink /home/coder/link"), "notes.txt\n");
  EXPECT_EQ(plan().code, 0) << "nothing is to be done for it";

  const auto folder = root() / "given-back";
  const auto given = run({"layer", "restore", "ada", name.substr(0, 8), "--to", folder.string()});
  ASSERT_EQ(given.code, 0) << given.err;
  EXPECT_EQ(read_text(folder / "home/coder/notes.txt"), "precious\n");
  EXPECT_EQ(run({"layer", "restore", "ada", "--to", folder.string()}).code, 5)
      << "files in it may be replaced only when that is asked for";
}

TEST_F(SavedLayers, ABoxThatIsRemovedLeavesThemBehind) {
  write_box("bob");  // The last box of a source is removed only after a confirmation.
  ASSERT_EQ(apply().code, 0);
  in_box("echo precious > /home/coder/notes.txt");
  const auto before = id("box-ada");
  remove_box("ada");
  const auto applied = apply();
  ASSERT_EQ(applied.code, 0) << applied.err;
  EXPECT_FALSE(exists(before));
  ASSERT_EQ(saved().size(), 1U);
  EXPECT_EQ(run({"layer", "restore", "ada", "--yes"}).code, 1) << "there is no box to put it into";
  const auto folder = root() / "given-back";
  ASSERT_EQ(run({"layer", "restore", "ada", "--to", folder.string()}).code, 0);
  EXPECT_EQ(read_text(folder / "home/coder/notes.txt"), "precious\n");
}

TEST_F(SavedLayers, WithoutRoomForThemTheOldContainerStays) {
  in_box("head -c 300000 /dev/urandom > /home/coder/large");
  const auto before = id("box-ada");
  fs::create_directory(layers());
  if (::mount("tmpfs", layers().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "no mount is permitted here";
  change_image();
  const auto applied = apply();
  EXPECT_NE(applied.code, 0);
  EXPECT_NE(applied.err.find("No space left on device"), std::string::npos) << applied.err;
  EXPECT_NE(applied.err.find("boxwright accept ada --lose-layer"), std::string::npos)
      << applied.err;
  EXPECT_TRUE(exists(before));
  EXPECT_NE(id("box-ada"), before);
  EXPECT_TRUE(is_running("box-ada")) << "the new one runs all the same";
  ASSERT_EQ(::umount2(layers().c_str(), MNT_DETACH), 0);
  const auto again = apply();
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_FALSE(exists(before));
  ASSERT_EQ(saved().size(), 1U);
  EXPECT_EQ(saved().at(0).at("bytes"), 300'000);
}

TEST_F(SavedLayers, BecomeAnImageWhereThatIsAskedFor) {
  in_box("echo precious > /home/coder/notes.txt");
  const auto attempt = inspect("box-ada").at("Config").at("Labels").at("dev.boxwright.attempt");
  change_image();
  const auto applied = run({"apply", "-f", boxes().string(), "--yes", "--keep-layer"});
  ASSERT_EQ(applied.code, 0) << applied.err;
  const auto image = nlohmann::json::parse(
      engine().must("GET", "/images/boxwright-layer/ada:" + attempt.get<std::string>() + "/json"));
  const auto labels = image.at("Config").at("Labels");
  EXPECT_EQ(labels.at("dev.boxwright.role"), "layer");
  EXPECT_EQ(labels.at("dev.boxwright.spec-hash"), "");
  EXPECT_EQ(plan().code, 0);
}

}  // namespace
}  // namespace boxwright::test
