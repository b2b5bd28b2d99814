#include "specs/base/user_name.h"

#include <fmt/core.h>
#include <pwd.h>

#include <array>

namespace boxwright {

std::string user_name(uid_t user) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  const int failed = ::getpwuid_r(user, &entry, room.data(), room.size(), &found);
  if (failed != 0 || found == nullptr) return fmt::format("uid {}", user);
  return found->pw_name;
}

}  // namespace boxwright
