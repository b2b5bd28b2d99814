// Fish: one `complete` line an option.

#include <fmt/format.h>

#include "controller/cli/completion.h"

namespace boxwright::cli {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + "'";
}

std::string argument_of(const CommandOption& option) {
  if (!option.choices.empty()) return quoted(fmt::format("{}", fmt::join(option.choices, " ")));
  switch (option.value) {
    case ValueKind::Box: return "'(boxwright __complete boxes 2>/dev/null)'";
    case ValueKind::Source: return "'(boxwright __complete sources 2>/dev/null)'";
    case ValueKind::Folder: return "'(__fish_complete_directories)'";
    case ValueKind::File: return "'(__fish_complete_path)'";
    case ValueKind::None:
    case ValueKind::Word:
    case ValueKind::Condition: return {};
  }
  return {};
}

std::string option_lines(const std::string& when, const std::vector<CommandOption>& options) {
  std::string text;
  for (const auto& option : options) {
    const auto argument = argument_of(option);
    if (!option.flags.empty()) {
      text += "complete -c boxwright" + when;
      for (const auto& flag : option.flags) {
        text += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
      }
      if (option.value != ValueKind::None) text += " -x";
      if (option.value != ValueKind::None && !argument.empty()) text += " -a " + argument;
      text += " -d " + quoted(option.text) + "\n";
    }
    if (!option.position.empty() && !argument.empty()) {
      text += "complete -c boxwright" + when + " -a " + argument + "\n";
    }
  }
  return text;
}

}  // namespace

std::string fish_completion(const CommandTable& table) {
  std::string text =
      "# Completion of boxwright for fish. Put it into ~/.config/fish/completions/boxwright.fish\n"
      "complete -c boxwright -f\n" +
      option_lines("", table.globals);
  for (const auto& command : table.commands) {
    text += fmt::format("complete -c boxwright -n __fish_use_subcommand -a {} -d {}\n",
                        command.name, quoted(command.text));
  }
  for (const auto& command : table.commands) {
    text += option_lines(fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name),
                         command.options);
  }
  return text;
}

}  // namespace boxwright::cli
