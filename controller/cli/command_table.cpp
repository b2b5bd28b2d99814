#include "controller/cli/command_table.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "controller/cli/selector.h"

namespace boxwright::cli {

namespace {

/// `TEXT:{a,b}`: what may be given.
std::vector<std::string> choices_of(const std::string& type) {
  const auto open = type.find('{');
  const auto close = type.find('}');
  std::vector<std::string> choices;
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::size_t from = open + 1;
  while (from <= close) {
    const auto end = std::min(type.find(',', from), close);
    choices.push_back(type.substr(from, end - from));
    from = end + 1;
  }
  return choices;
}

bool has_flag(const CommandOption& option, const char* flag) {
  return std::find(option.flags.begin(), option.flags.end(), flag) != option.flags.end();
}

ValueKind kind_of(const CommandOption& option) {
  // `boxes`, `box`, `box-from-to`.
  if (option.position.starts_with("box")) return ValueKind::Box;
  if (option.position == "folders" || has_flag(option, "--folder")) return ValueKind::Folder;
  if (option.position == "source-and-digest" || option.position == "list-or-move" ||
      has_flag(option, "--source")) {
    return ValueKind::Source;
  }
  if (has_flag(option, "--condition") || has_flag(option, "--for")) return ValueKind::Condition;
  if (option.position == "file" || option.position == "files" || has_flag(option, "--state") ||
      has_flag(option, "--desired") || has_flag(option, "--out")) {
    return ValueKind::File;
  }
  return ValueKind::Word;
}

CommandOption read_option(const CLI::Option& option) {
  CommandOption read;
  for (const auto& name : option.get_snames())
    read.flags.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    read.flags.push_back("--" + name);
  if (option.get_positional()) read.position = option.get_name(true);
  read.text = option.get_description();
  read.choices = choices_of(option.get_type_name());
  read.required = option.get_required();
  if (option.get_items_expected_max() > 0) read.value = kind_of(read);
  if (read.position == "list-or-move") read.choices = {"list", "move"};
  if (read.value == ValueKind::Condition) {
    read.choices = condition_types();
    if (has_flag(read, "--for")) read.choices.emplace_back("Deleted");
  }
  return read;
}

std::vector<CommandOption> read_options(const CLI::App& app, bool is_verb) {
  std::vector<CommandOption> options;
  for (const auto* option : app.get_options()) {
    // Every verb has it; it is told once, with the global ones.
    if (!is_verb || option != app.get_help_ptr()) options.push_back(read_option(*option));
  }
  return options;
}

std::string example_of(const CLI::App& app) {
  constexpr std::string_view kBefore = "Example: boxwright ";
  const auto footer = app.get_footer();
  const auto from = footer.find(kBefore);
  if (from == std::string::npos) return {};
  const auto begin = from + kBefore.size();
  return footer.substr(begin, footer.find('\n', begin) - begin);
}

}  // namespace

CommandTable read_commands(CLI::App& app) {
  CommandTable table;
  table.globals = read_options(app, false);
  for (const auto* sub : app.get_subcommands([](const CLI::App* one) { return one != nullptr; })) {
    if (sub->get_group().empty()) continue;
    table.commands.push_back(
        {sub->get_name(), sub->get_description(), example_of(*sub), read_options(*sub, true)});
  }
  return table;
}

}  // namespace boxwright::cli
