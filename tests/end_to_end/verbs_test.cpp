// The verbs that look, wait and ask, over several boxes at once.

#include <fmt/core.h>

#include "tests/end_to_end/harness.h"
#include "tests/support/json_schema.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Chosen : public EndToEnd {
 protected:
  void row(const std::string& name, const std::string& labels = "{}") const {
    (void)sql(
        fmt::format("INSERT INTO desired_boxes (name, labels, spec) VALUES ('{}', '{}',"
                    " '{{\"image\": \"{}\", \"stopGracePeriod\": \"1s\"}}')",
                    name, labels, kImage));
  }
};

TEST_F(Chosen, ByLabelConditionSourceAndOrder) {
  write_box("ada", "", "  labels: {team: compilers, tier: web}\n");
  write_box("bob", "  resources: {cpus: 0.5, memory: 128MiB, pids: 64}\n",
            "  labels: {team: compilers}\n");
  write_box("cy", "  power: stopped\n");
  ASSERT_EQ(apply().code, 0);
  const auto names = [this](std::vector<std::string> words) {
    words.insert(words.begin(), "get");
    words.insert(words.end(), {"-o", "name"});
    return must(words).out;
  };
  EXPECT_EQ(names({"-l", "team=compilers"}), "ada\nbob\n");
  EXPECT_EQ(names({"-l", "team,tier!=web"}), "bob\n");
  EXPECT_EQ(names({"-l", "!team"}), "cy\n");
  EXPECT_EQ(names({"--condition", "!Ready"}), "cy\n");
  EXPECT_EQ(names({"--condition", "Ready=Stopped"}), "cy\n");
  EXPECT_EQ(names({"--sort", "memory"}), "bob\nada\ncy\n");
  EXPECT_EQ(names({"--source", "team", "bob", "ada"}), "ada\nbob\n");
  EXPECT_EQ(names({"--source", "other"}), "");
  EXPECT_EQ(must({"get", "ada", "--condition", "Stalled"}).out, "") << "it is there all the same";
  EXPECT_TRUE(has(must({"get", "bbo"}, 1).err, "did you mean `bob`?"));
  (void)must({"get", "-l", "a b"}, 64);

  (void)must({"wait", "-l", "team", "--timeout", "10s"});
  (void)must({"wait", "--all", "--for", "Stalled=False", "--timeout", "2s"});
  const auto late = must({"wait", "--all", "--timeout", "1s"}, 3);
  EXPECT_TRUE(has(late.err, "cy: ")) << late.err;
  EXPECT_FALSE(has(late.err, "ada: ")) << late.err;
  (void)must({"wait", "cy", "--for", "!Ready", "--timeout", "2s"});
  (void)must({"wait", "cy", "--for", "Ready=False", "--timeout", "2s"});
  (void)must({"wait", "-l", "team=nobody"}, 1);
  (void)must({"wait"}, 64);
  (void)must({"wait", "ada", "--all"}, 64);

  const auto before = identities();
  (void)must({"restart", "-l", "team=compilers"});
  EXPECT_NE(identity("box-ada"), before.at("box-ada"));
  EXPECT_NE(identity("box-bob"), before.at("box-bob"));
  EXPECT_EQ(identity("box-cy"), before.at("box-cy"));
  (void)must({"restart", "ada", "nobody"}, 1);
  (void)must({"restart"}, 64);

  (void)must({"suspend", "-l", "team=compilers"});
  EXPECT_EQ(names({"--condition", "Suspended"}), "ada\nbob\n");
  (void)must({"wait", "-l", "team", "--for", "Suspended", "--timeout", "2s"});
  (void)must({"resume", "ada", "bob"});
  EXPECT_EQ(names({"--condition", "Suspended"}), "");
}

