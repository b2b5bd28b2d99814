// Data by name: listed, removed with its box, purged once its box is gone.

#include <fmt/core.h>

#include "tests/end_to_end/harness.h"
#include "tests/support/json_schema.h"

namespace boxwright::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;

class Volumes : public EndToEnd {
 protected:
  void row(const std::string& name) const {
    (void)sql(
        fmt::format("INSERT INTO desired_boxes (name, owner, spec) VALUES ('{}', 'o@example.org',"
                    " '{{\"image\": \"{}\", \"stopGracePeriod\": \"1s\"}}')",
                    name, kImage));
  }
  void apply_table() const {
    ASSERT_EQ(run({"apply", "--table", "--yes", "--timeout", "40s"}).code, 0);
  }
  static std::size_t volumes_of(const std::string& box) {
    std::size_t count = 0;
    for (const auto& name : volume_names())
      if (name.starts_with("box-" + box + "-")) ++count;
    return count;
  }
  [[nodiscard]] json listed(const std::string& name) const {
    const auto all = json::parse(run({"volumes", "-o", "json"}).out, nullptr, false);
    for (const auto& one : all.at("items")) {
      if (one.at("name") == name) return one;
    }
    return json::object();
  }
  /// A container of somebody else's that mounts this volume.
  static void mount_by_stranger(const std::string& volume) {
    engine().must(
        "POST", "/containers/create?name=backup-job",
        json({{"Image", kImage},
              {"HostConfig",
               {{"Mounts",
                 json::array({{{"Type", "volume"}, {"Source", volume}, {"Target", "/data"}}})}}}})
            .dump());
  }
};

TEST_F(Volumes, BoxAndDataGoInOneOrderAloneAndEachVolumeIsNamed) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  row("eve");
  row("una");
  apply_table();
  for (const char* name : {"ada", "eve", "una"})
    put_data(name);
  const auto refused = must({"delete", "ada", "--volumes", "--now", "--yes"}, 5);
  EXPECT_TRUE(has(refused.err, "ada.yaml:4")) << refused.err;
  EXPECT_TRUE(has_data("ada"));

  const auto gone = must({"delete", "eve", "--volumes", "--now", "--yes"});
  for (const char* key : {"cache", "config", "inbox", "workspace"})
    EXPECT_TRUE(has(gone.err, fmt::format("box-eve-{}", key))) << gone.err;
  EXPECT_EQ(volumes_of("eve"), 0U);
  EXPECT_FALSE(exists("box-eve"));

  const auto later = must({"delete", "una", "--volumes", "--yes"});
  EXPECT_TRUE(has(later.err, "its volumes go at ")) << later.err;
  EXPECT_FALSE(exists("box-una"));
  EXPECT_TRUE(has_data("una"));
  EXPECT_EQ(listed("box-una-workspace").value("state", ""), "to-go");
  const auto planned = must({"plan", "--table"});
  EXPECT_TRUE(has(planned.out, "held until")) << planned.out;
  // A second order may say that it is to be now.
  (void)must({"delete", "una", "--volumes", "--now", "--yes"});
  EXPECT_EQ(volumes_of("una"), 0U);
  EXPECT_TRUE(has_data("ada"));
}

TEST_F(Volumes, BesideAControllerAVolumeInForeignUseIsNamedAndGoesWhenItIsFree) {
  const auto controller = start_controller({});
  row("eve");
  ASSERT_TRUE(eventually([this] { return reason("eve", "Ready") == "Running"; }));
  put_data("eve");
  mount_by_stranger("box-eve-workspace");
  const auto waits = must({"delete", "eve", "--volumes", "--now", "--yes", "--timeout", "8s"}, 3);
  EXPECT_TRUE(has(waits.err, "container backup-job mounts it")) << waits.err;
  EXPECT_TRUE(has_data("eve", "workspace"));
  engine().must("DELETE", "/containers/backup-job");
  EXPECT_TRUE(eventually([] { return volumes_of("eve") == 0; }, seconds(40)));
  EXPECT_TRUE(eventually(
      [this] { return sql("SELECT state FROM desired_deletions WHERE name = 'eve'") == "done"; }));
  EXPECT_TRUE(has(sql("SELECT outcome FROM desired_deletions WHERE name = 'eve'"),
                  "with volumes box-eve-cache, box-eve-config, box-eve-inbox and "
                  "box-eve-workspace"));
}

