// completion, and what its scripts and the generated pages call.

#include "controller/cli/command_pages.h"
#include "controller/cli/completion.h"
#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "state/store.h"

namespace boxwright::cli {

namespace {

/// As the documents show it: nothing of this machine or user.
CommandTable documented_table() {
  Surroundings around;
  around.is_root = true;
  return command_table(around);
}

/// Words go through a shell's own expansion; names hold nothing that it would expand.
bool is_harmless(const std::string& word) {
  return !word.empty() && word.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789-_.") == std::string::npos;
}

Result<std::vector<std::string>> words_of(const Options& options) {
  const SystemClock clock;
  BW_TRY_ASSIGN(const auto opened,
                state::open_store(options.state_file, state::OpenMode::ReadOnly, clock));
  std::vector<std::string> words;
  if (options.names.front() == "sources") {
    BW_TRY_ASSIGN(const auto sources, opened.store->sources());
    for (const auto& source : sources)
      words.push_back(source.name.str());
  } else if (options.names.front() == "boxes") {
    BW_TRY_ASSIGN(const auto boxes, opened.store->boxes());
    for (const auto& box : boxes)
      words.push_back(box.name.str());
  }
  return words;
}

}  // namespace

int complete(const Options& options) {
  if (options.names.size() != 1) return kUsage;
  const auto words = words_of(options);
  if (!words) return kOk;  // Nobody wants an error at the prompt.
  std::string text;
  for (const auto& word : *words) {
    if (is_harmless(word)) text += word + "\n";
  }
  put_out(text);
  return kOk;
}

int print_completion(const Options& options) {
  const auto table = documented_table();
  const auto& shell = options.names.front();
  if (shell == "zsh") {
    put_out(zsh_completion(table));
  } else if (shell == "fish") {
    put_out(fish_completion(table));
  } else {
    put_out(bash_completion(table));
  }
  return kOk;
}

int document(const Options& options) {
  if (options.names == std::vector<std::string>{"man"}) {
    put_out(manual_page(documented_table()));
    return kOk;
  }
  if (options.names == std::vector<std::string>{"markdown"}) {
    put_out(commands_page(documented_table()));
    return kOk;
  }
  put_err("boxwright __document: say man or markdown\n");
  return kUsage;
}

}  // namespace boxwright::cli
