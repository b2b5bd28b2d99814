// The history of a box, and a box that a person has go back: with its data, and to stay there.

#include <fmt/core.h>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

using nlohmann::json;
using std::chrono::seconds;

class HistoryAndRollback : public TwoBoxes {
 protected:
  [[nodiscard]] json history() const {
    const auto told = run({"history", "ada", "-o", "json"});
    EXPECT_EQ(told.code, 0) << told.err;
    return json::parse(told.out, nullptr, false).value("entries", json::array());
  }
  /// `3 Applied`, the newest first.
  [[nodiscard]] std::vector<std::string> outcomes() const {
    std::vector<std::string> all;
    for (const auto& entry : history())
      all.push_back(entry.at("name").get<std::string>() + " " +
                    entry.at("outcome").get<std::string>());
    return all;
  }
  [[nodiscard]] bool is_newest(const std::string& entry) const {
    return eventually([&] {
      const auto all = outcomes();
      return !all.empty() && all.front() == entry;
    });
  }
  /// The value of A in the container of ada; `none`.
  [[nodiscard]] static std::string variable() {
    const auto seen = inspect("box-ada");
    for (const auto& one : seen.at("Config").at("Env")) {
      const auto text = one.get<std::string>();
      if (text.starts_with("A=")) return text.substr(2);
    }
    return "none";
  }
  void write_variable(const std::string& value, const std::string& extra = "") const {
    write_box("ada", fmt::format("  env: {{A: {}}}\n{}", value, extra));
  }
  void make_three_generations() const {
    write_variable("two");
    ASSERT_TRUE(is_newest("2 Applied"));
    write_variable("three");
    ASSERT_TRUE(is_newest("3 Applied"));
  }
  void end_controller() {
    ASSERT_EQ(controller_->stop(), 0);
    controller_.reset();
  }
  /// Makes the reference name an image of its own, like the test image but for a variable.
  static std::string make_image(const std::string& reference, const std::string& mark) {
    engine().must("POST", "/containers/create?name=maker", json{{"Image", kImage}}.dump());
    engine().must("POST",
                  fmt::format("/commit?container=maker&repo={}&tag=1&changes=ENV%20MARK%3D{}",
                              reference, mark),
                  "{}");
    engine().must("DELETE", "/containers/maker?force=1");
    return json::parse(engine().must("GET", fmt::format("/images/{}:1/json", reference))).at("Id");
  }
};

