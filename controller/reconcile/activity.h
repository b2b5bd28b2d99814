#pragma once
// Whether somebody is at work in a box, as its own servers tell.

#include <string>
#include <vector>

#include "controller/engine/engine.h"

namespace boxwright::reconcile {

/// A heartbeat is a sign of life for this long.
inline constexpr Duration kHeartbeatFresh{300'000};

/// And what a box answered counts for this long: it is not asked in each of several passes.
inline constexpr Duration kAnswerCounts{20'000};

/// What one answer of a server says: `lastHeartbeat` (ms since 1970) is fresh, `activeSessions` is
/// more than 0, or code-server's `status` is `alive`. Pure; what is no such answer says no.
[[nodiscard]] bool tells_of_session(const std::string& answers, WallTime now);

/// Asks code-server on 8080 and the box-agent on 9999, inside the container. No answer: nobody is
/// there. An error only where the engine could not be asked.
[[nodiscard]] Result<bool> is_session_active(engine::Engine& engine, const ContainerId& id,
                                             WallTime now, const std::stop_token& stop);

/// A box's update is due, and planning wants to know: asks its running container.
[[nodiscard]] Result<bool> is_session_active(engine::Engine& engine,
                                             const state::ObservedBox& observed, WallTime now,
                                             const std::stop_token& stop);

}  // namespace boxwright::reconcile
