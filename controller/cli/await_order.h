#pragma once
// Waiting for what an order came to.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "controller/cli/session.h"

namespace boxwright::cli {

/// Looks again and again until there is an exit code. nullopt: the time is over. An interrupt is
/// told, and that the order stands. There is one look at least, whatever the time.
[[nodiscard]] std::optional<int> await_answer(Session& session, MonoTime until,
                                              const std::stop_token& stop,
                                              const std::function<std::optional<int>()>& look);

/// The same for an order on record; that it cannot be read, or was taken away, is told for `verb`.
[[nodiscard]] std::optional<int> await_order(
    Session& session, const std::string& verb, std::int64_t id, MonoTime until,
    const std::stop_token& stop,
    const std::function<std::optional<int>(const state::Request&)>& judge);

}  // namespace boxwright::cli