TEST_F(HistoryAndRollback, GoesBackWithItsDataAndHoldsUntilTheFileChanges) {
  make_three_generations();
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"3 Applied", "2 Applied", "1 Applied"}));
  EXPECT_EQ(history()[0].at("imageId"), inspect("box-ada").at("Image"));
  EXPECT_EQ(history()[0].at("changes")[0].at("field"), "spec.env.A");
  EXPECT_NE(run({"history", "ada"}).out.find("env.A"), std::string::npos);

  const auto diff = run({"diff", "ada", "1", "3", "--detailed-exitcode"});
  EXPECT_EQ(diff.code, 2) << diff.err;
  EXPECT_EQ(diff.out, "ada: generation 1 -> 3\n  + spec.env.A: three\n");
  EXPECT_EQ(run({"diff", "ada", "3", "--detailed-exitcode"}).code, 0);

  const auto dry = run({"rollback", "ada", "--to", "1", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("spec.env.A"), std::string::npos) << dry.out;
  EXPECT_NE(dry.out.find("downtime"), std::string::npos) << dry.out;
  EXPECT_EQ(run({"rollback", "ada", "--to", "1"}).code, 64) << "it asks, and nobody can answer";
  EXPECT_EQ(variable(), "three");

  const auto back = run({"rollback", "ada", "--to", "1", "--yes"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_EQ(variable(), "none");
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(reason("ada", "UpdatePending"), "RolledBackByHand");
  EXPECT_TRUE(is_newest("4 Applied"));
  EXPECT_EQ(outcomes()[1], "3 RolledBackByHand");
  EXPECT_NE(run({"describe", "ada"}).out.find("Rolled back:"), std::string::npos);
  const auto why = run({"why", "ada"}).out;
  EXPECT_NE(why.find("rollback to generation 1"), std::string::npos) << why;
  EXPECT_NE(why.find("who ordered that"), std::string::npos) << why;

  const auto held = identity("box-ada");
  end_controller();
  controller_ = start_controller();
  EXPECT_TRUE(keeps([&] { return identity("box-ada") == held; }, seconds(2)));
  end_controller();
  EXPECT_EQ(plan().code, 0) << plan().out;
  const auto applied = apply();
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(identity("box-ada"), held) << "the unchanged folder asks for nothing";

  write_variable("four");
  EXPECT_EQ(apply().code, 0);
  EXPECT_EQ(variable(), "four");
  EXPECT_TRUE(has_data("ada"));
  EXPECT_TRUE(is_free_of("ada", "UpdatePending"));
  EXPECT_EQ(sql("SELECT state FROM requests WHERE verb = 'rollback'"), "done");
  EXPECT_EQ(identity("box-bob"), bob_);
}

TEST_F(HistoryAndRollback, UsesTheImageOfThenAndOutlivesItsMemory) {
  end_controller();
  const auto first = make_image("moving", "first");
  write_variable("one", "  image: moving:1\n");
  ASSERT_EQ(apply().code, 0);
  const auto second = make_image("moving", "second");
  ASSERT_NE(first, second);
  write_variable("two", "  image: moving:1\n");
  ASSERT_EQ(apply().code, 0);
  ASSERT_EQ(inspect("box-ada").at("Image"), second);

  const auto back = run({"rollback", "ada", "--yes"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_NE(back.err.find("names another image now"), std::string::npos) << back.err;
  EXPECT_EQ(inspect("box-ada").at("Image"), first);
  EXPECT_EQ(variable(), "one");
  EXPECT_TRUE(is_running("box-ada"));
  EXPECT_TRUE(has_data("ada"));

  const auto held = identity("box-ada");
  std::filesystem::remove(state_file());
  for (const char* side : {"-wal", "-shm"})
    std::filesystem::remove(state_file().string() + side);
  EXPECT_EQ(apply().code, 0);
  EXPECT_EQ(identity("box-ada"), held) << "the order is in the public database";
  EXPECT_EQ(reason("ada", "UpdatePending"), "RolledBackByHand");

  const auto undone = run({"rollback", "ada", "--undo", "--yes"});
  EXPECT_EQ(undone.code, 0) << undone.err;
  EXPECT_EQ(variable(), "two");
  EXPECT_EQ(inspect("box-ada").at("Image"), second);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(plan().code, 0);
  EXPECT_EQ(run({"rollback", "ada", "--undo", "--yes"}).code, 5);
}

TEST_F(HistoryAndRollback, ARowHoldsUntilItIsChanged) {
  (void)sql(R"(INSERT INTO desired_boxes (name, spec) VALUES ('eve', json('{"image": "bb:1",
    "env": {"A": "one"}, "healthcheck": {"none": true}}')))");
  ASSERT_TRUE(becomes_ready("eve"));
  const auto first = identity("box-eve");
  (void)sql("UPDATE desired_boxes SET spec = json_set(spec, '$.env.A', 'two') WHERE name = 'eve'");
  ASSERT_TRUE(eventually([&] { return identity("box-eve") != first && exists("box-eve"); }));
  ASSERT_TRUE(becomes_ready("eve"));
  const auto back = run({"rollback", "eve", "--yes"});
  ASSERT_EQ(back.code, 0) << back.err;
  EXPECT_NE(inspect("box-eve").at("Config").at("Env").dump().find("A=one"), std::string::npos);
  EXPECT_EQ(reason("eve", "UpdatePending"), "RolledBackByHand");
  (void)sql("UPDATE desired_boxes SET spec = json_set(spec, '$.env.A', 'three')");
  EXPECT_TRUE(eventually([] {
    return exists("box-eve") &&
           inspect("box-eve").at("Config").at("Env").dump().find("A=three") != std::string::npos;
  }));
  EXPECT_TRUE(eventually([this] { return is_free_of("eve", "UpdatePending"); }));
}

}  // namespace
}  // namespace boxwright::test
