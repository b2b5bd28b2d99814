// Zsh: _arguments does the work; the table becomes its specifications.

#include <fmt/format.h>

#include "controller/cli/completion.h"

namespace boxwright::cli {

namespace {

constexpr const char* kHead = R"zsh(#compdef boxwright
# Completion of boxwright for zsh. Put it into a folder of $fpath as _boxwright.

_boxwright_ask() {
  local -a found place
  local flag
  for flag in --state --desired --installation; do
    [[ -n ${opt_args[$flag]} ]] && place+=($flag ${opt_args[$flag]})
  done
  found=(${(f)"$(command boxwright $place __complete $1 2>/dev/null)"})
  compadd -a found
}
_boxwright_boxes() { _boxwright_ask boxes }
_boxwright_sources() { _boxwright_ask sources }

_boxwright() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a globals verbs
)zsh";

/// Within single quotes and an _arguments specification.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\'') {
      out += "'\\''";
    } else {
      if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') out += '\\';
      out += letter;
    }
  }
  return out;
}

std::string action_of(const CommandOption& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  switch (option.value) {
    case ValueKind::Box: return "_boxwright_boxes";
    case ValueKind::Source: return "_boxwright_sources";
    case ValueKind::Folder: return "_files -/";
    case ValueKind::File: return "_files";
    case ValueKind::None:
    case ValueKind::Word:
    case ValueKind::Condition: return " ";
  }
  return " ";
}

std::string specs(const std::vector<CommandOption>& options, const std::string& indent) {
  std::string text;
  for (const auto& option : options) {
    const auto value = option.value == ValueKind::None
                           ? std::string{}
                           : fmt::format(":{}:{}", "value", quoted(action_of(option)));
    for (const auto& flag : option.flags) {
      // `*`: it may come again.
      text += fmt::format("{}'*{}[{}]{}'\n", indent, flag, quoted(option.text), value);
    }
    if (!option.position.empty()) {
      text +=
          fmt::format("{}'*:{}:{}'\n", indent, quoted(option.position), quoted(action_of(option)));
    }
  }
  return text;
}

}  // namespace

std::string zsh_completion(const CommandTable& table) {
  std::string text = kHead;
  text += "  globals=(\n" + specs(table.globals, "    ") + "  )\n  verbs=(\n";
  for (const auto& command : table.commands)
    text += fmt::format("    '{}:{}'\n", command.name, quoted(command.text));
  text +=
      "  )\n  _arguments -C $globals '1:verb:->verb' '*::argument:->rest'\n  case $state in\n"
      "    verb) _describe verb verbs ;;\n    rest)\n      case $line[1] in\n";
  for (const auto& command : table.commands) {
    text += fmt::format("        {})\n          local -a own\n          own=(\n{}          )\n",
                        command.name, specs(command.options, "            "));
    text += "          _arguments $globals $own ;;\n";
  }
  text += "      esac ;;\n  esac\n}\n\n";
  return text +
         "[[ $funcstack[1] == _boxwright ]] && _boxwright \"$@\" || compdef _boxwright boxwright\n";
}

}  // namespace boxwright::cli
