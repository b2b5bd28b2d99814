#pragma once
// A question that is answered by typing a name: for what cannot be undone.

#include <stop_token>
#include <string>

#include "controller/cli/terminal.h"

namespace boxwright::cli {

/// Asks on the terminal; only this very word agrees. Ends when stop is requested, also while it
/// waits.
[[nodiscard]] Answer ask_for_word(const std::string& question, const std::string& word,
                                  const std::stop_token& stop);

}  // namespace boxwright::cli
