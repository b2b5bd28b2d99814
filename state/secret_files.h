#pragma once
// Secrets as files in a directory that a source's settings name: one regular file per secret.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "specs/base/secret.h"
#include "specs/model/box_spec.h"

namespace boxwright::state {

/// The values of a box's secrets, or why there are none.
struct ResolvedSecrets {
  std::map<std::string, Secret> values;  ///< By the variable's name.
  std::vector<std::string> missing;      ///< Names (`from`) that did not resolve, sorted, unique.
  std::string message;  ///< Where they were looked for; what to do. Empty: none missing.
};

/// Largest secret; one environment string may hold 128 KiB (Linux: MAX_ARG_STRLEN).
inline constexpr std::size_t kSecretBytesMax = 64UL * 1024;

/// Reads the secrets of one spec from `secrets_dir`. Does not fail as a whole: what cannot be had,
/// or is not safe to use, is listed in `missing`, and the message names path and remedy, never a
/// value. The same cause gives the same message.
///
/// The directory must belong to us or to root and be closed to everybody else (mode 0700). A secret
/// is a regular file in it, not a link, of at most 64 KiB of UTF-8 without NUL; one trailing
/// newline is not part of the value. An empty file is taken as half-written, and so as missing.
[[nodiscard]] ResolvedSecrets resolve_secrets(
    const std::map<std::string, specs::SecretRef>& secrets, const std::string& secrets_dir);

}  // namespace boxwright::state
