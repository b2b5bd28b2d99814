// Each rule finds its sin in a made-up file, and leaves the innocent alone.

#include <gtest/gtest.h>

#include "tests/tidy/rules.h"

namespace boxwright::tidy {
namespace {

TEST(TidyRules, FindAnIncludeAgainstTheArrows) {
  const auto found = includes_against_the_arrows({
      {"specs/model/box.cpp", "#include \"state/store.h\"\n"},
      {"state/store.cpp", "\n#include \"controller/plan/plan.h\"\n"},
      {"controller/plan/plan.cpp", "#include \"controller/engine/engine.h\"\n"},
      {"controller/reconcile/loop.cpp", "#include \"controller/engine/docker/docker_engine.h\"\n"},
  });
  ASSERT_EQ(found.size(), 4U) << describe(found);
  EXPECT_EQ(found[1],
            (Finding{"state/store.cpp", 2, "state/ must not include controller/plan/plan.h"}));
}

TEST(TidyRules, AllowAnIncludeAlongTheArrows) {
  const auto found = includes_against_the_arrows({
      {"controller/plan/plan.cpp", "#include \"state/records.h\"\n#include <vector>\n"},
      {"controller/cli/main.cpp", "#include \"controller/engine/docker/docker_engine.h\"\n"},
      {"tests/state/store_test.cpp", "#include \"controller/cli/main.h\"\n"},
  });
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(TidyRules, FindALibraryInAHeaderOrInAnotherFolder) {
  const auto found = libraries_out_of_place({
      {"state/store.h", "#include <SQLiteCpp/Database.h>\n"},
      {"specs/model/box.cpp", "#include <yaml-cpp/yaml.h>\n"},
      {"controller/plan/plan.cpp", "#include <spdlog/spdlog.h>\n"},
      {"controller/cli/main.cpp", "#include <boost/asio.hpp>\n"},
  });
  EXPECT_EQ(found.size(), 4U) << describe(found);
}

TEST(TidyRules, AllowALibraryWhereItIsWrapped) {
  const auto found = libraries_out_of_place({
      {"state/store.cpp", "#include <SQLiteCpp/Database.h>\n#include <sys/file.h>\n"},
      {"specs/base/error.h", "#include <tl/expected.hpp>\n#include <fmt/core.h>\n"},
  });
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(TidyRules, FindEffectsInPureCodeOnly) {
  const auto found = effects_in_pure_code({
      {"controller/plan/plan.cpp", "#include <fstream>\n#include <string>\n"},
      {"controller/reconcile/loop.cpp", "#include <thread>\n"},
  });
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].path, "controller/plan/plan.cpp");
}

TEST(TidyRules, FindBannedWordsInCode) {
  const auto found = banned_words({
      {"state/store.cpp", "auto t = std::chrono::system_clock::now();\n"},
      {"specs/parse/read.cpp", "std::this_thread::sleep_for(1s);\nworker.detach();\n"},
      {"controller/reconcile/loop.cpp", "std::cout << std::getenv(\"HOME\");\n"},
  });
  EXPECT_EQ(found.size(), 5U) << describe(found);
}

TEST(TidyRules, FindAStoreInThePlannersHands) {
  const auto found = banned_words({
      {"controller/plan/plan.cpp",
       "Plan plan(state::Store& store);\nstate::Store::FleetChange c;\n"},
      {"controller/reconcile/loop.cpp", "void run(state::Store& store);\n"},
  });
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].line, 1);
}

TEST(TidyRules, DoNotMindBannedWordsInCommentsTextsAndTheirOwnPlace) {
  const auto found = banned_words({
      {"state/store.cpp", "// never sleep_for\n/* std::cout\n std::cout */ say(\"getenv\");\n"},
      {"specs/base/clock.cpp", "return std::chrono::system_clock::now();\n"},
      {"controller/cli/main.cpp", "std::cout << 1'000;\n"},
      {"tests/state/store_test.cpp", "std::cout << 1;\n"},
  });
  EXPECT_TRUE(found.empty()) << describe(found);
}

TEST(TidyRules, FindUnfinishedWordsInCommentsToo) {
  const std::string word = std::string("TO") + "DO";
  const auto found = unfinished_words({
      {"state/store.cpp", "int a;  // " + word + ": b\n"},
      {"state/temp.cpp", "mkstemp(\"/run/XXXXXX\");\n"},
  });
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].line, 1);
}

TEST(TidyRules, FindPathsOfOneMachineInAnyText) {
  const std::string path = std::string("/ro") + "ot/x";
  const auto found = machine_paths({
      {"docs/a.md", "see `" + path + "`\n"},
      {"docs/b.md", "see /home/coder/workspace and tests/work/x and " + path.substr(0, 5) + "\n"},
  });
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].path, "docs/a.md");
}

TEST(TidyRules, FindLongFilesAtTheFirstLineTooMany) {
  const std::string enough(kMaxLines, '\n');
  const auto found = files_too_long({{"a.cpp", enough}, {"b.cpp", enough + "\n"}});
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].path, "b.cpp");
}

TEST(TidyRules, FindHeadersWithoutPragmaOnce) {
  const auto found =
      headers_without_pragma_once({{"a.h", "#pragma once\n"}, {"b.h", "\n#pragma once\n"}});
  ASSERT_EQ(found.size(), 1U) << describe(found);
  EXPECT_EQ(found[0].path, "b.h");
}

TEST(TidyRules, FindNamesThatSayNothing) {
  const auto found = empty_names({{"state/string_utils.h", ""},
                                  {"common/a.cpp", ""},
                                  {"state/box_manager.cpp", ""},
                                  {"state/uncommon.cpp", ""}});
  EXPECT_EQ(found.size(), 3U) << describe(found);
}

TEST(TidyRules, FindSourcesThatNoTargetNames) {
  const auto found = sources_in_no_target({
      {"specs/CMakeLists.txt", "boxwright_library(x SOURCES base/error.cpp\n  my_box.cpp)"},
      {"specs/base/error.cpp", ""},
      {"specs/my_box.cpp", ""},
      {"specs/box.cpp", ""},
      {"specs/base/orphan.cpp", ""},
  });
  ASSERT_EQ(found.size(), 2U) << describe(found);
  EXPECT_EQ(found[0].path, "specs/box.cpp");
  EXPECT_EQ(found[1].path, "specs/base/orphan.cpp");
}

TEST(TidyRules, FindDeadLinksAndAnchors) {
  const auto found = dead_links(
      {
          {"README.md", "[a](docs/a.md) [b](docs/gone.md) [web](https://example.org/x)\n"},
          {"docs/a.md", "# One two\n[up](../README.md) [c](#one-two) [d](a.md#three) [e](gone/)\n"},
      },
      [](const std::string& path) { return path == "README.md" || path == "docs/a.md"; });
  ASSERT_EQ(found.size(), 3U) << describe(found);
  EXPECT_EQ(found[0].what, "links to docs/gone.md, which is not there");
  EXPECT_EQ(found[1].what, "no heading #three in docs/a.md");
}

}  // namespace
}  // namespace boxwright::tidy
