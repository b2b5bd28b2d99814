#include "tests/simulation/history.h"

#include <fmt/core.h>

#include <algorithm>

#include "tests/simulation/judge.h"
#include "tests/simulation/player.h"

namespace boxwright::test {

namespace {

class History {
 public:
  explicit History(const HistoryInput& input)
      : input_(input),
        oracle_(input.plant),
        world_(input.seed, attended(), true),
        player_(world_, oracle_, input.boxes, secrets_folder()) {
    oracle_.keep_trace = input.keep_trace;
  }

  HistoryResult play() {
    HistoryResult result;
    world_.hold_volumes();
    world_.run_for(Duration{20'000});
    for (const auto& operation : input_.operations) {
      if (is_broken()) break;
      player_.play(operation);
      ++result.operations_played;
    }
    if (!is_broken()) player_.calm_down();
    if (!is_broken()) judge_.convergence();
    if (!is_broken()) judge_.rest();
    if (!is_broken()) judge_.fairness();
    result.breach = judge_.breach();
    result.turns = world_.turns();
    result.passes = world_.passes();
    result.calls = oracle_.ledger.steps;
    result.digest = oracle_.digest();
    result.trace = oracle_.trace();
    return result;
  }

 private:
  Between* attended() {
    oracle_.attend(world_);
    return &oracle_;
  }
  [[nodiscard]] bool is_broken() const { return judge_.is_broken(); }

  const HistoryInput& input_;
  Oracle oracle_;
  World world_;
  Player player_;
  Judge judge_{world_, oracle_, player_};
};

}  // namespace

HistoryResult play_history(const HistoryInput& input) {
  return History(input).play();
}

std::vector<Operation> shrink(HistoryInput input, const std::string& invariant,
                              const std::function<bool()>& is_time_up) {
  input.keep_trace = false;
  const auto breaks = [&](const std::vector<Operation>& operations) {
    input.operations = operations;
    const auto result = play_history(input);
    return result.breach && result.breach->invariant == invariant;
  };
  auto best = input.operations;
  for (std::size_t part = std::max<std::size_t>(1, best.size() / 2); part >= 1;) {
    bool any = false;
    for (std::size_t at = 0; at < best.size() && !is_time_up();) {
      auto fewer = best;
      const auto end = std::min(at + part, fewer.size());
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(end));
      if (breaks(fewer)) {
        best = std::move(fewer);
        any = true;
      } else {
        at += part;
      }
    }
    if (is_time_up()) break;
    if (part == 1 && !any) break;
    part = part == 1 ? 1 : part / 2;
  }
  for (std::size_t at = 0; at < best.size() && !is_time_up(); ++at) {
    for (const Duration wait : {Duration{0}, Duration{1'000}, Duration{20'000}}) {
      if (wait >= best[at].wait) break;
      auto shorter = best;
      shorter[at].wait = wait;
      if (!breaks(shorter)) continue;
      best = std::move(shorter);
      break;
    }
  }
  return best;
}

std::string report_breach(const HistoryInput& input, const HistoryResult& result,
                          const std::function<bool()>& is_time_up) {
  const auto& breach = *result.breach;
  auto shortest = input;
  shortest.operations.resize(std::min(result.operations_played, input.operations.size()));
  shortest.operations = shrink(shortest, breach.invariant, is_time_up);
  shortest.keep_trace = true;
  const auto again = play_history(shortest);
  std::string text =
      fmt::format("seed {} breaks {}: {}\n", input.seed, breach.invariant, breach.what);
  if (again.breach) {
    text += fmt::format("shortest history, {} operations, breaks {}: {}\n",
                        shortest.operations.size(), again.breach->invariant, again.breach->what);
  }
  for (const auto& operation : shortest.operations)
    text += "  " + describe(operation) + "\n";
  text += "its trace:\n";
  for (const auto& line : again.trace)
    text += "  " + line + "\n";
  text += fmt::format("play it again: boxwright_sim --seed {} --steps {} --boxes {}{} --trace\n",
                      input.seed, input.operations.size(), input.boxes,
                      input.plant == nullptr ? "" : " --plant " + input.plant->name);
  text += "or write the operations above into a file and: boxwright_sim --seed " +
          fmt::format("{} --boxes {} --replay FILE\n", input.seed, input.boxes);
  return text;
}

}  // namespace boxwright::test