TEST_F(Volumes, TheListSaysWhoseTheyAreHowLargeAndHowTheyStand) {
  write_box("ada", "", "  owner: ada@example.org\n");
  write_box("bob", "  power: stopped\n");
  write_box("cy");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  write_file(volume_folder("box-ada-workspace") / "large", std::string(200'000, 'x'));
  remove_box("cy");
  ASSERT_EQ(apply().code, 0);

  const auto ada = listed("box-ada-workspace");
  EXPECT_EQ(ada.value("state", ""), "in-use");
  EXPECT_EQ(ada.value("owner", ""), "ada@example.org");
  EXPECT_EQ(ada.value("size", 0), 200'000 + 12);
  EXPECT_EQ(ada.value("disposable", true), false);
  EXPECT_EQ(listed("box-ada-cache").value("disposable", false), true);
  EXPECT_EQ(listed("box-bob-workspace").value("state", ""), "stopped");
  const auto cy = listed("box-cy-workspace");
  EXPECT_EQ(cy.value("state", ""), "retained");
  EXPECT_TRUE(cy.at("retainedSince").is_string()) << cy;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"volumes", "-o", "json"}, {"volumes", "ada", "--no-size", "-o", "json"}}) {
    const auto ran = run(words);
    EXPECT_TRUE(fits_schema("docs/reference/volume-list.schema.json", ran.out)) << ran.err;
  }
  EXPECT_EQ(must({"volumes", "--retained", "-o", "name"}).out,
            "box-cy-cache\nbox-cy-config\nbox-cy-inbox\nbox-cy-workspace\n");
  EXPECT_TRUE(has(must({"volumes", "ada", "--no-size"}).out, "unknown"));
  EXPECT_TRUE(has(must({"volumes", "adda"}, 1).err, "did you mean `ada`?"));
  EXPECT_TRUE(has(must({"volumes", "-o", "wide"}).out, "for ever"));
}

TEST_F(Volumes, OnlyTheDataOfARemovedBoxIsPurgedAndOnlyByItsName) {
  for (const bool beside : {false, true}) {
    write_box("ada");
    write_box("bob");
    std::unique_ptr<Controller> controller;
    if (beside) controller = start_controller();
    if (!beside) {
      ASSERT_EQ(apply().code, 0);
    }
    ASSERT_TRUE(becomes_ready("ada"));
    ASSERT_TRUE(becomes_ready("bob"));
    put_data("ada");
    put_data("bob");
    const auto living = must({"purge", "ada", "--confirm", "ada"}, 5);
    EXPECT_TRUE(has(living.err, "boxwright delete ada --volumes")) << living.err;
    remove_box("ada");
    if (!beside) {
      ASSERT_EQ(apply().code, 0);
    }
    ASSERT_TRUE(eventually([] { return !exists("box-ada"); }, seconds(20)));
    ASSERT_TRUE(eventually(
        [this] { return listed("box-ada-cache").value("state", "") == "retained"; }, seconds(20)));

    EXPECT_TRUE(has(must({"purge", "ada"}, 64).err, "--confirm ada"));
    (void)must({"purge", "ada", "--confirm", "bob"}, 64);
    EXPECT_TRUE(has(must({"purge", "adda", "--confirm", "adda"}, 1).err, "did you mean `ada`?"));
    EXPECT_TRUE(has_data("ada"));
    const auto one = must({"purge", "ada", "--volume", "cache", "--confirm", "ada"});
    EXPECT_TRUE(has(one.err, "volume box-ada-cache is gone")) << one.err;
    EXPECT_EQ(volumes_of("ada"), 3U);
    EXPECT_TRUE(has_data("ada", "workspace"));
    const auto uid = listed("box-ada-workspace").value("uid", "");
    const auto rest = must({"purge", uid, "--confirm", "ada"});
    EXPECT_TRUE(has(rest.err, "volume box-ada-workspace is gone")) << rest.err;
    EXPECT_EQ(volumes_of("ada"), 0U);
    EXPECT_TRUE(has_data("bob"));
    EXPECT_TRUE(has(run({"events", "ada"}).out, "DataPurged"));
  }
}

TEST_F(Volumes, ADeclaredBoxThatMayNotHaveTheDataIsFreedByAPurge) {
  write_box("ada", "", "  owner: ada@example.org\n");
  ASSERT_EQ(apply().code, 0);
  put_data("ada");
  remove_box("ada");
  write_box("bob");
  ASSERT_EQ(apply().code, 0);
  write_box("ada", "", "  owner: eve@example.org\n");
  const auto controller = start_controller();
  EXPECT_TRUE(eventually([this] {
    return sql("SELECT reason FROM box_status WHERE name = 'ada'") == "RetainedData";
  }));
  EXPECT_FALSE(exists("box-ada"));
  (void)must({"purge", "ada", "--confirm", "ada"});
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_FALSE(has_data("ada", "workspace"));
}

}  // namespace
}  // namespace boxwright::test
