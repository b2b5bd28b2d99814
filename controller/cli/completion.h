#pragma once
// Scripts that complete words at the prompt, generated from the parser's table. Pure.

#include <string>

#include "controller/cli/command_table.h"

namespace boxwright::cli {

/// For bash, without the bash-completion package.
[[nodiscard]] std::string bash_completion(const CommandTable& table);
[[nodiscard]] std::string zsh_completion(const CommandTable& table);
[[nodiscard]] std::string fish_completion(const CommandTable& table);

}  // namespace boxwright::cli
