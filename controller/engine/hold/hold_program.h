#pragma once
// The program of the container that holds volumes (hold_program.c), as built beside us.

#include <string_view>

namespace boxwright::engine {

/// A static executable for the machine that this was built for.
[[nodiscard]] std::string_view hold_program();

}  // namespace boxwright::engine
