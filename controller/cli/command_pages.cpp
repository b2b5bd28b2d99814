#include "controller/cli/command_pages.h"

#include <fmt/format.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"

namespace boxwright::cli {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

const char* value_word(const CommandOption& option) {
  switch (option.value) {
    case ValueKind::None: return "";
    case ValueKind::Word: return "VALUE";
    case ValueKind::Box: return "BOX";
    case ValueKind::Source: return "SOURCE";
    case ValueKind::Condition: return "CONDITION";
    case ValueKind::Folder: return "FOLDER";
    case ValueKind::File: return "FILE";
  }
  return "VALUE";
}

/// `-o, --output text|json`.
std::string option_heading(const CommandOption& option) {
  if (option.flags.empty()) return option.position;
  auto text = joined(option.flags, ", ");
  if (option.value == ValueKind::None) return text;
  return text + " " +
         (option.choices.empty() || option.value == ValueKind::Condition
              ? value_word(option)
              : joined(option.choices, "|"));
}

std::string synopsis(const Command& command) {
  auto text = "boxwright " + command.name;
  bool has_flags = false;
  for (const auto& option : command.options)
    has_flags |= !option.flags.empty();
  if (has_flags) text += " [OPTION...]";
  for (const auto& option : command.options) {
    if (option.position.empty()) continue;
    text += option.required ? " " + option.position : " [" + option.position + "]";
  }
  return text;
}

std::string roff(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\') {
      out += "\\e";
    } else if (letter == '-') {
      out += "\\-";
    } else {
      out += letter;
    }
  }
  const bool is_request = out.starts_with('.') || out.starts_with('\'');
  return (is_request ? "\\&" : "") + out;
}

std::string roff_options(const std::vector<CommandOption>& options) {
  std::string text;
  for (const auto& option : options)
    text += ".TP\n\\fB" + roff(option_heading(option)) + "\\fR\n" + roff(option.text) + "\n";
  return text;
}

/// What Markdown would take for layout.
std::string markdown(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '|' || letter == '<' || letter == '*' || letter == '_') out += '\\';
    out += letter;
  }
  return out;
}

std::string markdown_options(const std::vector<CommandOption>& options) {
  std::string text = "| option | meaning |\n|---|---|\n";
  for (const auto& option : options) {
    auto heading = option_heading(option);
    for (std::size_t at = heading.find('|'); at != std::string::npos;
         at = heading.find('|', at + 2))
      heading.insert(at, "\\");
    text += fmt::format("| `{}` | {} |\n", heading, markdown(option.text));
  }
  return text;
}

}  // namespace

std::string exit_codes_text() {
  std::vector<std::vector<std::string>> rows{{"CODE", "NAME", "MEANING"}};
  for (const auto& one : kExitCodes)
    rows.push_back({std::to_string(one.code), one.name, one.meaning});
  return table(rows);
}

std::string manual_page(const CommandTable& table) {
  std::string text =
      ".\\\" Generated from the parser by `boxwright __document man`; do not edit.\n"
      ".TH BOXWRIGHT 1 \"\" \"Boxwright " BOXWRIGHT_VERSION
      "\" \"Boxwright\"\n"
      ".SH NAME\nboxwright \\- keeps development boxes as they were declared\n"
      ".SH SYNOPSIS\n.B boxwright\n.I VERB\n.RI [ OPTION ...]\n"
      ".SH DESCRIPTION\n"
      "Boxwright observes a Docker Engine, compares what it sees with the boxes that YAML files or "
      "rows of a SQLite table declare, and creates, changes and removes until both agree.\n"
      ".PP\nData goes to standard output, everything said to a person to standard error.\n"
      ".SH VERBS\n";
  for (const auto& command : table.commands) {
    text += ".SS " + roff(synopsis(command)) + "\n" + roff(command.text) + ".\n";
    text += roff_options(command.options);
    text += ".PP\nExample: \\fB" + roff("boxwright " + command.example) + "\\fR\n";
  }
  text +=
      ".SH GLOBAL OPTIONS\nThese work before and after the verb.\n" + roff_options(table.globals);
  text += ".SH EXIT STATUS\n";
  for (const auto& one : kExitCodes)
    text += fmt::format(".TP\n.B {}\n{}\n", static_cast<int>(one.code), roff(one.meaning));
  text +=
      ".SH ENVIRONMENT\n"
      ".TP\n.B DOCKER_HOST\nThe engine, unless \\-\\-engine says otherwise.\n"
      ".TP\n.B XDG_STATE_HOME\nWhere a user other than root keeps the databases.\n"
      ".TP\n.B NO_COLOR, TERM=dumb\nNo colour.\n"
      ".TP\n.B COLUMNS\nWhere prose is wrapped.\n"
      ".TP\n.B LC_ALL, LC_CTYPE, LANG\nA terminal whose locale is not UTF\\-8 is sent ASCII "
      "only.\n";
  return text;
}

std::string commands_page(const CommandTable& table) {
  std::string text =
      "# Commands\n\nGenerated from the parser by `boxwright __document markdown`; a test keeps it "
      "so.\n\nData goes to standard output, everything said to a person to standard error.\n";
  for (const auto& command : table.commands) {
    text += fmt::format("\n## {}\n\n{}.\n\n    {}\n\n{}\nExample: `boxwright {}`\n", command.name,
                        markdown(command.text), synopsis(command),
                        markdown_options(command.options), command.example);
  }
  text += "\n## Global options\n\nThese work before and after the verb.\n\n" +
          markdown_options(table.globals);
  text += "\n## Exit codes\n\n| code | name | meaning |\n|---|---|---|\n";
  for (const auto& one : kExitCodes)
    text += fmt::format("| {} | {} | {} |\n", static_cast<int>(one.code), one.name,
                        markdown(one.meaning));
  return text;
}

}  // namespace boxwright::cli
