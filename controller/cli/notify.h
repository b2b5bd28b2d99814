#pragma once
// sd_notify: thirty lines on a datagram socket instead of a dependency on libsystemd.

#include <string>

namespace boxwright::cli {

/// Sends one state to the service manager (`READY=1`); nothing where there is none. An address that
/// begins with `@` is abstract (sd_notify(3)).
void notify_service(const std::string& socket_address, const std::string& state);

}  // namespace boxwright::cli
