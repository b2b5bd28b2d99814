// The verbs that write and explain specs, on real files.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stop_token>

#include "controller/cli/exit_codes.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {
namespace {

namespace fs = std::filesystem;

/// What a verb printed and how it ended.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

template <class Verb>
Ran run(const Verb& verb) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ran ran;
  ran.code = verb();
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

Options words(std::vector<std::string> names) {
  Options options;
  options.names = std::move(names);
  return options;
}

class SpecVerbs : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("boxwright-verbs-" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& file) const {
    return (folder_ / file).string();
  }
  void write(const std::string& file, const std::string& text) const {
    fs::create_directories(folder_);
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] Ran init() const {
    return run([this] { return init_folder(words({folder_.string()})); });
  }
  [[nodiscard]] Ran make(const std::string& name, const std::string& image = "box-base:1") const {
    Options options = words({name});
    options.folders = {folder_.string()};
    options.image = image;
    return run([&options] { return new_box(options); });
  }
  [[nodiscard]] Ran check(const std::string& output = "text") const {
    Options options;
    options.folders = {folder_.string()};
    options.output = output;
    return run([&options] { return validate(options, std::stop_token{}); });
  }

  fs::path folder_;
};

TEST_F(SpecVerbs, InitWritesASourceThatIsValid) {
  const Ran ran = init();
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(ran.out, path("ada.yaml") + "\n" + path("boxwright.yaml") + "\n");
  EXPECT_NE(ran.err.find("boxwright validate -f"), std::string::npos);
  const Ran checked = check();
  EXPECT_EQ(checked.code, kOk) << checked.out << checked.err;
  EXPECT_EQ(checked.err, "1 valid box, 0 problems\n");
}

TEST_F(SpecVerbs, InitLeavesASourceAlone) {
  ASSERT_EQ(init().code, kOk);
  write("boxwright.yaml", "mine");
  const Ran ran = init();
  EXPECT_EQ(ran.code, kConflict);
  EXPECT_EQ(read("boxwright.yaml"), "mine");
  EXPECT_NE(ran.err.find("boxwright new NAME"), std::string::npos);
}

TEST_F(SpecVerbs, InitKeepsABoxThatIsThere) {
  write("ada.yaml", "mine");
  EXPECT_EQ(init().code, kOk);
  EXPECT_EQ(read("ada.yaml"), "mine");
}

TEST_F(SpecVerbs, NewWritesABoxThatIsValid) {
  ASSERT_EQ(init().code, kOk);
  for (const char* name : {"grace", "no", "42x", "1e3"}) {
    const Ran ran = make(name);
    EXPECT_EQ(ran.code, kOk) << name << ran.err;
    EXPECT_EQ(ran.out, path(std::string(name) + ".yaml") + "\n");
  }
  EXPECT_EQ(check().err, "5 valid boxes, 0 problems\n");
}

TEST_F(SpecVerbs, NewRefusesWhatWouldNotBeValid) {
  ASSERT_EQ(init().code, kOk);
  EXPECT_EQ(make("Ada_L").code, kUsage);
  EXPECT_EQ(make("../x").code, kUsage);
  EXPECT_EQ(make("www").code, kInvalidSpec);
  EXPECT_EQ(make("x", "a: b\n  command: [x]").code, kInvalidSpec);
  EXPECT_EQ(make("ada").code, kConflict);
  EXPECT_FALSE(fs::exists(folder_ / "x.yaml"));
}

TEST_F(SpecVerbs, NewNeedsASource) {
  const Ran ran = make("grace");
  EXPECT_EQ(ran.code, kFailure);
  EXPECT_NE(ran.err.find("boxwright init"), std::string::npos);
}

TEST_F(SpecVerbs, FmtRewritesInPlaceAndKeepsTheMode) {
  write("x.yaml", "spec: {image:   x}  # c\nkind: Box\n");
  ASSERT_EQ(::chmod(path("x.yaml").c_str(), 0640), 0);
  Options options = words({path("x.yaml")});
  options.check = true;
  EXPECT_EQ(run([&] { return format_files(options); }).code, kFailure);
  EXPECT_EQ(read("x.yaml"), "spec: {image:   x}  # c\nkind: Box\n");
  options.check = false;
  const Ran ran = run([&] { return format_files(options); });
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.out, path("x.yaml") + "\n");
  EXPECT_EQ(read("x.yaml"), "kind: Box\nspec: {image: x}    # c\n");
  struct stat now{};
  ASSERT_EQ(::stat(path("x.yaml").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0640U);
  options.check = true;
  const Ran again = run([&] { return format_files(options); });
  EXPECT_EQ(again.code, kOk);
  EXPECT_EQ(again.out, "");
}

