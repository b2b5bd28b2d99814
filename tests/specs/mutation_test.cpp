// Texts that nobody would write, made from good ones by a seeded hand: the reader neither crashes
// nor hangs, says why it refuses, and every place that it names lies in the text.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

#include "specs/parse/format.h"
#include "specs/parse/text_places.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

constexpr std::uint64_t kSeed = 20261126;
constexpr auto kTime = std::chrono::milliseconds(2500);

const std::array<std::string, 5> kGood{
    box_text(
        "ada",
        "  resources: {cpus: 1.5, memory: 2GiB, pids: 4096} # limits\n"
        "  env: {A: \"x\", B: 'y z'}\n  secrets:\n    P: {from: ada-p}\n"
        "  healthcheck:\n    shell: |\n      a\n      b\n  publish: [\"127.0.0.1:2222:22\"]\n"),
    box_text("ben", "  volumes:\n    data: {path: /data, disposable: true}\n    inbox: null\n") +
        "---\n" + defaults_text("  env: {A: x}\n"),
    "apiVersion: boxwright.dev/v1\nkind: Fleet\nmetadata: {name: f}\nspec:\n  names: [a, b]\n"
    "  template: {metadata: {owner: \"\u00fc\"}, spec: {image: \"x:1\"}}\n",
    "apiVersion: boxwright.dev/v1\nkind: Source\nmetadata: {name: default}\nspec:\n"
    "  domain: boxes.example\n  pruneDelay: 10m\n",
    R"({"apiVersion": "boxwright.dev/v1", "kind": "Box", "metadata": {"name": "eve"},
 "spec": {"image": "x:1", "command": ["a", "b"]}})"};

const std::array<std::string, 34> kPieces{
    ": ",   "- ",       "? ",  "#",    " #",   "---\n", "...\n", "{",    "}",  "[",
    "]",    ",",        "&a ", "*a",   "!!s ", "<<",    "|\n",   ">-\n", "\"", "'",
    "\\",   "\t",       "\n",  "\r\n", "%Y ",  "null",  "1:30",  "~",    "no", "\xEF\xBB\xBF",
    "\xFF", "\xC2\x85", "  ",  "@"};

class Hand {
 public:
  explicit Hand(std::uint64_t seed) : random_(seed) {}

  std::string mutate() {
    std::string text = kGood[below(kGood.size())];
    for (std::size_t edits = 1 + below(6); edits > 0; --edits)
      edit(text);
    return text;
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  void edit(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(7)) {
      case 0: text.insert(at, kPieces[below(kPieces.size())]); return;
      case 1: text.erase(at, 1 + below(8)); return;
      case 2: text.insert(at, 1, static_cast<char>(below(256))); return;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        return;
      case 4: text.insert(at, text.substr(below(text.size() + 1), below(40))); return;
      case 5: text.resize(at); return;
      default: {
        const std::string& other = kGood[below(kGood.size())];
        text.insert(at, other.substr(below(other.size()), below(80)));
      }
    }
  }

  std::mt19937_64 random_;
};

std::string body_of(const std::string& text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

/// What is wrong with what was told of a text; empty: nothing.
std::string complaint(const std::vector<Problem>& problems, const std::string& text) {
  const Position end = TextPlaces(text).at(text.size());
  for (const Problem& problem : problems) {
    const std::string line = problem.to_line();
    if (problem.message.empty()) return "no message: " + line;
    if (problem.at < Position{1, 1} || problem.at > end) return "outside the text: " + line;
    if (problem.end.line != 0 && problem.end <= problem.at) return "ends before it begins: " + line;
    if (!is_clean_utf8(problem.excerpt.line)) return "excerpt is no UTF-8: " + line;
  }
  return {};
}

std::uint64_t seed() {
  const char* const given = std::getenv("BOXWRIGHT_SEED");
  return given == nullptr ? kSeed : std::strtoull(given, nullptr, 10);
}

TEST(Mutations, AreReadOrRefusedWithAPlaceInTheText) {
  const std::uint64_t first = seed();
  const auto end = std::chrono::steady_clock::now() + kTime;
  std::uint64_t tried = 0;
  std::size_t refused = 0;
  std::size_t formatted = 0;
  for (; std::chrono::steady_clock::now() < end; ++tried) {
    const std::string text = Hand(first + tried).mutate();
    SCOPED_TRACE("BOXWRIGHT_SEED=" + std::to_string(first + tried) + "\n" + text);
    const Documents documents = read_documents({{"x.yaml", text}});
    if (!documents.problems.empty()) ++refused;
    ASSERT_EQ(complaint(documents.problems, body_of(text)), "");
    const auto marker = read_marker({"boxwright.yaml", text}, "/");
    if (!marker) {
      ASSERT_EQ(complaint(marker.error(), body_of(text)), "");
    }
    const Formatted canonical = format_text({"x.yaml", text});
    ASSERT_EQ(complaint(canonical.problems, body_of(text)), "");
    if (canonical.text.empty()) continue;
    ++formatted;
    // Never another meaning, and nothing more to do the second time.
    const Documents again = read_documents({{"x.yaml", canonical.text}});
    ASSERT_EQ(again.boxes.size(), documents.boxes.size()) << canonical.text;
    for (std::size_t i = 0; i < again.boxes.size(); ++i)
      ASSERT_EQ(again.boxes[i].spec, documents.boxes[i].spec) << canonical.text;
    ASSERT_EQ(format_text({"x.yaml", canonical.text}).text, canonical.text);
  }
  RecordProperty("tried", static_cast<int>(tried));
  EXPECT_GT(tried, 50U);
  EXPECT_GT(refused, tried / 4);
  EXPECT_GT(formatted, tried / 100);
}

}  // namespace
}  // namespace boxwright::specs
