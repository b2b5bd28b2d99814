// Bash: one function; the table becomes `case` lines.

#include <fmt/format.h>

#include "controller/cli/completion.h"

namespace boxwright::cli {

namespace {

constexpr const char* kHead =
    R"bash(# Completion of boxwright for bash. Load it with: source <(boxwright completion bash)

_boxwright() {
  local program=$1 cur prev verb="" word i=1 kind="" words="" flags=""
  local -a place=()
  cur=${COMP_WORDS[COMP_CWORD]}
  prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # Bash splits --flag=value in three.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  while (( i < COMP_CWORD )); do
    word=${COMP_WORDS[i]}
    case $word in
)bash";

constexpr const char* kMiddle = R"bash(        (( i++ ))
        [[ ${COMP_WORDS[i]} == "=" ]] && (( i++ ))
        case $word in
          --state|--desired|--installation) place+=("$word" "${COMP_WORDS[i]/#\~/$HOME}") ;;
        esac ;;
      -*) ;;
      *) [[ -z $verb ]] && verb=$word ;;
    esac
    (( i++ ))
  done
  case $verb,$prev in
)bash";

constexpr const char* kTail = R"bash(  esac
  if [[ -z $kind && $cur == -* ]]; then
    kind=words words=$flags
  elif [[ -z $kind ]]; then
    kind=$position
  fi
  case $kind in
    boxes|sources) words+=" "$("$program" "${place[@]}" __complete "$kind" 2>/dev/null) ;;
    folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    words) ;;
    *) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _boxwright boxwright
)bash";

const char* kind_word(ValueKind kind) {
  switch (kind) {
    case ValueKind::Box: return "boxes";
    case ValueKind::Source: return "sources";
    case ValueKind::Folder: return "folder";
    case ValueKind::File: return "file";
    case ValueKind::Condition: return "words";
    case ValueKind::None:
    case ValueKind::Word: return "none";
  }
  return "none";
}

/// What completes a value: `kind=words words="a b"`.
std::string value_text(const CommandOption& option) {
  if (!option.choices.empty()) {
    return fmt::format("kind=words words=\"{}\"", fmt::join(option.choices, " "));
  }
  return fmt::format("kind={}", kind_word(option.value));
}

std::string value_lines(const std::string& verb, const std::vector<CommandOption>& options) {
  std::string text;
  for (const auto& option : options) {
    if (option.value == ValueKind::None || option.flags.empty()) continue;
    std::string pattern;
    for (const auto& flag : option.flags)
      pattern += fmt::format("{}{},{}", pattern.empty() ? "" : "|", verb, flag);
    text += fmt::format("    {}) {} ;;\n", pattern, value_text(option));
  }
  return text;
}

std::string flags_text(const std::vector<CommandOption>& options) {
  std::string text;
  for (const auto& option : options) {
    for (const auto& flag : option.flags) {
      if (flag.starts_with("--")) text += (text.empty() ? "" : " ") + flag;
    }
  }
  return text;
}

/// Flags whose value is the next word, so that it is not taken for the verb.
std::string valued_flags(const CommandTable& table) {
  std::string text;
  for (const auto& option : table.globals) {
    if (option.value == ValueKind::None) continue;
    for (const auto& flag : option.flags)
      text += (text.empty() ? "" : "|") + flag;
  }
  return text;
}

std::string verb_line(const Command& command, const std::string& globals) {
  std::string position = "none";
  std::string words;
  for (const auto& option : command.options) {
    if (option.position.empty()) continue;
    const bool asks = option.choices.empty() || option.value == ValueKind::Source;
    position = asks ? kind_word(option.value) : "words";
    words = fmt::format("{}", fmt::join(option.choices, " "));
  }
  const auto own = flags_text(command.options);
  return fmt::format("    {}) flags=\"{} {}\" position={}{} ;;\n", command.name, own, globals,
                     position,
                     words.empty() ? "" : fmt::format("; [[ -z $kind ]] && words=\"{}\"", words));
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  std::string text = kHead;
  text += fmt::format("      {})\n", valued_flags(table));
  text += kMiddle;
  text += value_lines("*", table.globals);
  for (const auto& command : table.commands)
    text += value_lines(command.name, command.options);
  text += "  esac\n  local position=\"\"\n  case $verb in\n";
  const auto globals = flags_text(table.globals);
  std::string verbs;
  for (const auto& command : table.commands)
    verbs += (verbs.empty() ? "" : " ") + command.name;
  text +=
      fmt::format("    \"\") flags=\"{}\" position=words; [[ -z $kind ]] && words=\"{} help\" ;;\n",
                  globals, verbs);
  for (const auto& command : table.commands)
    text += verb_line(command, globals);
  return text + kTail;
}

}  // namespace boxwright::cli
