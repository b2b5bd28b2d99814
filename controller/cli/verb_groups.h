#pragma once
// Groups of verbs, as the parser of the command line takes them.

#include <functional>
#include <string>

#include "controller/cli/options.h"

namespace CLI {
class App;
}  // namespace CLI

namespace boxwright::cli {

/// Makes a verb: its name, what it does, an example.
using MakeVerb = std::function<CLI::App*(const std::string& name, const std::string& text,
                                         const std::string& example)>;

/// `volumes`, `layer`, `volume` and `purge`; gives the last one, which takes a time to wait.
[[nodiscard]] CLI::App* add_data_verbs(const MakeVerb& verb, Options& options);
/// `history`, `diff` and `rollback`; gives the last one, which takes a time to wait.
[[nodiscard]] CLI::App* add_history_verbs(const MakeVerb& verb, Options& options);
/// `explain`, `schema`, `fmt`, `init` and `new`.
void add_writing_verbs(const MakeVerb& verb, Options& options);

}  // namespace boxwright::cli
