#pragma once
// The verbs and options as plain data, read from the parser itself: help for shells and pages that
// cannot drift apart from what is parsed.

#include <string>
#include <vector>

#include "controller/cli/options.h"

namespace CLI {
class App;
}

namespace boxwright::cli {

/// What a value is, for completion.
enum class ValueKind { None, Word, Box, Source, Condition, Folder, File };

struct CommandOption {
  std::vector<std::string> flags;  ///< `-o`, `--output`; none: only by position.
  std::string position;            ///< `boxes`; empty: only by flag.
  std::string text;
  std::vector<std::string> choices;  ///< Empty: any value.
  ValueKind value = ValueKind::None;
  bool required = false;
};

struct Command {
  std::string name;
  std::string text;
  std::string example;  ///< Without the program's name.
  std::vector<CommandOption> options;
};

struct CommandTable {
  std::vector<CommandOption> globals;
  std::vector<Command> commands;  ///< In the order of the help; hidden ones are left out.
};

/// Of this program as it would parse in these surroundings.
[[nodiscard]] CommandTable command_table(const Surroundings& around);
/// Of any parser.
[[nodiscard]] CommandTable read_commands(CLI::App& app);

}  // namespace boxwright::cli
