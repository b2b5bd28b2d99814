#include "tests/simulation/judge.h"

#include <fmt/core.h>
#include <unistd.h>

#include <filesystem>

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
/// So long one that fails in the middle of its replacement may keep its turn.
constexpr Duration kTurn{600'000};

}  // namespace

const std::string& secrets_folder() {
  static const std::string kFolder = [] {
    auto pattern = (std::filesystem::temp_directory_path() / "boxwright-sim-XXXXXX").string();
    return std::string(::mkdtemp(pattern.data()) == nullptr ? "" : pattern);
  }();
  return kFolder;
}

bool Judge::is_broken() const {
  return !oracle_.breaches().empty() || !world_.breach().empty();
}

std::optional<Breach> Judge::breach() const {
  if (!oracle_.breaches().empty()) return oracle_.breaches().front();
  const auto& what = world_.breach();
  if (what.empty()) return std::nullopt;
  return Breach{what.substr(0, what.find(':')), what};
}

std::string Judge::difference() {
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

std::string Judge::difference(const BoxName& name, const Wish& wish) {
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

void Judge::convergence() {
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
  oracle_.report("I1",
                 fmt::format("no convergence within {} min: {}", kBound.count() / 60'000, differs) +
                     conditions());
}

std::string Judge::conditions() {
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

void Judge::rest() {
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
  records();
}

void Judge::records() {
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

void Judge::fairness() {
  for (const auto& [name, wish] : oracle_.ledger.wishes) {
    const bool fit = wish.declared && is_good_image(wish.declared->spec.image) &&
                     wish.declared->spec.image != kSlowImage &&
                     wish.declared->spec.image != kStubbornImage;
    // From a source that was moved nothing is taken over.
    if (!fit || !is_sound(source_of(world_, wish))) continue;
    auto box = *wish.declared;
    box.spec.env["EDITOR"] = "fair";
    player_.declare(name, box, wish.in_table);
    world_.run_for(kFair);
    oracle_.moment();
    if (is_broken()) return;
    auto differs = how_it_differs(world_, oracle_.ledger, *wish.declared);
    if (!differs.empty() && world_.reason(name.str(), "Reconciling") == "WaitingForTurn") {
      world_.run_for(kTurn);
      if (is_broken()) return;
      differs = how_it_differs(world_, oracle_.ledger, *wish.declared);
    }
    if (!differs.empty()) {
      oracle_.report("I12", fmt::format("box {} is not as changed after {} s: {}", name.str(),
                                        kFair.count() / 1000, differs) +
                                conditions());
    }
    return;
  }
}

}  // namespace boxwright::test
