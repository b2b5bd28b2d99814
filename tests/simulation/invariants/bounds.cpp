// I13: calls per box and hour are bounded, whatever fails; at most one candidate and one old
//      container per box.
// I12: (in history.cpp) a box that can converge does so within a bound, whatever the others do.

#include <fmt/core.h>

#include <deque>

#include "state/ownership.h"
#include "tests/simulation/invariant.h"
#include "tests/simulation/truth.h"

namespace boxwright::test {

namespace {

/// The most calls for one box in ten minutes of virtual time during which nobody touched it.
constexpr std::size_t kCallsMax = 120;
constexpr std::size_t kContainersMax = 3;
/// Containers of one wanted state while nobody does anything.
constexpr int kTriesMax = 3;

class BoundsInvariant final : public Invariant {
 public:
  void after(const Touch& touch, bool /*succeeded*/, const Scene& scene) override {
    if (touch.box.empty()) return;
    const auto now = scene.world.clock.mono_now();
    auto& times = calls_[touch.box];
    times.push_back(now);
    while (times.front() + std::chrono::minutes{10} < now)
      times.pop_front();
    if (times.size() > kCallsMax) {
      scene.report("I13", fmt::format("{} calls for box {} within 10 minutes", times.size(),
                                      touch.box.str()));
    }
    const auto* create = std::get_if<engine::CreateContainer>(&touch.step.kind);
    if (create == nullptr) return;
    judge_tries(*create, touch, scene);
    const auto count = containers_of(scene.world, scene.ledger, touch.box).size();
    if (count > kContainersMax) {
      scene.report("I13", fmt::format("box {} has {} containers", touch.box.str(), count));
    }
  }

  void moment(const Scene& scene) override {
    // An operation is a reason to act: the count begins anew.
    if (std::exchange(operations_, scene.ledger.operations) != scene.ledger.operations) {
      calls_.clear();
      tries_.clear();
    }
  }

 private:
  /// A wanted state that failed is not tried again by itself.
  void judge_tries(const engine::CreateContainer& create, const Touch& touch, const Scene& scene) {
    const auto hash = create.config.labels.find(state::kLabelSpecHash);
    if (hash == create.config.labels.end()) return;
    if (++tries_[hash->second + touch.box.str()] > kTriesMax) {
      scene.report("I13", fmt::format("box {} is tried for the {}th time as it failed before",
                                      touch.box.str(), kTriesMax + 1));
    }
  }

  std::map<std::string, int> tries_;
  std::uint64_t operations_ = 0;
  std::map<BoxName, std::deque<MonoTime>> calls_;
};

}  // namespace

std::unique_ptr<Invariant> make_bounds_invariant() {
  return std::make_unique<BoundsInvariant>();
}

}  // namespace boxwright::test
