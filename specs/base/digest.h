#pragma once
// Hashing through libsodium; nothing cryptographic is written here.

#include <array>
#include <string>
#include <string_view>

#include "specs/base/secret.h"

namespace boxwright {

/// Lower-case hex SHA-256 of the bytes.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Key for message authentication codes: 32 bytes, and a short public name for the key.
struct MacKey {
  std::string id;  ///< First 8 hex digits of the key's own SHA-256; safe to print.
  Secret bytes;    ///< 32 raw bytes.
};

/// Lower-case hex HMAC-SHA-256.
[[nodiscard]] std::string hmac_sha256_hex(const MacKey& key, std::string_view bytes);

}  // namespace boxwright
