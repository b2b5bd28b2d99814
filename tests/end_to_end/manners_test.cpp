// What a terminal, a pipe and a shell may expect of the binary.

#include <fmt/core.h>

#include <algorithm>

#include "tests/end_to_end/harness.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

class Manners : public EndToEnd {
 protected:
  /// A shell line in which `$BW` is the binary with engine and state of this test.
  [[nodiscard]] Ran shell(const std::string& line,
                          const std::vector<std::string>& environment = {}) const {
    const auto program = fmt::format("{} --engine {} --state {}", BOXWRIGHT_BINARY,
                                     engine().endpoint(), state_file().string());
    Child::Settings settings{{"bash", "-c", "BW='" + program + "'; " + line},
                             root() / "out.txt",
                             root() / "err.txt",
                             environment};
    Ran ran;
    ran.code = Child(settings).wait(seconds(30));
    ran.out = read_text(settings.out);
    ran.err = read_text(settings.err);
    return ran;
  }
  /// On a terminal of its own.
  [[nodiscard]] Ran on_terminal(const std::string& words, const std::string& surroundings) const {
    return shell(fmt::format("env -u NO_COLOR {} script -qec \"$BW {}\" /dev/null </dev/null",
                             surroundings, words));
  }
  [[nodiscard]] static bool has_escape(const std::string& text) {
    return text.find_first_of("\x1b\x9b\x07") != std::string::npos;
  }
};

TEST_F(Manners, NothingFromASpecIsObeyedByATerminal) {
  write_box("ada", "  env:\n    \"E\": \"v\\e[2J\\x9b31m\\a\"\n",
            "  labels:\n    team: \"x\\e[2J\\x9b31m\"\n");
  const auto refused = apply();
  EXPECT_EQ(refused.code, 6);
  EXPECT_FALSE(has_escape(refused.out + refused.err)) << refused.err;
  write_box("ada", "  env:\n    \"E\": \"v\\e[2J\\x9b31m\\a\"\n");
  const auto applied = apply();
  ASSERT_EQ(applied.code, 0) << applied.err;
  write_box("ada", "  env:\n    \"E\": \"w\\e]0;t\\a\\x9b1m\"\n");
  EXPECT_FALSE(has_escape(plan().out));
  ASSERT_EQ(apply().code, 0);
  for (const char* words : {"get",
                            "get -o wide",
                            "get -o json",
                            "get -o yaml",
                            "describe ada",
                            "describe ada -o json",
                            "describe ada -o yaml",
                            "events",
                            "events -o json",
                            "events -o yaml",
                            "why ada",
                            "why ada -o json",
                            "source list",
                            "get 'n\x1b[2J\x9b'",
                            "describe 'n\x1b[2J'",
                            "get --condition 'n\x1b[2J'",
                            "why 'n\x1b[2J'",
                            "'n\x1b[2J'",
                            "get '--n\x1b[2J'",
                            "restart 'n\x1b[2J'",
                            "wait 'n\x1b[2J' --timeout 0s",
                            "delete 'n\x1b[2J' --yes",
                            "restore 'n\x1b[2J' --timeout 1s",
                            "accept 'n\x1b[2J' --drift",
                            "events 'n\x1b[2J'",
                            "get -o 'n\x1b[2J'",
                            "plan -f 'n\x1b[2J'",
                            "validate 'n\x1b[2J'"}) {
    const auto ran = shell(fmt::format("$BW {}", words));
    EXPECT_FALSE(has_escape(ran.out)) << words << "\n" << ran.out;
    EXPECT_FALSE(has_escape(ran.err)) << words << "\n" << ran.err;
  }
  const auto box = nlohmann::json::parse(run({"describe", "ada", "-o", "json"}).out);
  EXPECT_EQ(box.at("spec").at("env").at("E"),
            "w\x1b]0;t\a\xc2\x9b"
            "1m")
      << "a program gets the data as it is";
}

