// The line and the mark of a problem, its hint, and what is never shown.

#include <gtest/gtest.h>

#include "texts.h"

namespace boxwright::specs {
namespace {

/// Line and mark of each problem, its hint, and the same of related places.
std::string shown(const std::vector<Problem>& problems) {
  std::string out;
  const auto add = [&out](const Excerpt& excerpt, char mark) {
    out += excerpt.line + "\n" + std::string(static_cast<std::size_t>(excerpt.before), ' ') +
           std::string(static_cast<std::size_t>(excerpt.length), mark) + "\n";
  };
  for (const Problem& problem : problems) {
    add(problem.excerpt, '^');
    for (const RelatedPlace& place : problem.related) {
      add(place.excerpt, '-');
      out += place.file + ": " + place.label + "\n";
    }
    out += problem.hint + "\n";
  }
  return out;
}

std::string shown_of(const std::string& lines) {
  return shown(read_documents({{"x.yaml", box_text("ada", lines)}}).problems);
}

TEST(Excerpt, MarksTheOffendingPart) {
  EXPECT_EQ(shown_of("  resources: {cpus: 2, memroy: 4GiB}\n"),
            "  resources: {cpus: 2, memroy: 4GiB}\n"
            "                       ^^^^^^\n"
            "did you mean `memory`?\n");
  EXPECT_EQ(shown_of("  resources: {memory: [2GiB, 3], pids: 9}\n"),
            "  resources: {memory: [2GiB, 3], pids: 9}\n"
            "                      ^^^^^^^^^\n"
            "\n");
  EXPECT_EQ(shown_of("  pull: \"some times\" # c\n"),
            "  pull: \"some times\" # c\n"
            "        ^^^^^^^^^^^^\n"
            "\n");
  EXPECT_TRUE(
      shown_of("  env: {\u00fc\u00fc: x}\n").starts_with("  env: {\u00fc\u00fc: x}\n        ^^\n"));
}

TEST(Excerpt, ShowsBothPlacesOfADuplicate) {
  EXPECT_EQ(shown_of("  env:\n    A: x\n    A: z\n"),
            "    A: z\n    ^\n    A: x\n    -\nx.yaml: first written here\nkeep one\n");
  const Documents documents =
      read_documents({{"a.yaml", box_text("ada")}, {"b.yaml", "\n" + box_text("ada")}});
  ASSERT_EQ(documents.problems.size(), 2U);
  EXPECT_EQ(documents.problems[0].related.at(0).file, "b.yaml");
  EXPECT_EQ(documents.problems[0].related.at(0).at, (Position{4, 18}));
  EXPECT_EQ(documents.problems[1].related.at(0).excerpt.line, "metadata: {name: ada}");
}

TEST(Excerpt, GivesTheEnd) {
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", "  resources: {memroy: 4GiB}\n")}});
  EXPECT_EQ(documents.problems.at(0).at, (Position{6, 15}));
  EXPECT_EQ(documents.problems.at(0).end, (Position{6, 21}));
}

TEST(Excerpt, CutsALongLine) {
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", "  command: [" + std::string(5000, 'x') +
                                                     ", {}, " + std::string(5000, 'z') + "]\n")}});
  const Excerpt excerpt = documents.problems.at(0).excerpt;
  EXPECT_LT(excerpt.line.size(), 130U);
  EXPECT_EQ(excerpt.line.substr(static_cast<std::size_t>(excerpt.before), 2), "{}");
  EXPECT_EQ(excerpt.length, 2);
}

TEST(Excerpt, HasNoControlCharacters) {
  const Documents documents =
      read_documents({{"x.yaml", box_text("ada", "  env: {A: \"\x1b[31m\", b c: \xC2\x9B}\n")}});
  for (const Problem& problem : documents.problems) {
    EXPECT_EQ(problem.excerpt.line.find('\x1b'), std::string::npos);
    EXPECT_EQ(problem.excerpt.line.find("\xC2\x9B"), std::string::npos);
  }
  ASSERT_FALSE(documents.problems.empty());
}

TEST(Excerpt, MasksWhatMayBeASecret) {
  for (const std::string lines :
       {"  secrets: {P: hunter2}\n", "  secrets:\n    P: hunter2\n",
        "  secrets: {P: {from: \"hunter2 !\"}}\n", "  secrets:\n    P:\n      from: [hunter2]\n",
        "  secrets: {P: {form: hunter2}}\n", "  secrets:\n    P: \"hunter2\n",
        "  \"secrets\" : {P: 'hunter2'}\n", "  secrets: {\n P: hunter2,\n Q: x}\n",
        "  secrets: {A: {from: hunter2}, B: 5}\n", "  secrets: {A: B: hunter2}\n"}) {
    const Documents documents = read_documents({{"x.yaml", box_text("ada", lines)}});
    ASSERT_FALSE(documents.problems.empty()) << lines;
    EXPECT_EQ(shown(documents.problems).find("hunter2"), std::string::npos) << lines;
  }
  EXPECT_EQ(shown_of("  secrets: {PASSWORD: {from: ada-password, via: x}}\n").substr(0, 52),
            "  secrets: {PASSWORD: {from: ************, ***: *}}\n");
}

