#include "specs/base/secret.h"

#include <sodium.h>

namespace boxwright {

Secret::Secret(std::string value) : value_(value) {
  // The parameter is a copy of the value that nobody else would clear.
  if (!value.empty()) sodium_memzero(value.data(), value.size());
}

Secret::Secret(const Secret&) = default;

// A move of a short string copies its bytes and leaves them in the old place, so clear that too.
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  other.wipe();
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() {
  wipe();
}

bool Secret::operator==(const Secret& other) const {
  return value_.size() == other.value_.size() &&
         (value_.empty() || sodium_memcmp(value_.data(), other.value_.data(), value_.size()) == 0);
}

void Secret::wipe() noexcept {
  // Whole capacity: what an earlier, longer value left behind goes as well.
  value_.resize(value_.capacity());
  if (!value_.empty()) sodium_memzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace boxwright
