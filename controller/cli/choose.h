#pragma once
// The boxes that an order is about: named, labelled, or all.

#include <string>
#include <vector>

#include "controller/cli/options.h"
#include "controller/cli/session.h"

namespace boxwright::cli {

/// What is wrong with the words that choose boxes; empty: nothing.
[[nodiscard]] std::string choice_mistake(const Options& options);

/// The names as given, or those of the known boxes that fit `-l` or `--all`, sorted. NotFound where
/// none fits.
[[nodiscard]] Result<std::vector<std::string>> chosen_boxes(Session& session,
                                                            const Options& options);

}  // namespace boxwright::cli