/// `delete` on a terminal of its own, at which somebody types.
class Deletions : public Manners {
 protected:
  void SetUp() override {
    Manners::SetUp();
    ASSERT_EQ(apply().code, 0) << "which makes the table";
    for (const char* name : {"ada", "bob"}) {
      (void)sql(
          fmt::format("INSERT INTO desired_boxes (name, spec) VALUES ('{}',"
                      " '{{\"image\": \"{}\", \"stopGracePeriod\": \"1s\"}}')",
                      name, kImage));
    }
    ASSERT_EQ(run({"apply", "--table", "--yes"}).code, 0);
  }
  /// `typing`: a shell command whose output is typed.
  [[nodiscard]] Ran typed(const std::string& typing, const std::string& words) const {
    return shell(fmt::format("{} | TERM=dumb script -qec \"$BW {}\" /dev/null", typing, words));
  }
  void expect_both_stand() const {
    EXPECT_TRUE(is_running("box-ada"));
    EXPECT_TRUE(is_running("box-bob"));
    EXPECT_EQ(sql("SELECT count(*) FROM desired_boxes"), "2");
    EXPECT_EQ(sql("SELECT count(*) FROM desired_deletions"), "0");
  }
};

TEST_F(Deletions, AreDoneOnlyWhenSomebodyTypesYes) {
  for (const char* typing : {"echo no", "echo", "echo y", "echo YES", "echo yes no", "true"}) {
    const auto ran = typed(typing, "delete ada bob");
    EXPECT_EQ(ran.code, 1) << typing << ran.out;
    EXPECT_TRUE(has(ran.out, "Delete 2 boxes: ada bob, keeping the data? Type yes to go on:"))
        << ran.out;
    EXPECT_TRUE(has(ran.out, "Nothing was done.")) << ran.out;
    expect_both_stand();
  }
  const auto ran = typed("echo yes", "delete ada");
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_TRUE(has(ran.out, "Delete 1 box: ada, keeping the data?")) << ran.out;
  EXPECT_FALSE(has(ran.out, "Nothing was done.")) << ran.out;
  EXPECT_FALSE(exists("box-ada"));
  EXPECT_TRUE(fs::exists(volume_folder("box-ada-workspace"))) << "the data stays";
  EXPECT_TRUE(is_running("box-bob"));
}

TEST_F(Deletions, SayThatDataGoesToo) {
  const auto later = typed("echo no", "delete ada --volumes");
  EXPECT_TRUE(has(later.out, "ada and, after deletion.delay, all their data?")) << later.out;
  const auto unmeant = typed("echo no", "delete ada --volumes --now");
  EXPECT_TRUE(has(unmeant.out, "ada and ALL THEIR DATA, at once?")) << unmeant.out;
  expect_both_stand();
  EXPECT_EQ(typed("echo yes", "delete ada --volumes --now").code, 0);
  EXPECT_FALSE(exists("box-ada"));
  const auto volumes = volume_names();
  EXPECT_EQ(std::count_if(volumes.begin(), volumes.end(),
                          [](const auto& name) { return name.starts_with("box-ada-"); }),
            0);
}

TEST_F(Deletions, EndAtTheFirstCtrlC) {
  // Ctrl-C once the question stands there; a yes that comes after it is too late.
  const auto ran = typed("(sleep 2; printf '\\003'; sleep 1; echo yes)", "delete ada bob");
  EXPECT_EQ(ran.code, 130) << ran.out;
  EXPECT_TRUE(has(ran.out, "Nothing was done.")) << ran.out;
  expect_both_stand();
}

TEST_F(Deletions, AreNotTheOnlyQuestionThatCtrlCEnds) {
  (void)sql("UPDATE desired_boxes SET spec = json_set(spec, '$.env.A', 'b') WHERE name = 'ada'");
  const auto before = identity("box-ada");
  const auto ran = typed("(sleep 3; printf '\\003'; sleep 1; echo yes)", "apply --table");
  EXPECT_EQ(ran.code, 130) << ran.out;
  EXPECT_TRUE(has(ran.out, "Do this? Type yes to go on:")) << ran.out;
  EXPECT_TRUE(has(ran.out, "Nothing was done.")) << ran.out;
  EXPECT_EQ(identity("box-ada"), before);
  const auto agreed = typed("echo yes", "apply --table");
  EXPECT_EQ(agreed.code, 0) << agreed.out;
  EXPECT_NE(identity("box-ada"), before);
}