TEST_F(SpecVerbs, FmtTouchesNothingThatItCannotRead) {
  write("bad.yaml", "kind: [Box\n");
  write("list.yaml", "- a\n");
  const Ran bad = run([&] { return format_files(words({path("bad.yaml")})); });
  EXPECT_EQ(bad.code, kInvalidSpec);
  EXPECT_NE(bad.err.find("error[BW0101]"), std::string::npos);
  const Ran list = run([&] { return format_files(words({path("list.yaml")})); });
  EXPECT_EQ(list.code, kFailure);
  EXPECT_NE(list.err.find("is left as it is"), std::string::npos);
  EXPECT_EQ(read("list.yaml"), "- a\n");
  ASSERT_EQ(::mkfifo(path("pipe.yaml").c_str(), 0600), 0);
  EXPECT_NE(run([&] { return format_files(words({path("pipe.yaml")})); }).code, kOk);
  EXPECT_NE(run([&] { return format_files(words({path("none.yaml")})); }).code, kOk);
}

TEST_F(SpecVerbs, ExplainKnowsFieldsAndCodes) {
  const Ran field = run([] { return explain(words({"resources.memory"})); });
  EXPECT_EQ(field.code, kOk);
  EXPECT_TRUE(field.out.starts_with("FIELD    spec.resources.memory\n"));
  EXPECT_TRUE(run([] { return explain(words({"bw0103"})); }).out.starts_with("BW0103: "));
}

TEST_F(SpecVerbs, ExplainSuggests) {
  const Ran field = run([] { return explain(words({"resources.memroy"})); });
  EXPECT_EQ(field.code, kUsage);
  EXPECT_EQ(field.out, "");
  EXPECT_NE(field.err.find("did you mean `resources.memory`?"), std::string::npos);
  const Ran code = run([] { return explain(words({"BW010"})); });
  EXPECT_EQ(code.code, kUsage);
  EXPECT_NE(code.err.find("did you mean `BW01"), std::string::npos);
}

TEST_F(SpecVerbs, ValidateShowsEveryProblemOfEveryFileInOrder) {
  ASSERT_EQ(init().code, kOk);
  write("z.yaml",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: z}\nspec:\n  image: x\n"
        "  powr: stopped\n");
  write("b.yaml", "kind: [\n");
  const Ran ran = check();
  EXPECT_EQ(ran.code, kInvalidSpec);
  const auto first = ran.out.find("b.yaml:");
  const auto second = ran.out.find("z.yaml:6:3");
  ASSERT_NE(first, std::string::npos) << ran.out;
  ASSERT_NE(second, std::string::npos) << ran.out;
  EXPECT_LT(first, second);
  EXPECT_NE(ran.out.find(" 6 |   powr: stopped\n   |   ^^^^\n   = help: did you mean `power`?\n"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.err.find("boxwright explain BW0101"), std::string::npos);
}

TEST_F(SpecVerbs, ValidateGivesEditorsTheSameAsData) {
  ASSERT_EQ(init().code, kOk);
  write("z.yaml",
        "apiVersion: boxwright.dev/v1\nkind: Box\nmetadata: {name: z}\nspec:\n  image: x\n"
        "  powr: stopped\n");
  const Ran ran = check("json");
  const auto problem = nlohmann::json::parse(ran.out).at("problems").at(0);
  EXPECT_EQ(problem.at("code"), "BW0103");
  EXPECT_TRUE(problem.at("file").get<std::string>().ends_with("z.yaml"));
  EXPECT_EQ(problem.at("start"), (nlohmann::json{{"line", 6}, {"column", 3}}));
  EXPECT_EQ(problem.at("end"), (nlohmann::json{{"line", 6}, {"column", 7}}));
  EXPECT_EQ(problem.at("message"), "`powr` is not a field of `spec`");
  EXPECT_EQ(problem.at("hint"), "did you mean `power`?");
}

TEST_F(SpecVerbs, ValidateTellsOfAWrongMarkerTogetherWithTheRest) {
  ASSERT_EQ(init().code, kOk);
  write("boxwright.yaml", "apiVersion: boxwright.dev/v1\nkind: Sorce\nmetadata: {name: s}\n");
  write("z.yaml", "kind: [\n");
  const Ran ran = check();
  EXPECT_EQ(ran.code, kInvalidSpec);
  EXPECT_NE(ran.out.find("boxwright.yaml:2:7"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("z.yaml:"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace boxwright::cli
