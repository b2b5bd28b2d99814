#pragma once
// The key of the secret MACs: a file of 32 random bytes that outlives the databases.

#include <filesystem>
#include <optional>

#include "specs/base/clock.h"
#include "specs/base/digest.h"
#include "specs/base/error.h"

namespace boxwright::state {

/// Its name, next to the state file.
inline constexpr const char* kMacKeyFile = "mac.key";

/// `mac.key` in the folder of the state file.
[[nodiscard]] std::filesystem::path mac_key_path(const std::filesystem::path& state_file);

/// The key in `file`; nullopt when there is no such file. Writes nothing.
/// Denied/Terminal when others may read it, it belongs to a stranger or is a link; Corrupt/Terminal
/// when it does not hold 32 bytes; Unavailable/Transient when it cannot be read at present.
[[nodiscard]] Result<std::optional<MacKey>> read_mac_key(const std::filesystem::path& file);

/// The key in `file`; makes it (mode 0600) when absent. It appears whole or not at all, and is
/// durable when the call returns; of two makers at once, both get the first one's key.
/// Errors as read_mac_key, and Unavailable/Transient when it cannot be written.
[[nodiscard]] Result<MacKey> load_or_create_mac_key(const std::filesystem::path& file,
                                                    Random& random);

}  // namespace boxwright::state