TEST_F(Chosen, ProgramsReadWhatTheSchemasSay) {
  write_box("ada", "  env: {EDITOR: vi}\n  secrets: {TOKEN: {from: absent}}\n",
            "  labels: {team: compilers}\n");
  write_box("bob");
  write_box("cy", "  power: stopped\n");
  (void)apply();  // Makes the table, too.
  row("eve");
  const auto fits = [this](const std::string& schema, const std::vector<std::string>& words,
                           bool lines = false) {
    const auto ran = run(words);
    EXPECT_TRUE(fits_schema("docs/reference/" + schema + ".schema.json", ran.out, lines))
        << ::testing::PrintToString(words) << ran.err;
    return ran;
  };
  (void)run({"apply", "-f", boxes().string(), "--table", "--yes"});
  write_box("bob", "  env: {EDITOR: vim}\n");
  fits("apply-result", {"apply", "-f", boxes().string(), "--yes", "-o", "json"});
  (void)must({"restart", "bob"});
  (void)must({"delete", "eve", "--yes"});
  fits("box-list", {"get", "-o", "json"});
  fits("box", {"describe", "ada", "-o", "json"});
  fits("event", {"events", "-o", "json"}, true);
  for (const char* name : {"ada", "bob", "eve"})
    fits("why", {"why", name, "-o", "json"});
  fits("source-list", {"source", "list", "-o", "json"});
  fits("retained-data-list", {"restore", "-o", "json"});
  fits("version", {"version", "-o", "json"});
  fits("plan", {"plan", "-f", boxes().string(), "--table", "-o", "json"});
  fits("problems", {"validate", "-f", boxes().string(), "-o", "json"});
  row("Wrong", "[]");
  write_box("dan", "  memroy: 2GiB\n");
  EXPECT_EQ(fits("problems", {"validate", "-f", boxes().string(), "-o", "json"}).code, 6);
  fits("plan", {"plan", "-f", boxes().string(), "--table", "-o", "json"});
  // A name without a box is an object, too.
  (void)run({"apply", "-f", boxes().string(), "--table", "--yes"});
  const auto orphan = fits("box", {"describe", "Wrong", "-o", "json"});
  EXPECT_TRUE(has(orphan.out, "\"spec\": null")) << orphan.out << orphan.err;
  fits("box-list", {"get", "-o", "json"});
}

TEST_F(Chosen, DeleteTakesSeveralAndAllOrNone) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  row("tess", R"({"team": "x"})");
  row("tom", R"({"team": "x"})");
  row("una");
  ASSERT_EQ(run({"apply", "-f", boxes().string(), "--table", "--yes"}).code, 0);
  const auto refused = must({"delete", "--all", "--yes"}, 5);
  EXPECT_TRUE(has(refused.err, "ada.yaml")) << refused.err;
  EXPECT_EQ(sql("SELECT count(*) FROM desired_boxes"), "3") << "all or none";
  const auto unasked = must({"delete", "-l", "team=x"}, 64);
  EXPECT_TRUE(has(unasked.err, "--yes")) << unasked.err;
  (void)must({"delete", "tess", "--all", "--yes"}, 64);
  (void)must({"delete", "--yes"}, 64);
  (void)must({"delete", "-l", "team=x", "--yes"});
  EXPECT_FALSE(exists("box-tess"));
  EXPECT_FALSE(exists("box-tom"));
  EXPECT_TRUE(is_running("box-una"));
  EXPECT_TRUE(is_running("box-ada"));
  (void)must({"wait", "tess", "tom", "--for", "Deleted", "--timeout", "5s"});
}

TEST_F(Chosen, RestoreGivesABoxWhatAnEarlierOneLeft) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  row("tess");
  const auto apply_table = [this] {
    return run({"apply", "--table", "--yes", "--timeout", "20s"});
  };
  ASSERT_EQ(apply_table().code, 0);
  put_data("tess");
  (void)must({"delete", "tess", "--yes"});
  EXPECT_TRUE(has(must({"why", "tess"}).out, "tess is no more"));
  const auto listed = must({"restore"});
  EXPECT_TRUE(has(listed.out, "cache,config,inbox,workspace")) << listed.out;
  const auto data = nlohmann::json::parse(must({"restore", "-o", "json"}).out);
  EXPECT_EQ(data.at("items").at(0).at("name"), "tess");
  row("tess");
  (void)apply_table();
  EXPECT_FALSE(exists("box-tess")) << "nobody has said whose data that is";
  (void)must({"restore", "tess"});
  EXPECT_EQ(apply_table().code, 0);
  EXPECT_TRUE(is_running("box-tess"));
  EXPECT_TRUE(has_data("tess"));
}

class Why : public TwoBoxes {
 protected:
  [[nodiscard]] ::testing::AssertionResult comes_to_say(const std::string& part) const {
    std::string said;
    const bool came = eventually([&] {
      said = run({"why", "ada"}).out;
      return said.find(part) != std::string::npos;
    });
    return came ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << said;
  }
};

