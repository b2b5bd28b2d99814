// explain and schema: what may be written, and what an error means. From the tables alone.

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/suggestion.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/parse/reference.h"
#include "specs/parse/schema.h"

namespace boxwright::cli {

namespace {

/// Codes are typed in any case.
std::string as_code(std::string word) {
  for (char& letter : word) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return word;
}

}  // namespace

int explain(const Options& options) {
  const auto& word = options.names.front();
  auto text = specs::explain_code(as_code(word));
  if (text.empty()) text = specs::explain_field(word);
  if (!text.empty()) {
    put_out(text);
    return kOk;
  }
  auto near = nearest(word, specs::explainable());
  if (near.empty()) near = nearest(as_code(word), specs::explainable());
  put_err(fmt::format("boxwright explain: there is no field or code `{}`{}\n", printable(word),
                      near.empty() ? "; `boxwright explain Box` lists the fields of a box"
                                   : fmt::format("; did you mean `{}`?", near)));
  return kUsage;
}

int print_schema() {
  put_out(specs::json_schema());
  return kOk;
}

}  // namespace boxwright::cli
