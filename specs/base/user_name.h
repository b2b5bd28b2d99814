#pragma once
// Who a user of this machine is, for people.

#include <sys/types.h>

#include <string>

namespace boxwright {

/// `grace`; `uid 1000` where the machine has no name for it.
[[nodiscard]] std::string user_name(uid_t user);

}  // namespace boxwright
