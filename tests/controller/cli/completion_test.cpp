// The scripts, in the shells that they are for.

#include "controller/cli/completion.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace boxwright::cli {
namespace {

namespace fs = std::filesystem;

struct Said {
  int status = -1;
  std::string text;
};

Said run(const std::string& command) {
  Said said;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return said;
  std::array<char, 4096> part{};
  while (const auto got = ::fread(part.data(), 1, part.size(), pipe))
    said.text.append(part.data(), got);
  said.status = ::pclose(pipe);
  return said;
}

/// Where tests must not be left out, a shell that is missing is a failure.
bool is_installed(const std::string& shell) {
  const bool found = run("command -v " + shell).status == 0;
  if (!found && std::getenv("CI") != nullptr) ADD_FAILURE() << shell << " is not installed";
  return found;
}

class Completion : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "boxwright-completion-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    Surroundings around;
    around.is_root = true;
    table_ = command_table(around);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  /// What bash offers when these words stand at the prompt and the last is to be completed. The
  /// program is a function that gives two boxes and a source, and notes its own words.
  std::string offers(const std::string& words) const {
    const auto script = write("completion.bash", bash_completion(table_));
    const auto driver =
        write("driver.bash",
              "source '" + script.string() + "'\n" + "stub() { echo \"$*\" > '" +
                  (folder_ / "asked").string() +
                  "'\n"
                  "  case ${!#} in boxes) echo ada; echo bob;; sources) echo team;; esac; }\n"
                  "COMP_WORDS=(stub " +
                  words +
                  ")\nCOMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))\n"
                  "_boxwright stub\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    const auto said =
        run("cd '" + folder_.string() + "' && bash --norc '" + driver.string() + "' 2>&1");
    EXPECT_EQ(said.status, 0) << said.text;
    std::string text;
    for (const char letter : said.text)
      text += letter == '\n' ? ' ' : letter;
    return text;
  }
  std::string asked() const {
    std::ifstream file(folder_ / "asked");
    std::string line;
    std::getline(file, line);
    return line;
  }

  fs::path folder_;
  CommandTable table_;
};

TEST_F(Completion, OffersVerbsFirst) {
  EXPECT_EQ(offers("res"), "restore restart resume ");
  EXPECT_EQ(offers("--state /x.db -o json desc"), "describe ");
  EXPECT_EQ(offers("__"), " ") << "what is for programs is offered to nobody";
}

TEST_F(Completion, OffersBoxesWhereABoxIsMeant) {
  EXPECT_EQ(offers("restart ''"), "ada bob ");
  EXPECT_EQ(offers("why ada b"), "bob ");
  EXPECT_EQ(offers("version ''"), " ");
  EXPECT_EQ(offers("source ''"), "list move team ");
  EXPECT_EQ(offers("confirm-prune ''"), "team ");
}

TEST_F(Completion, AsksTheStoreThatTheLineNames) {
  EXPECT_EQ(offers("get --state /x.db --installation=two a"), "ada ");
  EXPECT_EQ(asked(), "--state /x.db __complete boxes");
  EXPECT_EQ(offers("get --state = /y.db a"), "ada ") << "as bash splits --state=/y.db";
  EXPECT_EQ(asked(), "--state /y.db __complete boxes");
}

TEST_F(Completion, OffersFlagsAndTheirValues) {
  EXPECT_EQ(offers("get --con"), "--condition ");
  EXPECT_EQ(offers("events --t"), "--type ");
  EXPECT_EQ(offers("get -o j"), "json ");
  EXPECT_EQ(offers("get --output = y"), "yaml ");
  EXPECT_EQ(offers("get --sort ''"), "name age memory restarts ");
  EXPECT_EQ(offers("wait ada --for De"), "DeletionBlocked Deleted ");
  EXPECT_EQ(offers("get --source ''"), "team ");
  EXPECT_EQ(offers("wait ada --timeout ''"), " ");
  EXPECT_EQ(offers("completion z"), "zsh ");
}

TEST_F(Completion, OffersFoldersAndFiles) {
  fs::create_directory(folder_ / "boxes");
  write("boxes.txt", "");
  EXPECT_EQ(offers("plan -f box"), "boxes ");
  EXPECT_EQ(offers("run box"), "boxes ");
  EXPECT_EQ(offers("backup boxes."), "boxes.txt ");
}

TEST_F(Completion, IsSyntaxThatEachShellTakes) {
  const std::array<std::pair<const char*, std::string>, 3> scripts{
      {{"bash", bash_completion(table_)},
       {"zsh", zsh_completion(table_)},
       {"fish", fish_completion(table_)}}};
  for (const auto& [shell, script] : scripts) {
    for (const auto& verb : verbs())
      EXPECT_NE(script.find(verb), std::string::npos) << shell << ": " << verb;
    if (!is_installed(shell)) continue;
    const auto file = write(std::string{"script."} + shell, script);
    const auto said = run(std::string{shell} + " -n '" + file.string() + "' 2>&1");
    EXPECT_EQ(said.status, 0) << shell << ": " << said.text;
  }
}

TEST_F(Completion, OffersTheSameInFish) {
  if (!is_installed("fish")) GTEST_SKIP() << "no fish here";
  const auto file = write("boxwright.fish", fish_completion(table_));
  const auto offered = [&](const std::string& line) {
    return run("fish --no-config -c 'source " + file.string() + "; complete -C \"" + line +
               "\"' 2>&1")
        .text;
  };
  EXPECT_NE(offered("boxwright desc").find("describe"), std::string::npos);
  EXPECT_NE(offered("boxwright get --sort ").find("memory"), std::string::npos);
  EXPECT_NE(offered("boxwright get --cond").find("--condition"), std::string::npos);
}

}  // namespace
}  // namespace boxwright::cli