TEST_F(Why, AnswersWithFieldPlaceHandOrPerson) {
  EXPECT_TRUE(comes_to_say("because it was declared at ada.yaml:"));
  write_box("ada", "  resources:\n    cpus: 0.5\n    memory: 96MiB\n    pids: 64\n");
  EXPECT_TRUE(comes_to_say("was changed without a restart"));
  EXPECT_TRUE(comes_to_say("because of spec.resources.memory 64MiB -> 96MiB (ada.yaml:"));
  write_box("ada", "  env: {EDITOR: vim}\n");
  EXPECT_TRUE(comes_to_say("ada was replaced"));
  EXPECT_TRUE(comes_to_say("spec.env.EDITOR"));
  EXPECT_TRUE(comes_to_say("of it without a running container. It is ready."));
  ASSERT_EQ(run({"restart", "ada"}).code, 0);
  EXPECT_TRUE(comes_to_say("was restarted"));
  EXPECT_TRUE(comes_to_say("asked for a restart"));
  engine().must("POST", "/containers/box-ada/update",
                R"({"Memory": 50331648, "MemorySwap": 100663296})");
  EXPECT_TRUE(comes_to_say("because the engine was changed by hand: spec.resources.memory 48MiB"));
  engine().must("DELETE", "/containers/box-ada?force=1");
  EXPECT_TRUE(comes_to_say("because its container was gone"));
  const auto root = nlohmann::json::parse(run({"why", "ada", "-o", "json"}).out);
  EXPECT_EQ(root.at("occurrences").at(0).at("what"), "created");
  EXPECT_GE(root.at("occurrences").size(), 5U);
  EXPECT_EQ(run({"why", "nobody"}).code, 1);
  const auto version = nlohmann::json::parse(run({"version", "-o", "json"}).out);
  EXPECT_EQ(version.at("kind"), "Version");
  EXPECT_EQ(version.at("engineApi").at("min"), "1.41");
}

TEST_F(Why, TellsThatTheNewContainerFailedAndWhatToDo) {
  write_box("ada", "  command: ['false']\n");
  EXPECT_TRUE(comes_to_say("was put back to its old container"));
  EXPECT_TRUE(comes_to_say("because the new container of box ada exited"));
  EXPECT_TRUE(comes_to_say("`boxwright restart ada`"));
  EXPECT_TRUE(comes_to_say("Before that, it was replaced"));
  EXPECT_TRUE(comes_to_say("spec.command"));
}

TEST_F(Why, EventsAreFilteredByWhatTheySay) {
  const auto lines = [this](std::vector<std::string> words) {
    words.insert(words.begin(), "events");
    words.insert(words.end(), {"-o", "json"});
    const auto ran = run(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  };
  const auto count = [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(count(lines({"ada", "--action", "startcontainer"})), 1);
  EXPECT_EQ(count(lines({"--action", "StartContainer", "--action", "CreateContainer"})), 4);
  EXPECT_EQ(count(lines({"--limit", "2"})), 2);
  EXPECT_EQ(count(lines({"--type", "Warning"})), 0);
  EXPECT_EQ(count(lines({"--since", "2099-01-01T00:00:00Z"})), 0);
  EXPECT_GT(count(lines({"--since", "10m", "bob", "ada"})), 6);
}

TEST_F(Why, GetAndEventsFollow) {
  const auto get = start("get", {"get", "-w"});
  const auto machine = start("machine", {"get", "-w", "-o", "json"});
  const auto events = start("events", {"events", "-f", "--action", "StopContainer", "-o", "json"});
  const auto said = [this](const char* name) {
    return read_text(root() / (std::string{name} + ".out"));
  };
  EXPECT_TRUE(eventually([&] { return said("get").find("bob") != std::string::npos; }));
  EXPECT_TRUE(eventually([&] { return said("machine").find("Added") != std::string::npos; }));
  const auto first = said("get");
  EXPECT_TRUE(keeps([&] { return said("get") == first; }, seconds(2))) << said("get");
  write_box("ada", "  power: stopped\n");
  EXPECT_TRUE(eventually([&] { return said("get").find("Stopped") != std::string::npos; }))
      << said("get");
  EXPECT_TRUE(eventually([&] { return said("machine").find("Modified") != std::string::npos; }));
  EXPECT_TRUE(
      eventually([&] { return said("events").find("StopContainer") != std::string::npos; }));
  ASSERT_EQ(controller_->stop(), 0);
  engine().must("POST", "/containers/box-bob/pause");
  EXPECT_TRUE(eventually([&] { return said("get").find("bob   False") != std::string::npos; }))
      << "also while nobody acts\n"
      << said("get");
  for (const auto& child : {get.get(), machine.get(), events.get()}) {
    child->signal(SIGINT);
    EXPECT_EQ(child->wait(seconds(5)), 0);
  }
}

}  // namespace
}  // namespace boxwright::test
