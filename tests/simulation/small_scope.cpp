#include "tests/simulation/small_scope.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tests/simulation/judge.h"
#include "tests/simulation/world_digest.h"

namespace boxwright::test {

namespace {

using Choices = std::vector<std::uint8_t>;

/// The longest that faults are looked for after the act: deadlines and paces end before.
constexpr Duration kWindow{300'000};
constexpr Duration kLook{1'000};
/// People look at what is told of a box so often, and take the way out.
constexpr Duration kWaysOut{20'000};

/// Thrown where a run comes to a state that was seen before.
struct SeenBefore {};

constexpr std::array kCallFaults = {Fault::None,      Fault::FailBefore,  Fault::LoseReply,
                                    Fault::HangAfter, Fault::CrashBefore, Fault::CrashAfter};
constexpr std::array kReadFaults = {Fault::None, Fault::FailBefore, Fault::CrashBefore};

bool is_crash(Fault fault) {
  return fault == Fault::CrashBefore || fault == Fault::CrashAfter;
}

/// What is known over all runs.
struct Known {
  /// By state: how many faults were left when it was last gone on from.
  std::unordered_map<std::uint64_t, int> seen;
  std::vector<Choices> open;
  /// In which worlds a run ended: each is watched at rest once.
  std::unordered_set<std::uint64_t> ends;
};

/// One run from the start along given choices, and by the plain way after them.
class Run {
 public:
  Run(const SearchInput& input, Known& known, const Choices& given, bool keep_trace)
      : input_(input),
        known_(known),
        given_(given),
        oracle_(input.plant),
        world_(1, attended(), true),
        player_(world_, oracle_, 2, secrets_folder()) {
    oracle_.keep_trace = keep_trace;
    left_ = input.faults;
    world_.faulty.set_plan([this](const PendingCall& call) { return fault_at(call); });
    oracle_.before_write = [this](const char* what) { maybe_crash_at(what); };
    world_.choose_worker = [this](const auto& workers) { return worker_among(workers); };
  }

  void go() {
    try {
      play();
    } catch (const SeenBefore&) {
      is_cut_ = true;
    }
  }

  [[nodiscard]] bool is_cut() const { return is_cut_; }
  [[nodiscard]] std::optional<Breach> breach() const { return judge_.breach(); }
  [[nodiscard]] std::size_t choices() const { return taken_.size(); }
  [[nodiscard]] std::uint64_t calls() const { return oracle_.ledger.steps; }
  [[nodiscard]] const std::vector<std::string>& trace() const { return oracle_.trace(); }

 private:
  Between* attended() {
    oracle_.attend(world_);
    return &oracle_;
  }

  void play() {
    world_.hold_volumes();
    if (!input_.scope->before.empty()) {
      converge();
      for (const auto& operation : input_.scope->before)
        player_.play(operation);
      converge();
    }
    for (const auto& operation : input_.scope->act)
      player_.play(operation);
    is_exploring_ = true;
    const bool is_done = converge();
    is_exploring_ = false;
    if (!is_done && !judge_.is_broken()) judge_.convergence();
    if (judge_.is_broken()) return;
    if (known_.ends.insert(digest_of(world_, oracle_.ledger)).second) judge_.rest();
  }

  /// Until the world is as people want it, at most for the window.
  bool converge() {
    began_ = world_.clock.mono_now();
    auto ways_out = began_ + kWaysOut;
    while (!judge_.is_broken() && world_.clock.mono_now() < began_ + kWindow) {
      world_.run_for(kLook);
      oracle_.moment();
      if (judge_.difference().empty()) return true;
      if (world_.clock.mono_now() < ways_out) continue;
      player_.take_ways_out();
      ways_out += kWaysOut;
    }
    return false;
  }

  [[nodiscard]] std::uint64_t state_at(const std::string& place) {
    Digest digest;
    digest.add(digest_of(world_, oracle_.ledger));
    digest.add(static_cast<std::uint64_t>((world_.clock.mono_now() - began_).count()));
    for (const auto& [who, passes] : world_.passes_of_process()) {
      digest.add(who);
      digest.add(passes);
    }
    for (const auto& fault : met_)
      digest.add(fault);
    digest.add(place);
    digest.add(places_in_turn_);
    return digest.value();
  }

  /// One of so many ways; 0 is the plain one. `place` tells apart what is about to be done.
  std::size_t choose(std::size_t ways, const std::string& place) {
    if (std::exchange(turn_, world_.turns()) != world_.turns()) places_in_turn_ = 0;
    ++places_in_turn_;
    const auto at = taken_.size();
    if (at < given_.size()) {
      taken_.push_back(given_[at]);
      return given_[at];
    }
    const auto [known, is_new] = known_.seen.try_emplace(state_at(place), left_);
    if (!is_new && known->second >= left_) throw SeenBefore{};
    known->second = left_;
    for (std::size_t way = ways; way-- > 1;) {
      auto other = taken_;
      other.push_back(static_cast<std::uint8_t>(way));
      known_.open.push_back(std::move(other));
    }
    taken_.push_back(0);
    return 0;
  }

  Fault fault_at(const PendingCall& call) {
    if (!is_exploring_) return Fault::None;
    const auto ways = call.mutating ? kCallFaults.size() : kReadFaults.size();
    const auto chosen = choose(left_ > 0 ? ways : 1, call.name);
    const auto fault = call.mutating ? kCallFaults.at(chosen) : kReadFaults.at(chosen);
    if (fault == Fault::None) return fault;
    --left_;
    oracle_.write(fmt::format("  ! {} {}", to_string(fault), call.name));
    note(fault, call.name);
    return fault;
  }

  void maybe_crash_at(const char* what) {
    if (!is_exploring_ || choose(left_ > 0 ? 2 : 1, what) == 0) return;
    --left_;
    oracle_.write(fmt::format("  ! crash before {}", what));
    note(Fault::CrashBefore, what);
    throw CrashMarker{what};
  }

  std::size_t worker_among(const std::vector<std::string>& workers) {
    if (!is_exploring_) return 0;
    const auto chosen = choose(workers.size(), "worker");
    if (chosen > 0) oracle_.write("  ! first " + workers[chosen]);
    return chosen;
  }

  void note(Fault fault, const std::string& where) {
    if (is_crash(fault)) {
      met_.clear();
    } else {
      met_.push_back(fmt::format("{} {} {}", to_string(fault), where, world_.turns()));
    }
  }

  const SearchInput& input_;
  Known& known_;
  const Choices& given_;
  Choices taken_;
  int left_ = 0;
  bool is_exploring_ = false;
  bool is_cut_ = false;
  MonoTime began_{};
  std::uint64_t turn_ = 0;
  std::uint64_t places_in_turn_ = 0;
  std::vector<std::string> met_;  ///< Faults since the process began.
  Oracle oracle_;
  World world_;
  Player player_;
  Judge judge_{world_, oracle_, player_};
};

}  // namespace

SearchResult search(const SearchInput& input, const std::function<bool()>& is_time_up) {
  SearchResult result;
  Known known;
  known.open.emplace_back();
  while (!known.open.empty() && !is_time_up()) {
    const auto given = std::move(known.open.back());
    known.open.pop_back();
    Run run(input, known, given, false);
    run.go();
    ++result.runs;
    result.calls += run.calls();
    result.choices_most = std::max(result.choices_most, run.choices());
    result.breach = run.breach();
    if (!result.breach) continue;
    Known nothing;
    Run again(input, nothing, given, true);
    again.go();
    result.path = again.trace();
    break;
  }
  result.states = known.seen.size();
  result.is_complete = known.open.empty() && !result.breach;
  return result;
}

}  // namespace boxwright::test
