#include "specs/base/digest.h"

#include <sodium.h>

namespace boxwright {
namespace {

template <std::size_t N>
std::string to_hex(const std::array<unsigned char, N>& bytes) {
  std::string hex(2 * N + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  hex.pop_back();
  return hex;
}

// libsodium speaks of bytes, we of characters; reading one as the other is what char types allow.
const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), as_bytes(bytes), bytes.size());
  return to_hex(digest);
}

std::string hmac_sha256_hex(const MacKey& key, std::string_view bytes) {
  const std::string& raw = key.bytes.reveal();
  crypto_auth_hmacsha256_state state;
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  // The streaming form takes a key of any length; the one-shot form reads 32 bytes unasked.
  crypto_auth_hmacsha256_init(&state, as_bytes(raw), raw.size());
  crypto_auth_hmacsha256_update(&state, as_bytes(bytes), bytes.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return to_hex(mac);
}

}  // namespace boxwright
