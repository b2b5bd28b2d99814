#include <fmt/core.h>
#include <fmt/ostream.h>

#include "tests/chaos/disturbance.h"

namespace boxwright::chaos {

namespace {

/// Beside the controller, or in its place where there is none. Not waited for: it may well never be
/// carried out in what else goes on.
void order(Turn& turn, const std::vector<std::string>& words) {
  auto all = words;
  all.insert(all.end(), {"--timeout", "2s"});
  const int code = turn.stage.run(all).code;
  fmt::print(turn.log, "    {} {} -> {}\n", words.front(), words.back(), code);
}

void restart(Turn& turn) {
  order(turn, {"restart", turn.any_box()});
}
void suspend(Turn& turn) {
  order(turn, {"suspend", turn.any_box()});
}
void resume(Turn& turn) {
  order(turn, {"resume", turn.any_box()});
}

/// As the source's status tells: `boxwright confirm-prune chaos 4f2c`.
void confirm_prune(Turn& turn) {
  const auto text = turn.stage.run({"source", "list"}).out;
  const std::string words = "confirm-prune chaos ";
  const auto at = text.find(words);
  if (at == std::string::npos) return;
  order(turn, {"confirm-prune", "chaos", text.substr(at + words.size(), 4)});
}

/// After too many boxes were rolled back.
void go_on(Turn& turn) {
  order(turn, {"rollout", "--resume", "chaos"});
}

}  // namespace

const std::vector<Disturbance>& orders() {
  static const std::vector<Disturbance> kOrders = {{"a person asks for a restart", 3, restart},
                                                   {"a person suspends", 1, suspend},
                                                   {"a person resumes", 1, resume},
                                                   {"a person confirms a prune", 2, confirm_prune},
                                                   {"a person lets the rollout go on", 2, go_on}};
  return kOrders;
}

}  // namespace boxwright::chaos
