#include "controller/cli/await_order.h"

#include <fmt/core.h>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"

namespace boxwright::cli {

namespace {

constexpr Duration kPoll{100};

}  // namespace

std::optional<int> await_answer(Session& session, MonoTime until, const std::stop_token& stop,
                                const std::function<std::optional<int>()>& look) {
  while (true) {
    if (const auto code = look()) return code;
    if (session.clock().mono_now() > until) return std::nullopt;
    if (wait_a_little(stop, kPoll)) {
      put_err("boxwright: interrupted; the order stands\n");
      return kInterrupted;
    }
  }
}

std::optional<int> await_order(
    Session& session, const std::string& verb, std::int64_t id, MonoTime until,
    const std::stop_token& stop,
    const std::function<std::optional<int>(const state::Request&)>& judge) {
  return await_answer(session, until, stop, [&]() -> std::optional<int> {
    const auto request = session.desired().request(id);
    if (!request) return say_error(request.error());
    if (*request) return judge(**request);
    put_err(fmt::format("boxwright {}: the order was taken away by somebody\n", verb));
    return kFailure;
  });
}

}  // namespace boxwright::cli
