#include "controller/cli/problem_text.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace boxwright::cli {
namespace {

namespace fs = std::filesystem;

specs::Problem misspelt() {
  specs::Problem problem{"BW0103", "boxes/ada.yaml", {9, 25}, "`memmory` is not a field", {}};
  problem.hint = "did you mean `memory`?";
  problem.end = {9, 32};
  problem.excerpt = {"  resources: { cpus: 2, memmory: 4GiB }", 24, 7};
  return problem;
}

specs::Problem twice() {
  specs::Problem problem{"BW0106", "x.yaml", {100, 5}, "key `A` is written twice", {}};
  problem.excerpt = {"    A: z", 4, 1};
  problem.related = {{"x.yaml", {7, 5}, "first written here", {"    A: x", 4, 1}}};
  return problem;
}

TEST(ProblemText, IsLaidOutAsRustcDoes) {
  EXPECT_EQ(problem_text(misspelt(), false),
            "error[BW0103]: `memmory` is not a field\n"
            "  --> boxes/ada.yaml:9:25\n"
            "   |\n"
            " 9 |   resources: { cpus: 2, memmory: 4GiB }\n"
            "   |                         ^^^^^^^\n"
            "   = help: did you mean `memory`?\n");
}

TEST(ProblemText, ShowsBothPlacesWithNumbersAligned) {
  EXPECT_EQ(problem_text(twice(), false),
            "error[BW0106]: key `A` is written twice\n"
            "    --> x.yaml:100:5\n"
            "     |\n"
            " 100 |     A: z\n"
            "     |     ^\n"
            "    ::: x.yaml:7:5\n"
            "     |\n"
            "   7 |     A: x\n"
            "     |     - first written here\n");
}

TEST(ProblemText, NeedsNoLine) {
  const specs::Problem row{
      "BW0104", "desired_boxes/ada#/resources/cpus", {}, "`many` is no number", {}};
  EXPECT_EQ(problem_text(row, false),
            "error[BW0104]: `many` is no number\n"
            "  --> desired_boxes/ada#/resources/cpus\n");
}

TEST(ProblemText, NumbersTheLinesOfARowsColumn) {
  specs::Problem row{"BW0104", "desired_boxes/ada#/resources/cpus", {}, "`many` is no number", {}};
  row.excerpt = {"  \"cpus\": \"many\"", 10, 6, 12};
  EXPECT_EQ(problem_text(row, false),
            "error[BW0104]: `many` is no number\n"
            "   --> desired_boxes/ada#/resources/cpus\n"
            "    |\n"
            " 12 |   \"cpus\": \"many\"\n"
            "    |           ^^^^^^\n");
}

TEST(ProblemText, ColoursCodeMarkAndHelpOnly) {
  EXPECT_EQ(problem_text(misspelt(), true),
            "\x1b[31merror[BW0103]\x1b[0m: `memmory` is not a field\n"
            "  --> boxes/ada.yaml:9:25\n"
            "   |\n"
            " 9 |   resources: { cpus: 2, memmory: 4GiB }\n"
            "   |                         \x1b[31m^^^^^^^\x1b[0m\n"
            "   = \x1b[32mhelp\x1b[0m: did you mean `memory`?\n");
}

TEST(ProblemText, LetsNoControlCharacterThrough) {
  specs::Problem problem = misspelt();
  problem.file = "a\x1b[2J.yaml";
  problem.message = "bad \x07";
  problem.hint = "x\nerror[BW0001]: forged";
  const auto text = problem_text(problem, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\nerror"), std::string::npos);
}

TEST(ProblemsText, ShowsAHundredAndCountsTheRest) {
  const std::vector<specs::Problem> many(103, misspelt());
  const auto text = problems_text(many, false);
  std::size_t shown = 0;
  for (auto at = text.find("error["); at != std::string::npos; at = text.find("error[", at + 1))
    ++shown;
  EXPECT_EQ(shown, 100U);
  EXPECT_TRUE(text.ends_with("... and 3 problems more that are not shown\n\n"));
  EXPECT_EQ(problems_text({}, false), "");
}

TEST(SeenFrom, NamesFilesAsAPersonCanOpenThem) {
  auto seen = seen_from({twice()}, "/srv/boxes", "/srv");
  EXPECT_EQ(seen.at(0).file, "boxes/x.yaml");
  EXPECT_EQ(seen.at(0).related.at(0).file, "boxes/x.yaml");
  EXPECT_EQ(seen_from({twice()}, "/srv/boxes", "/home").at(0).file, "/srv/boxes/x.yaml");
  EXPECT_EQ(seen_from({twice()}, "boxes", "/srv").at(0).file, "boxes/x.yaml");
  specs::Problem row = twice();
  row.file = "desired_boxes/ada";
  EXPECT_EQ(seen_from({row}, "/srv/desired.db", "/srv").at(0).file, "desired_boxes/ada");
}

TEST(ProblemsOfFolders, TellOfTheMarkerAndOfAllOtherFiles) {
  const auto folder =
      fs::path(testing::TempDir()) / ("boxwright-problems-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "boxwright.yaml") << "apiVersion: boxwright.dev/v1\nkind: Sorce\n";
  std::ofstream(folder / "ada.yaml") << "kind: Box\n";
  const auto problems = problems_of_folders({folder.string()});
  fs::remove_all(folder);
  ASSERT_GE(problems.size(), 3U);
  EXPECT_TRUE(problems.front().file.ends_with("ada.yaml"));
  EXPECT_EQ(problems.back().code, "BW0115");
  EXPECT_EQ(problems.back().hint.substr(0, 22), "did you mean `Source`?");
  EXPECT_TRUE(problems_of_folders({"/does/not/exist"}).empty());
}

}  // namespace
}  // namespace boxwright::cli