TEST(Hints, AreGivenForFieldsAndValuesMuchLikeAKnownOne) {
  const auto hint = [](const std::string& lines) {
    return read_documents({{"x.yaml", box_text("ada", lines)}}).problems.at(0).hint;
  };
  EXPECT_EQ(hint("  resorces: {}\n"), "did you mean `resources`?");
  EXPECT_EQ(hint("  memory: 2GiB\n"), "that is a field of `spec.resources`");
  EXPECT_EQ(hint("  resources: {power: stopped}\n"), "that is a field of `spec`");
  EXPECT_EQ(hint("  pull: ifabsent\n"), "did you mean `ifAbsent`?");
  EXPECT_EQ(hint("  power: stoped\n"), "did you mean `stopped`?");
  EXPECT_EQ(hint("  restart: no\n"), "write \"no\"");
}

struct Trap {
  const char* text;
  const char* taken_for;
};

TEST(Traps, AreRefusedWhereTextIsWantedAndShownInQuotes) {
  for (const Trap& trap : std::initializer_list<Trap>{{"on", "true or false"},
                                                      {"No", "true or false"},
                                                      {"y", "true or false"},
                                                      {"TRUE", "true or false"},
                                                      {"0o17", "an octal number"},
                                                      {"010", "an octal number"},
                                                      {"0x1F", "a hexadecimal number"},
                                                      {"0b10", "a binary number"},
                                                      {"1:30", "a number to the base 60"},
                                                      {"1e3", "a number"},
                                                      {"1_000", "a number"},
                                                      {"1.10", "a number"},
                                                      {"+1", "a number"},
                                                      {".5", "a number"},
                                                      {".inf", "infinity"},
                                                      {".NaN", "no number"},
                                                      {"2026-11-26", "a date"},
                                                      {"2026-11-26T10:00:00Z", "a date"}}) {
    const std::string text = trap.text;
    for (const std::string& lines : {"  env: {A: " + text + "}\n", "  command: [" + text + "]\n",
                                     "  healthcheck: {shell: " + text + "}\n"}) {
      const Documents wrong = read_documents({{"x.yaml", box_text("ada", lines)}});
      ASSERT_EQ(wrong.problems.size(), 1U) << lines;
      EXPECT_EQ(wrong.problems[0].code, "BW0130");
      EXPECT_EQ(wrong.problems[0].hint, "write \"" + text + "\"");
      EXPECT_NE(wrong.problems[0].message.find(trap.taken_for), std::string::npos) << lines;
    }
    const Documents right =
        read_documents({{"x.yaml", box_text("ada", "  env: {A: \"" + text + "\"}\n")}});
    EXPECT_EQ(right.boxes.at(0).spec.env.at("A"), text);
  }
}

TEST(Traps, AreRefusedAsKeysThatAPersonChose) {
  const Documents wrong =
      read_documents({{"x.yaml", box_text("ada", "  env: {ON: x}\n  volumes: {y: /y}\n")}});
  ASSERT_EQ(wrong.problems.size(), 2U);
  EXPECT_EQ(wrong.problems[0].message, "the key `ON` is taken for true or false by other readers");
  EXPECT_EQ(wrong.problems[0].hint, "write \"ON\"");
  EXPECT_EQ(wrong.problems[1].at, (Position{7, 13}));
  const Documents right =
      read_documents({{"x.yaml", box_text("ada", "  env: {\"ON\": x}\n  volumes: {'y': /y}\n")}});
  EXPECT_EQ(lines_of(right.problems), "");
}

TEST(Traps, AreNotSeenInWhatEveryReaderTakesAlike) {
  for (const std::string text : {"8080", "-1", "1.5", "0", "true", "v1.10", "127.0.0.1", "a:b",
                                 "10:00pm", "0.1.0", "one", "2026-11", "1.2.3", "nope"}) {
    const Documents documents =
        read_documents({{"x.yaml", box_text("ada", "  env: {A: " + text + "}\n")}});
    EXPECT_EQ(lines_of(documents.problems), "") << text;
    EXPECT_EQ(documents.boxes.at(0).spec.env.at("A"), text);
  }
}

}  // namespace
}  // namespace boxwright::specs
