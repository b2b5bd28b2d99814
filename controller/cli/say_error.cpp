// How an error is said, and with what code the process ends after it.

#include <fmt/core.h>
#include <unistd.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/problem_text.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

int say_error(const Error& error) {
  put_err(fmt::format("boxwright: {}\n", printable_lines(error.message)));
  return exit_code_for(error);
}

int say_source_error(const Options& options, const Error& error,
                     const std::vector<std::string>& folders) {
  const bool in_spec = error.code == ErrorCode::InvalidSpec;
  const auto problems = in_spec ? problems_of_folders(folders) : std::vector<specs::Problem>{};
  if (problems.empty()) return say_error(error);
  put_err(problems_text(problems, wants_colour(options, STDERR_FILENO)));
  put_err("boxwright: the specs are not valid, so nothing can be planned\n");
  return kInvalidSpec;
}

}  // namespace boxwright::cli
