#pragma once
// The thin outer loop: threads, timers, event feed, shutdown. Everything it drives is thread-free.

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "controller/engine/engine.h"
#include "controller/reconcile/intake.h"
#include "controller/reconcile/reconciler.h"
#include "controller/reconcile/slots.h"

namespace boxwright::reconcile {

struct LoopSettings {
  int workers = 16;
  Duration relist{30'000};        ///< +-10 %.
  Duration tick{250};             ///< How often sources and the public database are looked at.
  Duration stale_after{180'000};  ///< Without a good relist nothing is stopped or removed.
  SlotLimits slots;
  bool keep_layer_images = false;  ///< What is saved of a container becomes an image, too.
};

/// How one box stands when a bounded run ends.
struct BoxResult {
  BoxName name;
  Settlement settlement = Settlement::Busy;
  bool removed = false;
  std::optional<state::BoxStatus> status;
};

class Loop {
 public:
  struct Parts {
    engine::Engine& engine;
    state::Store& store;
    state::DesiredDb& desired;
    layers::LayerFiles& layers;
    const Clock& clock;
    Random& random;
    Installation installation;
    MacKey mac_key;
    Announcer announcer;
    LoopSettings settings;
    /// Told once the first relist and the first reading of every source are done.
    std::function<void()> ready = [] {};
    /// Told about every tick that found the loop alive (watchdog).
    std::function<void()> alive = [] {};
    /// Told after each look at everything, the loop's largest work: a time to give memory back.
    std::function<void()> listed = [] {};
    /// A line for the operator's log: engine lost, engine back, source failed, ...
    std::function<void(const std::string& line)> say = [](const std::string&) {};
  };
  explicit Loop(Parts parts);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void add_source(std::unique_ptr<specs::SpecSource> source);

  /// Runs until `stop` is requested, then ends open passages (design 8.3) and returns. Fails only
  /// on what no retry mends (socket not permitted, engine too old).
  [[nodiscard]] Status run(const std::stop_token& stop);

  struct Bounded {
    Duration timeout{600'000};
    std::vector<BoxName> confirmed_removals;
    /// The boxes to act on and to settle, and no other; nullopt: all boxes of the sources of this
    /// run. None: only what is asked in the public database is decided.
    std::optional<std::vector<BoxName>> only;
  };
  /// Runs until every box of its sources is settled, has stalled, or the time is over. Engine or
  /// source not readable at the start is an error at once. Sorted by name.
  [[nodiscard]] Result<std::vector<BoxResult>> run_until_settled(const Bounded& bounded,
                                                                 const std::stop_token& stop);

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace boxwright::reconcile
