#include "tests/simulation/history.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "state/ownership.h"
#include "tests/simulation/player.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

/// The longest pace, backoff and delay together stay below it.
constexpr Duration kBound{1'800'000};
constexpr Duration kRound{20'000};
/// Three relists.
constexpr Duration kIdle{95'000};
/// A changed box that can converge does so in this time, whatever the others do.
constexpr Duration kFair{60'000};

/// A folder for secrets that only we can read, one for this process.
const std::string& secrets_folder() {
  static const std::string kFolder = [] {
    auto pattern = (std::filesystem::temp_directory_path() / "boxwright-sim-XXXXXX").string();
    return std::string(::mkdtemp(pattern.data()) == nullptr ? "" : pattern);
  }();
  return kFolder;
}

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
    if (!is_broken()) judge_convergence();
    if (!is_broken()) judge_rest();
    if (!is_broken()) judge_fairness();
    if (!oracle_.breaches().empty()) result.breach = oracle_.breaches().front();
    if (!result.breach && !world_.breach().empty())
      result.breach = {world_.breach().substr(0, world_.breach().find(':')), world_.breach()};
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
  [[nodiscard]] bool is_broken() const {
    return !oracle_.breaches().empty() || !world_.breach().empty();
  }

  /// How the world differs from what people want; empty: it has converged.
  std::string difference() {
    std::size_t expected = 0;
    for (const auto& [name, wish] : oracle_.ledger.wishes) {
      if (auto differs = difference(name, wish); !differs.empty()) {
        return fmt::format("box {}: {}", name.str(), differs);
      }
      expected += containers_of(world_, oracle_.ledger, name).size();
    }
    std::size_t all = 0;
    std::size_t holds = 0;
    for (const auto& [id, container] : truth_of(world_).containers())
      ++(is_hold(container, oracle_.ledger) ? holds : all);
    if (holds > 1) return fmt::format("{} containers hold volumes", holds);
    if (auto unheld = unheld_volume(world_, oracle_.ledger); !unheld.empty()) {
      return fmt::format("nothing holds volume {}", unheld);
    }
    if (all != expected) return fmt::format("{} containers are left over", all - expected);
    return {};
  }

  std::string difference(const BoxName& name, const Wish& wish) {
    auto& ledger = oracle_.ledger;
    const auto all = containers_of(world_, ledger, name);
    if (!wish.declared && !all.empty()) return "it is absent and not removed";
    if (!wish.declared) {
      // Its volumes may have a delay of their own.
      // One that nothing was remembered of has the default, a day.
      const auto record = world_.record(name.str());
      if (record.spec.deletion.delay > kBound) return {};
      return world_.reason(name.str(), "DeletionBlocked").empty() ? "" : "its removal waits";
    }
    const auto& spec = wish.declared->spec;
    const bool is_unchecked = std::holds_alternative<specs::NoCheck>(spec.healthcheck.check);
    if (is_unchecked && spec.image == kSickImage) return {};
    if (is_good_image(spec.image)) return how_it_differs(world_, ledger, *wish.declared);
    // It cannot run: an old one goes on, or the new one is tried at its pace.
    if (all.size() > 2) return fmt::format("{} containers", all.size());
    const bool stalled = !world_.reason(name.str(), "Stalled").empty();
    const bool pending = !world_.reason(name.str(), "UpdatePending").empty();
    const bool looping = !world_.reason(name.str(), "CrashLooping").empty();
    const bool told = stalled || pending || looping || !world_.is_ready(name.str());
    return told ? "" : "it cannot run, and nothing says so";
  }

  /// I1, and with it I5, I6, I7: whatever happened, the end is what people want.
  void judge_convergence() {
    const auto until = world_.clock.mono_now() + kBound;
    std::string differs;
    while (!is_broken()) {
      world_.run_for(kRound);
      oracle_.moment();
      differs = difference();
      if (differs.empty()) return;
      if (world_.clock.mono_now() > until) break;
      player_.take_ways_out();
    }
    if (is_broken()) return;
    oracle_.report(
        "I1", fmt::format("no convergence within {} min: {}", kBound.count() / 60'000, differs) +
                  conditions());
  }

  std::string conditions() {
    std::string text;
    for (const auto& [name, wish] : oracle_.ledger.wishes) {
      const auto status = world_.status(name.str());
      if (const auto problem = world_.problem(name); !problem.empty()) {
        text += fmt::format("\n  {}: {}", name.str(), problem);
      }
      if (!status) continue;
      for (const auto& condition : status->conditions) {
        text += fmt::format("\n  {}: {}={} {}: {}", name.str(), condition.type,
                            to_string(condition.status), condition.reason, condition.message);
      }
    }
    for (const auto& [id, one] : truth_of(world_).containers()) {
      text += fmt::format("\n  container {} {} {} uid {} exit {} restarts {}", one.name,
                          id.str().substr(0, 12), to_string(one.state),
                          uid_of(one.config.labels).str(), one.exit_code, one.restart_count);
    }
    return text;
  }

  /// I2: what has converged is left alone, and nothing is written of it.
  void judge_rest() {
    for (const auto& [name, wish] : oracle_.ledger.wishes) {
      if (wish.declared && !is_good_image(wish.declared->spec.image)) return;
    }
    // What is done once after the end is reached (a last status, a removal that is counted).
    world_.run_for(kRound);
    world_.engine.forget_calls();
    const auto calls = oracle_.ledger.steps;
    const auto writes = world_.store->status_writes();
    world_.run_for(kIdle);
    oracle_.moment();
    if (is_broken()) return;
    if (oracle_.ledger.steps != calls) {
      const auto steps = world_.steps();
      oracle_.report("I2", fmt::format("{} calls at rest: {}", oracle_.ledger.steps - calls,
                                       steps.empty() ? "" : steps.front()));
    } else if (world_.store->status_writes() != writes) {
      oracle_.report("I2", "a status is written at rest");
    }
    judge_records();
  }

  /// I28: a box that is told to be as its generation says has that on record as applied, with the
  /// image that its container was made from.
  void judge_records() {
    for (const auto& [name, wish] : oracle_.ledger.wishes) {
      const auto status = world_.status(name.str());
      const auto record = world_.record(name.str());
      const auto* ready = status ? status->find("Ready") : nullptr;
      const bool is_plain = ready != nullptr && ready->status == state::ConditionStatus::True &&
                            ready->observed_generation == record.generation &&
                            status->find("UpdatePending") == nullptr &&
                            status->find("Stalled") == nullptr && !record.tombstone;
      if (!is_plain) continue;
      const auto history = world_.store->history(record.uid);
      const auto* container = truth_of(world_).find(status->container.str());
      const bool is_told = history && !history->empty() && container != nullptr &&
                           history->back().generation == record.generation &&
                           history->back().was_applied() &&
                           history->back().image_id == container->image_id;
      if (is_told) continue;
      oracle_.report("I28", fmt::format("generation {} of box {} is ready, and its history {}",
                                        record.generation, name.str(),
                                        history && !history->empty()
                                            ? "ends with " + history->back().name() + " " +
                                                  std::string{to_string(history->back().outcome)}
                                            : "is empty"));
    }
  }

  /// I12: one box is changed, while others may fail for ever.
  void judge_fairness() {
    for (const auto& [name, wish] : oracle_.ledger.wishes) {
      const bool fit = wish.declared && is_good_image(wish.declared->spec.image) &&
                       wish.declared->spec.image != kSlowImage &&
                       wish.declared->spec.image != kStubbornImage;
      if (!fit) continue;
      auto box = *wish.declared;
      box.spec.env["EDITOR"] = "fair";
      player_.declare(name, box, wish.in_table);
      world_.run_for(kFair);
      oracle_.moment();
      if (is_broken()) return;
      const auto differs = how_it_differs(world_, oracle_.ledger, *wish.declared);
      if (!differs.empty()) {
        oracle_.report("I12", fmt::format("box {} is not as changed after {} s: {}", name.str(),
                                          kFair.count() / 1000, differs) +
                                  conditions());
      }
      return;
    }
  }

  const HistoryInput& input_;
  Oracle oracle_;
  World world_;
  Player player_;
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
