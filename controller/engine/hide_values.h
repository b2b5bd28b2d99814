#pragma once
// Keeping the environment's values out of what the engine says about a request. Pure.

#include <map>
#include <string>

#include "specs/base/secret.h"

namespace boxwright::engine {

/// Replaces each value (every piece of it between quotes, backslashes and control characters, since
/// the engine may have quoted it) by `(hidden)`. Pieces under 3 bytes stay: they are in any
/// sentence.
[[nodiscard]] std::string hide_values(std::string text, const std::map<std::string, Secret>& env);

}  // namespace boxwright::engine
