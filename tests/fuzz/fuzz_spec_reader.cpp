// Any bytes at all as a file of specs, as a marker, as a table row, and for `fmt`. Nothing may
// crash, hang or eat memory; every problem has a place in the text and printable words; and the
// canonical form never changes a meaning and is stable.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "specs/model/canonical.h"
#include "specs/parse/documents.h"
#include "specs/parse/format.h"
#include "tests/fuzz/must_hold.h"

namespace {

using namespace boxwright;
using fuzz::must_hold;
using specs::Documents;
using specs::Problem;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Just past the last character that a place may name.
specs::Position end_of(std::string_view text) {
  const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
  const std::size_t last = text.rfind('\n');
  const std::size_t width = text.size() - (last == std::string_view::npos ? 0 : last + 1);
  return {lines, static_cast<int>(width) + 1};
}

bool is_control(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte < 0x20 || byte == 0x7F;
}

void check_words(const Problem& problem) {
  must_hold(!problem.message.empty(), "a problem says what it is", problem.to_line());
  for (const std::string* text : {&problem.message, &problem.hint, &problem.excerpt.line}) {
    must_hold(std::none_of(text->begin(), text->end(), is_control), "words are printable",
              problem.to_line());
  }
  must_hold(problem.excerpt.before >= 0 && problem.excerpt.length >= 0, "a mark is in its line",
            problem.to_line());
  must_hold(static_cast<std::size_t>(problem.excerpt.before) <= problem.excerpt.line.size(),
            "a mark begins in its line", problem.to_line());
}

void check_file_problems(const std::vector<Problem>& problems, std::string_view text) {
  const std::string_view body =
      text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  const specs::Position end = end_of(body);
  for (const Problem& problem : problems) {
    check_words(problem);
    must_hold(problem.at >= specs::Position{1, 1}, "a place begins at 1:1", problem.to_line());
    must_hold(problem.at <= end, "a place is in the text", problem.to_line());
    must_hold(problem.end.line == 0 || problem.end > problem.at, "a part ends after it begins",
              problem.to_line());
  }
}

void check_same(const Documents& before, const Documents& after, const std::string& text) {
  must_hold(before.boxes.size() == after.boxes.size(), "fmt keeps every box", text);
  for (std::size_t i = 0; i < before.boxes.size(); ++i) {
    must_hold(before.boxes[i].name == after.boxes[i].name, "fmt keeps the names", text);
    must_hold(before.boxes[i].spec == after.boxes[i].spec, "fmt keeps the specs", text);
  }
}

void read_as_files(const std::string& text) {
  const Documents documents = specs::read_documents({{"x.yaml", text}});
  check_file_problems(documents.problems, text);
  for (const specs::BoxDeclaration& box : documents.boxes) {
    must_hold(specs::is_valid_box_name(box.name.str()), "a declared box has a valid name", text);
    must_hold(!specs::canonical_json(box.spec).empty(), "a spec has a canonical form", text);
  }
  const specs::Formatted formatted = specs::format_text({"x.yaml", text});
  check_file_problems(formatted.problems, text);
  if (formatted.text.empty()) return;
  check_same(documents, specs::read_documents({{"x.yaml", formatted.text}}), formatted.text);
  must_hold(specs::format_text({"x.yaml", formatted.text}).text == formatted.text,
            "fmt has nothing to do the second time", formatted.text);
}

void read_as_marker(const std::string& text) {
  const auto marker = specs::read_marker({"boxwright.yaml", text}, "/");
  if (!marker) check_file_problems(marker.error(), text);
}

void read_as_rows(const std::string& text) {
  const Documents documents =
      specs::read_rows({{"ada", "", "", text}, {"eve", text, text, "{\"image\": \"box-base:1\"}"}});
  for (const Problem& problem : documents.problems)
    check_words(problem);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_as_files(text);
  read_as_marker(text);
  read_as_rows(text);
  return 0;
}
