#include "specs/base/running_digest.h"

#include <sodium.h>

#include <array>

namespace boxwright {

struct RunningSha256::State {
  crypto_hash_sha256_state hash{};
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->hash);
}

RunningSha256::~RunningSha256() = default;

void RunningSha256::add(std::string_view bytes) {
  // libsodium speaks of bytes, we of characters.
  crypto_hash_sha256_update(&state_->hash, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::string RunningSha256::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state_->hash, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace boxwright