TEST_F(Deletions, DoNotAskForWhatIsRefusedAnyway) {
  write_box("cy");
  ASSERT_EQ(apply().code, 0);
  const auto declared = typed("echo yes", "delete ada cy");
  EXPECT_EQ(declared.code, 5) << declared.out;
  EXPECT_TRUE(has(declared.out, "cy.yaml")) << declared.out;
  EXPECT_FALSE(has(declared.out, "Type yes")) << declared.out;
  expect_both_stand();
}

TEST_F(Manners, AClosedPipeIsNoError) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  for (const char* words : {"get", "get -o json", "events", "describe ada", "why ada", "--help",
                            "completion bash", "get -w", "events -f"}) {
    const auto ran = shell(fmt::format("$BW {} | head -0; echo ${{PIPESTATUS[0]}}", words));
    EXPECT_EQ(ran.out, "0\n") << words;
    EXPECT_EQ(ran.err, "") << words;
  }
}

TEST_F(Manners, AFullDiskIsAnError) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  const auto ran = shell("$BW get -o json > /dev/full");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("No space left"), std::string::npos) << ran.err;
}

TEST_F(Manners, ColourAndCharactersAreWhatTheTerminalTakes) {
  write_box("b\xc3\xa4r");  // No valid name: the message shows it.
  write_box("ada", "", "  owner: Zo\xc3\xab\n");
  (void)apply();
  const char* plain = "TERM=xterm LC_ALL=C";
  const auto ascii = on_terminal("describe ada", plain);
  EXPECT_NE(ascii.out.find("Zo?"), std::string::npos) << ascii.out << ascii.err;
  const auto whole = on_terminal("describe ada", "TERM=xterm LC_ALL=C.UTF-8");
  EXPECT_NE(whole.out.find("Zo\xc3\xab"), std::string::npos) << whole.out;
  const auto piped = shell("export LC_ALL=C; $BW describe ada | cat");
  EXPECT_NE(piped.out.find("Zo\xc3\xab"), std::string::npos) << "a program gets the data as it is";

  write_box("eve");
  const auto planned = "plan -f " + boxes().string();
  EXPECT_TRUE(has_escape(on_terminal(planned, "TERM=xterm LC_ALL=C.UTF-8").out));
  EXPECT_FALSE(has_escape(on_terminal(planned, "TERM=xterm NO_COLOR=1").out));
  EXPECT_FALSE(has_escape(on_terminal(planned, "TERM=dumb").out));
  EXPECT_FALSE(has_escape(on_terminal("--no-color " + planned, "TERM=xterm").out));
}

TEST_F(Manners, ProseIsAsWideAsColumnsSays) {
  write_box("ada");
  ASSERT_EQ(apply().code, 0);
  const auto longest = [](const std::string& text) {
    std::size_t most = 0;
    std::size_t from = 0;
    while (from < text.size()) {
      const auto end = std::min(text.find('\n', from), text.size());
      most = std::max(most, end - from);
      from = end + 1;
    }
    return most;
  };
  EXPECT_LE(longest(shell("$BW why ada", {"COLUMNS=50"}).out), 50U);
  EXPECT_GT(longest(shell("unset COLUMNS; $BW why ada").out), 100U) << "no terminal, no breaks";
}

TEST_F(Manners, CompletionAsksTheStoreQuicklyAndSilently) {
  write_box("ada");
  write_box("bob");
  EXPECT_EQ(shell("$BW __complete boxes").out, "");
  ASSERT_EQ(apply().code, 0);
  const auto boxes_known = shell("$BW __complete boxes");
  EXPECT_EQ(boxes_known.out, "ada\nbob\n");
  EXPECT_EQ(shell("$BW __complete sources").out, "team\n");
  EXPECT_EQ(shell("$BW __complete nonsense").out, "");
  write_file(state_file(), "not a database");
  const auto broken = shell("$BW __complete boxes");
  EXPECT_EQ(broken.code, 0);
  EXPECT_EQ(broken.out + broken.err, "");
  const auto completed = shell(
      "source <($BW completion bash); bw() { $BW \"$@\"; }; COMP_WORDS=(bw restart '');"
      " COMP_CWORD=2; _boxwright bw; echo ${#COMPREPLY[@]}");
  EXPECT_EQ(completed.out, "0\n") << completed.err;
}

}  // namespace
}  // namespace boxwright::test
