#pragma once
// The pages that are generated from the parser: the manual page and the reference. Pure.

#include <string>

#include "controller/cli/command_table.h"

namespace boxwright::cli {

/// `boxwright.1`, in man(7) macros.
[[nodiscard]] std::string manual_page(const CommandTable& table);
/// docs/reference/commands.md.
[[nodiscard]] std::string commands_page(const CommandTable& table);
/// `boxwright help exit-codes`.
[[nodiscard]] std::string exit_codes_text();

}  // namespace boxwright::cli
